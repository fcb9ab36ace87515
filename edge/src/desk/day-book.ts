import { startOfDay, type AgentState, type DeskDay } from '@branchline/shared';

const nothing: DeskDay = { calls: 0, talkMs: 0, wrapUpMs: 0, readyMs: 0, breakMs: 0 };

/** What each state counts as. */
const counted: Partial<Record<AgentState, Exclude<keyof DeskDay, 'calls'>>> = {
  ready: 'readyMs',
  preview: 'readyMs',
  reserved: 'readyMs',
  talking: 'talkMs',
  held: 'talkMs',
  'wrap-up': 'wrapUpMs',
  break: 'breakMs',
};

const inTalk: ReadonlySet<AgentState> = new Set(['talking', 'held']);

/** A state that an agent has left; times are business ms. */
export interface StateEnded {
  readonly from: AgentState;
  readonly to: AgentState;
  readonly heldMs: number;
  readonly at: number;
}

/** How each agent's day has gone so far. The state that goes on is not in it: it is counted when it ends. */
export class DayBook {
  readonly #days = new Map<string, DeskDay>();
  #midnight = 0;

  /**
   * An agent has left a state.
   * Of one that began yesterday, today's part counts.
   * @param zone the site's
   */
  add(agent: string, { from, to, heldMs, at }: StateEnded, zone: string): void {
    const midnight = startOfDay(at, zone);
    if (midnight !== this.#midnight) this.#days.clear();
    this.#midnight = midnight;
    const field = counted[from];
    if (!field) return;
    const day = this.#days.get(agent) ?? nothing;
    const today = Math.max(0, Math.min(heldMs, at - midnight));
    this.#days.set(agent, {
      ...day,
      [field]: day[field] + today,
      calls: day.calls + (inTalk.has(from) && !inTalk.has(to) ? 1 : 0),
    });
  }

  of(agent: string, at: number, zone: string): DeskDay {
    return startOfDay(at, zone) === this.#midnight ? (this.#days.get(agent) ?? nothing) : nothing;
  }
}
