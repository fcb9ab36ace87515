import type { PlanVersion } from '@branchline/shared';
import { PlanDrawer } from '../lines/plan-drawer.tsx';
import { useWords } from '../words/use-words.ts';
import { LevelRows } from './level-rows.tsx';
import { vipFaults, withVips, type VipForm } from './vip-form.ts';

/** Callers who go before others at a branch. */
export function VipDrawer(props: {
  readonly edge: string;
  readonly latest: PlanVersion;
  readonly close: () => void;
}) {
  const { edge, latest, close } = props;
  const { t } = useWords();
  return (
    <PlanDrawer<VipForm>
      edge={edge}
      part="staff"
      title={t('staff.vips')}
      latest={latest}
      initial={{ vips: latest.plan.vips ?? [] }}
      place=""
      faultsOf={(form) => vipFaults(t, form)}
      planOf={withVips}
      close={close}
    >
      <p className="quiet">{t('staff.vipsHint')}</p>
      <LevelRows
        name="vips"
        what="number"
        add={t('staff.addVip')}
        input={{
          'aria-label': t('staff.vipNumber'),
          placeholder: '+8613912345678',
          maxLength: 30,
          inputMode: 'tel',
        }}
      />
    </PlanDrawer>
  );
}
