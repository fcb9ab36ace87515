import { InputNumber } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { leadQuery, useRankLead } from './campaign-queries.ts';

/** How urgent one person is beside the others of their list; to be changed by those who may. */
export function LeadRank({ lead: id }: { readonly lead: string }) {
  const { t } = useWords();
  const grants = useGrants();
  const { data: lead } = useQuery({ ...leadQuery(id), enabled: may(grants, 'campaigns') });
  const rank = useRankLead(id);
  if (!lead) return null;
  const readOnly = !may(grants, 'campaign-write');
  return (
    <>
      <InputNumber
        key={lead.priority}
        size="small"
        min={0}
        max={100}
        precision={0}
        changeOnWheel={false}
        style={{ width: 150 }}
        defaultValue={lead.priority}
        readOnly={readOnly}
        prefix={<small>{t('rank.priority')}</small>}
        title={t('rank.oneHint')}
        aria-label={t('rank.priority')}
        onBlur={({ target }) => {
          const priority = Number(target.value);
          if (!readOnly && target.value !== '' && priority !== lead.priority) rank.mutate({ priority });
        }}
        onPressEnter={({ target }) => target instanceof HTMLElement && target.blur()}
      />
      <RefusalAlert problem={rank.error} />
    </>
  );
}
