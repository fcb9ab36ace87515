import { Button, Form, Input, InputNumber, type InputProps } from 'antd';
import { useWords } from '../words/use-words.ts';

/** Rows of something with a level. @param props.name the field that holds them. @param props.what what has the level, by its name in a row */
export function LevelRows(props: {
  readonly name: string;
  readonly what: string;
  readonly add: string;
  readonly input: InputProps;
}) {
  const { name, what, input } = props;
  const { t } = useWords();
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <div className="rules">
          {rows.map((row) => (
            <div key={row.key} className="rule-row operator-row">
              <Form.Item name={[row.name, what]}>
                <Input autoComplete="off" {...input} />
              </Form.Item>
              <Form.Item name={[row.name, 'level']}>
                <InputNumber aria-label={t('staff.level')} style={{ width: '100%' }} />
              </Form.Item>
              <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                ×
              </Button>
            </div>
          ))}
          <Button type="dashed" onClick={() => add({ [what]: '', level: 5 })}>
            + {props.add}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

/** Skills with their levels. @param props.name the field that holds them */
export function SkillRows({ name }: { readonly name: string }) {
  const { t } = useWords();
  const input = { 'aria-label': t('staff.skill'), placeholder: 'english', maxLength: 40 };
  return <LevelRows name={name} what="skill" add={t('staff.addSkill')} input={input} />;
}
