import type { BranchFacts } from './branch-plan.ts';

/** Branches of four agents each, three of them nailed up. Nobody calls in: all that happens is the dialer's doing. */
export const smallBranches: readonly BranchFacts[] = ['east', 'west'].map((id, i) => ({
  site: { id, name: `Branch ${id}`, zone: 'Asia/Shanghai', region: 'CN' },
  edge: `${id}-1`,
  seed: 11 * (i + 1),
  lines: [{ id: `${id}-sip`, kind: 'sip-trunk' as const, channels: 12, callerId: `0108888666${i}` }],
  agents: [1, 2, 3, 4].map((n) => ({
    extension: `${i + 1}00${n}`,
    name: `Agent ${id} ${n}`,
    mode: n === 4 ? ('ring' as const) : ('nailed' as const),
  })),
  inboundPerHour: 0,
}));

/** A list of different, valid Chinese mobile numbers from `first` on. */
export function leadList(first: number, count: number): string {
  const rows = Array.from(
    { length: count },
    (_, i) => `Person ${first + i},138${String(10_000_000 + first + i)},Asia/Shanghai`,
  );
  return `${['name,phone,zone', ...rows].join('\n')}\n`;
}
