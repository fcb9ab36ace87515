import { staleness } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';
import { liveStaleMs, type SiteSummary } from './site-summary.ts';

/** State of a site as a dot with its word. */
export function SiteDot({ summary }: { readonly summary: SiteSummary }) {
  const { t } = useWords();
  return (
    <span className={`site-dot site-${summary.state}`}>
      <i aria-hidden />
      {t(`site.${summary.state}`)}
    </span>
  );
}

/** How old the live data of a site is. */
export function SiteAge({ summary }: { readonly summary: SiteSummary }) {
  const { t } = useWords();
  if (summary.ageMs === undefined) return <span className="age quiet">{t('site.noData')}</span>;
  const { seconds, stale } = staleness(summary.ageMs, liveStaleMs);
  return (
    <span
      className={stale ? 'age bad' : 'age quiet'}
      title={t('site.age')}
      data-age={stale ? 'stale' : 'fresh'}
    >
      {t(stale ? 'common.stale' : 'common.age', { seconds })}
    </span>
  );
}
