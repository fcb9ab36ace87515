import { Button, Checkbox, Form, Input } from 'antd';
import { useWords } from '../words/use-words.ts';
import { CallbackChoice } from './callback-choice.tsx';

/** What an agent can decide about a call, at most ten: one for each digit of the phone. */
export function DispositionRows() {
  const { t } = useWords();
  return (
    <Form.List name="dispositions">
      {(rows, { add, remove }) => (
        <div className="rules">
          <div className="rule-row disposition-row rule-head">
            <span>{t('form.label')}</span>
            <span>{t('form.code')}</span>
            <span>{t('form.key')}</span>
            <span>{t('form.final')}</span>
            <span>{t('form.optout')}</span>
            <span>{t('form.asksForm')}</span>
            <span>{t('form.callback')}</span>
          </div>
          {rows.map((row) => (
            <div key={row.key} className="rule-row disposition-row">
              <Form.Item name={[row.name, 'label']}>
                <Input aria-label={t('form.label')} />
              </Form.Item>
              <Form.Item name={[row.name, 'code']}>
                <Input aria-label={t('form.code')} />
              </Form.Item>
              <Form.Item name={[row.name, 'key']}>
                <Input maxLength={1} aria-label={t('form.key')} />
              </Form.Item>
              <Form.Item name={[row.name, 'final']} valuePropName="checked">
                <Checkbox aria-label={t('form.final')} />
              </Form.Item>
              <Form.Item name={[row.name, 'optout']} valuePropName="checked">
                <Checkbox aria-label={t('form.optout')} />
              </Form.Item>
              <Form.Item name={[row.name, 'asksForm']} valuePropName="checked">
                <Checkbox aria-label={t('form.asksForm')} />
              </Form.Item>
              <Form.Item name={[row.name, 'callback']}>
                <CallbackChoice />
              </Form.Item>
              <Button
                type="text"
                aria-label={t('common.remove')}
                disabled={rows.length === 1}
                onClick={() => remove(row.name)}
              >
                ×
              </Button>
            </div>
          ))}
          {rows.length < 10 && (
            <Button
              type="dashed"
              onClick={() => add({ code: '', label: '', key: '', final: true, optout: false })}
            >
              + {t('form.addDisposition')}
            </Button>
          )}
        </div>
      )}
    </Form.List>
  );
}
