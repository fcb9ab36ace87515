import {
  gsmKinds,
  type CallRow,
  type Line,
  type LineRank,
  type LineVerdict as LineVerdictCode,
  type Outcome,
  type Route,
} from '@branchline/shared';
import { breakerAt, letsThrough, type Breaker } from './breaker.ts';
import { priceOf } from './tariff.ts';
import { volumeLimits, type Held } from './limits.ts';

/** What is known of a line at this moment. */
export interface LineState {
  readonly line: Line;
  /** `unknown` counts as up: a line that was never tried must not be refused. */
  readonly health: 'up' | 'down' | 'unknown';
  /** What is wrong or normal about it, in words. */
  readonly reason: string;
  readonly inUse: number;
  /** False for a SIM at a site where nobody has enabled GSM lines. */
  readonly permitted: boolean;
  /** Somebody asked for no new calls. */
  readonly drained: boolean;
  readonly breaker: Breaker;
  readonly held: Held | undefined;
  readonly callsToday: number;
  readonly lastEnd: number | undefined;
}

/** A number that wants out, and what is known of it. */
export interface RouteRequest {
  readonly number: string;
  /** The callee's operator, as numbering plans name it. */
  readonly operator?: string | undefined;
  /** What the callee shall see; lines that may show it come first. */
  readonly callerId?: string | undefined;
  /** Lines that failed for this attempt, with what they met there. */
  readonly tried?: ReadonlyMap<string, Outcome>;
  readonly now: number;
}

/** What the whole branch says about its lines. */
export interface RouteRules {
  readonly routes: readonly Route[];
  /** Kinds that this edge has a driver for. */
  readonly canDial: (line: Line) => boolean;
}

export const notPermitted = 'GSM lines are off at this site until an administrator enables them and says why';

/** Why a line was taken or not. */
export interface LineVerdict {
  readonly line: string;
  readonly verdict: LineVerdictCode;
  readonly reason: string;
}

export interface RouteChoice {
  /** Absent when no line can take the call now. */
  readonly line?: Line;
  readonly verdicts: readonly LineVerdict[];
  /** By what it came before the others. */
  readonly by: LineRank;
}

/** A choice as the record of the call tells it. */
export function recordedChoice({ by, verdicts }: RouteChoice): NonNullable<CallRow['choice']> {
  const passed = verdicts.filter(({ verdict }) => verdict !== 'taken' && verdict !== 'not-in-route');
  return { by, passed: passed.slice(0, 20).map(({ line, verdict }) => ({ line, verdict })) };
}

/**
 * Chooses the line for a number: of the longest matching prefix's lines the first that can take it, in the order of the route.
 * Pure; gives the reason for each line.
 *
 * A SIM that has reached a limit of its own is not relieved by another one: its traffic waits, or goes over a line that is no
 * SIM. Whoever wants it otherwise takes the SIM out of use first, and is seen doing so.
 */
