/** How long what an edge dialed says how fast it dials, business ms. */
const windowMs = 30 * 60_000;
/** Less than this says nothing, business ms. */
const leastMs = 5 * 60_000;
/** Readings of an edge are this far apart at least, business ms. */
const stepMs = 60_000;

interface Reading {
  readonly at: number;
  /** Attempts since the edge was started. */
  readonly attempts: number;
}

/** How fast edges dial, by the attempts they say they have made. In memory: after a restart it is learned again. */
export class DialRates {
  readonly #readings = new Map<string, Reading[]>();

  /** An edge says how many attempts it has made since its start. @param at business ms */
  note(edge: string, attempts: number, at: number): void {
    let readings = this.#readings.get(edge) ?? [];
    const last = readings.at(-1);
    // It was started again, or the clock was set back: what was before does not compare.
    if (last && (attempts < last.attempts || at < last.at)) readings = [];
    else if (last && at - last.at < stepMs) return;
    readings = [...readings, { at, attempts }];
    while (readings.length > 2 && at - readings[1]!.at >= windowMs) readings.shift();
    this.#readings.set(edge, readings);
  }

  /** Attempts an hour in the last half hour; undefined while too little is known. */
  of(edge: string): number | undefined {
    const readings = this.#readings.get(edge) ?? [];
    const [first, last] = [readings[0], readings.at(-1)];
    if (!first || !last || last.at - first.at < leastMs) return undefined;
    return ((last.attempts - first.attempts) * 3_600_000) / (last.at - first.at);
  }
}
