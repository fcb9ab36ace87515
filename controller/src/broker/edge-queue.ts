import { isRetryable, sleep, type Clock } from '@branchline/shared';

/** One piece of work of an edge. */
export interface Job {
  /** Never dropped, whatever the queue holds. */
  readonly mustKeep: boolean;
  /** Tried again while it rejects with a retryable error, up to {@link retryForMs}. */
  readonly retry: boolean;
  /** May run beside others that may, too; it is begun after those before it. */
  readonly beside: boolean;
  run(): Promise<void> | void;
  failed(error: unknown): void;
}

/** How long a retryable failure is tried again, ms of transport time: longer than PostgreSQL needs to restart. */
const retryForMs = 120_000;

/**
 * The messages of one edge, begun in their order, one after the other but for those that may run beside each other. The broker's callback only appends here and returns, so a slow
 * database holds up this edge's queue and nothing else. The bound keeps an edge that floods from eating the memory.
 */
export class EdgeQueue {
  readonly #limit: number;
  readonly #clock: Clock;
  #jobs: Job[] = [];
  #running = 0;
  /** Whether what runs may have company. */
  #beside = false;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  get size(): number {
    return this.#jobs.length + this.#running;
  }

  /** False when the queue is full (or closed) and the job was not taken. */
  push(job: Job): boolean {
    if (this.#closed || (this.size > this.#limit && !job.mustKeep)) return false;
    this.#jobs.push(job);
    this.#begin();
    return true;
  }

  /** Takes nothing more; resolves when the running jobs have ended. Waiting jobs are dropped. */
  close(): Promise<void> {
    this.#closed = true;
    this.#jobs = [];
    return this.#running > 0 ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  #begin(): void {
    for (let job = this.#jobs[0]; job; job = this.#jobs[0]) {
      if (this.#running > 0 && !(this.#beside && job.beside)) return;
      this.#jobs.shift();
      this.#running++;
      this.#beside = job.beside;
      void this.#handle(job).then(() => this.#ended());
    }
  }

  #ended(): void {
    this.#running--;
    this.#begin();
    if (this.#running > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #handle(job: Job): Promise<void> {
    const giveUpAt = this.#clock.monotonic() + retryForMs;
    for (let delay = 100; ; delay = Math.min(delay * 2, 2000)) {
      try {
        await job.run();
        return;
      } catch (error) {
        if (this.#closed || !job.retry || !isRetryable(error) || this.#clock.monotonic() >= giveUpAt) {
          job.failed(error);
          return;
        }
        await sleep(this.#clock, delay);
      }
    }
  }
}