export function selectLine(
  request: RouteRequest,
  rules: RouteRules,
  lines: ReadonlyMap<string, LineState>,
): RouteChoice {
  const route = rules.routes
    .filter(({ prefix }) => request.number.startsWith(prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
  const listed = route?.lines ?? [];
  const exhausted = listed.find((id) => isExhaustedSim(lines.get(id), request));
  let chosen: Line | undefined;
  const verdicts = ordered(route, request, lines).map((id): LineVerdict => {
    const state = lines.get(id);
    const refusal = refusalOf(state, request, rules, exhausted);
    if (refusal) return { line: id, ...refusal };
    if (chosen) return { line: id, verdict: 'candidate', reason: `could take it; ${chosen.id} comes first` };
    chosen = state!.line;
    return { line: id, verdict: 'taken', reason: reasonToTake(route!, state!, request) };
  });
  for (const id of lines.keys())
    if (!listed.includes(id))
      verdicts.push({
        line: id,
        verdict: 'not-in-route',
        reason: `no part of the route "${route?.prefix ?? ''}"`,
      });
  return { ...(chosen && { line: chosen }), verdicts, by: ranks[route?.hunt ?? 'order'] };
}

const ranks = { order: 'order', cheapest: 'price', even: 'fewest-calls' } as const;

/** Lines of a route in the order in which they are asked; ties stay as the route has them. */
function ordered(
  route: Route | undefined,
  { callerId, operator }: RouteRequest,
  lines: ReadonlyMap<string, LineState>,
): readonly string[] {
  if (!route) return [];
  const stranger = (id: string): number =>
    callerId === undefined || lines.get(id)?.line.callerIds.includes(callerId) ? 0 : 1;
  const rank = (id: string): readonly number[] => {
    const state = lines.get(id);
    if (route.hunt === 'even') return [state?.callsToday ?? 0, state?.lastEnd ?? 0];
    if (route.hunt === 'cheapest') return [state ? priceOf(state.line.tariff, operator) : Infinity];
    return [];
  };
  return route.lines.toSorted((a, b) => {
    const [x, y] = [
      [stranger(a), ...rank(a)],
      [stranger(b), ...rank(b)],
    ];
    const i = x.findIndex((value, k) => value !== y[k]);
    return i < 0 ? 0 : x[i]! - y[i]!;
  });
}

function isSim(state: LineState): boolean {
  return gsmKinds.has(state.line.kind);
}

/** A SIM in use whose volume or reputation is used up, by our count or by what the network answered. */
function isExhaustedSim(state: LineState | undefined, { tried }: RouteRequest): boolean {
  if (!state || !isSim(state) || !state.line.enabled || state.drained) return false;
  return (state.held && volumeLimits.has(state.held.limit)) || tried?.get(state.line.id) === 'LIMIT' || false;
}

function refusalOf(
  state: LineState | undefined,
  { tried, now }: RouteRequest,
  { canDial }: RouteRules,
  exhausted: string | undefined,
): Omit<LineVerdict, 'line'> | undefined {
  if (!state || !state.line.enabled) return { verdict: 'disabled', reason: 'it is not in use' };
  const { line, held, inUse } = state;
  if (!state.permitted) return { verdict: 'gsm-not-enabled', reason: notPermitted };
  if (!canDial(line))
    return { verdict: 'no-driver', reason: `this box cannot drive a ${line.kind} as configured` };
  if (state.drained) return { verdict: 'drained', reason: 'it was asked to take no new calls' };
  const met = tried?.get(line.id);
  if (met) return { verdict: 'tried', reason: `this attempt met ${met} on it` };
  if (state.health === 'down') return { verdict: 'down', reason: state.reason };
  if (!letsThrough(breakerAt(state.breaker, now)))
    return {
      verdict: 'breaker',
      reason:
        state.breaker.phase === 'open'
          ? 'it failed several times in a row and rests'
          : 'a trial call is under way',
    };
  if (held) return { verdict: 'limit', reason: held.reason };
  if (isSim(state) && exhausted !== undefined)
    return {
      verdict: 'no-rotation',
      reason: `${exhausted} has reached a limit; no other SIM takes its place`,
    };
  if (inUse >= line.channels)
    return { verdict: 'full', reason: `${inUse} of ${line.channels} channels in use` };
  return undefined;
}

function reasonToTake(
  route: Route,
  { line, callsToday }: LineState,
  { callerId, operator }: RouteRequest,
): string {
  const first =
    route.hunt === 'cheapest'
      ? `cheapest to ${operator ?? 'an unknown operator'}`
      : route.hunt === 'even'
        ? `fewest calls today (${callsToday})`
        : 'first in its route';
  const shown =
    callerId !== undefined && !line.callerIds.includes(callerId)
      ? `; it shows its own number, ${callerId} is not registered for it`
      : '';
  return `${first} that can${shown}`;
}
