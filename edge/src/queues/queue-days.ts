import { startOfDay } from '@branchline/shared';
import type { QueueDay } from '../store/index.ts';

/** What became of those who waited on one day: served, of them within the promised time, and gone before. */
export type DayCounts = Omit<QueueDay, 'queue' | 'slot'>;

const slotMs = 300_000;

const nothing: DayCounts = { connected: 0, inTime: 0, abandoned: 0 };

/** The queues' figures of today, and of yesterday until the same time of day, in a zone. Instants are business ms. */
export class QueueDays {
  /** By midnight, queue and five minutes. */
  readonly #days = new Map<number, Map<string, Map<number, DayCounts>>>();

  /** Counts of the day that began then, as the ledger has them. */
  restore(midnight: number, days: readonly QueueDay[]): void {
    this.#days.delete(midnight);
    for (const { queue, slot, ...counts } of days) this.#slots(midnight, queue).set(slot, counts);
  }

  count(queue: string, step: 'connected' | 'abandoned', inTime: boolean, at: number, zone: string): void {
    const midnight = startOfDay(at, zone);
    const yesterday = startOfDay(midnight - 1, zone);
    for (const old of this.#days.keys()) if (old < yesterday) this.#days.delete(old);
    const slots = this.#slots(midnight, queue);
    const slot = Math.floor((at - midnight) / slotMs);
    const counts = { ...(slots.get(slot) ?? nothing) };
    counts[step]++;
    if (step === 'connected' && inTime) counts.inTime++;
    slots.set(slot, counts);
  }

  of(queue: string, at: number, zone: string): { readonly today: DayCounts; readonly yesterday: DayCounts } {
    const midnight = startOfDay(at, zone);
    const on = (day: number): DayCounts => {
      const sum = { ...nothing };
      for (const [slot, { connected, inTime, abandoned }] of this.#days.get(day)?.get(queue) ?? []) {
        if (slot * slotMs > at - midnight) continue;
        sum.connected += connected;
        sum.inTime += inTime;
        sum.abandoned += abandoned;
      }
      return sum;
    };
    return { today: on(midnight), yesterday: on(startOfDay(midnight - 1, zone)) };
  }

  #slots(midnight: number, queue: string): Map<number, DayCounts> {
    const day = this.#days.get(midnight) ?? new Map<string, Map<number, DayCounts>>();
    this.#days.set(midnight, day);
    const slots = day.get(queue) ?? new Map<number, DayCounts>();
    day.set(queue, slots);
    return slots;
  }
}
