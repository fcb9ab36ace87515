import { sql, type Kysely } from 'kysely';
import type { Clock, LeadCounts } from '@branchline/shared';
import type { Tables } from '../database/index.ts';

const none: LeadCounts = { total: 0, ready: 0, waiting: 0, leased: 0, inDoubt: 0, finished: 0, exhausted: 0 };

/** Share of its time, at most, that the database spends on counting. */
const countingShare = 0.05;

/**
 * How a campaign's leads stand. Counting a million rows takes a while, so an answer is kept for twenty times as long
 * as it took: small campaigns are exact to the second, big ones cost a twentieth of the database's time at most.
 */
export class LeadCounter {
  readonly #db: Kysely<Tables>;
  readonly #business: Clock;
  readonly #transport: Clock;
  #counts: ReadonlyMap<string, LeadCounts> = new Map();
  #goodUntil = -Infinity;
  /** Changes by hand, and how many of them the counts know of. */
  #changes = 1;
  #counted = 0;
  #running: Promise<void> | undefined;

  constructor(db: Kysely<Tables>, business: Clock, transport: Clock) {
    this.#db = db;
    this.#business = business;
    this.#transport = transport;
  }

  /** Counts as they were a moment ago; as they are now when something was just changed by hand. */
  async of(campaign: string): Promise<LeadCounts> {
    while (this.#counted < this.#changes) await this.#refresh();
    // Whoever asks every second must not wait for a long count: what was counted before is shown until it is done.
    this.#refresh().catch(() => undefined);
    return this.#counts.get(campaign) ?? none;
  }

  /** Makes the next question count anew: something was just changed by hand. */
  forget(): void {
    this.#goodUntil = -Infinity;
    this.#changes++;
  }

  #refresh(): Promise<void> {
    if (this.#transport.monotonic() < this.#goodUntil) return Promise.resolve();
    this.#running ??= this.#count().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #count(): Promise<void> {
    const began = this.#transport.monotonic();
    const changes = this.#changes;
    const { rows } = await sql<{ campaign: string; state: string; due: boolean; count: number }>`
      select campaign, state, (state = 'open' and coalesce(callback_at, due_at) <= ${this.#business.now()}) as due, count(*) as count
      from leads group by 1, 2, 3`.execute(this.#db);
    const counts = new Map<string, LeadCounts>();
    for (const { campaign, state, due, count } of rows) {
      const entry: { -readonly [K in keyof LeadCounts]: number } = counts.get(campaign) ?? { ...none };
      entry.total += count;
      if (state === 'open') entry[due ? 'ready' : 'waiting'] += count;
      else if (state === 'leased') entry.leased += count;
      else if (state === 'in-doubt') entry.inDoubt += count;
      else if (state === 'finished') entry.finished += count;
      else entry.exhausted += count;
      counts.set(campaign, entry);
    }
    this.#counts = counts;
    this.#counted = changes;
    const took = this.#transport.monotonic() - began;
    if (this.#changes === changes)
      this.#goodUntil = this.#transport.monotonic() + Math.max(500, took / countingShare);
  }
}
