/**
 * Keeps calls away from a line that fails, and finds out with single calls whether it works again: closed → open → half-open
 * → closed, or open again for twice as long.
 */
export type Breaker =
  | { readonly phase: 'closed'; readonly failures: number }
  | { readonly phase: 'open'; readonly until: number; readonly pauseMs: number }
  /** One call at a time is let through. */
  | { readonly phase: 'half-open'; readonly probing: boolean; readonly pauseMs: number };

export const closedBreaker: Breaker = { phase: 'closed', failures: 0 };

/** Faults of the line in a row that open it: as many as a new configuration is judged by. */
const mostFailures = 5;
/** The first pause, and the longest, ms. */
const firstPauseMs = 10_000;
const longestPauseMs = 300_000;

/** As it stands now: an open one whose pause is over lets a call through. */
export function breakerAt(breaker: Breaker, now: number): Breaker {
  return breaker.phase === 'open' && now >= breaker.until
    ? { phase: 'half-open', probing: false, pauseMs: breaker.pauseMs }
    : breaker;
}

/** Whether a call may be tried. */
export function letsThrough(breaker: Breaker): boolean {
  return breaker.phase === 'closed' || (breaker.phase === 'half-open' && !breaker.probing);
}

/** A call was sent to the line. */
export function breakerCalled(breaker: Breaker): Breaker {
  return breaker.phase === 'half-open' ? { ...breaker, probing: true } : breaker;
}

/** A call that was sent came back: `fault` when it met a fault of the line, `unknown` when it says nothing. */
export function breakerHeard(breaker: Breaker, heard: 'fault' | 'works' | 'unknown', now: number): Breaker {
  if (heard === 'unknown') return breaker.phase === 'half-open' ? { ...breaker, probing: false } : breaker;
  if (heard === 'works') return closedBreaker;
  switch (breaker.phase) {
    case 'closed':
      return breaker.failures + 1 >= mostFailures
        ? { phase: 'open', until: now + firstPauseMs, pauseMs: firstPauseMs }
        : { phase: 'closed', failures: breaker.failures + 1 };
    case 'half-open': {
      const pauseMs = Math.min(longestPauseMs, breaker.pauseMs * 2);
      return { phase: 'open', until: now + pauseMs, pauseMs };
    }
    case 'open':
      // A call from before it opened.
      return breaker;
  }
}
