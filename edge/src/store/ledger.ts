import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BranchlineError, problemOf, type ClockScale } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { LedgerOperations } from './operations.ts';
import type { LedgerMessage, LedgerWorkerData } from './ledger.worker.ts';

/**
 * Every operation of the ledger as a promise that settles once the transaction is on disk. While the disk is full, facts
 * ({@link factNames}) wait until they are stored and everything else is refused with `BL_LEDGER_FAILED`.
 */
export type Ledger = {
  [K in keyof LedgerOperations]: (
    args: Parameters<LedgerOperations[K]>[0],
  ) => Promise<ReturnType<LedgerOperations[K]>>;
} & {
  close(): Promise<void>;
};

export interface LedgerOptions {
  /** Path of the SQLite file. */
  file: string;
  clock: ClockScale;
  log: Log;
  /** Test only: how long each commit takes, real ms. */
  commitDelayMs?: number;
}

const operationNames = [
  'storeLease',
  'openAttempt',
  'openTry',
  'saveCall',
  'closeCall',
  'closeAttempt',
  'postponeLead',
  'revokeLeads',
  'endLease',
  'saveAgent',
  'saveCallBack',
  'saveVoicemail',
  'saveOwnCallback',
  'storeOptout',
  'saveUsage',
  'drainLine',
  'saveFaults',
  'append',
  'journalCommand',
  'finishCommand',
  'readOutbox',
  'ackOutbox',
  'positions',
  'recover',
  'liveAnswers',
  'callsWith',
  'saidOf',
  'lastTalks',
  'queueDays',
  'agentRows',
  'purge',
] as const satisfies readonly (keyof LedgerOperations)[];

/**
 * Opens the edge's ledger (SQLite, WAL, `synchronous=FULL`) in a worker with group commit. A damaged file is moved aside
 * and a new ledger, with a new epoch, begun: the branch must go on calling and the center sees the new epoch.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  await mkdir(dirname(options.file), { recursive: true });
  try {
    return await startWorker(options);
  } catch (error) {
    if (!existsSync(options.file)) throw error;
    const failure = new BranchlineError(
      'BL_LEDGER_CORRUPT',
      { file: options.file, problem: problemOf(error) },
      error,
    );
    options.log.error({ code: failure.code, advice: failure.advice }, failure.message);
    const aside = `${options.file}.${options.clock.business}.damaged`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(options.file + suffix)) await rename(options.file + suffix, aside + suffix);
    }
    return startWorker(options);
  }
}

async function startWorker(options: LedgerOptions): Promise<Ledger> {
  const data: LedgerWorkerData = {
    file: options.file,
    clock: options.clock,
    commitDelayMs: options.commitDelayMs ?? 0,
  };
  const worker = new Worker(new URL('./ledger.worker.ts', import.meta.url), { workerData: data });
  const pending = new Map<
    number,
    { operation: string; resolve: (result: never) => void; reject: (error: Error) => void }
  >();
  let next = 1;
  let dead: string | undefined;

  const fail = (problem: string): void => {
    dead = problem;
    for (const { operation, reject } of pending.values())
      reject(new BranchlineError('BL_LEDGER_FAILED', { operation, problem }));
    pending.clear();
  };
  const tellTrouble = (problem: string | undefined): void => {
    if (problem === undefined) return options.log.info('the ledger stores again');
    const failure = new BranchlineError('BL_LEDGER_FAILED', { operation: 'commit', problem });
    options.log.error(
      { code: failure.code, advice: failure.advice, problem },
      'the ledger cannot be written: nothing is dialed, and what happens is kept in memory until it can be stored',
    );
  };
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  worker.on('error', (error: unknown) => fail(problemOf(error)));
  worker.on('exit', () => fail('the ledger is closed'));
  worker.on('message', (message: LedgerMessage) => {
    if ('trouble' in message) return tellTrouble(message.trouble);
    for (const reply of message.replies) {
      const waiter = pending.get(reply.id);
      if (!waiter) continue;
      pending.delete(reply.id);
      if ('problem' in reply)
        waiter.reject(
          new BranchlineError('BL_LEDGER_FAILED', { operation: waiter.operation, problem: reply.problem }),
        );
      else waiter.resolve(reply.result as never);
    }
  });

  const call = (operation: string, args: unknown): Promise<never> =>
    new Promise((resolve, reject) => {
      if (dead !== undefined)
        return reject(new BranchlineError('BL_LEDGER_FAILED', { operation, problem: dead }));
      const id = next++;
      pending.set(id, { operation, resolve, reject });
      worker.postMessage({ id, operation, args });
    });
  const methods = Object.fromEntries(
    operationNames.map((name) => [name, (args: unknown) => call(name, args)]),
  );
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      if (dead !== undefined) return resolve();
      worker.once('exit', () => resolve());
      worker.postMessage('close');
    });
  // The names come from the operations' own interface, so the map is complete by construction.
  return { ...methods, close } as Ledger;
}
