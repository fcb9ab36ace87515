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
  /** A dry run: the main side is asked for the mapping. */
  readonly asks?: boolean;
}

/** To the worker: bytes of the file, its end, that a batch has been taken, or the mapping it asked for. */
export type ListRequest = Uint8Array | 'end' | 'taken' | { readonly mapping: ColumnMapping | undefined };

/** From the worker; `soFar` is how far it is. */
export type ListMessage = { readonly soFar: ReadSoFar } & (
  | { readonly kind: 'reading' }
  /** It wants more bytes. */
  | { readonly kind: 'more' }
  /** It wants the mapping for these headings. */
  | { readonly kind: 'heading'; readonly header: readonly string[] }
  | { readonly kind: 'batch'; readonly batch: ListBatch }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly details: ErrorDetails }
);

/** How often it tells how far it is while nothing else happens, ms. */
const tellMs = 200;

/** Batches that wait for the database, at most. */
const mostWaiting = 2;

const { asks, ...data } = workerData as ListWorkerData;
let answer: (mapping: ColumnMapping | undefined) => void = () => undefined;
const recall = (header: readonly string[]): Promise<ColumnMapping | undefined> =>
  new Promise((resolve) => {
    answer = resolve;
    tell({ kind: 'heading', soFar: reading.soFar, header });
  });
const reading = new LocalReading({ ...data, newId: idSource(), ...(asks && { recall }) });
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
  } else if (typeof request === 'object' && 'mapping' in request) answer(request.mapping);
  else file.push(request === 'end' ? null : request);
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
