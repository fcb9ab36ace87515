import { Checkbox, Form, Select } from 'antd';
import { minuteOfDay, weekdayName } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';

const quarterHours = Array.from({ length: 97 }, (_, i) => ({ value: i * 15, label: minuteOfDay(i * 15) }));
const weekdays = [1, 2, 3, 4, 5, 6, 7];

/** Hours and weekdays of a `Window`. @param props.name the field that holds it */
export function WindowFields({ name }: { readonly name: string }) {
  const { t, language } = useWords();
  const find = { optionFilterProp: 'label' };
  return (
    <>
      <div className="form-row">
        <Form.Item name={[name, 'fromMinute']} label={t('form.from')}>
          <Select options={quarterHours.slice(0, -1)} showSearch={find} />
        </Form.Item>
        <Form.Item name={[name, 'toMinute']} label={t('form.to')}>
          <Select options={quarterHours.slice(1)} showSearch={find} />
        </Form.Item>
      </div>
      <Form.Item name={[name, 'weekdays']} label={t('form.weekdays')}>
        <Checkbox.Group
          options={weekdays.map((weekday) => ({ value: weekday, label: weekdayName(weekday, language) }))}
        />
      </Form.Item>
    </>
  );
}
