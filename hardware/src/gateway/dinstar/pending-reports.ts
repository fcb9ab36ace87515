import { deliveryOf, type Delivery } from '../../sms/index.ts';
import type { DeliveryEntry } from './replies.ts';

/** A report that has not come by then does not come, ms: messages are sent with a validity of days. */
const patienceMs = 96 * 3_600_000;

export interface PendingReport {
  readonly port: number;
  readonly to: string;
  readonly reference: string;
  /** ms since the epoch. */
  readonly sentAt: number;
}

/** Messages whose delivery is still asked for. */
export class PendingReports {
  #waiting: readonly PendingReport[] = [];

  add(pending: PendingReport): void {
    this.#waiting = [...this.#waiting, pending];
  }

  /** Recipients by port. @param now ms since the epoch */
  asked(now: number): ReadonlyMap<number, readonly string[]> {
    this.#waiting = this.#waiting.filter(({ sentAt }) => now - sentAt < patienceMs);
    const ports = new Map<number, string[]>();
    for (const { port, to } of this.#waiting) ports.set(port, [...(ports.get(port) ?? []), to]);
    return ports;
  }

  /** Those of one port that have come to their end. References return after 256 messages: the recipient must fit, too. */
  ended(
    port: number,
    entries: readonly DeliveryEntry[],
  ): (PendingReport & { readonly delivery: Delivery })[] {
    return this.#waiting.flatMap((pending) => {
      const entry = entries.find(
        ({ reference, to }) => reference === pending.reference && sameNumber(to, pending.to),
      );
      const delivery = entry && deliveryOf(entry.status);
      if (pending.port !== port || !delivery || delivery === 'trying') return [];
      return [{ ...pending, delivery }];
    });
  }

  forget({ port, reference, to }: PendingReport): void {
    this.#waiting = this.#waiting.filter(
      (each) => each.port !== port || each.reference !== reference || each.to !== to,
    );
  }
}

/** Networks put the country in front, or take it away. */
function sameNumber(one: string, other: string): boolean {
  return one.slice(-8) === other.slice(-8);
}
