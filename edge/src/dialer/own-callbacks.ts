import type { LeasedLead } from '@branchline/shared';
import type { NewRow } from '../store/index.ts';

/** A call that an agent of this box has promised to make. */
export interface OwnCallback {
  /** In which it was promised. */
  readonly call: string;
  readonly campaign: string;
  /** Absent where the call was nobody's of a list. */
  readonly lead?: string;
  readonly agent: string;
  readonly number: string;
  /** The disposition it was promised with. */
  readonly code: string;
  /** When it is to be made, business ms. */
  readonly at: number;
  /** When the agent took the promise back, business ms. */
  readonly takenBackAt?: number;
}

export interface OwnCallbacksOptions {
  /** Stores a promise, or that it is over, with the rows that tell of it. */
  readonly save: (args: { call: string; at: number; data?: string; rows: NewRow[] }) => Promise<void>;
}

/** Who is no longer promised a call is not dialed before, unless the center says so, ms. */
export const afterTakingBackMs = 24 * 3_600_000;

/**
 * What agents have promised at this box, until it is kept. The box knows of it without the center, and before it: a lead that was lent meanwhile is
 * dialed when its agent said last.
 */
export class OwnCallbacks {
  readonly #options: OwnCallbacksOptions;
  readonly #promised = new Map<string, OwnCallback>();

  constructor(options: OwnCallbacksOptions) {
    this.#options = options;
  }

  /** What the ledger remembers. */
  restore(stored: readonly { readonly data: string }[]): void {
    for (const { data } of stored) {
      const callback = JSON.parse(data) as OwnCallback;
      this.#promised.set(callback.call, callback);
    }
  }

  /** What an agent has promised, those to be made first at the head. */
  of(agent: string): OwnCallback[] {
    return [...this.#promised.values()]
      .filter((each) => each.agent === agent && each.takenBackAt === undefined)
      .toSorted((a, b) => a.at - b.at);
  }

  get(call: string): OwnCallback | undefined {
    const found = this.#promised.get(call);
    return found?.takenBackAt === undefined ? found : undefined;
  }

  /**
   * An agent has said what came of a call: what they promised with it, if anything, takes the place of what they promised with it before.
   * @param row tells what was said
   */
  said(call: string, promised: OwnCallback | undefined, row: NewRow): Promise<void> {
    if (promised) this.#promised.set(call, promised);
    else this.#promised.delete(call);
    return this.#save(call, promised, [row]);
  }

  /** An agent takes a promise back. @param at business ms @param row tells it */
  takeBack(promised: OwnCallback, at: number, row: NewRow): Promise<void> {
    return this.said(promised.call, { ...promised, takenBackAt: at }, row);
  }

  /** A person was reached: what was promised in calls before this one is kept. */
  async kept(lead: string, call: string): Promise<void> {
    const over = [...this.#promised.values()].filter((each) => each.lead === lead && each.call !== call);
    for (const each of over) this.#promised.delete(each.call);
    await Promise.all(over.map((each) => this.#save(each.call, undefined, [])));
  }

  /** A lead as its agent spoke of it last: not before the time they moved it to, and nobody's own when they took it back. */
  asPromised(lead: LeasedLead): LeasedLead {
    const { callback } = lead;
    if (callback?.agent === undefined) return lead;
    const said = [...this.#promised.values()].findLast(
      (each) => each.lead === lead.id && each.agent === callback.agent,
    );
    if (!said) return lead;
    if (said.takenBackAt !== undefined && callback.at <= said.at) {
      const { callback: _promise, ...open } = lead;
      return { ...open, dueAt: Math.max(lead.dueAt, said.takenBackAt + afterTakingBackMs) };
    }
    if (said.takenBackAt !== undefined || said.at <= callback.at) return lead;
    return { ...lead, dueAt: Math.max(lead.dueAt, said.at), callback: { ...callback, at: said.at } };
  }

  #save(call: string, promised: OwnCallback | undefined, rows: NewRow[]): Promise<void> {
    const at = Math.round(promised?.at ?? 0);
    return this.#options.save({ call, at, rows, ...(promised && { data: JSON.stringify(promised) }) });
  }
}
