import { useState } from 'react';
import { Alert, App, Button, Input, Select, Tabs } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from 'react-router';
import {
  BranchlineError,
  findFlowProblems,
  stepOf,
  type FlowProblem,
  type FlowSettings,
  type FlowVersion,
} from '@branchline/shared';
import { useSites } from '../campaigns/campaign-queries.ts';
import { dateTime, ownZone } from '../format/times.ts';
import { promptsQuery } from '../prompts/prompt-queries.ts';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { addStep, firstFlow, stepKinds, tidied } from './flow-draft.ts';
import { flowVersionsQuery, useSaveFlow } from './flow-queries.ts';
import { FlowSimulator } from './flow-simulator.tsx';
import { FlowTree } from './flow-tree.tsx';
import { StepFields } from './step-fields.tsx';
import type { Walk } from './walk.ts';

/** One flow: drawn, edited, walked through, with its versions. */
export function FlowPage() {
  const { id = '' } = useParams();
  const { t } = useWords();
  const allowed = may(useGrants(), 'flows');
  const fresh = id === 'new';
  const versions = useQuery(flowVersionsQuery(id, allowed && !fresh));
  usePageTitle(versions.data?.items[0]?.settings.name ?? t('flows.create'));
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  if (fresh) return <Editor versions={[]} />;
  return (
    <Asked question={versions} skeleton={<Loading rows={10} />}>
      {({ items }) => <Editor key={id} versions={items} />}
    </Asked>
  );
}

function Editor({ versions }: { readonly versions: readonly FlowVersion[] }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [base, setBase] = useState(versions[0]);
  const [draft, setDraft] = useState<FlowSettings>(base?.settings ?? firstFlow);
  const [why, setWhy] = useState('');
  const [chosen, setChosen] = useState<string | undefined>(draft.flow.start);
  const [walk, setWalk] = useState<Walk>();
  const writer = may(useGrants(), 'flow-write', draft.sites);
  const save = useSaveFlow(base?.id);
  const { flow } = tidied(draft);
  const recordings = useQuery(promptsQuery()).data?.items ?? [];
  const problems = findFlowProblems(
    flow,
    recordings.map(({ prompt }) => prompt),
  );
  const step = chosen === undefined ? undefined : stepOf(draft.flow, chosen);
  const change = (part: Partial<FlowSettings>): void => {
    setDraft({ ...draft, ...part });
    // A call does not go on in a flow that has become another.
    if (part.flow) setWalk(undefined);
  };
  const send = (): void =>
    save.mutate(
      {
        settings: tidied(draft),
        ...(why.trim() && { why: why.trim() }),
        ...(base && { over: base.version }),
      },
      {
        onSuccess: (stored) => {
          setBase(stored);
          setWhy('');
          void message.success(t('flows.saved', { version: stored.version }));
          if (!base) void navigate(`/flows/${stored.id}`, { replace: true });
        },
      },
    );
  return (
    <>
      <div className="page-head">
        <h1>{draft.name || t('flows.create')}</h1>
        <Link to="/flows">{t('flows.back')}</Link>
        {writer && (
          <div className="actions">
            <Input
              aria-label={t('flows.why')}
              placeholder={t('flows.why')}
              maxLength={200}
              style={{ width: 220 }}
              value={why}
              onChange={({ target }) => setWhy(target.value)}
            />
            <Button
              type="primary"
              loading={save.isPending}
              disabled={problems.length > 0 || draft.name.trim() === ''}
              onClick={send}
            >
              {t('flows.save')}
            </Button>
          </div>
        )}
      </div>
      <RefusalAlert problem={save.error} />
      <Problems problems={problems} choose={setChosen} />
      <Heading draft={draft} change={change} disabled={!writer} />
      <div className="flow-page">
        <section className="panel block">
          <h2>
            {t('flows.steps')}
            {writer && (
              <Select
                aria-label={t('flows.add')}
                placeholder={`+ ${t('flows.add')}`}
                value={null}
                style={{ width: 190 }}
                options={stepKinds.map((value) => ({ value, label: t(`flows.kind.${value}`) }))}
                onChange={(kind: (typeof stepKinds)[number]) => {
                  const added = addStep(draft.flow, kind);
                  change({ flow: added.flow });
                  setChosen(added.id);
                }}
              />
            )}
          </h2>
          <FlowTree
            flow={draft.flow}
            problems={problems}
            chosen={chosen}
            here={walk?.state.step}
            choose={setChosen}
          />
        </section>
        <section className="panel block">
          <Tabs
            items={[
              {
                key: 'step',
                label: t('flows.tab.step'),
                children: step ? (
                  <StepFields
                    key={step.id}
                    flow={draft.flow}
                    step={step}
                    recordings={recordings}
                    disabled={!writer}
                    change={(next) => change({ flow: next })}
                    choose={setChosen}
                  />
                ) : (
                  <p className="quiet">{t('flows.chooseStep')}</p>
                ),
              },
              {
                key: 'walk',
                label: t('flows.tab.walk'),
                disabled: problems.length > 0,
                children: <FlowSimulator flow={flow} walk={walk} recordings={recordings} onWalk={setWalk} />,
              },
              {
                key: 'versions',
                label: t('flows.tab.versions'),
                disabled: versions.length === 0,
                children: <Versions versions={versions} take={(settings) => change(settings)} />,
              },
            ]}
          />
        </section>
      </div>
    </>
  );
}

