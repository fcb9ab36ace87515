import type { CampaignStatus } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';

/** Status of a campaign. */
export function StatusTag({ status }: { readonly status: CampaignStatus }) {
  const { t } = useWords();
  return (
    <span className={`status status-${status}`} data-status={status}>
      {t(`status.${status}`)}
    </span>
  );
}
