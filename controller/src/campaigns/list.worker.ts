import { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import {
  type ColumnMapping,
  BranchlineError,
  idSource,
  problemOf,
  type ErrorCode,
  type ErrorDetails,
} from '@branchline/shared';
import type { DncListKind } from './dnc-row.ts';
import { LocalReading, type ListBatch, type ReadSoFar } from './list-batches.ts';

/** What the main side passes when it starts this worker. */
export interface ListWorkerData {
  readonly region: string;
  readonly mapping?: ColumnMapping | undefined;
  readonly dnc?: DncListKind | undefined;
}

/** To the worker: bytes of the file, its end, or that a batch has been taken. */
export type ListRequest = Uint8Array | 'end' | 'taken';

/** From the worker; `soFar` is how far it is. */
export type ListMessage = { readonly soFar: ReadSoFar } & (
  | { readonly kind: 'reading' }
  /** It wants more bytes. */
  | { readonly kind: 'more' }
  | { readonly kind: 'batch'; readonly batch: ListBatch }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly details: ErrorDetails }
);

/** How often it tells how far it is while nothing else happens, ms. */
const tellMs = 200;

/** Batches that wait for the database, at most. */
const mostWaiting = 2;

const reading = new LocalReading({ ...(workerData as ListWorkerData), newId: idSource() });
const tell = (message: ListMessage, transfer: readonly ArrayBuffer[] = []): void =>
  parentPort!.postMessage(message, transfer);
const file = new Readable({ read: () => tell({ kind: 'more', soFar: reading.soFar }) });
const telling = setInterval(() => tell({ kind: 'reading', soFar: reading.soFar }), tellMs);
let waiting = 0;
let goOn = (): void => undefined;

parentPort!.on('message', (request: ListRequest) => {
  if (request === 'taken') {
    waiting--;
    goOn();
  } else file.push(request === 'end' ? null : request);
});

try {
  for await (const batch of reading.batches(file)) {
    tell({ kind: 'batch', soFar: reading.soFar, batch }, [batch.leads.buffer, batch.errors.buffer]);
    waiting++;
    if (waiting >= mostWaiting) await new Promise<void>((resolve) => (goOn = resolve));
  }
  tell({ kind: 'done', soFar: reading.soFar });
} catch (error) {
  const known =
    error instanceof BranchlineError
      ? error
      : new BranchlineError('BL_IMPORT_INTERRUPTED', { problem: problemOf(error) });
  tell({ kind: 'failed', soFar: reading.soFar, code: known.code, details: known.details });
}
clearInterval(telling);
