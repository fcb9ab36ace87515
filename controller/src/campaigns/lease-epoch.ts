import { readFile } from 'node:fs/promises';
import { sql, type Kysely } from 'kysely';
import type { IdSource, Lent } from '@branchline/shared';
import { writeDurably, type Log } from '@branchline/shared/node';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { revokeUnknown } from './revocations.ts';
import { clockToleranceMs } from './lease-settlement.ts';

/** What an edge says it still has of the leads lent to it. */
export interface EdgeHoldings {
  readonly edge: string;
  /** Unknown while it has not been heard of. */
  readonly lent?: Lent | undefined;
}

/** Edges that have no lease, and nothing to tell of any that was lent in an epoch or before. */
export function emptyHanded(holdings: readonly EdgeHoldings[], epoch: string): string[] {
  return holdings
    .filter(({ lent }) => lent?.epoch === epoch && lent.leases === 0 && lent.unconfirmed === 0)
    .map(({ edge }) => edge);
}

export interface LeaseEpochOptions {
  readonly db: Kysely<Tables>;
  readonly clocks: Clocks;
  readonly newId: IdSource;
  readonly log: Log;
  /** File beside the database that a restore of the database does not set back. */
  readonly markFile: string;
}

/** An epoch and, while it is blocked, since when and until when nothing is lent. */
interface EpochRow {
  id: string;
  started_at: number;
  reason: string;
  blocked_until: number | null;
}

/**
 * The lease epoch. A database that was restored from a backup does not know which leads it lent since: a new epoch begins,
 * and nothing is lent until every edge has shown that it holds nothing any more, or the longest lease term has passed.
 */
export class LeaseEpoch {
  readonly #options: LeaseEpochOptions;
  #row: EpochRow | undefined;

  constructor(options: LeaseEpochOptions) {
    this.#options = options;
  }

  get id(): string {
    if (!this.#row) throw new Error('the lease epoch has not been loaded');
    return this.#row.id;
  }

  /** Loads the epoch; begins a new one when the database is older than the mark beside it. */
  async load(): Promise<void> {
    const { db, markFile, log } = this.#options;
    const stored = await db.selectFrom('restore_mark').select('mark').executeTakeFirstOrThrow();
    const beside = Number(await readFile(markFile, 'utf8').catch(() => '0')) || 0;
    this.#row = await this.#newest();
    if (!this.#row) await this.#begin('first start', false);
    else if (stored.mark < beside) {
      log.warn(
        { stored: stored.mark, seen: beside },
        'the database is older than this controller: it was restored; a new lease epoch begins',
      );
      await this.startNewEpoch('restored from a backup');
    }
    await this.advanceMark(Math.max(stored.mark, beside) + 1);
  }

  /**
   * Moves the mark on, first in the database and then beside it: a database that is set back afterwards is behind. Called
   * every minute, so a backup older than that is always noticed.
   */
  async advanceMark(to?: number): Promise<void> {
    const row = await this.#options.db
      .updateTable('restore_mark')
      .set({ mark: to ?? sql`mark + 1` })
      .returning('mark')
      .executeTakeFirstOrThrow();
    await writeDurably(this.#options.markFile, `${row.mark}\n`);
  }

  /** Begins an epoch in which nothing is lent until every edge has reported, or the longest term has passed. */
  async startNewEpoch(reason: string): Promise<void> {
    await this.#begin(reason, true);
  }

  /** Why nothing may be lent now; undefined when it may. */
  async blockedBy(holdings: readonly EdgeHoldings[]): Promise<string | undefined> {
    this.#row = await this.#newest();
    const row = this.#row;
    if (!row || row.blocked_until === null) return undefined;
    const { db, clocks, log } = this.#options;
    const clear = emptyHanded(holdings, row.id);
    if (clear.length > 0) {
      await db
        .deleteFrom('lease_epoch_waits')
        .where('epoch', '=', row.id)
        .where('edge', 'in', clear)
        .execute();
    }
    const waiting = await db
      .selectFrom('lease_epoch_waits')
      .select('edge')
      .where('epoch', '=', row.id)
      .orderBy('edge')
      .execute();
    if (waiting.length > 0 && clocks.business.now() < row.blocked_until) {
      return `waiting for ${waiting.map(({ edge }) => edge).join(', ')}`;
    }
    await db.updateTable('lease_epochs').set({ blocked_until: null }).where('id', '=', row.id).execute();
    log.info({ epoch: row.id }, 'leads are lent again');
    return undefined;
  }

  async #newest(): Promise<EpochRow | undefined> {
    return this.#options.db
      .selectFrom('lease_epochs')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  async #begin(reason: string, blocked: boolean): Promise<void> {
    const { db, clocks, newId } = this.#options;
    const now = clocks.business.now();
    await db.transaction().execute(async (trx) => {
      const campaigns = await trx.selectFrom('campaigns').select(['id', 'settings']).execute();
      const longest = Math.max(2 * 3600, ...campaigns.map((row) => row.settings.leaseSeconds));
      const id = newId();
      const until = now + longest * 1000 + clockToleranceMs;
      await trx
        .insertInto('lease_epochs')
        .values({
          id,
          started_at: now,
          reason,
          blocked_until: blocked ? until : null,
        })
        .execute();
      if (!blocked) return;
      const edges = await trx.selectFrom('edges').select('id').where('status', '<>', 'never').execute();
      for (const edge of edges) {
        await trx.insertInto('lease_epoch_waits').values({ epoch: id, edge: edge.id }).execute();
        // Leases that this database has forgotten can only be called back by their campaign.
        for (const row of campaigns)
          await revokeUnknown(trx, edge.id, row.id, until, 'a new lease epoch has begun');
      }
    });
    this.#row = await this.#newest();
  }
}
