import { Vip, type BranchPlan } from '@branchline/shared';
import { fieldOf, misfits, problemWord, repeated, type Fault, type Problem } from '../parts/form-faults.ts';
import type { T } from '../words/use-words.ts';

/** VIPs as fields hold them; a field that was emptied has none. */
export interface VipForm {
  readonly vips: readonly { readonly number?: string; readonly level?: number | null }[];
}

/** The plan with these VIPs. */
export function withVips(plan: BranchPlan, form: VipForm): BranchPlan {
  return { ...plan, vips: form.vips.map(trimmed) as Vip[] };
}

/** What is wrong with VIPs, each at its field. */
export function vipFaults(t: T, form: VipForm): Fault[] {
  const vips = form.vips.map(trimmed);
  const problems: Problem[] = vips.flatMap((vip, i) =>
    misfits(`/vips/${i}`, Vip.properties, vip, Vip.required),
  );
  for (const i of repeated(vips.map(({ number }) => number)))
    problems.push([`/vips/${i}/number`, 'is there twice']);
  return problems.map(([place, problem]) => ({
    field: fieldOf(place),
    text: problemWord(t, problem) ?? problem,
  }));
}

/** Numbers are copied from anywhere: with spaces, hyphens and brackets. */
function trimmed({ number, level }: VipForm['vips'][number]): VipForm['vips'][number] {
  return { number: (number ?? '').replaceAll(/[\s().-]/g, ''), ...(typeof level === 'number' && { level }) };
}
