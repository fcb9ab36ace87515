import { DialedDigits, findProblem, type KnownLead } from '@branchline/shared';
import type { Call, Calls } from '../calls/index.ts';

export interface CallerQuestionsOptions {
  readonly calls: () => Pick<Calls, 'get' | 'input'>;
  readonly now: () => number;
  /** Asks the center about a number: undefined when it cannot be asked, or does not answer in time. */
  readonly ask: (number: string) => Promise<readonly KnownLead[] | undefined> | undefined;
}

/**
 * Asks the center who is calling: when the call comes in, and once more when it is bridged if nothing was heard by then. No call waits for
 * the answer.
 */
export class CallerQuestions {
  readonly #options: CallerQuestionsOptions;
  /** Call → where it stood when the center was asked last. */
  readonly #asked = new Map<string, 'came' | 'bridged'>();
  /** Calls whose question is not answered yet. */
  readonly #open = new Set<string>();

  constructor(options: CallerQuestionsOptions) {
    this.#options = options;
  }

  /** A call is there, or has changed. */
  follow(call: Call): void {
    const { id, attempt, bridgedAt, customer, known, outsideOf, phase } = call;
    if (phase === 'ended') return void this.#asked.delete(id);
    // Whom the dialer calls came with the lease.
    if (known || attempt !== undefined || outsideOf !== undefined) return;
    const stands = bridgedAt === undefined ? 'came' : 'bridged';
    if (this.#open.has(id) || this.#asked.get(id) === stands || findProblem(DialedDigits, customer)) return;
    this.#asked.set(id, stands);
    const answer = this.#options.ask(customer);
    if (!answer) return;
    this.#open.add(id);
    void answer.then((leads) => this.#answered(id, leads));
  }

  #answered(id: string, leads: readonly KnownLead[] | undefined): void {
    const { calls, now } = this.#options;
    this.#open.delete(id);
    if (leads) return calls().input(id, { type: 'known', leads, at: now() });
    const call = calls().get(id);
    if (call) this.follow(call);
  }
}
