import type { Desired, Line, Route } from '@branchline/shared';
import { selectLine, type LineState, type RouteChoice } from './route-selector.ts';

/** How calls go out on one kind of line; the five kinds share this one interface. */
export interface LineDriver {
  readonly kinds: ReadonlySet<Line['kind']>;
  /** Where FreeSWITCH is told to send the call. */
  target(line: Line, number: string): { readonly gateway: string; readonly number: string };
}

/** Lines that FreeSWITCH reaches as SIP gateways: trunks, E1 gateways, GSM gateways' voice side. */
export const sipLines: LineDriver = {
  kinds: new Set(['sip-trunk', 'e1-gateway', 'gsm-gateway']),
  target: (line, number) => ({ gateway: line.id, number }),
};

/** The channels of all lines: who may dial where, how many at once. */
export class LinePool {
  readonly #drivers: readonly LineDriver[];
  readonly #lines = new Map<string, LineState>();
  /** Channel holder (call id) → line. */
  readonly #held = new Map<string, string>();
  #routes: readonly Route[] = [];

  constructor(drivers: readonly LineDriver[] = [sipLines]) {
    this.#drivers = drivers;
  }

  /** Takes over the lines and routes of a desired document; channels in use stay counted. */
  configure(desired: Pick<Desired, 'lines' | 'routes'>): void {
    const before = new Map(this.#lines);
    this.#lines.clear();
    for (const line of desired.lines) {
      this.#lines.set(line.id, {
        line,
        health: before.get(line.id)?.health ?? 'unknown',
        inUse: this.#inUse(line.id),
      });
    }
    this.#routes = desired.routes;
  }

  /** Reserves a channel for a call in one step; a call holds at most one. */
  reserve(holder: string, number: string, tried: ReadonlySet<string> = new Set()): RouteChoice {
    const choice = selectLine(
      number,
      this.#routes,
      this.#lines,
      tried,
      (line) => this.#driver(line) !== undefined,
    );
    if (choice.line) this.hold(holder, choice.line.id);
    return choice;
  }

  /** Counts a channel that is in use anyway (inbound calls, calls found after a restart). */
  hold(holder: string, line: string): void {
    this.release(holder);
    this.#held.set(holder, line);
    this.#recount(line);
  }

  release(holder: string): void {
    const line = this.#held.get(holder);
    if (line === undefined) return;
    this.#held.delete(holder);
    this.#recount(line);
  }

  target(line: Line, number: string): ReturnType<LineDriver['target']> {
    const driver = this.#driver(line);
    if (!driver) throw new RangeError(`no driver for ${line.kind}`);
    return driver.target(line, number);
  }

  /** Gives whether the health of a known line changed. */
  setHealth(id: string, health: LineState['health']): boolean {
    const state = this.#lines.get(id);
    if (!state || state.health === health) return false;
    this.#lines.set(id, { ...state, health });
    return true;
  }

  /** Free channels over all lines that are up. */
  get freeChannels(): number {
    let free = 0;
    for (const { line, health, inUse } of this.#lines.values()) {
      if (line.enabled && health !== 'down') free += Math.max(0, line.channels - inUse);
    }
    return free;
  }

  states(): readonly LineState[] {
    return [...this.#lines.values()];
  }

  get(id: string): LineState | undefined {
    return this.#lines.get(id);
  }

  #driver(line: Line): LineDriver | undefined {
    return this.#drivers.find((driver) => driver.kinds.has(line.kind));
  }

  #inUse(line: string): number {
    let count = 0;
    for (const held of this.#held.values()) if (held === line) count++;
    return count;
  }

  #recount(line: string): void {
    const state = this.#lines.get(line);
    if (state) this.#lines.set(line, { ...state, inUse: this.#inUse(line) });
  }
}
