import type { ImportView } from '@branchline/shared';
import { share } from '../format/numbers.ts';

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
    // An end is final: a message about the way there that was overtaken must not bring the import back.
    if (known && known.state !== 'running' && view.state === 'running') continue;
    if (!known || view.state !== 'running' || view.rows >= known.rows) merged.set(view.id, view);
  }
  return [...merged.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** How much of an import is done, 0–1, by bytes; undefined when the size is not known. */
export function importShare(view: ImportView): number | undefined {
  if (view.state !== 'running') return 1;
  return view.bytesTotal === undefined ? undefined : share(view.bytesRead, view.bytesTotal);
}
