import { type Agent, type Clock, type DeskAct, type DeskBoard, type DeskDay } from '@branchline/shared';
import { voiceOf, type AgentPresence, type Roster } from '../agents/index.ts';
import type { Calls, HandOvers, Monitors } from '../calls/index.ts';
import type { InForce } from '../desired-keeper.ts';
import { callCounts, outgoingCalls } from '../live-snapshot.ts';
import type { Queues } from '../queues/index.ts';
import { refuse } from '../refuse.ts';
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
  /** An agent's day so far. */
  readonly dayOf: (agent: string) => DeskDay;
}

/** What a supervisor does about the calls and agents of others. */
export type SupervisorAct = Extract<
  DeskAct,
  { act: 'monitor' | 'take-over' | 'end' | 'move' | 'force' | 'write' }
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

  /** @throws BranchlineError `BL_DESK_REFUSED` */
  act(supervisor: AgentPresence, act: SupervisorAct): void {
    const { calls, handOvers, monitors, roster, business } = this.#options;
    const { id, extension } = supervisor;
    if (!roster.definition(id)?.supervisor) refuse('this is for supervisors');
    const at = business.now();
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
      case 'write':
        return this.#options.messages.write(supervisor, act.to, act.text.trim());
      case 'end':
        if (!calls.get(act.call)) refuse('the call is over');
        return calls.input(act.call, { type: 'end', by: 'system', at });
      case 'force': {
        if (!roster.get(act.agent)) refuse(`there is no agent ${act.agent}`);
        const input =
          act.state === 'break'
            ? ({ type: 'break', reason: 'supervisor', at } as const)
            : ({ type: act.state === 'ready' ? 'ready' : 'logout', at } as const);
        roster.input(act.agent, input);
      }
    }
  }
}
