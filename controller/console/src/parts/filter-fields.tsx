import { DatePicker, Input } from 'antd';
import dayjs from 'dayjs';
import { useBusinessNow } from '../live/feed.tsx';
import { useWords } from '../words/use-words.ts';
import type { AddressFilter } from './address-filter.ts';

/** From when to when; either may be open. */
export function TimeRange({ filter, choose }: AddressFilter<'from' | 'to'>) {
  const { t } = useWords();
  const now = useBusinessNow();
  const at = (key: 'from' | 'to') => (filter.has(key) ? dayjs(Number(filter.get(key))) : null);
  // Before the first live message the page's own clock must do.
  const back = (minutes: number) => (): [dayjs.Dayjs, dayjs.Dayjs] => {
    const end = dayjs(now);
    return [end.subtract(minutes, 'minute'), end];
  };
  return (
    <DatePicker.RangePicker
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      allowEmpty={[true, true]}
      placeholder={[t('calls.filter.from'), t('calls.filter.to')]}
      presets={[
        { label: t('calls.filter.hour'), value: back(60) },
        { label: t('calls.filter.day'), value: back(1440) },
        { label: t('calls.filter.week'), value: back(7 * 1440) },
      ]}
      value={[at('from'), at('to')]}
      onChange={(range) =>
        choose({ from: range?.[0]?.valueOf().toString(), to: range?.[1]?.valueOf().toString() })
      }
    />
  );
}

/** A text to look for; it is taken over with Enter. */
export function TextFilter<K extends string>(props: {
  readonly of: AddressFilter<K>;
  readonly name: K;
  readonly label: string;
  readonly width: number;
}) {
  const { of, name, label, width } = props;
  const value = of.filter.get(name) ?? '';
  return (
    <Input.Search
      key={value}
      style={{ width }}
      aria-label={label}
      placeholder={label}
      allowClear
      defaultValue={value}
      onSearch={(text) => of.choose({ [name]: text.trim() } as Partial<Record<K, string>>)}
    />
  );
}

/** From which to which day, both included. @param shown the days in force while none are chosen */
export function DayRange({
  filter,
  choose,
  shown,
}: AddressFilter<'from' | 'to'> & {
  readonly shown: { readonly from: string; readonly to: string } | undefined;
}) {
  const { t } = useWords();
  const at = (key: 'from' | 'to') => {
    const day = filter.get(key) ?? shown?.[key];
    return day === undefined ? null : dayjs(day);
  };
  return (
    <DatePicker.RangePicker
      aria-label={t('calls.filter.from')}
      placeholder={[t('calls.filter.from'), t('calls.filter.to')]}
      value={[at('from'), at('to')]}
      onChange={(range) =>
        choose({ from: range?.[0]?.format('YYYY-MM-DD'), to: range?.[1]?.format('YYYY-MM-DD') })
      }
    />
  );
}
