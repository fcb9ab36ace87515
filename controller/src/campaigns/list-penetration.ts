import { sql, type Kysely } from 'kysely';
import type { ListPenetration } from '@branchline/shared';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';

type Lists = ListPenetration['items'];

/** An answer is kept so many times as long as it took to count, and at least for `freshMs` of transport time. */
const keptTimes = 20;
const freshMs = 2000;
/** Lists that are told: the newest ones. */
const mostLists = 50;

/** How far campaigns have come with each of their lists. Counting big ones takes a while, so answers are kept. */
export class PenetrationDesk {
  readonly #db: Kysely<Tables>;
  readonly #clocks: Clocks;
  readonly #known = new Map<string, { until: number; lists: Promise<Lists> }>();

  constructor(db: Kysely<Tables>, clocks: Clocks) {
    this.#db = db;
    this.#clocks = clocks;
  }

  /** Newest list first. */
  of(campaign: string): Promise<Lists> {
    const began = this.#clocks.transport.monotonic();
    for (const [id, { until }] of this.#known) if (until < began) this.#known.delete(id);
    const known = this.#known.get(campaign);
    if (known) return known.lists;
    const lists = this.#counted(campaign, began);
    this.#known.set(campaign, { until: Infinity, lists });
    return lists;
  }

  async #counted(campaign: string, began: number): Promise<Lists> {
    try {
      const lists = await this.#count(campaign);
      const now = this.#clocks.transport.monotonic();
      const until = now + Math.max(freshMs, (now - began) * keptTimes);
      this.#known.set(campaign, { until, lists: Promise.resolve(lists) });
      return lists;
    } catch (error) {
      this.#known.delete(campaign);
      throw error;
    }
  }

  async #count(campaign: string): Promise<Lists> {
    const { rows } = await sql<Lists[number]>`
      select i.id as import, i.file, i.weight, count(*) as leads,
        count(*) filter (where l.last_attempt_at is not null) as touched,
        count(*) filter (where l.state in ('finished', 'exhausted')) as done
      from leads l join imports i on i.id = l.import
      where l.campaign = ${campaign}
      group by i.id, i.file, i.weight order by i.id desc limit ${mostLists}`.execute(this.#db);
    return rows;
  }
}
