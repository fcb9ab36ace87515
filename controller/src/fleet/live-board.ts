import { applyMergePatch, findProblem, LiveSnapshot, type Live } from '@branchline/shared';

/** The last live data of an edge. */
export interface LiveEntry {
  readonly session: string;
  readonly n: number;
  readonly at: number;
  readonly sentAt: number;
  readonly snapshot: LiveSnapshot;
}

export type LiveStep =
  | { readonly kind: 'taken'; readonly entry: LiveEntry }
  /** Changes that fit no known snapshot: the edge is asked for a full one. */
  | { readonly kind: 'gap' }
  /** Older than what is known. */
  | { readonly kind: 'late' };

/** What a live message makes of what is known (RFC 7396 patches, numbered without gaps within a session). */
export function applyLive(known: LiveEntry | undefined, live: Live): LiveStep {
  const same = known?.session === live.session ? known : undefined;
  if (live.snapshot) {
    if (same && live.n <= same.n) return { kind: 'late' };
    return taken(live, live.snapshot);
  }
  if (!same) return { kind: 'gap' };
  if (live.n <= same.n) return { kind: 'late' };
  if (live.n !== same.n + 1) return { kind: 'gap' };
  const snapshot = applyMergePatch(same.snapshot, live.changes ?? {});
  // A patch is free-form in the contract, so its result is held against the schema.
  if (findProblem(LiveSnapshot, snapshot)) return { kind: 'gap' };
  return taken(live, snapshot as LiveSnapshot);
}

function taken(live: Live, snapshot: LiveSnapshot): LiveStep {
  const { session, n, at, sentAt } = live;
  return { kind: 'taken', entry: { session, n, at, sentAt, snapshot } };
}

/** Least time between two requests for a snapshot, ms of transport time. */
const askAgainMs = 2000;

/** The live data of all edges, in memory: it is worthless after a restart, and the edges send it again. */
export class LiveBoard {
  readonly #entries = new Map<string, LiveEntry>();
  readonly #asked = new Map<string, number>();
  #version = 0;

  /** Changes whenever something on the board changed. */
  get version(): number {
    return this.#version;
  }

  /** Takes a message; true when the edge should be asked for a full snapshot. `now` is transport time, ms. */
  take(edge: string, live: Live, now: number): boolean {
    const step = applyLive(this.#entries.get(edge), live);
    if (step.kind === 'taken') {
      this.#entries.set(edge, step.entry);
      this.#version++;
      return false;
    }
    if (step.kind === 'late') return false;
    if (now - (this.#asked.get(edge) ?? -Infinity) < askAgainMs) return false;
    this.#asked.set(edge, now);
    return true;
  }

  get(edge: string): LiveEntry | undefined {
    return this.#entries.get(edge);
  }

  forget(edge: string): void {
    if (this.#entries.delete(edge)) this.#version++;
  }
}
