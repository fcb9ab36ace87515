import { Alert } from 'antd';
import type { BranchPlan, PlanVersion } from '@branchline/shared';
import { PlanDrawer } from '../lines/plan-drawer.tsx';
import { useWords } from '../words/use-words.ts';

/** Takes somebody, or a queue, out of a plan; the reason is asked for like with every change. */
export function RemoveDrawer(props: {
  readonly edge: string;
  readonly latest: PlanVersion;
  readonly kind: 'agents' | 'queues';
  readonly index: number;
  readonly close: () => void;
}) {
  const { edge, latest, kind, index, close } = props;
  const { t } = useWords();
  const name = latest.plan[kind]?.[index]?.name ?? '';
  const planOf = (plan: BranchPlan): BranchPlan =>
    kind === 'agents'
      ? { ...plan, agents: plan.agents.toSpliced(index, 1) }
      : { ...plan, queues: (plan.queues ?? []).toSpliced(index, 1) };
  return (
    <PlanDrawer<object>
      edge={edge}
      part="staff"
      title={t('staff.remove', { name })}
      latest={latest}
      initial={{}}
      place={`/${kind}/${index}`}
      faultsOf={() => []}
      planOf={planOf}
      close={close}
    >
      <Alert type="warning" showIcon title={t(`staff.removeHint.${kind}`, { name })} />
    </PlanDrawer>
  );
}
