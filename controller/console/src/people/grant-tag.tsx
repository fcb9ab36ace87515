import { Tag } from 'antd';
import type { Grant } from '@branchline/shared';
import { useSites } from '../campaigns/campaign-queries.ts';
import { useWords } from '../words/use-words.ts';

/** A role and where it holds. */
export function GrantTag({ grant }: { readonly grant: Grant }) {
  const { t } = useWords();
  const sites = useSites();
  const site = sites.data?.items.find(({ id }) => id === grant.site)?.name ?? grant.site;
  return (
    <Tag className="grant">
      {t(`role.${grant.role}`)} · {site ?? t('people.everywhere')}
    </Tag>
  );
}
