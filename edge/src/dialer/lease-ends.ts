import type { Clock, ClockTrust, IdSource } from '@branchline/shared';
import type { Ledger } from '../store/index.ts';
import type { EndedLease, LeaseBook } from './lease-book.ts';

export interface LeaseEndsOptions {
  readonly book: LeaseBook;
  readonly ledger: Pick<Ledger, 'endLease'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
}

/** Tells the controller about leases with nothing left to do, each after the results of its last attempt. */
export class LeaseEnds {
  readonly #options: LeaseEndsOptions;

  constructor(options: LeaseEndsOptions) {
    this.#options = options;
  }

  /** One taken lead of a lease is settled. */
  async settle(taken: { readonly lease: string; readonly lead: string }): Promise<void> {
    const ended = this.#options.book.settle(taken);
    if (ended) await this.tell([ended]);
  }

  /** Drops what is past its end. */
  async expire(): Promise<void> {
    await this.tell(this.#options.book.expire(this.#options.business.now()));
  }

  async tell(leases: readonly EndedLease[]): Promise<void> {
    const { book, ledger, business, ids, clockTrust } = this.#options;
    for (const { id, epoch, how } of leases) {
      const at = business.now();
      const facts = { lease: id, leaseEpoch: epoch, how, unworked: [], afterAttempt: 0 };
      const row = { type: 'lease-ended', at, clock: clockTrust(), id: ids(), ...facts } as const;
      await ledger.endLease({ lease: id, how, at, row: { stream: 'event', row } });
      book.forget(id);
    }
  }
}
