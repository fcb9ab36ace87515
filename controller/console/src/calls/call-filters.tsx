import { DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { Outcome, type SiteView } from '@branchline/shared';
import { useBusinessNow } from '../live/feed.tsx';
import { directionWord, outcomeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import type { FilterKey } from './call-query.ts';

/** What calls can be searched by. Every choice stands in the address, so a search can be sent to somebody. */
export function CallFilters(props: {
  readonly filter: URLSearchParams;
  readonly choose: (changes: Partial<Record<FilterKey, string | undefined>>) => void;
  readonly campaigns: ReadonlyMap<string, string> | undefined;
  readonly sites: readonly Pick<SiteView, 'id' | 'name'>[];
}) {
  const { filter, choose, campaigns, sites } = props;
  const now = useBusinessNow();
  const { t } = useWords();
  const at = (key: 'from' | 'to') => (filter.has(key) ? dayjs(Number(filter.get(key))) : null);
  // Before the first live message the page's own clock must do.
  const back = (minutes: number) => (): [dayjs.Dayjs, dayjs.Dayjs] => {
    const end = dayjs(now);
    return [end.subtract(minutes, 'minute'), end];
  };
  const select = (
    key: FilterKey,
    label: string,
    width: number,
    options: { value: string; label: string }[],
  ) => (
    <Select
      style={{ width }}
      aria-label={label}
      placeholder={label}
      allowClear
      value={filter.get(key)}
      onChange={(value: string | undefined) => choose({ [key]: value })}
      options={options}
      showSearch={{ optionFilterProp: 'label' }}
    />
  );
  const text = (key: 'number' | 'agent', label: string, width: number) => (
    <Input.Search
      key={`${key} ${filter.get(key) ?? ''}`}
      style={{ width }}
      aria-label={label}
      placeholder={label}
      allowClear
      defaultValue={filter.get(key) ?? ''}
      onSearch={(value) => choose({ [key]: value.trim() })}
    />
  );
  return (
    <search className="filters" aria-label={t('calls.filter.label')}>
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
          choose({
            from: range?.[0]?.valueOf().toString(),
            to: range?.[1]?.valueOf().toString(),
          })
        }
      />
      {text('number', t('calls.filter.number'), 190)}
      {select(
        'site',
        t('calls.allSites'),
        170,
        sites.map(({ id, name }) => ({ value: id, label: name })),
      )}
      {campaigns &&
        select(
          'campaign',
          t('calls.allCampaigns'),
          210,
          [...campaigns].map(([value, label]) => ({ value, label })),
        )}
      {text('agent', t('calls.filter.agent'), 140)}
      {select(
        'outcome',
        t('calls.filter.outcome'),
        150,
        Outcome.enum.map((value) => ({ value, label: outcomeWord(t, value) })),
      )}
      {select(
        'direction',
        t('calls.filter.direction'),
        130,
        ['outbound', 'inbound'].map((value) => ({ value, label: directionWord(t, value) })),
      )}
    </search>
  );
}
