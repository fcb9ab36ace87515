import { Form, Input, InputNumber, Select, Switch } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { DialMode, Machines, pacedModes } from '@branchline/shared';
import { flowsQuery } from '../flows/flow-queries.ts';
import { WindowFields } from '../parts/window-fields.tsx';
import { useWords } from '../words/use-words.ts';
import { FilterRows, QuotaRows } from './choice-rows.tsx';
import { useSites } from './campaign-queries.ts';
import { DispositionRows } from './disposition-rows.tsx';
import { FormRows } from './form-rows.tsx';
import { GateFields } from './gate-fields.tsx';
import { RetryRows } from './retry-rows.tsx';
import type { FormSettings } from './settings-form.ts';

const dialModes = DialMode.enum;
const machinePolicies = Machines.enum;

/**
 * The fields of a campaign in the order in which people decide them.
 * @param props.campaign the one that is edited; absent: a new one
 */
export function CampaignFields(props: {
  readonly campaign?: string | undefined;
  readonly sites?: readonly string[] | undefined;
}) {
  const { t } = useWords();
  const { campaign, sites } = props;
  return (
    <>
      <h3 className="form-section">{t('form.basics')}</h3>
      <Basics sites={sites} />
      <h3 className="form-section">{t('form.calling')}</h3>
      <CallingHours />
      <h3 className="form-section">{t('gate.title')}</h3>
      <GateFields />
      <h3 className="form-section">{t('form.pacing')}</h3>
      <Pacing />
      <h3 className="form-section">{t('form.retries')}</h3>
      <p className="form-hint">{t('form.retryHint')}</p>
      <RetryRows />
      <h3 className="form-section">{t('form.dispositions')}</h3>
      <p className="form-hint">{t('form.dispositionHint')}</p>
      <DispositionRows />
      <h3 className="form-section">{t('form.choice')}</h3>
      <p className="form-hint">{t('form.filterHint')}</p>
      <FilterRows />
      <p className="form-hint">{t('form.quotaHint')}</p>
      <QuotaRows campaign={campaign} />
      <h3 className="form-section">{t('form.desk')}</h3>
      <Form.Item<FormSettings> name="script" label={t('form.script')}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} />
      </Form.Item>
      <p className="form-hint">{t('form.questionsHint')}</p>
      <FormRows />
      <Form.Item<FormSettings> name="record" label={t('form.record')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <h3 className="form-section">{t('form.advanced')}</h3>
      <Leases />
    </>
  );
}

function Basics({ sites }: { readonly sites?: readonly string[] | undefined }) {
  const { t } = useWords();
  const known = useSites();
  const options = (known.data?.items ?? [])
    .filter((site) => sites === undefined || sites.includes(site.id))
    .map((site) => ({ value: site.id, label: `${site.name} (${site.id})` }));
  return (
    <>
      <Form.Item<FormSettings> name="name" label={t('form.name')}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <div className="form-row three">
        <Form.Item<FormSettings> name="mode" label={t('form.mode')}>
          <Select options={dialModes.map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))} />
        </Form.Item>
        <Form.Item<FormSettings> name="priority" label={t('form.priority')} tooltip={t('form.priorityHint')}>
          <InputNumber style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item<FormSettings> name="region" label={t('form.region')} tooltip={t('form.regionHint')}>
          <Input maxLength={2} />
        </Form.Item>
      </div>
      <ModeFields />
      <Survey />
      <Form.Item<FormSettings> name="sites" label={t('form.sites')} extra={t('form.sitesHint')}>
        <Select
          mode="multiple"
          allowClear
          options={options}
          loading={known.isPending}
          placeholder={t('campaign.allSites')}
          showSearch={{ optionFilterProp: 'label' }}
        />
      </Form.Item>
    </>
  );
}

