import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { problemOf } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Recognised } from './ear.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { ListenerNews, ListenerOrder } from './listener.worker.ts';

/** What the listener needs of FreeSWITCH. */
export interface Recorder {
  startRecording(leg: string, file: string, limitSeconds: number): Promise<void>;
  stopRecording(leg: string, file: string): Promise<void>;
}

export interface ListenerOptions {
  readonly recorder: Recorder;
  /** Where what is listened to is written, for moments; FreeSWITCH and we may write there. */
  readonly folder: string;
  /** Recordings of the networks that are recognised. */
  readonly announcements: readonly Fingerprint[];
  readonly onRecognised: (leg: string, recognised: Recognised) => void;
  readonly log: Log;
}

/**
 * FreeSWITCH ends a recording that is listened to by itself after this long, should we not be there any more: the longest ringing, a
 * greeting, and the wait for its beep. Seconds.
 */
const limitSeconds = 180;

/**
 * Listens to callees: FreeSWITCH records what they say, and one thread for all calls follows the files while they grow. The files lose
 * their names as soon as they are open.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #worker: Worker;
  /** Legs listened to. */
  readonly #legs = new Set<string>();

  constructor(options: ListenerOptions) {
    this.#options = options;
    // At once: a thread needs a second or more to start, and a verdict is worth less every moment.
    this.#worker = this.#start();
  }

  /**
   * Listens to a leg's network, or from now on to whoever answered on it.
   * @param to `greeting`: the leg has been answered
   */
  listen(leg: string, to: 'network' | 'greeting'): void {
    if (!this.#legs.has(leg)) {
      this.#legs.add(leg);
      const file = this.#fileOf(leg);
      this.#order({ do: 'listen', leg, file });
      this.#options.recorder.startRecording(leg, file, limitSeconds).catch((error: unknown) => {
        this.#options.log.debug({ leg, problem: problemOf(error) }, 'a leg cannot be listened to');
        this.#forget(leg);
      });
    }
    if (to === 'greeting') this.#order({ do: 'answered', leg });
  }

  /** Stops listening to a leg. */
  stop(leg: string): void {
    if (!this.#forget(leg)) return;
    // A leg that has ended has no recording any more.
    this.#options.recorder.stopRecording(leg, this.#fileOf(leg)).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#legs.clear();
    await this.#worker.terminate();
  }

  #start(): Worker {
    const { announcements, log } = this.#options;
    const worker = new Worker(new URL('./listener.worker.ts', import.meta.url), {
      workerData: announcements,
    });
    worker.unref();
    worker.on('message', (news: ListenerNews) => this.#onNews(news));
    // Calls go on unjudged, as where nobody listens.
    worker.on('error', (error) =>
      log.error(
        { problem: problemOf(error) },
        'nobody listens to callees any more; restart the edge to tell machines from people again',
      ),
    );
    return worker;
  }

  #forget(leg: string): boolean {
    const known = this.#legs.delete(leg);
    if (known) this.#order({ do: 'forget', leg });
    return known;
  }

  #fileOf(leg: string): string {
    return join(this.#options.folder, `${leg}.wav`);
  }

  #order(order: ListenerOrder): void {
    this.#worker.postMessage(order);
  }

  #onNews(news: ListenerNews): void {
    if (!this.#legs.has(news.leg)) return;
    if ('recognised' in news) return this.#options.onRecognised(news.leg, news.recognised);
    this.#options.log.warn(
      { leg: news.leg, problem: news.problem },
      'what a callee says could not be listened to; the call goes on unjudged',
    );
    this.stop(news.leg);
  }
}
