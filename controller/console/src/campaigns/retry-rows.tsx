import { Button, Form, InputNumber, Select } from 'antd';
import { Outcome } from '@branchline/shared';
import { outcomeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';

/** Outcomes a rule may bring a person back for: one that was reached is finished, one that was refused has its own rules. */
const outcomes = Outcome.enum.filter((outcome) => outcome !== 'ANSWERED' && outcome !== 'REFUSED');

/** Shows seconds as minutes; the API counts in seconds. */
function Delay(props: {
  readonly value?: number;
  readonly onChange?: (seconds: number | null) => void;
  readonly id?: string;
}) {
  const { t } = useWords();
  return (
    <InputNumber
      {...(props.id !== undefined && { id: props.id })}
      value={props.value === undefined ? null : props.value / 60}
      onChange={(minutes) => props.onChange?.(minutes === null ? null : Math.round(minutes * 60))}
      step={10}
      suffix={t('common.minutes')}
      style={{ width: '100%' }}
      aria-label={t('form.delay')}
    />
  );
}

/** When a person is called again, by outcome. */
export function RetryRows() {
  const { t } = useWords();
  return (
    <Form.List name="retries">
      {(rows, { add, remove }) => (
        <div className="rules retry-rules">
          {rows.map((row) => (
            <div key={row.key} className="rule-row retry-row">
              <Form.Item name={[row.name, 'outcome']}>
                <Select
                  aria-label={t('form.outcome')}
                  showSearch={{ optionFilterProp: 'label' }}
                  options={outcomes.map((outcome) => ({ value: outcome, label: outcomeWord(t, outcome) }))}
                />
              </Form.Item>
              <Form.Item name={[row.name, 'delaySeconds']}>
                <Delay />
              </Form.Item>
              <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                ×
              </Button>
            </div>
          ))}
          <Button type="dashed" onClick={() => add({ outcome: undefined, delaySeconds: 3600 })}>
            + {t('form.addRetry')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