/** What the chosen mode means, and what else it has to be told. */
function ModeFields() {
  const { t } = useWords();
  const mode = Form.useWatch<FormSettings['mode'] | undefined>('mode') ?? 'progressive';
  return (
    <>
      <p className="form-hint">{t(`modeHint.${mode}`)}</p>
      <div className="form-row" hidden={mode === 'manual' || mode === 'progressive'}>
        <Form.Item<FormSettings>
          name="previewSeconds"
          label={t('form.previewSeconds')}
          tooltip={t('form.previewSecondsHint')}
          hidden={mode !== 'preview'}
        >
          <InputNumber suffix={t('common.seconds')} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item<FormSettings>
          name="callsPerAgent"
          label={t('form.callsPerAgent')}
          hidden={mode !== 'power'}
        >
          <InputNumber step={0.1} style={{ width: '100%' }} />
        </Form.Item>
        <BroadcastFields hidden={mode !== 'broadcast'} />
        <Form.Item<FormSettings>
          name="maxAbandonRate"
          label={t('form.maxAbandonRate')}
          tooltip={t('form.maxAbandonRateHint')}
          hidden={!pacedModes.has(mode)}
        >
          <InputNumber<number>
            step={0.005}
            suffix="%"
            style={{ width: '100%' }}
            formatter={(share) => `${Number((Number(share) * 100).toFixed(2))}`}
            parser={(percent) => Number(percent) / 100}
          />
        </Form.Item>
      </div>
    </>
  );
}

/** What a customer is asked when the agent has hung up. */
function Survey() {
  const { t } = useWords();
  const flows = useQuery(flowsQuery(true));
  const options = (flows.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Form.Item<FormSettings> name="survey" label={t('form.survey')} extra={t('form.surveyHint')}>
      <Select options={[{ value: '', label: t('common.none') }, ...options]} />
    </Form.Item>
  );
}

/** What a broadcast plays, and how much of the lines it may take. */
function BroadcastFields({ hidden }: { readonly hidden: boolean }) {
  const { t } = useWords();
  const flows = useQuery(flowsQuery(!hidden));
  const options = (flows.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <Form.Item<FormSettings> name="flow" label={t('form.flow')} hidden={hidden}>
        <Select options={[{ value: '', label: t('common.none') }, ...options]} />
      </Form.Item>
      <Form.Item name={['broadcast', 'channels']} label={t('form.broadcastChannels')} hidden={hidden}>
        <InputNumber style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name={['broadcast', 'callsPerSecond']} label={t('form.callsPerSecond')} hidden={hidden}>
        <InputNumber step={0.5} style={{ width: '100%' }} />
      </Form.Item>
    </>
  );
}

function CallingHours() {
  const { t } = useWords();
  return (
    <>
      <p className="form-hint">
        {t('form.window')}. {t('form.windowHint')}
      </p>
      <WindowFields name="window" />
    </>
  );
}

function Pacing() {
  const { t } = useWords();
  const seconds = t('common.seconds');
  return (
    <>
      <div className="form-row">
        <Form.Item<FormSettings>
          name="attemptsCap"
          label={t('form.attemptsCap')}
          tooltip={t('form.attemptsCapHint')}
        >
          <InputNumber style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item<FormSettings> name="ringSeconds" label={t('form.ringSeconds')}>
          <InputNumber suffix={seconds} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item<FormSettings> name="wrapUpSeconds" label={t('form.wrapUpSeconds')}>
          <InputNumber suffix={seconds} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item<FormSettings> name="maxWaitMs" label={t('form.maxWaitMs')}>
          <InputNumber step={100} suffix="ms" style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <MachineFields />
      <Form.Item<FormSettings> name="callerId" label={t('form.callerId')} extra={t('form.callerIdHint')}>
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
    </>
  );
}

/** What is done with machines that answer. */
function MachineFields() {
  const { t } = useWords();
  const machines = Form.useWatch<FormSettings['machines'] | undefined>('machines') ?? 'off';
  return (
    <>
      <div className="form-row">
        <Form.Item<FormSettings> name="machines" label={t('form.machines')}>
          <Select options={machinePolicies.map((value) => ({ value, label: t(`machines.${value}`) }))} />
        </Form.Item>
        <Form.Item<FormSettings>
          name="machineMessage"
          label={t('form.machineMessage')}
          tooltip={t('form.machineMessageHint')}
          hidden={machines === 'off'}
        >
          <Input maxLength={40} autoComplete="off" />
        </Form.Item>
      </div>
      <p className="form-hint">{t(`machinesHint.${machines}`)}</p>
    </>
  );
}

function Leases() {
  const { t } = useWords();
  return (
    <div className="form-row">
      <Form.Item<FormSettings>
        name="leaseSeconds"
        label={t('form.leaseSeconds')}
        tooltip={t('form.leaseHint')}
      >
        <InputNumber step={600} suffix={t('common.seconds')} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item<FormSettings> name="inDoubt" label={t('form.inDoubt')}>
        <Select
          options={[
            { value: 'wait', label: t('form.inDoubtWait') },
            { value: 'count-attempt', label: t('form.inDoubtCount') },
          ]}
        />
      </Form.Item>
    </div>
  );
}
