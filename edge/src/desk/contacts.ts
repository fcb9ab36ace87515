import type { DeskContact, DeskNote, EventRow } from '@branchline/shared';
import { campaignOf, outcomeOf, type Call } from '../calls/index.ts';
import type { Ledger } from '../store/index.ts';

export interface ContactsOptions {
  readonly ledger: Pick<Ledger, 'callsWith' | 'saidOf'>;
  /** An agent's name. */
  readonly nameOf: (agent: string) => string;
  /** A disposition in the words of its campaign. */
  readonly wordsOf: (campaign: string, code: string) => string;
  /** Something that is shown has changed. */
  readonly onChange: () => void;
}

type Said = Extract<EventRow, { type: 'note' | 'disposition' }>;

/** What one agent is shown: the customer, the call that is up, the earlier ones, and what was said of all of them. */
interface Shown {
  readonly customer: string;
  readonly call: string | undefined;
  readonly earlier: readonly Call[];
  readonly said: readonly Said[];
}

/** Earlier calls that are shown. */
const mostContacts = 20;

/** Earlier calls of the branch with the customers whom agents have before them, with what their colleagues said of them. */
export class Contacts {
  readonly #options: ContactsOptions;
  readonly #shown = new Map<string, Shown>();

  constructor(options: ContactsOptions) {
    this.#options = options;
  }

  /** Earlier calls with the customer an agent is shown, latest first. */
  of(agent: string): readonly DeskContact[] {
    const shown = this.#shown.get(agent);
    return shown?.earlier.map((call) => this.#contact(call, shown.said)) ?? [];
  }

  /** What colleagues have written of the call that an agent has. */
  notesOf(agent: string, call: string): { readonly notes?: DeskNote[] } {
    const said = this.#shown.get(agent)?.said ?? [];
    return this.#notes(said.filter((each) => each.call === call && each.agent !== agent));
  }

  /** An agent is shown a customer. @param call the one that is up */
  show(agent: string, customer: string, call?: string): void {
    const before = this.#shown.get(agent);
    if (customer === '' || (before?.customer === customer && before.call === call)) return;
    const same = before?.customer === customer ? before : { earlier: [], said: [] };
    this.#load(agent, { ...same, customer, call });
  }

  /** An agent has nobody before them any more. */
  forget(agent: string): void {
    this.#shown.delete(agent);
  }

  /** Something was said of a call: whoever is shown it is shown that, too. */
  heard(call: string): void {
    for (const [agent, shown] of this.#shown)
      if (shown.call === call || shown.earlier.some(({ id }) => id === call)) this.#load(agent, { ...shown });
  }

  #load(agent: string, shown: Shown): void {
    this.#shown.set(agent, shown);
    // The page does without.
    this.#read(agent, shown).catch(() => undefined);
  }

  async #read(agent: string, shown: Shown): Promise<void> {
    const { ledger, onChange } = this.#options;
    const { customer, call } = shown;
    const stored = await ledger.callsWith({ customer, limit: mostContacts });
    const earlier = stored.map((data) => (JSON.parse(data) as { call: Call }).call);
    const calls = [...earlier.map(({ id }) => id), ...(call === undefined ? [] : [call])];
    const said = (await ledger.saidOf({ calls })).map((row) => JSON.parse(row) as Said);
    if (this.#shown.get(agent) !== shown) return;
    this.#shown.set(agent, { ...shown, earlier, said });
    onChange();
  }

  #contact(call: Call, all: readonly Said[]): DeskContact {
    const { id, agent, bridgedAt, direction, endedAt, startedAt } = call;
    const said = all.filter((each) => each.call === id);
    const chosen = said.findLast((each) => each.type === 'disposition');
    const words =
      chosen?.type === 'disposition' && this.#options.wordsOf(campaignOf(call) ?? '', chosen.code);
    return {
      call: id,
      at: Math.round(startedAt),
      direction,
      outcome: outcomeOf(call),
      talkMs: Math.max(0, Math.round(bridgedAt === undefined ? 0 : (endedAt ?? bridgedAt) - bridgedAt)),
      ...(agent !== undefined && { agent }),
      ...(typeof words === 'string' && { disposition: words }),
      ...this.#notes(said),
    };
  }

  /** The last note of each agent. */
  #notes(said: readonly Said[]): { readonly notes?: DeskNote[] } {
    const last = new Map(said.flatMap((each) => (each.type === 'note' ? [[each.agent, each.text]] : [])));
    const notes = [...last].map(([agent, text]) => ({ by: this.#options.nameOf(agent), text }));
    return notes.length > 0 ? { notes } : {};
  }
}
