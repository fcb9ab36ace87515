import { useState } from 'react';
import type { DeskAct, DeskBoard, DeskView } from '@branchline/shared';
import { span, stopwatch } from './times.ts';
import { en } from './words/en.ts';
import { VipMark } from './vip-mark.tsx';
import { Voicemails } from './voicemails.tsx';
import { useWords } from './words/words.ts';

type Act = (act: DeskAct) => void;
type BoardAgent = DeskBoard['agents'][number];
type Reason = keyof typeof en.reason;

type QueueCounts = DeskBoard['queues'][number]['today'];
const served = ({ connected }: QueueCounts): string => String(connected);
const abandoned = (counts: QueueCounts): string => String(counts.abandoned);
/** Of those who were served or gave up, the share that was served within the promised time. */
function inTime(counts: QueueCounts): string {
  const all = counts.connected + counts.abandoned;
  return all === 0 ? '–' : `${Math.round((100 * counts.inTime) / all)}%`;
}

/** The whole branch, for its supervisors. */
export function Board(props: {
  readonly board: DeskBoard;
  readonly view: DeskView;
  readonly now: number;
  readonly act: Act;
}) {
  const { t } = useWords();
  const { board, view, now, act } = props;
  const lasting = (since: number): string => stopwatch((now - since) / view.speed);
  return (
    <main className="board">
      <section className="tiles" aria-label={t('board.calls')}>
        {(['talking', 'waiting', 'ringing', 'dialing', 'inbound'] as const).map((each) => (
          <div key={each} className="tile">
            <span className="quiet">{t(`board.${each}`)}</span>
            <strong className="big">{board.calls[each]}</strong>
          </div>
        ))}
      </section>
      <section aria-label={t('board.queues')}>
        <h2>{t('board.queues')}</h2>
        <table>
          <thead>
            <tr>
              <th>{t('board.queue')}</th>
              <th className="figure">{t('board.waiting')}</th>
              <th className="figure">{t('board.longest')}</th>
              <th className="figure">{t('board.ready')}</th>
              <th className="figure">{t('board.served')}</th>
              <th className="figure">{t('board.inTime')}</th>
              <th className="figure">{t('board.abandoned')}</th>
              <th>{t('board.line')}</th>
            </tr>
          </thead>
          <tbody>
            {board.queues.map(({ id, name, ready, waiting, today, yesterday }) => (
              <tr key={id}>
                <td>{name}</td>
                <td className="figure">{waiting.length}</td>
                <td className="figure">{waiting[0] ? lasting(waiting[0].since) : '–'}</td>
                <td className="figure">{ready}</td>
                {[served, inTime, abandoned].map((figure, i) => (
                  <td key={i} className="figure">
                    {figure(today)}
                    <small> {t('board.yesterday', { figure: figure(yesterday) })}</small>
                  </td>
                ))}
                <td>
                  <ul>
                    {waiting.slice(0, 10).map((each) => (
                      <li key={each.call} className="row">
                        <span>
                          {each.number || t('call.unknown')}
                          {each.vip !== undefined && <VipMark level={each.vip} />}{' '}
                          <small>{lasting(each.since)}</small>
                        </span>
                        <Move call={each.call} from={id} view={view} act={act} />
                      </li>
                    ))}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {board.outgoing.length > 0 && (
        <section aria-label={t('board.outgoing')}>
          <h2>{t('board.outgoing')}</h2>
          <table>
            <thead>
              <tr>
                <th>{t('board.number')}</th>
                <th>{t('board.state')}</th>
                <th className="figure">{t('board.since')}</th>
                <th>{t('board.campaign')}</th>
                <th>{t('board.trunk')}</th>
              </tr>
            </thead>
            <tbody>
              {board.outgoing.map(({ call, number, since, ringing, campaign, line }) => (
                <tr key={call}>
                  <td>{number}</td>
                  <td>{t(ringing ? 'board.ringing' : 'board.dialing')}</td>
                  <td className="figure">{lasting(since)}</td>
                  <td>{campaign ?? '–'}</td>
                  <td>{line}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Voicemails view={view} act={act} />
      <Writing agents={board.agents} act={act} />
      <section aria-label={t('board.agents')}>
        <h2>{t('board.agents')}</h2>
        <table>
          <thead>
            <tr>
              <th>{t('board.agent')}</th>
              <th>{t('board.state')}</th>
              <th className="figure">{t('board.since')}</th>
              <th className="figure">{t('day.calls')}</th>
              <th className="figure">{t('day.talkMs')}</th>
              <th>{t('board.call')}</th>
              <th>{t('board.acts')}</th>
            </tr>
          </thead>
          <tbody>
            {board.agents.map((agent) => (
              <AgentRow key={agent.id} agent={agent} view={view} lasting={lasting} act={act} />
            ))}
          </tbody>
        </table>
      </section>
    </main>
  );
}

function AgentRow(props: {
  readonly agent: BoardAgent;
  readonly view: DeskView;
  readonly lasting: (since: number) => string;
  readonly act: Act;
}) {
  const { t, language } = useWords();
  const { agent, view, lasting, act } = props;
  const { call, state, reason } = agent;
  const why = state === 'break' && (reason in en.reason ? t(`reason.${reason as Reason}`) : reason);
  const mine = agent.monitors.find(({ extension }) => extension === view.agent.extension);
  return (
    <tr className={`state-${state}`}>
      <td>
        {agent.name} <small>{agent.extension}</small>
      </td>
      <td className="stays">
        <i aria-hidden className="dot" /> {t(`state.${state}`)} {why && <small>{why}</small>}
        {agent.phoneLost && <small className="bad-ink"> {t('board.phoneLost')}</small>}
      </td>
      <td className="figure">{lasting(agent.since)}</td>
      <td className="figure">{agent.day.calls}</td>
      <td className="figure">{span(agent.day.talkMs, language)}</td>
      <td>
        {call && (call.number || t('call.unknown'))}
        {agent.monitors.map(({ extension, mode, there }) => (
          <small key={extension} className="listener">
            {' '}
            {t(`monitor.${mode}`)} · {extension} {!there && '…'}
          </small>
        ))}
      </td>
      <td>
        <div className="buttons small">
          {call?.talking === true && agent.id !== view.agent.id && (
            <>
              {(['listen', 'whisper', 'barge'] as const).map((mode) => (
                <button
                  key={mode}
                  type="button"
                  aria-pressed={mine?.mode === mode}
                  onClick={() => act({ act: 'monitor', call: call.id, mode })}
                >
                  {t(`monitor.${mode}`)}
                </button>
              ))}
              {mine && (
                <button type="button" onClick={() => act({ act: 'monitor', call: call.id, mode: 'stop' })}>
                  {t('monitor.stop')}
                </button>
              )}
              <button
                type="button"
                disabled={view.agent.state !== 'ready' && !mine}
                title={view.agent.state === 'ready' || mine ? undefined : t('board.readyFirst')}
                onClick={() => act({ act: 'take-over', call: call.id })}
              >
                {t('act.take-over')}
              </button>
              <Move call={call.id} from={undefined} view={view} act={act} />
              <button
                type="button"
                className="bad"
                onClick={() => confirm(t('board.askEnd')) && act({ act: 'end', call: call.id })}
              >
                {t('act.hangup')}
              </button>
            </>
          )}
          <select
            value=""
            aria-label={t('board.force', { name: agent.name })}
            onChange={(event) =>
              act({
                act: 'force',
                agent: agent.id,
                state: event.target.value as 'ready' | 'break' | 'offline',
              })
            }
          >
            <option value="">{t('board.set')} …</option>
            <option value="ready">{t('state.ready')}</option>
            <option value="break">{t('state.break')}</option>
            <option value="offline">{t('state.offline')}</option>
          </select>
        </div>
      </td>
    </tr>
  );
}

/** A message to one agent, or to all who are logged in. */
function Writing(props: { readonly agents: DeskBoard['agents']; readonly act: Act }) {
  const { t } = useWords();
  const { agents, act } = props;
  const [to, setTo] = useState('');
  const [text, setText] = useState('');
  return (
    <section aria-label={t('message.write')}>
      <form
        className="writing"
        onSubmit={(event) => {
          event.preventDefault();
          act({ act: 'write', text, ...(to !== '' && { to }) });
          setText('');
        }}
      >
        <select value={to} aria-label={t('message.to')} onChange={(event) => setTo(event.target.value)}>
          <option value="">{t('message.all')}</option>
          {agents.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <input
          value={text}
          maxLength={500}
          placeholder={t('message.write')}
          aria-label={t('message.write')}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" disabled={text.trim() === ''}>
          {t('message.send')}
        </button>
      </form>
    </section>
  );
}

/** To another queue. */
function Move(props: {
  readonly call: string;
  /** The queue they wait in. */
  readonly from: string | undefined;
  readonly view: DeskView;
  readonly act: Act;
}) {
  const { t } = useWords();
  const { call, from, view, act } = props;
  const others = view.queues.filter(({ id }) => id !== from);
  if (others.length === 0) return null;
  return (
    <select
      value=""
      aria-label={t('board.move')}
      onChange={(event) => act({ act: 'move', call, queue: event.target.value })}
    >
      <option value="">{t('board.move')} …</option>
      {others.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
