import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { idSource, problemOf, streamNames } from '@branchline/shared';
import { ledgerSchema } from './schema.ts';
import { ledgerOperations } from './operations.ts';

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

const { file, clock, commitDelayMs } = workerData as LedgerWorkerData;
const now = (): number => Math.round(clock.business + (Date.now() - clock.real) * clock.speed);
const db = open();
const operations = ledgerOperations(db, now) as Record<string, (args: unknown) => unknown>;
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

/** Group commit: everything that arrived since the last turn shares one transaction and one fsync. */
function flush(): void {
  const group = waiting;
  waiting = [];
  const replies: LedgerReply[] = [];
  try {
    begin.run();
    for (const { id, operation, args } of group) {
      mark.run();
      try {
        replies.push({ id, result: operations[operation]!(args) });
      } catch (error) {
        undo.run();
        replies.push({ id, problem: problemOf(error) });
      }
      keep.run();
    }
    if (commitDelayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, commitDelayMs);
    commit.run();
  } catch (error) {
    // Nothing of the group is stored (full disk, I/O error): everyone waiting must know.
    if (db.isTransaction) rollback.run();
    const problem = problemOf(error);
    parentPort!.postMessage(group.map(({ id }) => ({ id, problem })));
    return;
  }
  parentPort!.postMessage(replies);
}

parentPort!.on('message', (request: LedgerRequest | 'close') => {
  if (request === 'close') {
    if (waiting.length > 0) flush();
    db.close();
    parentPort!.close();
    return;
  }
  if (waiting.length === 0) setImmediate(flush);
  waiting.push(request);
});
parentPort!.postMessage('open');
