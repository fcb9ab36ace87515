import { Button, Form, Input, InputNumber, Select, Switch } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { PlanVersion } from '@branchline/shared';
import { useCampaigns } from '../campaigns/campaign-queries.ts';
import { flowsQuery } from '../flows/flow-queries.ts';
import { PlanDrawer } from '../lines/plan-drawer.tsx';
import { WindowFields } from '../parts/window-fields.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { useWords } from '../words/use-words.ts';
import { ExitChoice } from './exit-choice.tsx';
import { queueFaults, queueForm, queueOf, queuesOf, withQueue, type QueueForm } from './queue-form.ts';
import { SkillRows } from './level-rows.tsx';

const strategies = ['longest-idle', 'best-skilled'] as const;

/** A queue of a branch. @param props.index the place in the plan's list with the built-in queue; past the end: a new one */
export function QueueDrawer(props: {
  readonly edge: string;
  readonly latest: PlanVersion;
  readonly index: number;
  readonly close: () => void;
}) {
  const { edge, latest, index, close } = props;
  const { t } = useWords();
  const { plan } = latest;
  const queue = queuesOf(plan)[index];
  // The built-in queue stands after the others: changed, it takes its place among them.
  const place = Math.min(index, plan.queues?.length ?? 0);
  const teams = [...new Set(plan.agents.flatMap((agent) => agent.teams ?? []))];
  const skills = [...new Set(plan.agents.flatMap((agent) => (agent.skills ?? []).map(({ skill }) => skill)))];
  return (
    <PlanDrawer<QueueForm>
      edge={edge}
      part="staff"
      title={queue ? t('staff.editQueue', { name: queue.name }) : t('staff.addQueue')}
      latest={latest}
      initial={queueForm(queue)}
      place={`/queues/${place}`}
      faultsOf={(form) => queueFaults(t, plan, place, form)}
      planOf={(before, form) => withQueue(before, place, queueOf(form))}
      close={close}
    >
      <div className="form-row">
        <Form.Item name="name" label={t('staff.name')}>
          <Input maxLength={120} autoComplete="off" />
        </Form.Item>
        <Form.Item name="id" label={t('staff.id')} tooltip={t('staff.idHint')}>
          <Input maxLength={40} autoComplete="off" disabled={queue !== undefined} />
        </Form.Item>
      </div>
      <h3 className="form-section">{t('staff.whoServes')}</h3>
      <Form.Item name="teams" label={t('staff.teams')} tooltip={t('staff.queueTeamsHint')}>
        <Select mode="tags" options={teams.map((team) => ({ value: team, label: team }))} />
      </Form.Item>
      <p className="form-hint">{t('staff.requires')}</p>
      <SkillRows name="requires" />
      <div className="form-row">
        <Form.Item name="prefers" label={t('staff.prefers')}>
          <Select mode="tags" options={skills.map((skill) => ({ value: skill, label: skill }))} />
        </Form.Item>
        <Form.Item name="strategy" label={t('staff.strategy')}>
          <Select options={strategies.map((value) => ({ value, label: t(`staff.strategies.${value}`) }))} />
        </Form.Item>
      </div>
      <CampaignChoice />
      <h3 className="form-section">{t('staff.rules')}</h3>
      <Rules />
      <h3 className="form-section">{t('staff.hears')}</h3>
      <Hears />
      <h3 className="form-section">{t('staff.ways')}</h3>
      <Ways queues={queuesOf(plan).filter(({ id }) => id !== queue?.id)} />
    </PlanDrawer>
  );
}

function Amount(props: {
  readonly name: keyof QueueForm;
  readonly label: string;
  readonly unit?: string;
  readonly hint?: string;
}) {
  const { name, label, unit, hint } = props;
  return (
    <Form.Item name={name} label={label} tooltip={hint}>
      <InputNumber suffix={unit} style={{ width: '100%' }} />
    </Form.Item>
  );
}

