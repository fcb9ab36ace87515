import {
  dialedWithin,
  gsmKinds,
  lineFaults,
  policyOf,
  type Desired,
  type Line,
  type Outcome,
  type Route,
} from '@branchline/shared';
import {
  breakerAt,
  breakerCalled,
  breakerHeard,
  closedBreaker,
  letsThrough,
  type Breaker,
} from './breaker.ts';
import type { Recovered, StoredUsage } from '../store/index.ts';
import { sipLines, type LineDriver, type LineTarget } from './driver.ts';
import {
  notPermitted,
  selectLine,
  type LineState,
  type RouteChoice,
  type RouteRequest,
  type RouteRules,
} from './route-selector.ts';
import { grantOf, limitOf } from './limits.ts';
import {
  callBegins,
  callCancelled,
  callEnded,
  released,
  unused,
  useOf,
  type EndedUse,
  type Usage,
} from './usage.ts';

/** What is known of a line beside its calls; whoever watches it says so. */
export interface LineCondition {
  readonly health: LineState['health'];
  readonly reason: string;
}

/** A channel that was taken, and how long the call may last, business ms. */
export interface Reservation extends RouteChoice {
  readonly maxMs?: number;
}

interface OneLine extends LineCondition {
  readonly line: Line;
  readonly breaker: Breaker;
  /** Whose limits count: `sim:<iccid>` once it is known, as limits belong to the SIM and move with it; `line:<id>` before. */
  readonly subject: string;
}

/** A channel in use. */
interface Hold {
  readonly line: string;
  readonly subject: string;
  readonly startedAt: number;
  readonly grantMs: number;
  /** Calls out count against the limits, calls in do not. */
  readonly counted: boolean;
}

const untried: LineCondition = { health: 'unknown', reason: 'not heard of yet' };

/** The channels of all lines: who may dial where, how many at once, and how much more today. */
export class LinePool {
  readonly #now: () => number;
  readonly #drivers: readonly LineDriver[];
  readonly #lines = new Map<string, OneLine>();
  readonly #usage = new Map<string, Usage>();
  readonly #holds = new Map<string, Hold>();
  /** Lines that take no new calls. */
  readonly #drained = new Set<string>();
  #routes: readonly Route[] = [];
  #zone = 'UTC';
  #region = 'CN';
  #gsm = false;

  /** @param now business epoch ms */
  constructor(now: () => number, drivers: readonly LineDriver[] = [sipLines]) {
    this.#now = now;
    this.#drivers = drivers;
  }

  /** Takes over the lines and routes of a desired document; channels in use stay counted. */
  configure({ lines, routes, site }: Pick<Desired, 'lines' | 'routes' | 'site'>): void {
    const before = new Map(this.#lines);
    this.#lines.clear();
    for (const line of lines) {
      const known = before.get(line.id);
      this.#lines.set(
        line.id,
        known ? { ...known, line } : { line, ...untried, breaker: closedBreaker, subject: `line:${line.id}` },
      );
    }
    this.#routes = routes;
    this.#zone = site.zone;
    this.#region = site.region;
    this.#gsm = site.gsm !== undefined;
  }

  /** What the ledger kept. */
  restore({ usage, drained }: Pick<Recovered, 'usage' | 'drained'>): void {
    for (const id of drained) this.#drained.add(id);
    for (const { subject, data } of usage) this.#usage.set(subject, JSON.parse(data) as Usage);
  }

