import type { Clock, Timer } from '@branchline/shared';

/** What a device will still do, unless it stops before. */
export class Agenda {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  later(ms: number, action: () => void): Timer {
    const timer = this.#clock.schedule(ms, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.#timers.delete(timer);
      },
    };
  }

  /** Does `action` again and again, each time after what `pauseMs` gives, until cancelled. */
  repeat(pauseMs: () => number, action: () => void): Timer {
    let timer: Timer;
    const again = (): void => {
      timer = this.later(pauseMs(), () => {
        action();
        again();
      });
    };
    again();
    return { cancel: () => timer.cancel() };
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
