import { Tag } from 'antd';
import type { CampaignStatus } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';

const colors: Readonly<Record<CampaignStatus, string>> = {
  draft: 'default',
  running: 'green',
  paused: 'orange',
  stopped: 'default',
};

/** Status of a campaign. */
export function StatusTag({ status }: { readonly status: CampaignStatus }) {
  const { t } = useWords();
  return (
    <Tag color={colors[status]} data-status={status} style={{ marginInlineEnd: 0 }}>
      {t(`status.${status}`)}
    </Tag>
  );
}
