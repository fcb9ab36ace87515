import { Input, Segmented } from 'antd';
import { useSearchParams } from 'react-router';
import type { SiteView } from '@branchline/shared';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { SiteCard } from './site-card.tsx';
import { agentStates, filterSites, siteFilters, type SiteFilter } from './site-summary.ts';
import { SiteTable } from './site-table.tsx';

/** Above so many sites a table is the better first look. */
const mostCards = 24;

const views = ['cards', 'table'] as const;
type View = (typeof views)[number];

/** The sites with their filter; what is chosen stands in the address, so that a wallboard can be bookmarked. */
export function Sites({ sites, at }: { readonly sites: readonly SiteView[]; readonly at: number }) {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const name = search.get('site') ?? '';
  const filter = siteFilters.find((candidate) => candidate === search.get('state')) ?? 'all';
  const view =
    views.find((candidate) => candidate === search.get('view')) ??
    (sites.length > mostCards ? 'table' : 'cards');
  const shown = filterSites(sites, name, filter);
  const choose = (key: string, value: string): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '' || value === 'all') next.delete(key);
        else next.set(key, value);
        return next;
      },
      { replace: true },
    );
  return (
    <section>
      <div className="toolbar">
        <Input
          allowClear
          value={name}
          onChange={(event) => choose('site', event.target.value)}
          placeholder={t('overview.filter')}
          aria-label={t('overview.filter')}
          style={{ width: 190 }}
        />
        <Segmented<SiteFilter>
          value={filter}
          onChange={(value) => choose('state', value)}
          options={siteFilters.map((value) => ({ value, label: t(`overview.state.${value}`) }))}
        />
        <Segmented<View>
          aria-label={t('overview.view.label')}
          value={view}
          onChange={(value) => choose('view', value)}
          options={views.map((value) => ({ value, label: t(`overview.view.${value}`) }))}
        />
        {shown.length < sites.length && (
          <span className="quiet">{t('overview.shown', { shown: shown.length, total: sites.length })}</span>
        )}
        <ul className="legend" aria-label={t('overview.legend')}>
          {agentStates.map((state) => (
            <li key={state}>
              <i style={{ background: `var(--${state})` }} />
              {t(`agent.${state}`)}
            </li>
          ))}
        </ul>
      </div>
      {shown.length === 0 ? (
        <Vacancy title={t('overview.nothing')} advice={t('overview.nothingAdvice')} />
      ) : view === 'cards' ? (
        <div className="site-cards">
          {shown.map((site) => (
            <SiteCard key={site.id} site={site} />
          ))}
        </div>
      ) : (
        <SiteTable sites={shown} at={at} />
      )}
    </section>
  );
}
