import type { Clock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { takeDigits, type DigitPace } from './digit-pace.ts';

export interface DigitGuardOptions {
  /** Of the digits as they come: real time. */
  readonly real: Clock;
  readonly log: Log;
}

/** Nobody keys faster, and no phone dials a stored number faster. */
const limits = { burst: 40, perSecond: 20 };

/** Legs with digits of the last moments; a leg that was forgotten begins anew. */
const mostLegs = 2000;

/** Stands before whatever reads digits of phones: a storm of them is cut off, and told once for each leg. */
export class DigitGuard {
  readonly #options: DigitGuardOptions;
  readonly #legs = new Map<string, { pace: DigitPace; stormed: boolean }>();

  constructor(options: DigitGuardOptions) {
    this.#options = options;
  }

  /** Whether a digit that came on a leg is to be read. */
  lets(leg: string): boolean {
    const { real, log } = this.#options;
    const before = this.#legs.get(leg);
    const pace = takeDigits(before?.pace, 1, real.now(), limits);
    if (pace) {
      this.#legs.set(leg, { pace, stormed: before?.stormed ?? false });
      if (this.#legs.size > mostLegs) this.#legs.delete(this.#legs.keys().next().value!);
      return true;
    }
    if (before && !before.stormed) {
      this.#legs.set(leg, { ...before, stormed: true });
      log.warn({ leg }, 'digits come faster than anybody keys them: those that are too many are not read');
    }
    return false;
  }

  /** A leg has ended. */
  forget(leg: string): void {
    this.#legs.delete(leg);
  }
}
