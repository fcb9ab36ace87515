import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { idSource, problemOf, streamNames } from '@branchline/shared';
import { ledgerSchema } from './schema.ts';
import { factNames, ledgerOperations } from './operations.ts';

/** What the ledger's main side passes when it starts this worker. */
export interface LedgerWorkerData {
  file: string;
  /** Business ms per real ms and its anchor: rows are stamped with business time. */
  clock: { speed: number; real: number; business: number };
  /** Test only: how long each commit takes, real ms. */
  commitDelayMs: number;
}

export interface LedgerRequest {
  id: number;
  operation: string;
  args: unknown;
}

export type LedgerReply = { id: number; result: unknown } | { id: number; problem: string };

/** What this worker says: answers, or that the store fails (full disk) or works again. */
export type LedgerMessage = { replies: LedgerReply[] } | { trouble: string | undefined };

/** SQLite's result codes BUSY, NOMEM, READONLY, IOERR, FULL and CANTOPEN: the store failed, not the operation. */
const storeFailures: ReadonlySet<number> = new Set([5, 7, 8, 10, 13, 14]);

/** Pause before facts that could not be stored are tried again, real ms. */
const storeAgainMs = 1000;

const { file, clock, commitDelayMs } = workerData as LedgerWorkerData;
const now = (): number => Math.round(clock.business + (Date.now() - clock.real) * clock.speed);
const db = open();
const operations = ledgerOperations(db, now) as Record<string, (args: unknown) => unknown>;
const facts: ReadonlySet<string> = new Set(factNames);
const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');
const rollback = db.prepare('ROLLBACK');
const mark = db.prepare('SAVEPOINT operation');
const keep = db.prepare('RELEASE operation');
const undo = db.prepare('ROLLBACK TO operation');

function open(): DatabaseSync {
  const opened = new DatabaseSync(file);
  opened.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  );
  const check = opened.prepare('PRAGMA quick_check').get() as { quick_check: string };
  if (check.quick_check !== 'ok') throw new Error(check.quick_check);
  const { user_version: version } = opened.prepare('PRAGMA user_version').get() as { user_version: number };
  for (let next = version; next < ledgerSchema.length; next++) {
    opened.exec(`BEGIN; ${ledgerSchema[next]}; PRAGMA user_version = ${next + 1}; COMMIT`);
  }
  opened
    .prepare("INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING")
    .run(idSource()());
  for (const name of streamNames)
    opened.prepare('INSERT INTO stream VALUES (?, 0, 0) ON CONFLICT DO NOTHING').run(name);
  return opened;
}

let waiting: LedgerRequest[] = [];
let turn: NodeJS.Immediate | undefined;
let again: NodeJS.Timeout | undefined;
let trouble: string | undefined;

/** Group commit: everything that arrived since the last turn shares one transaction and one fsync. */
function flush(): void {
  clearTimeout(again);
  clearImmediate(turn);
  turn = undefined;
  const group = waiting;
  waiting = [];
  try {
    tell({ replies: store(group) });
    report(undefined);
  } catch (error) {
    // Nothing of the group is stored. What has happened stays true and waits; what is only wanted is refused.
    if (db.isTransaction) rollback.run();
    const problem = problemOf(error);
    waiting = group.filter(({ operation }) => facts.has(operation));
    const refused = group.filter(({ operation }) => !facts.has(operation));
    tell({ replies: refused.map(({ id }) => ({ id, problem })) });
    report(problem);
    if (waiting.length > 0) again = setTimeout(flush, storeAgainMs);
  }
}

/** @throws Error when the store itself fails; an operation that fails alone is answered */
function store(group: readonly LedgerRequest[]): LedgerReply[] {
  begin.run();
  const replies = group.map(({ id, operation, args }): LedgerReply => {
    mark.run();
    try {
      const result = operations[operation]!(args);
      keep.run();
      return { id, result };
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      undo.run();
      keep.run();
      return { id, problem: problemOf(error) };
    }
  });
  if (commitDelayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, commitDelayMs);
  commit.run();
  return replies;
}

function isStoreFailure(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  // The low byte of SQLite's result code is its kind.
  return typeof errcode === 'number' && storeFailures.has(errcode & 0xff);
}

function report(problem: string | undefined): void {
  if (problem === trouble) return;
  trouble = problem;
  tell({ trouble });
}

function tell(message: LedgerMessage): void {
  parentPort!.postMessage(message);
}

parentPort!.on('message', (request: LedgerRequest | 'close') => {
  if (request === 'close') {
    if (waiting.length > 0) flush();
    clearImmediate(turn);
    clearTimeout(again);
    db.close();
    parentPort!.close();
    return;
  }
  turn ??= setImmediate(flush);
  waiting.push(request);
});
tell({ replies: [] });
