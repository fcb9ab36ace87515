import { Button, Form, Input, InputNumber, Switch } from 'antd';
import type { BranchPlan, PlanVersion } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import { lineFaults, lineForm, lineOf, type LineForm } from './line-form.ts';
import { PlanDrawer } from './plan-drawer.tsx';

/** Settings of a line that can be changed while it works: whether it is used, its protection and its prices. */
export function LineDrawer(props: {
  readonly edge: string;
  readonly name: string;
  readonly latest: PlanVersion;
  readonly close: () => void;
}) {
  const { edge, name, latest, close } = props;
  const { t } = useWords();
  const index = latest.plan.lines.findIndex(({ id }) => id === name);
  const line = latest.plan.lines[index];
  if (!line) return null;
  const planOf = (plan: BranchPlan, form: LineForm): BranchPlan => ({
    ...plan,
    lines: plan.lines.map((each) => (each.id === name ? lineOf(each, form) : each)),
  });
  return (
    <PlanDrawer<LineForm>
      edge={edge}
      title={t('lines.edit.line', { line: name })}
      latest={latest}
      initial={lineForm(line)}
      place={`/lines/${index}`}
      faultsOf={(form) => lineFaults(t, line, form)}
      planOf={planOf}
      close={close}
    >
      <div className="form-row three">
        <Form.Item name="enabled" label={t('lines.edit.enabled')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="channels" label={t('lines.edit.channels')}>
          <InputNumber style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="operator" label={t('lines.operator')} tooltip={t('lines.edit.operatorHint')}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
      </div>
      <h3 className="form-section">{t('lines.edit.protection')}</h3>
      <Protection />
      <h3 className="form-section">{t('lines.edit.prices')}</h3>
      <Prices />
    </PlanDrawer>
  );
}

type Path = (string | number)[];

function Amount(props: {
  readonly name: Path;
  readonly label: string;
  readonly unit?: string;
  readonly disabled?: boolean;
  readonly hint?: string;
}) {
  const { name, label, unit, disabled = false, hint } = props;
  return (
    <Form.Item name={name} label={label} tooltip={hint}>
      <InputNumber disabled={disabled} suffix={unit} style={{ width: '100%' }} />
    </Form.Item>
  );
}

function Protection() {
  const { t } = useWords();
  const own = Form.useWatch<boolean | undefined>('ownPolicy') ?? false;
  const field = (label: string, unit: string, ...path: string[]) => (
    <Amount name={['policy', ...path]} label={label} unit={unit} disabled={!own} />
  );
  const [seconds, minutes] = [t('common.seconds'), t('common.minutes')];
  return (
    <>
      <Form.Item name="ownPolicy" valuePropName="checked" label={t('lines.edit.own')} layout="horizontal">
        <Switch />
      </Form.Item>
      <p className="form-hint">{own ? t('lines.edit.ownHint') : t('lines.edit.kindHint')}</p>
      <div className="form-row">
        {field(t('lines.edit.callsPerHour'), '', 'callsPerHour')}
        {field(t('lines.edit.callsPerDay'), '', 'callsPerDay')}
        {field(t('lines.edit.minutesPerDay'), minutes, 'minutesPerDay')}
        {field(t('lines.edit.minutesPerMonth'), minutes, 'minutesPerMonth')}
        {field(t('lines.edit.gap'), seconds, 'gapSeconds')}
        {field(t('lines.edit.billingStep'), seconds, 'billingStepSeconds')}
        {field(t('lines.edit.restAfter'), '', 'rest', 'afterCalls')}
        {field(t('lines.edit.restFor'), seconds, 'rest', 'seconds')}
        {field(t('lines.edit.answeredShare'), '%', 'answeredFloor', 'share')}
        {field(t('lines.edit.answeredOf'), '', 'answeredFloor', 'calls')}
        {field(t('lines.edit.failures'), '', 'failuresInARow')}
        <Amount
          name={['policy', 'quarantineMinutes']}
          label={t('lines.edit.quarantine')}
          unit={minutes}
          disabled={!own}
          hint={t('lines.edit.quarantineHint')}
        />
        {field(t('lines.edit.balanceFloor'), '', 'balanceFloor')}
      </div>
    </>
  );
}

function Prices() {
  const { t } = useWords();
  const priced = Form.useWatch<boolean | undefined>('priced') ?? false;
  return (
    <>
      <Form.Item name="priced" valuePropName="checked" label={t('lines.edit.priced')} layout="horizontal">
        <Switch />
      </Form.Item>
      <div hidden={!priced}>
        <div className="form-row">
          <Form.Item name={['tariff', 'currency']} label={t('lines.edit.currency')}>
            <Input maxLength={3} autoComplete="off" />
          </Form.Item>
          <Amount
            name={['tariff', 'stepSeconds']}
            label={t('lines.edit.billingStep')}
            unit={t('common.seconds')}
          />
          <Amount name={['tariff', 'perMinute']} label={t('lines.edit.perMinute')} />
          <Amount name={['tariff', 'perCall']} label={t('lines.edit.perCall')} />
        </div>
        <Form.List name={['tariff', 'operators']}>
          {(rows, { add, remove }) => (
            <div className="rules">
              {rows.map((row) => (
                <div key={row.key} className="rule-row operator-row">
                  <Form.Item name={[row.name, 'operator']}>
                    <Input
                      aria-label={t('lines.operator')}
                      placeholder="China Mobile"
                      maxLength={60}
                      autoComplete="off"
                    />
                  </Form.Item>
                  <Form.Item name={[row.name, 'perMinute']}>
                    <InputNumber aria-label={t('lines.edit.perMinute')} style={{ width: '100%' }} />
                  </Form.Item>
                  <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                    ×
                  </Button>
                </div>
              ))}
              <Button type="dashed" onClick={() => add({ operator: '', perMinute: null })}>
                + {t('lines.edit.addOperator')}
              </Button>
            </div>
          )}
        </Form.List>
      </div>
    </>
  );
}
