import { on } from 'node:events';
import { finished, Writable, type Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { BranchlineError, problemOf } from '@branchline/shared';
import type { ListBatch, ListReading, ListReadingOptions, ReadSoFar } from './list-batches.ts';
import type { ListMessage, ListRequest, ListWorkerData } from './list.worker.ts';

/** Memory of the thread's objects, MiB: whatever a list contains, it cannot take the controller's. */
const heapMegabytes = 48;

/** Reads a list in a thread of its own, so that a big one holds nothing up. Bytes wait in the socket, batches for the database. */
export class ThreadReading implements ListReading {
  readonly #data: ListWorkerData;
  readonly #recall: ListReadingOptions['recall'];
  soFar: ReadSoFar = { bytes: 0, rows: 0, rejected: 0 };

  constructor({ recall, ...data }: Omit<ListReadingOptions, 'newId'>) {
    this.#data = { ...data, asks: recall !== undefined };
    this.#recall = recall;
  }

  async *batches(file: Readable, signal: AbortSignal): AsyncGenerator<ListBatch> {
    signal.throwIfAborted();
    const worker = new Worker(new URL('./list.worker.ts', import.meta.url), {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 4 },
    });
    const ask = (request: ListRequest, transfer: ArrayBuffer[] = []): void =>
      worker.postMessage(request, transfer);
    let wanted = (): void => undefined;
    // Bytes go on to the thread while the batch before is being written.
    worker.on('message', ({ kind, soFar }: ListMessage) => {
      this.soFar = soFar;
      if (kind !== 'more') return;
      const goOn = wanted;
      wanted = () => undefined;
      goOn();
    });
    const broken = new AbortController();
    const interrupted = AbortSignal.any([signal, broken.signal]);
    const bytes = new Writable({
      write(chunk: Buffer, _encoding, done) {
        wanted = done;
        // A copy: the chunk may share its memory with others.
        const copy = new Uint8Array(chunk);
        ask(copy, [copy.buffer]);
      },
      final(done) {
        ask('end');
        done();
      },
    });
    finished(file, { writable: false }, (error) => {
      if (error)
        broken.abort(
          error.code === 'ERR_STREAM_PREMATURE_CLOSE' ? new Error('the upload ended early') : error,
        );
    });
    file.pipe(bytes);
    try {
      for await (const [message] of on(worker, 'message', { signal: interrupted, close: ['exit'] })) {
        const news = message as ListMessage;
        if (news.kind === 'done') return;
        if (news.kind === 'failed') throw new BranchlineError(news.code, news.details);
        if (news.kind === 'heading') ask({ mapping: await this.#recall?.(news.header) });
        if (news.kind !== 'batch') continue;
        yield news.batch;
        ask('taken');
      }
      throw new Error('the reading thread ended');
    } catch (error) {
      throw interruption(interrupted.aborted ? interrupted.reason : error);
    } finally {
      bytes.destroy();
      await worker.terminate();
    }
  }
}

function interruption(error: unknown): BranchlineError {
  return error instanceof BranchlineError
    ? error
    : new BranchlineError('BL_IMPORT_INTERRUPTED', { problem: problemOf(error) }, error);
}
