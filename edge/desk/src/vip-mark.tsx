import { useWords } from './words/words.ts';

/** Somebody goes before others, and how far. */
export function VipMark({ level }: { readonly level: number }) {
  const { t } = useWords();
  return (
    <span className="vip" title={t('call.vipHint')}>
      {t('call.vip', { level })}
    </span>
  );
}
