import { lineFaults, type Desired, type Line, type Outcome } from '@branchline/shared';

/** How long a new configuration is watched, business ms. */
export const probationMs = 10 * 60_000;
/** A changed line may be down for so long while it registers anew, business ms. */
const downMs = 60_000;
/** So many calls without one that the network took are no coincidence. */
const enoughCalls = 5;

interface Watched {
  readonly changed: boolean;
  calls: number;
  worked: boolean;
  downSince: number | undefined;
}

/**
 * Watches whether calls still work after a change of the configuration, on the lines that worked before it. Pure apart from
 * what it is told.
 */
export class Probation {
  readonly #endsAt: number;
  readonly #lines = new Map<string, Watched>();

  /** @param wasUp whether a line could take calls before the change */
  constructor(before: Desired, after: Desired, wasUp: (line: string) => boolean, at: number) {
    this.#endsAt = at + probationMs;
    const old = new Map(before.lines.map((line) => [line.id, line]));
    for (const line of after.lines) {
      const then = old.get(line.id);
      if (!then?.enabled || !line.enabled || !wasUp(line.id)) continue;
      const changed = describe(then) !== describe(line);
      this.#lines.set(line.id, { changed, calls: 0, worked: false, downSince: undefined });
    }
  }

  /** A call on a line has ended. */
  callEnded(line: string, outcome: Outcome): void {
    const watched = this.#lines.get(line);
    if (!watched || outcome === 'REFUSED' || outcome === 'CANCELLED' || outcome === 'LOST') return;
    watched.calls++;
    watched.worked ||= !lineFaults.has(outcome) && outcome !== 'ERROR';
  }

  /**
   * What came of it; undefined while that is open.
   * @param isUp whether a line can take calls now
   */
  verdict(now: number, isUp: (line: string) => boolean): { readonly problem?: string } | undefined {
    for (const [id, line] of this.#lines) {
      line.downSince = isUp(id) ? undefined : (line.downSince ?? now);
      if (line.changed && line.downSince !== undefined && now - line.downSince >= downMs)
        return { problem: `line ${id} has been down since the change` };
      if (line.changed && !line.worked && line.calls >= enoughCalls)
        return { problem: `none of ${line.calls} calls on line ${id} went out since the change` };
    }
    const lines = [...this.#lines.values()];
    const calls = lines.reduce((sum, line) => sum + line.calls, 0);
    if (calls >= enoughCalls && !lines.some(({ worked }) => worked))
      return { problem: `none of ${calls} calls went out since the change` };
    return now >= this.#endsAt ? {} : undefined;
  }
}

function describe(line: Line): string {
  return JSON.stringify({ kind: line.kind, sip: line.sip });
}
