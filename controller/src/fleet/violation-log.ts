import { sql, type Kysely } from 'kysely';
import type { Clock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Violation } from '../broker/index.ts';
import type { Tables } from '../database/index.ts';
import { steadyTask, type SteadyTask } from '../steady-task.ts';

/** Rows kept; the oldest go first. */
const keptRows = 10_000;
/** Waiting in memory at most; a flood beyond it is only counted. */
const waitingRows = 500;

/** Keeps what did not fit the contract, bounded in memory and in the database, so that a broken box cannot fill either. */
export class ViolationLog {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  readonly #task: SteadyTask;
  #waiting: (Violation & { at: number })[] = [];
  dropped = 0;

  constructor(db: Kysely<Tables>, clock: Clock, log: Log) {
    this.#db = db;
    this.#clock = clock;
    this.#task = steadyTask({ name: 'storing contract violations', clock, log, everyMs: 1000 }, () =>
      this.#flush(),
    );
  }

  add(violation: Violation): void {
    if (this.#waiting.length >= waitingRows) this.dropped++;
    else this.#waiting.push({ ...violation, at: this.#clock.now() });
  }

  async stop(): Promise<void> {
    await this.#task.stop();
    await this.#flush().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    await this.#db.insertInto('contract_violations').values(batch).execute();
    this.#waiting = this.#waiting.slice(batch.length);
    await sql`delete from contract_violations
      where id <= (select max(id) from contract_violations) - ${keptRows}`.execute(this.#db);
  }
}
