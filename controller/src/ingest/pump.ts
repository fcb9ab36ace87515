import type { Kysely } from 'kysely';
import {
  BranchlineError,
  idSource,
  problemOf,
  sleep,
  systemClock,
  systemRandom,
  type Clock,
  type IdSource,
  type RandomSource,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Tables } from '../database/index.ts';
import { keepDuty, type Duty } from '../duty.ts';
import {
  bodiesOf,
  finishBlock,
  inboxLevel,
  isolateRefusal,
  reopenRefused,
  saveBlock,
  unsentBlock,
  waitingBatches,
  type Block,
} from './block-book.ts';
import { cutBlock, limitsOf, nextLookMs, type BlockLimits } from './block.ts';
import { ensureClickHouseSchema, type SchemaOptions } from './clickhouse-schema.ts';
import { clickHouseTables, type ClickHouseTable } from './clickhouse-tables.ts';
import type { ClickHouse } from './clickhouse.ts';

export interface PumpOptions {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly log: Log;
  readonly schema?: SchemaOptions;
  /** Real time; default the machine's. */
  readonly clock?: Clock;
  readonly random?: RandomSource;
  readonly newId?: IdSource;
  readonly limits?: BlockLimits;
}

/** How the pump stands. */
export interface PumpStats {
  /** Whether this process is the one that pumps. */
  readonly running: boolean;
  /** Rows received and not yet acknowledged by ClickHouse, of all processes. */
  readonly pendingRows: number;
  /** How long the oldest of them has waited, ms; 0 when there is none. */
  readonly oldestAgeMs: number;
  /** Blocks cut and not yet acknowledged. */
  readonly pendingBlocks: number;
  /** Blocks that ClickHouse will not take as they are; a person has to look. */
  readonly refusedBlocks: number;
  /** Since this process started. */
  readonly sentBlocks: number;
  readonly sentRows: number;
  readonly retries: number;
  /** The last failure while it lasts. */
  readonly problem: string | undefined;
}

/** Moves stored rows into ClickHouse, once each. */
export interface Pump {
  /** Whether this process is the one that pumps. */
  readonly held: boolean;
  /** @throws BranchlineError `BL_DB_UNREACHABLE` */
  stats(): Promise<PumpStats>;
  /** Lets the block under way finish, at most a few seconds; what is not acknowledged is sent again at the next start. */
  stop(): Promise<void>;
}

const firstRetryMs = 200;
/** How long a stop waits for the request under way. */
const stopGraceMs = 3000;
const longestRetryMs = 30_000;

/**
 * Starts the pump. Among all controllers of a database one pumps at a time; the others wait to take over. Neither database
 * being away ends it.
 */
export function startPump(options: PumpOptions): Pump {
  return new RunningPump(options);
}

class RunningPump implements Pump {
  readonly #db: Kysely<Tables>;
  readonly #clickHouse: ClickHouse;
  readonly #log: Log;
  readonly #schema: SchemaOptions;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #newId: IdSource;
  readonly #limits: BlockLimits | undefined;
  readonly #stopping = new AbortController();
  readonly #duty: Duty;
  /** Ends a request under way: some time after a stop was asked for. */
  readonly #hurry = new AbortController();
  #sentBlocks = 0;
  #sentRows = 0;
  #retries = 0;
  #problem: string | undefined;
  /** Whether the tables may be missing: at first, and after every failure. */
  #schemaInDoubt = true;

