import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Dedupe, ImportView } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { ListBatch } from './list-batches.ts';

const dayMs = 86_400_000;
/** An import that says it ended may be visible to others so much later, business ms. */
const commitMs = 60_000;

/** Whose duplicates are looked for. */
export interface DedupedList {
  readonly campaign: string;
  readonly dedupe: Dedupe;
}

/**
 * Looks for people of a list who are there already, by any of their numbers: among the rows of the list that were taken before, and
 * as far as its scope says among the leads of others. What it remembers of the list is in the database until the transaction ends, so
 * that a list of any size takes no memory here. The same for an import and for its dry run.
 */
export class DuplicateSearch {
  readonly #trx: Transaction<Tables>;
  readonly #list: DedupedList;
  readonly #now: number;

  private constructor(trx: Transaction<Tables>, list: DedupedList, now: number) {
    this.#trx = trx;
    this.#list = list;
    this.#now = now;
  }

  /** @param now business ms */
  static async begin(trx: Transaction<Tables>, list: DedupedList, now: number): Promise<DuplicateSearch> {
    await sql`create temporary table list_numbers (number text primary key, lead uuid not null) on commit drop`.execute(
      trx,
    );
    return new DuplicateSearch(trx, list, now);
  }

  /** @returns the ids of the batch's leads that are there already; the numbers of the others are taken from now on */
  async leaveOut({ numbers, clashing }: Pick<ListBatch, 'numbers' | 'clashing'>): Promise<string[]> {
    const given = sql`unnest(${numbers.lead}::uuid[], ${numbers.number}::text[]) as given(lead, number)`;
    const number = sql.ref('given.number');
    const { rows } = await sql<{ lead: string }>`
      select distinct given.lead from ${given}
      where (select count(*) from list_numbers own where own.number = given.number) > 0 or ${this.#isThere(number)}`.execute(
      this.#trx,
    );
    const known = new Set(rows.map(({ lead }) => lead));
    const taken = new Set<string>();
    for (const { id, numbers: clash } of clashing) {
      if (known.has(id)) continue;
      if (clash.some((each) => taken.has(each))) known.add(id);
      else for (const each of clash) taken.add(each);
    }
    const leftOut = [...known];
    await sql`insert into list_numbers (number, lead)
      select number, lead from ${given} where lead <> all(${leftOut}::uuid[])`.execute(this.#trx);
    return leftOut;
  }

  /**
   * Takes out of a list that is complete but not yet visible whom another list brought meanwhile: while both were read, neither
   * saw the other. Lists that look everywhere come to this point one by one, until the transaction ends. @returns how many
   */
  async leaveOutParallel({ id, startedAt }: Pick<ImportView, 'id' | 'startedAt'>): Promise<number> {
    if (this.#list.dedupe.scope !== 'system') return 0;
    await sql`select pg_advisory_xact_lock(hashtextextended('branchline:dedupe', 0))`.execute(this.#trx);
    const others = await this.#trx
      .selectFrom('imports')
      .select('id')
      .where('id', '<>', id)
      .where('state', '=', 'done')
      .where('ended_at', '>=', startedAt - commitMs)
      .execute();
    if (others.length === 0) return 0;
    const among = sql<boolean>`there.import = any(${others.map((other) => other.id)}::uuid[])`;
    const { numAffectedRows } = await sql`
      delete from leads where id in (
        select own.lead from list_numbers own where ${has(sql.ref('own.number'), sql`${among} and ${this.#inTime()}`)})`.execute(
      this.#trx,
    );
    return Number(numAffectedRows ?? 0n);
  }

  #isThere(number: RawBuilder<unknown>): RawBuilder<boolean> {
    const { campaign, dedupe } = this.#list;
    if (dedupe.scope === 'list') return sql`false`;
    const inScope = dedupe.scope === 'system' ? sql`true` : sql`there.campaign = ${campaign}`;
    return has(number, sql`${inScope} and ${this.#inTime()}`);
  }

  #inTime(): RawBuilder<boolean> {
    const { days } = this.#list.dedupe;
    return days === undefined ? sql`true` : sql`there.created_at >= ${this.#now - days * dayMs}::bigint`;
  }
}

/**
 * Whether any lead `there` that meets a condition has a number, its first or another, in the words of the two indexes. It counts, so
 * that PostgreSQL never hopes to meet one early in a walk over all leads.
 */
function has(number: RawBuilder<unknown>, condition: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`((select count(*) from leads there where there.first_number = ${number} and ${condition}) > 0
    or (select count(*) from leads there
      where (jsonb_array_length(there.numbers) > 1 or there.numbers #>> '{0,number}' <> there.first_number)
        and jsonb_path_query_array(there.numbers, '$[*].number') ? ${number} and ${condition}) > 0)`;
}
