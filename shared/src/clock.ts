/** A handle of a pending timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * The only source of time. Business time (agents, wrap-up, retries, leases, calling windows) and transport time
 * (deadlines, reported latencies) are two instances, so that a simulation can run the first one faster.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. May jump when the wall clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. Use it for durations. */
  monotonic(): number;
  /** Runs `action` once after `delayMs` of this clock's time (≥ 0). */
  schedule(delayMs: number, action: () => void): Timer;
}

/** Longest delay Node's timers accept, in ms; longer waits are chained. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, action) {
    let handle: ReturnType<typeof setTimeout>;
    const arm = (leftMs: number): void => {
      const step = Math.min(leftMs, MAX_TIMEOUT_MS);
      handle = setTimeout(() => (leftMs > step ? arm(leftMs - step) : action()), Math.max(0, step));
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Where a scaled clock starts and how fast it runs: `now = business + (real − realNow) × speed`. */
export interface ClockScale {
  /** Business ms per real ms; > 0. */
  readonly speed: number;
  /** Real epoch ms of the anchor. */
  readonly real: number;
  /** Business epoch ms at the anchor. */
  readonly business: number;
}

/** A clock that runs `scale.speed` times as fast as `base`; processes that share one scale agree on the time. */
export function scaledClock(scale: ClockScale, base: Clock = systemClock): Clock {
  if (!(scale.speed > 0)) throw new RangeError(`clock speed must be > 0, got ${scale.speed}`);
  return {
    now: () => Math.round(scale.business + (base.now() - scale.real) * scale.speed),
    monotonic: () => base.monotonic() * scale.speed,
    schedule: (delayMs, action) => base.schedule(delayMs / scale.speed, action),
  };
}

/** Resolves after `delayMs` of the clock's time; rejects with the signal's reason when aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const timer = clock.schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** A clock that stands still until told otherwise: for tests and simulations in virtual time. */
export class ManualClock implements Clock {
  #wall: number;
  #elapsed = 0;
  #order = 0;
  #timers: { at: number; order: number; action: () => void }[] = [];

  constructor(startMs = 0) {
    this.#wall = startMs;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  schedule(delayMs: number, action: () => void): Timer {
    const entry = { at: this.#elapsed + Math.max(0, delayMs), order: this.#order++, action };
    this.#timers.push(entry);
    return { cancel: () => void (this.#timers = this.#timers.filter((timer) => timer !== entry)) };
  }

  /** Moves time forward, firing due timers in order. */
  advance(ms: number): void {
    const target = this.#elapsed + ms;
    for (;;) {
      const due = this.#timers
        .filter((timer) => timer.at <= target)
        .toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#wall += due.at - this.#elapsed;
      this.#elapsed = due.at;
      due.action();
    }
    this.#wall += target - this.#elapsed;
    this.#elapsed = target;
  }

  /** Sets the wall clock without moving monotonic time: what a person or NTP does. */
  jump(ms: number): void {
    this.#wall += ms;
  }
}
