import { Select } from 'antd';
import { Outcome, type SiteView } from '@branchline/shared';
import type { AddressFilter } from '../parts/address-filter.ts';
import { TextFilter, TimeRange } from '../parts/filter-fields.tsx';
import { directionWord, outcomeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import type { FilterKey } from './call-query.ts';

/** What calls can be searched by. Every choice stands in the address, so a search can be sent to somebody. */
export function CallFilters(props: {
  readonly address: AddressFilter<FilterKey>;
  readonly campaigns: ReadonlyMap<string, string> | undefined;
  readonly sites: readonly Pick<SiteView, 'id' | 'name'>[];
}) {
  const { address, campaigns, sites } = props;
  const { filter, choose } = address;
  const { t } = useWords();
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
  return (
    <search className="filters" aria-label={t('calls.filter.label')}>
      <TimeRange {...address} />
      <TextFilter of={address} name="number" label={t('calls.filter.number')} width={190} />
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
      <TextFilter of={address} name="agent" label={t('calls.filter.agent')} width={140} />
      <TextFilter of={address} name="line" label={t('calls.filter.line')} width={180} />
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
