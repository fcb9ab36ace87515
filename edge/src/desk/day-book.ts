import { startOfDay, type AgentState, type DeskDay } from '@branchline/shared';

const nothing: DeskDay = { calls: 0, talkMs: 0, wrapUpMs: 0, readyMs: 0, breakMs: 0 };

/** What each state counts as. */
const counted: Partial<Record<AgentState, Exclude<keyof DeskDay, 'calls'>>> = {
  ready: 'readyMs',
  preview: 'readyMs',
  reserved: 'readyMs',
  talking: 'talkMs',
  'wrap-up': 'wrapUpMs',
  break: 'breakMs',
};

/** How each agent's day has gone so far. The state that goes on is not in it: it is counted when it ends. */
export class DayBook {
  readonly #days = new Map<string, DeskDay>();
  #midnight = 0;

  /**
   * An agent has left a state.
   * @param at when, business ms
   * @param heldMs how long it lasted; of one that began yesterday, today's part counts
   * @param zone the site's
   */
  add(agent: string, from: AgentState, heldMs: number, at: number, zone: string): void {
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
      calls: day.calls + (from === 'talking' ? 1 : 0),
    });
  }

  of(agent: string, at: number, zone: string): DeskDay {
    return startOfDay(at, zone) === this.#midnight ? (this.#days.get(agent) ?? nothing) : nothing;
  }
}
