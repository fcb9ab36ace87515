import type { VoicemailHandling } from '@branchline/shared';
import { refuse } from '../refuse.ts';
import type { NewRow } from '../store/index.ts';
import type { Voicemail } from './voicemails.ts';

/** A message with what was done about it. */
export interface KeptVoicemail extends Voicemail {
  /** Who has heard it, by agent. */
  readonly heardBy: readonly string[];
  /** The agent who sees to it. */
  readonly takenBy?: string;
  readonly done?: { readonly by: string; readonly at: number };
  /** Calls that were made to the caller because of it. */
  readonly calls: number;
}

export interface VoicemailBoxOptions {
  /** Stores a message with the row that tells what happened; never waited for. */
  readonly save: (args: { call: string; leftAt: number; data: string; rows: NewRow[] }) => void;
}

/** Messages that are kept in memory; the oldest go first. */
const mostKept = 500;

/**
 * What becomes of a message when an agent does something about it; the message itself where nothing changes.
 * @param at business ms
 * @throws BranchlineError `BL_DESK_REFUSED` for what cannot be done with it now
 */
export function handled(
  message: KeptVoicemail,
  act: VoicemailHandling,
  agent: string,
  at: number,
): KeptVoicemail {
  const { done: _done, takenBy: _taken, ...open } = message;
  switch (act) {
    case 'heard':
      return message.heardBy.includes(agent)
        ? message
        : { ...message, heardBy: [...message.heardBy, agent].slice(-100) };
    case 'taken':
    case 'called-back':
      if (message.done) refuse('the message is done');
      return { ...message, takenBy: agent, calls: message.calls + (act === 'called-back' ? 1 : 0) };
    case 'done':
      return message.done ? message : { ...message, done: { by: agent, at } };
    case 'reopened':
      return message.done || message.takenBy !== undefined ? open : message;
  }
}

/** The messages that callers have left and what agents did about them, as long as the ledger has them. */
export class VoicemailBox {
  readonly #options: VoicemailBoxOptions;
  readonly #messages = new Map<string, KeptVoicemail>();

  constructor(options: VoicemailBoxOptions) {
    this.#options = options;
  }

  /** What the ledger remembers, oldest first. */
  restore(kept: readonly { readonly data: string }[]): void {
    for (const { data } of kept) this.#set(JSON.parse(data) as KeptVoicemail);
  }

  /** A caller has left a message. */
  add(message: Voicemail, row: NewRow): void {
    this.#keep({ ...message, heardBy: [], calls: 0 }, row);
  }

  /** All messages, oldest first. */
  all(): readonly KeptVoicemail[] {
    return [...this.#messages.values()];
  }

  get(call: string): KeptVoicemail | undefined {
    return this.#messages.get(call);
  }

  /** An agent has done something about a message. @param row tells it; left out where it changes nothing */
  handle(message: KeptVoicemail, act: VoicemailHandling, agent: string, at: number, row: NewRow): void {
    const after = handled(message, act, agent, at);
    if (after !== message) this.#keep(after, row);
  }

  #keep(message: KeptVoicemail, row: NewRow): void {
    this.#set(message);
    const { call, at: leftAt } = message;
    this.#options.save({ call, leftAt: Math.round(leftAt), data: JSON.stringify(message), rows: [row] });
  }

  #set(message: KeptVoicemail): void {
    this.#messages.set(message.call, message);
    if (this.#messages.size > mostKept) this.#messages.delete(this.#messages.keys().next().value!);
  }
}
