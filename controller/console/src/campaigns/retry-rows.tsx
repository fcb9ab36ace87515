import { Button, Form, Select } from 'antd';
import { Outcome, reachedPerson } from '@branchline/shared';
import { Seconds } from '../parts/seconds.tsx';
import { outcomeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';

/** Outcomes a rule may bring a person back for: one that was reached is finished, one that was refused has its own rules. */
const outcomes = Outcome.enum.filter((outcome) => !reachedPerson.includes(outcome) && outcome !== 'REFUSED');

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
                <Seconds each={60} unit={t('common.minutes')} step={10} label={t('form.delay')} />
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
