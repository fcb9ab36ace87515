import type { Clock } from '@branchline/shared';
import { waitsSince, type Call, type CallInput } from './call.ts';
import type { CallPolicy } from './calls.ts';

export interface CallTimersOptions {
  readonly business: Clock;
  readonly policy: (call: Call) => CallPolicy;
  readonly input: (call: string, input: CallInput) => void;
}

/** A call that has to end in time is hung up so long before, business ms. */
const hangupMs = 2000;

/** So long before a customer's wait is over the judgement is given up, ms: the agent has to be there in time. */
const reachMs = 400;

type Kind = 'wait' | 'judgement' | 'limit' | 'hold';

/** What time brings to calls: the end of a callee's patience, of the wait for who answered, of what a line has
 * left, and of a customer's patience on hold. */
export class CallTimers {
  readonly #options: CallTimersOptions;
  readonly #timers = new Map<string, { cancel(): void }>();

  constructor(options: CallTimersOptions) {
    this.#options = options;
  }

  /** Starts the limit of a callee's patience, once per call. Callers, and who has talked, wait as long as their queue says. */
  wait(call: Call): void {
    if (call.direction === 'inbound' || call.bridgedAt !== undefined) return;
    const { maxWaitMs, ringSeconds } = this.#options.policy(call);
    const limit = call.phase === 'ringing-agent' ? Math.max(maxWaitMs, ringSeconds * 1000) : maxWaitMs;
    this.#start('wait', call, waitsSince(call), limit, (at) => ({ type: 'wait-over', at }));
  }

  /** They wait no longer. */
  stopWaiting({ id }: Call): void {
    this.#stop('wait', id);
  }

  /** Starts the limit of the wait for who answered. */
  awaitJudgement(call: Call): void {
    const { maxWaitMs } = this.#options.policy(call);
    this.#start('judgement', call, call.answeredAt, maxWaitMs - reachMs, (at) => ({
      type: 'judge-over',
      at,
    }));
  }

  /** An answered call ends when its line has nothing left: no limit of a line is ever exceeded. */
  limit(call: Call): void {
    const { maxMs, answeredAt } = call;
    if (maxMs === undefined || answeredAt === undefined) return;
    this.#start('limit', call, answeredAt, maxMs - hangupMs, (at) => ({ type: 'end', by: 'system', at }));
  }

  /** The customer was put on hold, taken back, or the agent reminded of them. */
  hold(call: Call): void {
    this.#stop('hold', call.id);
    const { held } = call;
    if (!held) return;
    const { holdMs, rings } = this.#options.policy(call);
    const ms = held.reminded ? 2 * holdMs : holdMs;
    this.#start('hold', call, held.since, ms, (at) => ({ type: 'held-long', rings, at }));
  }

  /** A call is over. */
  forget({ id }: Call): void {
    for (const kind of ['wait', 'judgement', 'limit', 'hold'] as const) this.#stop(kind, id);
  }

  #start(
    kind: Kind,
    { id }: Call,
    since: number | undefined,
    ms: number,
    input: (at: number) => CallInput,
  ): void {
    const key = `${kind} ${id}`;
    if (this.#timers.has(key)) return;
    const { business } = this.#options;
    const left = Math.max(0, (since ?? business.now()) + ms - business.now());
    this.#timers.set(
      key,
      business.schedule(left, () => this.#options.input(id, input(business.now()))),
    );
  }

  #stop(kind: Kind, id: string): void {
    const key = `${kind} ${id}`;
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }
}
