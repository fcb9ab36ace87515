import { stopwatch } from '../format/times.ts';
import { useLinkHealth } from '../live/feed.tsx';
import { useWords } from '../words/use-words.ts';

/** Says above every page that what it shows is old, and how old. */
export function StaleBanner() {
  const { t } = useWords();
  const health = useLinkHealth();
  if (health.state !== 'stale') return null;
  return (
    <div className="stale-banner" role="alert">
      <strong>{t('link.banner', { age: stopwatch(health.ageMs) })}</strong> {t('link.bannerAdvice')}
    </div>
  );
}
