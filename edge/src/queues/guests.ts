import type { Clock, Guest, Timer } from '@branchline/shared';

/** A call of another site waits so long for what the center says of it, real ms: the two come by different ways. */
const patienceMs = 1000;

/** Tickets that are kept at most; a center that gives more is not believed. */
const mostTickets = 1000;

/** What a call from another site shows. */
export interface Shown {
  readonly ticket: string;
  readonly conversation: string;
  /** Where it came from, without the port. */
  readonly address: string;
}

/** Callers of other sites whom the center has announced. A ticket lets in one call, from the address it was given for, and soon. */
export class Guests {
  readonly #real: Clock;
  readonly #expected = new Map<string, { readonly guest: Guest; readonly end: Timer }>();
  readonly #atTheDoor = new Map<string, () => void>();

  constructor(real: Clock) {
    this.#real = real;
  }

  /** The center announces somebody. */
  expect(guest: Guest): void {
    if (this.#expected.size >= mostTickets) return;
    const { ticket, ttlMs } = guest;
    this.#expected.get(ticket)?.end.cancel();
    const end = this.#real.schedule(ttlMs, () => this.#expected.delete(ticket));
    this.#expected.set(ticket, { guest, end });
    this.#atTheDoor.get(ticket)?.();
  }

  /** Lets a call in whose ticket is good; the ticket is spent by it, and by a call that should not have had it. */
  async admit(shown: Shown): Promise<Guest | undefined> {
    if (!this.#expected.has(shown.ticket)) await this.#announcementOf(shown.ticket);
    const found = this.#expected.get(shown.ticket);
    if (!found) return undefined;
    found.end.cancel();
    this.#expected.delete(shown.ticket);
    const { address, conversation } = found.guest;
    const own = address.split(':')[0] === shown.address && conversation === shown.conversation;
    return own ? found.guest : undefined;
  }

  /** One call at a time waits for a ticket: who shows the same is turned away. */
  #announcementOf(ticket: string): Promise<void> {
    if (this.#atTheDoor.has(ticket)) return Promise.resolve();
    return new Promise((resolve) => {
      const goOn = (): void => {
        deadline.cancel();
        this.#atTheDoor.delete(ticket);
        resolve();
      };
      const deadline = this.#real.schedule(patienceMs, goOn);
      this.#atTheDoor.set(ticket, goOn);
    });
  }
}
