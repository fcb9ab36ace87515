import type {
  Agent,
  Clock,
  ClockTrust,
  DeskAct,
  DeskBoard,
  DeskDay,
  IdSource,
  StreamRow,
} from '@branchline/shared';
import { isReachable, voiceOf, type AgentPresence, type Roster } from '../agents/index.ts';
import type { Calls, HandOvers, Monitors } from '../calls/index.ts';
import type { InForce } from '../desired-keeper.ts';
import { callCounts, outgoingCalls } from '../live-snapshot.ts';
import type { Queues } from '../queues/index.ts';
import { refuse } from '../refuse.ts';
import type { NewRow } from '../store/index.ts';
import type { Messages } from './messages.ts';
import { seenNumber, vipMark } from './view.ts';

export interface BoardOptions {
  readonly roster: Roster;
  readonly calls: Calls;
  readonly queues: Queues;
  readonly handOvers: HandOvers;
  readonly monitors: Monitors;
  readonly business: Clock;
  readonly inForce: () => InForce;
  readonly messages: Messages;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
  /** An agent's day so far. */
  readonly dayOf: (agent: string) => DeskDay;
}

/** What a supervisor does about the calls and agents of others. */
export type SupervisorAct = Extract<
  DeskAct,
  { act: 'monitor' | 'take-over' | 'end' | 'move' | 'force' | 'write' }
>;

/** What of a supervisor's act no other row tells. */
type Supervised = Pick<
  Extract<StreamRow<'event'>, { type: 'supervised' }>,
  'act' | 'call' | 'agent' | 'state' | 'text'
>;

/** Calls on their way out that are listed. */
const mostShown = 20;

/** The whole branch as its supervisors see it, and what they do there. */
export class Board {
  readonly #options: BoardOptions;

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  /** @param viewer whose permissions decide how numbers are shown */
  of(viewer: Pick<Agent, 'masked'>): DeskBoard {
    const { calls, monitors, queues, roster, inForce, dayOf } = this.#options;
    const live = queues.live();
    return {
      agents: roster.all().map((agent) => {
        const call = calls.get(voiceOf(agent)?.call ?? '');
        return {
          id: agent.id,
          name: roster.definition(agent.id)?.name ?? agent.id,
          extension: agent.extension,
          state: agent.state,
          since: Math.round(agent.since),
          reason: agent.reason || 'none',
          ...(agent.state !== 'offline' && !isReachable(agent) && { phoneLost: true as const }),
          ...(call && {
            call: {
              id: call.id,
              number: seenNumber(call.customer, viewer),
              talking: call.phase === 'talking' && call.agent === agent.id,
            },
          }),
          monitors: monitors
            .all()
            .filter((monitor) => call !== undefined && monitor.call === call.id && call.agent === agent.id)
            .map(({ extension, mode, there }) => ({ extension, mode, there })),
          day: dayOf(agent.id),
        };
      }),
      queues: Object.entries(live).map(([id, { ready }]) => ({
        id,
        name: queues.queue(id)?.name ?? id,
        ready,
        waiting: queues.waitingIn(id).map((place) => ({
          call: place.call,
          number: seenNumber(calls.get(place.call)?.customer ?? '', viewer),
          since: Math.round(place.enteredAt),
          ...vipMark(queues.vipOf(calls.get(place.call)?.customer ?? '')),
        })),
        ...queues.days(id),
      })),
      calls: callCounts(calls.all()),
      outgoing: outgoingCalls(calls.all(), mostShown).map(
        ({ id, customer, startedAt, phase, campaign, line }) => {
          const known = inForce().desired.campaigns.find((each) => each.id === campaign);
          return {
            call: id,
            number: seenNumber(customer, viewer),
            since: Math.round(startedAt),
            ringing: phase !== 'dialing',
            ...(known && { campaign: known.name }),
            line,
          };
        },
      ),
    };
  }

  /** Does it, and stores who did. @throws BranchlineError `BL_DESK_REFUSED` */
  act(supervisor: AgentPresence, act: SupervisorAct): void {
    const { calls, handOvers, messages, monitors, roster, business } = this.#options;
    const { id, extension } = supervisor;
    if (!roster.definition(id)?.supervisor) refuse('this is for supervisors');
    switch (act.act) {
      case 'monitor':
        return monitors.set(act.call, extension, act.mode, id);
      case 'take-over':
        // Who listens is free for it.
        if (monitors.all().some((own) => own.extension === extension && own.call === act.call))
          monitors.set(act.call, extension, 'stop', id);
        return handOvers.transfer(act.call, { agent: id }, id);
      case 'move':
        return handOvers.transfer(act.call, { queue: act.queue }, id);
      case 'write': {
        const text = act.text.trim();
        messages.write(supervisor, act.to, text);
        return this.#tell(id, { act: 'write', ...(act.to !== undefined && { agent: act.to }), text });
      }
      case 'end': {
        const call = calls.get(act.call) ?? refuse('the call is over');
        const agent = call.agent === undefined ? {} : { agent: call.agent };
        this.#tell(id, { act: 'end', call: call.id, ...agent });
        return calls.input(call.id, { type: 'end', by: 'system', at: business.now() });
      }
      case 'force':
        return this.#force(id, act);
    }
  }

  #force(by: string, { agent: id, state }: Extract<SupervisorAct, { act: 'force' }>): void {
    const { roster, business } = this.#options;
    const agent = roster.get(id) ?? refuse(`there is no agent ${id}`);
    // Nobody can be put to work who has not said to be there.
    if (agent.state === 'offline') refuse('the colleague is offline');
    this.#tell(by, { act: 'force', agent: id, state });
    const at = business.now();
    if (state === 'break') roster.input(id, { type: 'break', reason: 'supervisor', at });
    else roster.input(id, { type: state === 'ready' ? 'ready' : 'logout', at });
  }

  #tell(by: string, fact: Supervised): void {
    const { business, clockTrust, ids, tell } = this.#options;
    const head = { at: business.now(), clock: clockTrust(), id: ids() };
    tell({ stream: 'event', row: { ...head, type: 'supervised', by, ...fact } });
  }
}