  constructor(options: PumpOptions) {
    this.#db = options.db;
    this.#clickHouse = options.clickHouse;
    this.#log = options.log;
    this.#schema = options.schema ?? {};
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
    this.#newId = options.newId ?? idSource(this.#clock);
    this.#limits = options.limits;
    this.#duty = keepDuty(
      {
        db: this.#db,
        name: 'pump',
        clock: this.#clock,
        log: this.#log,
        interrupted: (error) => {
          this.#problem = problemOf(error);
        },
      },
      (held) => this.#run(AbortSignal.any([held, this.#stopping.signal])),
    );
  }

  get held(): boolean {
    return this.#duty.held;
  }

  async stats(): Promise<PumpStats> {
    const level = await inboxLevel(this.#db);
    return {
      running: this.#duty.held,
      pendingRows: level.rows,
      oldestAgeMs: level.oldest === undefined ? 0 : Math.max(0, this.#clock.now() - level.oldest),
      pendingBlocks: level.blocks,
      refusedBlocks: level.refused,
      sentBlocks: this.#sentBlocks,
      sentRows: this.#sentRows,
      retries: this.#retries,
      problem: this.#problem,
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the pump is being stopped'));
    const late = this.#clock.schedule(stopGraceMs, () =>
      this.#hurry.abort(new Error('the pump is being stopped')),
    );
    await this.#duty.stop();
    late.cancel();
  }

  async #run(held: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const signal = AbortSignal.any([held, failed.signal]);
    await reopenRefused(this.#db);
    // The tables are there for readers before the first record comes.
    await this.#untilAnswered(signal, () => Promise.resolve());
    const tables = clickHouseTables.map((table) =>
      this.#pumpTable(table, signal).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    );
    const ends = await Promise.allSettled(tables);
    const bad = ends.find((end) => end.status === 'rejected');
    // A stop is asked for by the outer signal; everything else is a failure to be retried.
    if (bad && !this.#stopping.signal.aborted)
      throw failed.signal.aborted ? failed.signal.reason : bad.reason;
  }

  async #pumpTable(table: ClickHouseTable, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const block = (await unsentBlock(this.#db, table)) ?? (await this.#cut(table));
      if (typeof block === 'number') await this.#wait(block, signal);
      else await this.#send(block, signal);
    }
  }

  /** The next block, or after how many ms to look again. */
  async #cut(target: ClickHouseTable): Promise<Block | number> {
    const now = this.#clock.now();
    const waiting = await waitingBatches(this.#db, target);
    const limits = this.#limits ?? limitsOf(target);
    const cut = cutBlock(waiting, now, limits);
    if (!cut) return nextLookMs(waiting, now, limits);
    const block = { id: this.#newId(), target, inboxIds: cut.ids, rows: cut.rows };
    await saveBlock(this.#db, block, now);
    return block;
  }

  async #send(block: Block, signal: AbortSignal): Promise<void> {
    const bodies = await bodiesOf(this.#db, block);
    try {
      await this.#untilAnswered(signal, () =>
        this.#clickHouse.insertLines(block.target, bodies, block.id, this.#hurry.signal),
      );
    } catch (error) {
      if (signal.aborted) return;
      await this.#isolate(block, problemOf(error));
      return;
    }
    if (signal.aborted && !this.#stopping.signal.aborted) return;
    await finishBlock(this.#db, block);
    this.#sentBlocks++;
    this.#sentRows += block.rows;
  }

  async #isolate(block: Block, problem: string): Promise<void> {
    const aside = await isolateRefusal(this.#db, block, problem, this.#newId, this.#clock.now());
    if (!aside) return;
    this.#log.error(
      { block: block.id, table: block.target, rows: block.rows, problem },
      'ClickHouse refuses a block of records; they stay in the inbox and are tried again at the next start',
    );
  }

  /** Repeats an action while ClickHouse is away. @throws the signal's reason when it ends the wait */
  async #untilAnswered(signal: AbortSignal, action: () => Promise<unknown>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      try {
        if (this.#schemaInDoubt) await ensureClickHouseSchema(this.#clickHouse, this.#schema);
        this.#schemaInDoubt = false;
        await action();
        this.#problem = undefined;
        return;
      } catch (error) {
        if (!(error instanceof BranchlineError) || error.code !== 'BL_CLICKHOUSE_UNREACHABLE') throw error;
        this.#retries++;
        this.#schemaInDoubt = true;
        this.#problem = error.message;
        if (attempt === 0)
          this.#log.warn({ problem: error.message }, 'records wait in the inbox for ClickHouse');
        await this.#pause(attempt, signal);
      }
    }
  }

  /** Exponential back-off with full jitter in its upper half. */
  #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const longest = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 10));
    return this.#wait(longest * (0.5 + this.#random.next() / 2), signal);
  }

  /** Ends early, without an error, when the signal says so. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(this.#clock, ms, signal).catch(() => undefined);
  }
}
