import { Button, Form, Input, InputNumber } from 'antd';
import { useWords } from '../words/use-words.ts';

/** Skills with their levels. @param props.name the field that holds them */
export function SkillRows({ name }: { readonly name: string }) {
  const { t } = useWords();
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <div className="rules">
          {rows.map((row) => (
            <div key={row.key} className="rule-row operator-row">
              <Form.Item name={[row.name, 'skill']}>
                <Input
                  aria-label={t('staff.skill')}
                  placeholder="english"
                  maxLength={40}
                  autoComplete="off"
                />
              </Form.Item>
              <Form.Item name={[row.name, 'level']}>
                <InputNumber aria-label={t('staff.level')} style={{ width: '100%' }} />
              </Form.Item>
              <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                ×
              </Button>
            </div>
          ))}
          <Button type="dashed" onClick={() => add({ skill: '', level: 5 })}>
            + {t('staff.addSkill')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
