import type { ImportState, ImportView } from '@branchline/shared';
import { share } from '../format/numbers.ts';

/** How far along its way an import is; of two messages the one that is farther is the newer one. */
const stage: Readonly<Record<ImportState, number>> = {
  running: 0,
  cancelling: 1,
  cancelled: 2,
  done: 2,
  failed: 2,
  undoing: 3,
  undone: 3,
};

/** Whether a list is on its way in or out: the campaign takes no other one meanwhile. */
export function isMoving({ state }: Pick<ImportView, 'state'>): boolean {
  return state === 'running' || state === 'cancelling' || state === 'undoing';
}

/** The imports of a campaign, newest first: what was asked for, with what the live feed has told since. */
export function mergeImports(
  campaign: string,
  listed: readonly ImportView[],
  told: Readonly<Record<string, ImportView>>,
): ImportView[] {
  const merged = new Map(listed.map((view) => [view.id, view]));
  for (const view of Object.values(told)) {
    if (view.campaign !== campaign) continue;
    const known = merged.get(view.id);
    if (!known || !isBehind(view, known)) merged.set(view.id, view);
  }
  return [...merged.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

function isBehind(view: ImportView, known: ImportView): boolean {
  const ahead = stage[view.state] - stage[known.state];
  if (ahead !== 0) return ahead < 0;
  return view.rows < known.rows || view.takenBack < known.takenBack;
}

/** How much of an import is done, or taken back, 0–1; undefined when the size is not known. */
export function importShare(view: ImportView): number | undefined {
  if (view.state === 'undoing') return share(view.takenBack, view.imported);
  if (!isMoving(view)) return 1;
  return view.bytesTotal === undefined ? undefined : share(view.bytesRead, view.bytesTotal);
}

/** The time over which the pace is taken, ms. */
const paceMs = 15_000;

/** How fast something goes, by what it was lately. */
export class Pace {
  readonly #seen: { readonly at: number; readonly part: number }[] = [];

  /** @param at ms of a clock that never goes back @param part 0–1 */
  add(at: number, part: number): void {
    this.#seen.push({ at, part });
    while ((this.#seen[1]?.at ?? Infinity) <= at - paceMs) this.#seen.shift();
  }

  /** ms until it is done; undefined before two seconds have passed, and while it stands still. */
  leftMs(): number | undefined {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (!first || !last || last.at - first.at < 2000 || last.part <= first.part) return undefined;
    return ((1 - last.part) * (last.at - first.at)) / (last.part - first.part);
  }
}
