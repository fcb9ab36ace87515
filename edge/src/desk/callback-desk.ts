import {
  callbackTimeProblem,
  type Agent,
  type Clock,
  type ClockTrust,
  type DeskAct,
  type DeskCallback,
  type IdSource,
} from '@branchline/shared';
import type { Calls } from '../calls/index.ts';
import type { Dialer, OwnCallback, OwnCallbacks } from '../dialer/index.ts';
import { refuse } from '../refuse.ts';
import type { NewRow } from '../store/index.ts';
import { seenNumber } from './view.ts';

export interface CallbackDeskOptions {
  readonly callbacks: OwnCallbacks;
  readonly dialer: Pick<Dialer, 'book' | 'campaign'>;
  readonly calls: Pick<Calls, 'all'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
}

/** What an agent does about a call they have promised. */
export type CallbackAct = Extract<DeskAct, { act: `callback-${string}` }>;

/** Promises that are listed, and how long one whose time is over stays among them, ms: somebody else may have called since. */
const mostShown = 50;
const overdueShownMs = 24 * 3_600_000;

/** The calls that agents have promised to make, as each sees their own: what was promised at this box, and what is lent to it. */
export class CallbackDesk {
  readonly #options: CallbackDeskOptions;

  constructor(options: CallbackDeskOptions) {
    this.#options = options;
  }

  /** What an agent has promised, those to be made first at the head. */
  of(agent: Agent): DeskCallback[] {
    const { callbacks, dialer, business } = this.#options;
    const now = business.now();
    const own = callbacks.of(agent.id);
    const known = new Set(own.flatMap(({ lead }) => lead ?? []));
    const lent = dialer.book.promisedTo(agent.id).map(({ campaign, lead }) => ({
      campaign,
      lead: lead.id,
      number: lead.numbers[0]!.number,
      at: lead.callback!.at,
    }));
    // Where nobody picked up, the center lends it again for a later time.
    const times = new Map(lent.map(({ lead, at }) => [lead, at]));
    return [
      ...own.map((each) => ({ ...each, at: Math.max(each.at, times.get(each.lead ?? '') ?? 0) })),
      ...lent.filter(({ lead }) => !known.has(lead)),
    ]
      .filter(({ at }) => at > now - overdueShownMs)
      .toSorted((a, b) => a.at - b.at)
      .slice(0, mostShown)
      .map((each) => {
        const campaign = dialer.campaign(each.campaign)?.name;
        return {
          ...('call' in each && { call: each.call }),
          number: seenNumber(each.number, agent),
          at: Math.round(each.at),
          overdue: each.at < now,
          ...(campaign !== undefined && { campaign }),
        };
      });
  }

  /** @throws BranchlineError `BL_DESK_REFUSED` with the reason */
  async act(agent: string, act: CallbackAct): Promise<void> {
    const { callbacks, calls, dialer, business } = this.#options;
    const promised = callbacks.get(act.call);
    if (promised?.agent !== agent) refuse('there is no such promise');
    const { lead } = promised;
    if (calls.all().some((call) => call.lead !== undefined && call.lead === lead))
      refuse('this person is being called');
    const now = business.now();
    if (act.act === 'callback-drop') await callbacks.takeBack(promised, now, this.#row(promised, now, {}));
    else {
      const problem = callbackTimeProblem(act.at, now);
      if (problem !== undefined) refuse(problem);
      const moved = { ...promised, at: act.at };
      const wish = { callbackAt: act.at, callbackFor: 'own' as const };
      await callbacks.said(act.call, moved, this.#row(promised, now, wish));
    }
    if (lead !== undefined) dialer.book.review(lead);
  }

  /** The outcome of the call in which it was promised, said again. */
  #row(
    { call, agent, code }: OwnCallback,
    at: number,
    wish: { callbackAt?: number; callbackFor?: 'own' },
  ): NewRow {
    const { clockTrust, ids } = this.#options;
    const head = { at, clock: clockTrust(), id: ids() };
    return { stream: 'event', row: { ...head, type: 'disposition', call, agent, code, by: 'api', ...wish } };
  }
}
