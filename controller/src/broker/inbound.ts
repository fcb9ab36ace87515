import {
  BranchlineError,
  decodePayload,
  isRetryable,
  parseTopic,
  problemOf,
  type Clock,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { EdgeQueue } from './edge-queue.ts';
import type { Inbound, InboundHandler, UpChannel, Violation } from './fleet-bus.ts';

/** Messages one edge may have waiting here; its outbox repeats what does not fit. */
const queueLimit = 128;

/** Times a violation of one edge and code is logged in full; afterwards only counted. */
const loggedPerKind = 20;

export interface InboundOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps what did not fit, for the person who looks; must not throw. */
  readonly violated: (violation: Violation) => void;
  /** Whether this process answers to the boxes; the others of its installation only follow who is there and what they do. */
  readonly answers: () => boolean;
}

/** What controllers follow that stand by. */
const followed: ReadonlySet<UpChannel> = new Set(['state', 'live']);

/** What every broker does with a message that came up: read it by the contract and hand it on, or set it aside. */
export class InboundDesk {
  readonly #options: InboundOptions;
  readonly #handlers = new Map<UpChannel, InboundHandler<UpChannel>>();
  readonly #queues = new Map<string, EdgeQueue>();
  readonly #violations = new Map<string, number>();
  readonly #logged = new Map<string, number>();
  received = 0;
  overflowed = 0;
  /** Not handled because a store was away. */
  deferred = 0;

  constructor(options: InboundOptions) {
    this.#options = options;
  }

  on<C extends UpChannel>(channel: C, handler: InboundHandler<C>): void {
    // Keyed by the channel, so the handler only ever sees its own payload type.
    this.#handlers.set(channel, handler);
  }

  get queued(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.size, 0);
  }

  get violations(): Record<string, number> {
    return Object.fromEntries(this.#violations);
  }

  /** Takes a message and returns at once; never throws. */
  accept(topic: string, bytes: Uint8Array): void {
    this.received++;
    const parsed = parseTopic(topic);
    const channel = parsed?.channel as UpChannel | undefined;
    if (!parsed?.edge || !channel) {
      this.violation('?', topic, new BranchlineError('BL_CONTRACT_TOPIC', { topic }), bytes);
      return;
    }
    const { edge, stream } = parsed;
    if (!followed.has(channel) && !this.#options.answers()) return;
    const run = (): Promise<void> | void => {
      const payload = decodePayload(channel, topic, bytes);
      const message: Inbound<UpChannel> = { edge, topic, payload, ...(stream && { stream }) };
      return this.#handlers.get(channel)?.(message);
    };
    const failed = (error: unknown): void => this.violation(edge, topic, error, bytes);
    // Live data is worth nothing later: it is handled now, in memory, or not at all.
    if (channel === 'live') {
      try {
        void run();
      } catch (error) {
        failed(error);
      }
      return;
    }
    const records = channel === 'out';
    const job = { mustKeep: channel === 'state', retry: !records, beside: records, run, failed };
    if (!this.#queueOf(edge).push(job)) {
      this.overflowed++;
      if (this.overflowed % 100 === 1) {
        const busy = new BranchlineError('BL_BROKER_BUSY', { edge, topic });
        this.#options.log.warn({ edge, topic, overflowed: this.overflowed }, busy.message);
      }
    }
  }

  /** Counts, logs and keeps something that did not fit. */
  violation(edge: string, topic: string, error: unknown, bytes: Uint8Array): void {
    const code = error instanceof BranchlineError ? error.code : 'BL_API_FAILED';
    if (isRetryable(error)) {
      // Not the sender's fault: nothing was acknowledged, so the edge sends it again.
      this.deferred++;
      if (this.deferred % 100 === 1) this.#options.log.warn({ edge, topic, code }, problemOf(error));
      return;
    }
    this.#violations.set(code, (this.#violations.get(code) ?? 0) + 1);
    const kind = `${edge} ${code}`;
    const times = (this.#logged.get(kind) ?? 0) + 1;
    this.#logged.set(kind, times);
    const problem = problemOf(error);
    if (times <= loggedPerKind) {
      const failure = error instanceof BranchlineError ? undefined : error;
      this.#options.log.warn({ edge, topic, code, times, err: failure }, problem);
    }
    const sample = Buffer.from(bytes.subarray(0, 512)).toString('latin1').replaceAll('\u0000', '\uFFFD');
    this.#options.violated({
      edge,
      topic: topic.slice(0, 300),
      code,
      problem: problem.slice(0, 1000),
      sample,
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #queueOf(edge: string): EdgeQueue {
    let queue = this.#queues.get(edge);
    if (!queue) {
      queue = new EdgeQueue(queueLimit, this.#options.clock);
      this.#queues.set(edge, queue);
    }
    return queue;
  }
}
