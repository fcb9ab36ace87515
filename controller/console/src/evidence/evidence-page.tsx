import { Button, InputNumber, Segmented, Select } from 'antd';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import {
  AbandonedCallsFilter,
  abandonDefinitions,
  type AbandonDefinition,
  type AbandonedCalls,
} from '@branchline/shared';
import { request } from '../api/request.ts';
import { useSites } from '../campaigns/campaign-queries.ts';
import { useAddressFilter } from '../parts/address-filter.ts';
import { DataAge } from '../parts/data-age.tsx';
import { ExportButton } from '../parts/export-button.tsx';
import { DayRange } from '../parts/filter-fields.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { CampaignEvidence } from './campaign-evidence.tsx';

const asked = Object.keys(
  AbandonedCallsFilter.properties,
) as (keyof typeof AbandonedCallsFilter.properties)[];
const keys = [...asked, 'definition', 'misjudged'] as const;
/** People among calls judged to be machines, unless the reader knows better. */
const usualMisjudged = 0.02;

/** How many callees found nobody, by the definition of a regulator, from raw counts that can be taken away. */
export function EvidencePage() {
  const { t } = useWords();
  const grants = useGrants();
  const address = useAddressFilter(keys);
  const { filter, choose } = address;
  const allowed = may(grants, 'campaigns');
  const sites = useSites();
  const question = new URLSearchParams(
    [...filter].filter(([key]) => (asked as readonly string[]).includes(key)),
  );
  const evidence = useQuery({
    queryKey: ['abandoned-calls', question.toString()],
    queryFn: ({ signal }) =>
      request<AbandonedCalls>('GET', `/abandoned-calls?${question.toString()}`, undefined, signal),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
    enabled: allowed,
  });
  usePageTitle(t('evidence.title'));
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  const definition = abandonDefinitions.find((one) => one === filter.get('definition')) ?? 'plain';
  const misjudged = readShare(filter.get('misjudged')) ?? usualMisjudged;
  return (
    <>
      <div className="page-head">
        <h1>{t('evidence.title')}</h1>
        <Segmented<AbandonDefinition>
          aria-label={t('evidence.definition')}
          value={definition}
          options={abandonDefinitions.map((value) => ({ value, label: t(`evidence.name.${value}`) }))}
          onChange={(value) => choose({ definition: value })}
        />
        <span className="toolbar-end" />
        <DataAge askedAt={evidence.dataUpdatedAt} limitMs={90_000} />
        {may(grants, 'call-export') && (
          <ExportButton
            path={`/abandoned-calls/export?${question.toString()}&misjudged=${misjudged}`}
            hint={t('evidence.exportHint')}
          />
        )}
      </div>
      <search className="filters" aria-label={t('calls.filter.label')}>
        <DayRange {...address} shown={evidence.data} />
        <Select
          aria-label={t('evidence.campaign')}
          style={{ width: 240 }}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('evidence.anyCampaign')}
          value={filter.get('campaign')}
          options={Object.entries(evidence.data?.campaigns ?? {}).map(([value, label]) => ({ value, label }))}
          onChange={(campaign: string | undefined) => choose({ campaign })}
        />
        <Select
          aria-label={t('evidence.site')}
          style={{ width: 180 }}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('people.everywhere')}
          value={filter.get('site')}
          options={(sites.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(site: string | undefined) => choose({ site })}
        />
        {definition === 'uk' && (
          <InputNumber
            style={{ width: 260 }}
            prefix={t('evidence.misjudged')}
            suffix="%"
            min={0}
            max={100}
            step={0.5}
            value={Math.round(misjudged * 1000) / 10}
            onChange={(value) => choose({ misjudged: value === null ? undefined : String(value / 100) })}
          />
        )}
      </search>
      <p className="quiet">{t(`evidence.rule.${definition}`)}</p>
      <Asked question={evidence} skeleton={<Loading rows={10} />}>
        {(shown) =>
          shown.days.length === 0 ? (
            <Vacancy title={t('evidence.empty')} advice={t('evidence.emptyAdvice')}>
              {filter.size > 0 && <Button onClick={address.clear}>{t('audit.clear')}</Button>}
            </Vacancy>
          ) : (
            // Records may be of a campaign that the center no longer knows.
            [...new Set(shown.days.map(({ campaign }) => campaign))].map((id) => (
              <CampaignEvidence
                key={id}
                campaign={{ id, name: shown.campaigns[id] ?? id }}
                evidence={shown}
                definition={definition}
                misjudged={misjudged}
              />
            ))
          )
        }
      </Asked>
    </>
  );
}

/** A share of an address, 0–1. */
function readShare(text: string | null): number | undefined {
  const value = text === null ? NaN : Number(text);
  return value >= 0 && value <= 1 ? value : undefined;
}