function Rules() {
  const { t } = useWords();
  const seconds = t('common.seconds');
  return (
    <div className="form-row three">
      <Amount name="targetSeconds" label={t('staff.target')} unit={seconds} hint={t('staff.targetHint')} />
      <Amount name="priority" label={t('staff.priority')} hint={t('staff.priorityHint')} />
      <Amount
        name="lastAgentSeconds"
        label={t('staff.lastAgent')}
        unit={seconds}
        hint={t('staff.lastAgentHint')}
      />
      <Amount name="ringSeconds" label={t('staff.ring')} unit={seconds} />
      <Amount name="noAnswerLimit" label={t('staff.noAnswer')} hint={t('staff.noAnswerHint')} />
      <Amount name="wrapUpSeconds" label={t('staff.wrapUp')} unit={seconds} />
      <Amount name="holdSeconds" label={t('staff.hold')} unit={seconds} hint={t('staff.holdHint')} />
    </div>
  );
}

function CampaignChoice() {
  const { t } = useWords();
  const campaigns = useCampaigns(may(useGrants(), 'campaigns'));
  const all = campaigns.data?.pages.flatMap(({ items }) => items) ?? [];
  const { hasNextPage, fetchNextPage, isFetching } = campaigns;
  return (
    <Form.Item name="campaign" label={t('staff.campaign')} tooltip={t('staff.campaignHint')}>
      <Select
        showSearch
        optionFilterProp="label"
        options={[
          { value: '', label: t('common.none') },
          ...all.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onPopupScroll={() => {
          if (hasNextPage && !isFetching) void fetchNextPage();
        }}
      />
    </Form.Item>
  );
}

function Hears() {
  const { t } = useWords();
  const flows = useQuery(flowsQuery(may(useGrants(), 'flows')));
  const surveys = (flows.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className="form-row">
      <Form.Item name="music" label={t('staff.music')} tooltip={t('staff.musicHint')}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Amount
        name="announceSeconds"
        label={t('staff.announce')}
        unit={t('common.seconds')}
        hint={t('staff.announceHint')}
      />
      <Form.Item name="callBackKey" label={t('staff.callBackKey')} tooltip={t('staff.callBackKeyHint')}>
        <Input maxLength={1} inputMode="numeric" autoComplete="off" />
      </Form.Item>
      <Form.Item name="survey" label={t('form.survey')} tooltip={t('form.surveyHint')}>
        <Select options={[{ value: '', label: t('common.none') }, ...surveys]} />
      </Form.Item>
    </div>
  );
}

function Ways({ queues }: { readonly queues: readonly { readonly id: string; readonly name: string }[] }) {
  const { t } = useWords();
  const hasHours = Form.useWatch<boolean | undefined>('hasHours') ?? false;
  return (
    <>
      <p className="form-hint">{t('staff.overflowHint')}</p>
      <Form.List name="overflow">
        {(rows, { add, remove }) => (
          <div className="rules">
            {rows.map((row) => (
              <div key={row.key} className="rule-row overflow-row">
                <Form.Item name={[row.name, 'afterSeconds']} label={t('staff.after')}>
                  <InputNumber suffix={t('common.seconds')} style={{ width: '100%' }} />
                </Form.Item>
                <Form.Item name={[row.name, 'length']} label={t('staff.length')}>
                  <InputNumber style={{ width: '100%' }} />
                </Form.Item>
                <Form.Item name={[row.name, 'exit']} label={t('staff.goes')}>
                  <ExitChoice label={t('staff.goes')} queues={queues} />
                </Form.Item>
                <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                  ×
                </Button>
              </div>
            ))}
            {rows.length < 5 && (
              <Button
                type="dashed"
                onClick={() => add({ afterSeconds: null, length: null, exit: { to: 'group' } })}
              >
                + {t('staff.addOverflow')}
              </Button>
            )}
          </div>
        )}
      </Form.List>
      <div className="form-row">
        <Amount name="maxWaitSeconds" label={t('staff.maxWait')} unit={t('common.seconds')} />
        <Form.Item name="exit" label={t('staff.exit')}>
          <ExitChoice label={t('staff.exit')} queues={queues} />
        </Form.Item>
        <Form.Item name="closedExit" label={t('staff.closedExit')} tooltip={t('staff.closedExitHint')}>
          <ExitChoice label={t('staff.closedExit')} queues={queues} />
        </Form.Item>
      </div>
      <Form.Item name="hasHours" label={t('staff.hasHours')} valuePropName="checked" layout="horizontal">
        <Switch />
      </Form.Item>
      <div hidden={!hasHours}>
        <WindowFields name="open" />
      </div>
    </>
  );
}
