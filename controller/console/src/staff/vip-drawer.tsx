import { Button, Form, Input, InputNumber } from 'antd';
import type { PlanVersion } from '@branchline/shared';
import { PlanDrawer } from '../lines/plan-drawer.tsx';
import { useWords } from '../words/use-words.ts';
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
      <Form.List name="vips">
        {(rows, { add, remove }) => (
          <div className="rules">
            {rows.map((row) => (
              <div key={row.key} className="rule-row operator-row">
                <Form.Item name={[row.name, 'number']}>
                  <Input
                    aria-label={t('staff.vipNumber')}
                    placeholder="+8613912345678"
                    maxLength={30}
                    inputMode="tel"
                    autoComplete="off"
                  />
                </Form.Item>
                <Form.Item name={[row.name, 'level']}>
                  <InputNumber aria-label={t('staff.level')} style={{ width: '100%' }} />
                </Form.Item>
                <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                  ×
                </Button>
              </div>
            ))}
            <Button type="dashed" onClick={() => add({ number: '', level: 5 })}>
              + {t('staff.addVip')}
            </Button>
          </div>
        )}
      </Form.List>
    </PlanDrawer>
  );
}
