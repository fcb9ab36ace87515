import type { ManualClock } from '@branchline/shared';

/** Lets promises settle. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Moves the clock in small steps, so that what promises start in between is on time. */
export async function pass(clock: ManualClock, ms: number, stepMs = 20): Promise<void> {
  await settled();
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    await settled();
  }
}

/** Moves the clock until `probe` holds. @throws Error naming what did not happen within `ms` */
export async function passUntil(
  clock: ManualClock,
  what: string,
  probe: () => boolean,
  ms = 120_000,
): Promise<void> {
  for (let waited = 0; waited < ms; waited += 20) {
    if (probe()) return;
    await pass(clock, 20);
  }
  throw new Error(`${what} did not happen within ${ms} ms of virtual time`);
}
