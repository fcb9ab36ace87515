import type { Line, Route } from '@branchline/shared';

/** What is known of a line at this moment. */
export interface LineState {
  readonly line: Line;
  /** `unknown` counts as up: a line that was never tried must not be refused. */
  readonly health: 'up' | 'down' | 'unknown';
  readonly inUse: number;
}

/** Why a line was taken or not. */
export interface LineVerdict {
  readonly line: string;
  readonly verdict:
    | 'taken'
    | 'candidate'
    | 'disabled'
    | 'down'
    | 'full'
    | 'tried'
    | 'not-in-route'
    | 'no-driver';
}

export interface RouteChoice {
  /** Absent when no line can take the call now. */
  readonly line?: Line;
  readonly verdicts: readonly LineVerdict[];
}

/**
 * Chooses the line for a number: the longest matching prefix's lines, in order, without those already tried, down, full or
 * disabled. Pure; gives the reason for each line.
 * @param tried lines that failed for this attempt with a fault of their own
 * @param canDial kinds that this edge has a driver for
 */
export function selectLine(
  number: string,
  routes: readonly Route[],
  lines: ReadonlyMap<string, LineState>,
  tried: ReadonlySet<string>,
  canDial: (line: Line) => boolean,
): RouteChoice {
  const route = routes
    .filter(({ prefix }) => number.startsWith(prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
  const order = route?.lines ?? [];
  let chosen: Line | undefined;
  const verdicts: LineVerdict[] = order.map((id) => {
    const state = lines.get(id);
    const verdict = verdictOf(state, tried, canDial);
    if (verdict !== 'candidate' || chosen) return { line: id, verdict };
    chosen = state!.line;
    return { line: id, verdict: 'taken' };
  });
  for (const id of lines.keys())
    if (!order.includes(id)) verdicts.push({ line: id, verdict: 'not-in-route' });
  return { ...(chosen && { line: chosen }), verdicts };
}

function verdictOf(
  state: LineState | undefined,
  tried: ReadonlySet<string>,
  canDial: (line: Line) => boolean,
): LineVerdict['verdict'] {
  if (!state || !state.line.enabled) return 'disabled';
  if (!canDial(state.line)) return 'no-driver';
  if (tried.has(state.line.id)) return 'tried';
  if (state.health === 'down') return 'down';
  if (state.inUse >= state.line.channels) return 'full';
  return 'candidate';
}