  /** Which line a number would take now, and why. Changes nothing. */
  choose(request: Omit<RouteRequest, 'now'>): RouteChoice {
    return selectLine({ ...request, now: this.#now() }, this.#rules, this.#states());
  }

  /** Takes a channel for a call and counts the call, in one step; a call holds at most one. */
  reserve(holder: string, request: Omit<RouteRequest, 'now'>): Reservation {
    const choice = this.choose(request);
    if (!choice.line) return choice;
    const grantMs = this.#take(holder, this.#lines.get(choice.line.id)!);
    return { ...choice, ...(grantMs !== Infinity && { maxMs: grantMs }) };
  }

  /**
   * Takes a channel of one line for a test call, as `reserve` does: whatever routes say, and drained, down or not. What
   * protects the line and its SIM holds.
   * @returns why there is none
   */
  reserveOn(holder: string, id: string): string | undefined {
    const own = this.#lines.get(id);
    if (!own) return 'there is no such line';
    const { line, permitted, held, inUse } = this.#stateOf(own);
    if (!line.enabled) return 'it is not in use';
    if (!permitted) return notPermitted;
    if (!this.#driver(line)?.canDial(line)) return 'as configured it takes no calls';
    if (held) return held.reason;
    if (inUse >= line.channels) return 'all its channels are in use';
    this.#take(holder, own);
    return undefined;
  }

  /** @returns how long the call may last, ms */
  #take(holder: string, own: OneLine): number {
    this.cancel(holder);
    const now = this.#now();
    const { id } = own.line;
    const grantMs = this.#grant(own);
    this.#lines.set(id, { ...own, breaker: breakerCalled(breakerAt(own.breaker, now)) });
    this.#usage.set(own.subject, callBegins(this.#usageOf(own), policyOf(own.line), now, this.#zone));
    this.#holds.set(holder, { line: id, subject: own.subject, startedAt: now, grantMs, counted: true });
    return grantMs;
  }

  /** Counts a channel that is in use anyway: calls in, and calls found after a restart. */
  hold(holder: string, line: string, direction: 'inbound' | 'outbound', startedAt: number): void {
    if (this.#holds.get(holder)?.line === line) return;
    const own = this.#lines.get(line);
    const counted = direction === 'outbound';
    const grantMs = own && counted ? this.#grant(own) : 0;
    this.#holds.set(holder, { line, subject: own?.subject ?? `line:${line}`, startedAt, grantMs, counted });
  }

  /** Gives a channel back that was taken for a call which was not placed; the call counts no more. */
  cancel(holder: string): void {
    const hold = this.#holds.get(holder);
    if (!hold) return;
    this.#holds.delete(holder);
    this.#hear(hold.line, 'unknown');
    if (hold.counted)
      this.#usage.set(
        hold.subject,
        callCancelled(this.#usage.get(hold.subject) ?? unused, hold.startedAt, this.#zone),
      );
  }

  /** Gives the channel of a call back that is over. @returns what the ledger has to keep */
  release(holder: string, call: EndedUse): StoredUsage | undefined {
    const hold = this.#holds.get(holder);
    if (!hold) return undefined;
    this.#holds.delete(holder);
    const own = this.#lines.get(hold.line);
    if (!hold.counted) return undefined;
    this.#hear(hold.line, heardOf(call.outcome));
    const usage = this.#usage.get(hold.subject) ?? unused;
    this.#usage.set(hold.subject, callEnded(usage, call, own ? policyOf(own.line) : {}, this.#zone));
    return this.#stored(hold.subject);
  }

  /** What the ledger has to keep of the channel that a call holds. */
  usageOf(holder: string): StoredUsage | undefined {
    const hold = this.#holds.get(holder);
    return hold?.counted ? this.#stored(hold.subject) : undefined;
  }

  target(line: Line, number: string): LineTarget {
    const driver = this.#driver(line);
    if (!driver) throw new RangeError(`no driver for ${line.kind}`);
    const format = line.numberFormat ?? (line.kind === 'e1-card' ? 'national' : 'e164');
    return driver.target(line, format === 'national' ? dialedWithin(number, this.#region) : number);
  }

  /** What whoever watches a line found. @returns whether its health changed */
  setCondition(id: string, { health, reason }: LineCondition): boolean {
    const own = this.#lines.get(id);
    if (!own || (own.health === health && own.reason === reason)) return false;
    this.#lines.set(id, { ...own, health, reason });
    return own.health !== health;
  }

  /** Which SIM is in a line: its counters are taken over from wherever it was before. */
  setSim(id: string, iccid: string | undefined): void {
    const own = this.#lines.get(id);
    const subject = iccid === undefined ? `line:${id}` : `sim:${iccid}`;
    if (own && own.subject !== subject) this.#lines.set(id, { ...own, subject });
  }

  /** The balance of the SIM in a line, as the operator told it. @returns what the ledger has to keep */
  setBalance(id: string, amount: number): StoredUsage | undefined {
    return this.#change(id, (usage) => ({ ...usage, balance: { amount, at: this.#now() } }));
  }

  /** Ends the quarantine of a line; its counters stay. @returns what the ledger has to keep */
  endQuarantine(id: string): StoredUsage | undefined {
    return this.#change(id, released);
  }

  /** No new calls on a line, or new ones again. @returns whether there is such a line */
  drain(id: string, drained: boolean): boolean {
    if (!this.#lines.has(id)) return false;
    if (drained) this.#drained.add(id);
    else this.#drained.delete(id);
    return true;
  }

  /** Channels that a call could take now, over all lines. */
  get freeChannels(): number {
    const now = this.#now();
    const usable = this.states().filter(
      ({ line, permitted, health, drained, held, breaker }) =>
        line.enabled &&
        permitted &&
        health !== 'down' &&
        !drained &&
        !held &&
        letsThrough(breakerAt(breaker, now)),
    );
    return usable.reduce((free, { line, inUse }) => free + Math.max(0, line.channels - inUse), 0);
  }

  states(): readonly LineState[] {
    return [...this.#states().values()];
  }

  get(id: string): LineState | undefined {
    const own = this.#lines.get(id);
    return own && this.#stateOf(own);
  }

  /** What was used by the SIM in a line, or by the line. */
  usage(id: string): Usage {
    const own = this.#lines.get(id);
    return own ? this.#usageOf(own) : unused;
  }

  get #rules(): RouteRules {
    return {
      routes: this.#routes,
      canDial: (line) => this.#driver(line)?.canDial(line) ?? false,
    };
  }

  #states(): Map<string, LineState> {
    return new Map([...this.#lines].map(([id, own]) => [id, this.#stateOf(own)]));
  }

  #stateOf(own: OneLine): LineState {
    const usage = this.#usageOf(own);
    const { line, health, reason, breaker } = own;
    return {
      line,
      health,
      reason,
      drained: this.#drained.has(line.id),
      permitted: this.#gsm || !gsmKinds.has(line.kind),
      breaker,
      inUse: this.#heldBy(({ line: id }) => id === line.id).length,
      held: limitOf(usage, policyOf(line), this.#now(), this.#zone, this.#granted(own.subject)),
      callsToday: useOf(usage, this.#now(), this.#zone).callsDay,
      lastEnd: usage.lastEnd,
    };
  }

  #grant(own: OneLine): number {
    const inUse = this.#heldBy(({ line }) => line === own.line.id).length;
    const free = own.line.channels - inUse;
    const granted = this.#granted(own.subject);
    return grantOf(this.#usageOf(own), policyOf(own.line), this.#now(), this.#zone, granted, free);
  }

  #granted(subject: string): number {
    return this.#heldBy((hold) => hold.subject === subject && hold.grantMs !== Infinity).reduce(
      (sum, { grantMs }) => sum + grantMs,
      0,
    );
  }

  #heldBy(which: (hold: Hold) => boolean): Hold[] {
    return [...this.#holds.values()].filter(which);
  }

  #usageOf({ subject }: OneLine): Usage {
    return this.#usage.get(subject) ?? unused;
  }

  #change(id: string, change: (usage: Usage) => Usage): StoredUsage | undefined {
    const own = this.#lines.get(id);
    if (!own) return undefined;
    this.#usage.set(own.subject, change(this.#usageOf(own)));
    return this.#stored(own.subject);
  }

  #stored(subject: string): StoredUsage {
    return { subject, data: JSON.stringify(this.#usage.get(subject) ?? unused) };
  }

  #hear(id: string, heard: 'fault' | 'works' | 'unknown'): void {
    const own = this.#lines.get(id);
    const now = this.#now();
    if (own) this.#lines.set(id, { ...own, breaker: breakerHeard(breakerAt(own.breaker, now), heard, now) });
  }

  #driver(line: Line): LineDriver | undefined {
    return this.#drivers.find((driver) => driver.kinds.has(line.kind));
  }
}

/** What the end of a call says about the line it was on. */
function heardOf(outcome: Outcome): 'fault' | 'works' | 'unknown' {
  // Its own limit is no fault of a line.
  if (outcome === 'LIMIT' || outcome === 'CANCELLED' || outcome === 'LOST' || outcome === 'ERROR')
    return 'unknown';
  return lineFaults.has(outcome) ? 'fault' : 'works';
}
