import { startOfDay } from '@branchline/shared';
import type { QueueDay } from '../store/index.ts';

/** What became of those who waited on one day: served, of them within the promised time, and gone before. */
export type DayCounts = Omit<QueueDay, 'queue'>;

const nothing: DayCounts = { connected: 0, inTime: 0, abandoned: 0 };

/** The queues' figures of today and of yesterday, in a zone. Instants are business ms. */
export class QueueDays {
  /** By midnight and queue. */
  readonly #days = new Map<number, Map<string, DayCounts>>();

  /** Counts of the day that began then, as the ledger has them. */
  restore(midnight: number, days: readonly QueueDay[]): void {
    this.#days.set(midnight, new Map(days.map(({ queue, ...counts }) => [queue, counts])));
  }

  count(queue: string, step: 'connected' | 'abandoned', inTime: boolean, at: number, zone: string): void {
    const midnight = startOfDay(at, zone);
    let day = this.#days.get(midnight);
    if (!day) {
      const yesterday = startOfDay(midnight - 1, zone);
      for (const old of this.#days.keys()) if (old < yesterday) this.#days.delete(old);
      this.#days.set(midnight, (day = new Map<string, DayCounts>()));
    }
    const counts = { ...(day.get(queue) ?? nothing) };
    counts[step]++;
    if (step === 'connected' && inTime) counts.inTime++;
    day.set(queue, counts);
  }

  of(queue: string, at: number, zone: string): { readonly today: DayCounts; readonly yesterday: DayCounts } {
    const midnight = startOfDay(at, zone);
    const on = (day: number): DayCounts => ({ ...(this.#days.get(day)?.get(queue) ?? nothing) });
    return { today: on(midnight), yesterday: on(startOfDay(midnight - 1, zone)) };
  }
}