/** What keeps the flow from being stored, each with its step. */
function Problems(props: {
  readonly problems: readonly FlowProblem[];
  readonly choose: (step: string) => void;
}) {
  const { t, error } = useWords();
  if (props.problems.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 16 }}
      title={t('flows.problems')}
      description={
        <ul className="flow-problems">
          {props.problems.map(({ code, step, detail }) => {
            const { message, advice } = error(new BranchlineError(code, { step, detail }));
            return (
              <li key={`${code} ${step} ${detail}`}>
                <Button type="link" size="small" onClick={() => props.choose(step)}>
                  {step}
                </Button>
                {message} {advice} <code>{code}</code>
              </li>
            );
          })}
        </ul>
      }
    />
  );
}

function Heading(props: {
  readonly draft: FlowSettings;
  readonly change: (part: Partial<FlowSettings>) => void;
  readonly disabled: boolean;
}) {
  const { draft, change, disabled } = props;
  const { t } = useWords();
  const sites = useSites();
  return (
    <section className="panel block flow-heading">
      <label>
        <span>{t('flows.field.name')}</span>
        <Input
          aria-label={t('flows.field.name')}
          disabled={disabled}
          maxLength={200}
          value={draft.name}
          onChange={({ target }) => change({ name: target.value })}
        />
      </label>
      <label>
        <span>{t('flows.field.numbers')}</span>
        <Select
          mode="tags"
          disabled={disabled}
          aria-label={t('flows.field.numbers')}
          placeholder={t('flows.numbersHint')}
          value={draft.numbers}
          onChange={(numbers: string[]) => change({ numbers })}
        />
      </label>
      <label>
        <span>{t('flows.field.sites')}</span>
        <Select
          mode="multiple"
          disabled={disabled}
          aria-label={t('flows.field.sites')}
          placeholder={t('campaign.allSites')}
          options={(sites.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.sites}
          onChange={(chosen: string[]) => change({ sites: chosen })}
        />
      </label>
      <label>
        <span>{t('flows.field.start')}</span>
        <Select
          disabled={disabled}
          aria-label={t('flows.field.start')}
          options={draft.flow.steps.map(({ id }) => ({ value: id, label: id }))}
          value={draft.flow.start}
          onChange={(start: string) => change({ flow: { ...draft.flow, start } })}
        />
      </label>
    </section>
  );
}

function Versions(props: {
  readonly versions: readonly FlowVersion[];
  readonly take: (settings: FlowSettings) => void;
}) {
  const { t, language } = useWords();
  return (
    <table className="event-rows">
      <tbody>
        {props.versions.map(({ version, at, by, why, settings }) => (
          <tr key={version}>
            <td>{version}</td>
            <td className="quiet">{dateTime(at, language, ownZone())}</td>
            <td>{by}</td>
            <td>{why ?? <span className="quiet">{t('common.none')}</span>}</td>
            <td>
              <Button size="small" onClick={() => props.take(settings)}>
                {t('flows.take')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
