import { InputNumber } from 'antd';

/** A field of seconds that shows a larger unit. @param props.each seconds of the unit */
export function Seconds(props: {
  readonly each: number;
  readonly unit: string;
  readonly label?: string;
  readonly step?: number;
  readonly value?: number;
  readonly onChange?: (seconds: number | null) => void;
  readonly id?: string;
}) {
  const { each, unit, label = unit, step = 1, value, onChange, id } = props;
  return (
    <InputNumber
      {...(id !== undefined && { id })}
      value={value === undefined ? null : value / each}
      onChange={(shown) => onChange?.(shown === null ? null : Math.round(shown * each))}
      step={step}
      suffix={unit}
      style={{ width: '100%' }}
      aria-label={label}
    />
  );
}
