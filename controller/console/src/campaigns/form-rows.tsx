import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { FormKind, type FormField } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import type { FormSettings } from './settings-form.ts';

/** The schema's most. */
const mostFields = 20;

/** A question nobody has asked before: what was answered to one that was taken away is not its answer. */
function newField(): FormField {
  return { id: `q-${crypto.randomUUID().slice(0, 8)}`, label: '', kind: 'text', required: false };
}

/** What agents are asked beside the script, and how it will look. */
export function FormRows() {
  const { t } = useWords();
  return (
    <Form.List name="form">
      {(rows, { add, remove, move }) => (
        <div className="rules">
          {rows.map((row) => (
            <div key={row.key} className="question">
              <div className="rule-row question-row">
                <Form.Item name={[row.name, 'label']}>
                  <Input maxLength={200} placeholder={t('form.question')} aria-label={t('form.question')} />
                </Form.Item>
                <Form.Item name={[row.name, 'kind']}>
                  <Select
                    aria-label={t('form.questionKind')}
                    options={FormKind.enum.map((kind) => ({ value: kind, label: t(`form.kind.${kind}`) }))}
                  />
                </Form.Item>
                <Form.Item name={[row.name, 'required']} valuePropName="checked">
                  <Checkbox>{t('form.requiredField')}</Checkbox>
                </Form.Item>
                <Button
                  type="text"
                  aria-label={t('form.moveUp')}
                  disabled={row.name === 0}
                  onClick={() => move(row.name, row.name - 1)}
                >
                  ↑
                </Button>
                <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                  ×
                </Button>
              </div>
              <KindFields row={row.name} />
            </div>
          ))}
          {rows.length < mostFields && (
            <Button type="dashed" onClick={() => add(newField())}>
              + {t('form.addQuestion')}
            </Button>
          )}
          {rows.length > 0 && <FormPreview />}
        </div>
      )}
    </Form.List>
  );
}

/** What a kind of question has besides: what can be chosen, or bounds. */
function KindFields({ row }: { readonly row: number }) {
  const { t } = useWords();
  const kind = Form.useWatch<FormKind | undefined>(['form', row, 'kind']) ?? 'text';
  if (kind === 'yes-no') return null;
  if (kind === 'choice')
    return (
      <Form.Item name={[row, 'choices']}>
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          placeholder={t('form.choicesHint')}
          aria-label={t('form.choices')}
        />
      </Form.Item>
    );
  return (
    <div className="form-row">
      {(['min', 'max'] as const).map((bound) => (
        <Form.Item key={bound} name={[row, bound]}>
          <InputNumber
            style={{ width: '100%' }}
            prefix={t(`form.bound.${bound}`)}
            suffix={kind === 'number' ? undefined : t(kind === 'date' ? 'form.days' : 'form.characters')}
            aria-label={t(`form.bound.${bound}`)}
          />
        </Form.Item>
      ))}
    </div>
  );
}

/** The form as agents will see it. What is typed here goes nowhere. */
function FormPreview() {
  const { t } = useWords();
  const form = Form.useWatch<FormSettings['form'] | undefined>('form') ?? [];
  return (
    <fieldset className="form-preview" aria-label={t('form.preview')}>
      <legend>{t('form.preview')}</legend>
      {form.map(({ id, label, kind, required, choices }) => (
        <label key={id}>
          <span>
            {label || t('form.question')}
            {required && <b aria-hidden> *</b>}
          </span>
          <PreviewField kind={kind} choices={choices ?? []} />
        </label>
      ))}
    </fieldset>
  );
}

function PreviewField({ kind, choices }: { readonly kind: FormKind; readonly choices: readonly string[] }) {
  const { t } = useWords();
  switch (kind) {
    case 'text':
      return <Input />;
    case 'long-text':
      return <Input.TextArea rows={2} />;
    case 'number':
      return <InputNumber style={{ width: '100%' }} />;
    case 'date':
      return <Input type="date" />;
    case 'choice':
      return <Select options={choices.map((value) => ({ value }))} />;
    case 'yes-no':
      return (
        <Select
          options={[
            { value: 'yes', label: t('calls.story.yes') },
            { value: 'no', label: t('calls.story.no') },
          ]}
        />
      );
  }
}
