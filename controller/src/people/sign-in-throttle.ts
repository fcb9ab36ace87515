import { BranchlineError, type Clock } from '@branchline/shared';

/** Wrong attempts within the window after which a key waits. */
const patience = 5;
const windowMs = 60_000;
/** Keys remembered; beyond it the oldest are forgotten, so that guessing names cannot eat the memory. */
const remembered = 10_000;

/** Slows guessing: counts wrong attempts per account and per address, in transport time. */
export class SignInThrottle {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { count: number; since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws BranchlineError `BL_AUTH_THROTTLED` when one of the keys has to wait */
  admit(...keys: string[]): void {
    const now = this.#clock.monotonic();
    for (const key of keys) {
      const entry = this.#failures.get(key);
      if (entry && now - entry.since < windowMs && entry.count >= patience) {
        throw new BranchlineError('BL_AUTH_THROTTLED');
      }
    }
  }

  failed(...keys: string[]): void {
    const now = this.#clock.monotonic();
    for (const key of keys) {
      const entry = this.#failures.get(key);
      const count = entry && now - entry.since < windowMs ? entry.count + 1 : 1;
      // Deleted first so that the map stays in the order of the last failure.
      this.#failures.delete(key);
      this.#failures.set(key, { count, since: now });
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= remembered) break;
      this.#failures.delete(key);
    }
  }

  /** Takes one failure back: it was none, but nothing that forgives earlier ones either. */
  withdraw(...keys: string[]): void {
    for (const key of keys) {
      const entry = this.#failures.get(key);
      if (entry && entry.count > 0) this.#failures.set(key, { ...entry, count: entry.count - 1 });
    }
  }

  succeeded(...keys: string[]): void {
    for (const key of keys) this.#failures.delete(key);
  }
}
