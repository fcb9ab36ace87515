import { Form, Input, Select, Switch } from 'antd';
import type { Overview, PlanVersion } from '@branchline/shared';
import { PlanDrawer } from '../lines/plan-drawer.tsx';
import { WindowFields } from '../parts/window-fields.tsx';
import { useWords } from '../words/use-words.ts';
import { agentFaults, agentForm, agentOf, withAgent, type AgentForm } from './agent-form.ts';
import { queuesOf } from './queue-form.ts';
import { SkillRows } from './level-rows.tsx';

/** A person who takes calls at a branch. @param props.index the place in the plan; past the end: somebody new */
export function AgentDrawer(props: {
  readonly edge: string;
  readonly latest: PlanVersion;
  readonly index: number;
  readonly campaigns: Overview['campaigns'];
  readonly close: () => void;
}) {
  const { edge, latest, index, campaigns, close } = props;
  const { t } = useWords();
  const { plan } = latest;
  const agent = plan.agents[index];
  const taken = new Set(plan.agents.map(({ extension }) => extension));
  const free = plan.phones.find(({ extension }) => !taken.has(extension))?.extension;
  const teams = [...new Set(plan.agents.flatMap((each) => each.teams ?? []))];
  const find = { optionFilterProp: 'label' };
  return (
    <PlanDrawer<AgentForm>
      edge={edge}
      part="staff"
      title={agent ? t('staff.editAgent', { name: agent.name }) : t('staff.addAgent')}
      latest={latest}
      initial={agentForm(agent, free)}
      place={`/agents/${index}`}
      faultsOf={(form) => agentFaults(t, plan, index, form)}
      planOf={(before, form) => withAgent(before, index, agentOf(form))}
      close={close}
    >
      <div className="form-row">
        <Form.Item name="name" label={t('staff.name')}>
          <Input maxLength={120} autoComplete="off" />
        </Form.Item>
        <Form.Item name="id" label={t('staff.id')} tooltip={t('staff.idHint')}>
          <Input maxLength={40} autoComplete="off" disabled={agent !== undefined} />
        </Form.Item>
        <Form.Item name="extension" label={t('staff.extension')}>
          <Select
            showSearch={find}
            options={plan.phones.map(({ extension, label }) => ({
              value: extension,
              label: `${extension} · ${label}`,
            }))}
          />
        </Form.Item>
        <Form.Item name="mode" label={t('staff.mode')} tooltip={t('staff.modeHint')}>
          <Select
            options={(['ring', 'nailed'] as const).map((mode) => ({
              value: mode,
              label: t(`staff.modes.${mode}`),
            }))}
          />
        </Form.Item>
      </div>
      <h3 className="form-section">{t('staff.work')}</h3>
      <Form.Item name="campaigns" label={t('nav.campaigns')}>
        <Select
          mode="multiple"
          showSearch={find}
          options={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <div className="form-row">
        <Form.Item name="inbound" label={t('staff.inbound')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="queues" label={t('staff.ownQueues')} tooltip={t('staff.ownQueuesHint')}>
          <Select
            mode="multiple"
            showSearch={find}
            options={queuesOf(plan).map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
        <Form.Item name="teams" label={t('staff.teams')} tooltip={t('staff.teamsHint')}>
          <Select mode="tags" options={teams.map((team) => ({ value: team, label: team }))} />
        </Form.Item>
      </div>
      <h3 className="form-section">{t('staff.skills')}</h3>
      <p className="form-hint">{t('staff.skillsHint')}</p>
      <SkillRows name="skills" />
      <h3 className="form-section">{t('staff.page')}</h3>
      <div className="form-row three">
        <Form.Item name="pin" label={t('staff.pin')} tooltip={t('staff.pinHint')}>
          <Input.Password
            maxLength={8}
            inputMode="numeric"
            autoComplete="new-password"
            placeholder={t('staff.pinKept')}
          />
        </Form.Item>
        <Form.Item name="masked" label={t('staff.masked')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item
          name="outside"
          label={t('staff.outside')}
          tooltip={t('staff.outsideHint')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
        <Form.Item
          name="supervisor"
          label={t('staff.supervisor')}
          tooltip={t('staff.supervisorHint')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      </div>
      <h3 className="form-section">{t('staff.shift')}</h3>
      <p className="form-hint">{t('staff.shiftHint')}</p>
      <Form.Item name="hasShift" label={t('staff.hasShift')} valuePropName="checked" layout="horizontal">
        <Switch />
      </Form.Item>
      <Shift />
    </PlanDrawer>
  );
}

function Shift() {
  const has = Form.useWatch<boolean | undefined>('hasShift') ?? false;
  return (
    <div hidden={!has}>
      <WindowFields name="shift" />
    </div>
  );
}
