import type { PacerSnapshot } from '@branchline/edge/pacer';
import type { Policy } from './day.ts';

/** One call for each ready agent. */
export const progressive: Policy = {
  decide: ({ agents, ringing, waiting, freeChannels }) => ({
    dial: clamp(agents.ready - ringing.length - waiting.length, freeChannels),
  }),
};

/** What a ratio counts: agents who are ready against calls without an agent, or everybody on duty against all calls. */
export type RatioBase = 'ready' | 'on duty';

/** Calls that a ratio asks for now. */
export function byRatio(ratio: number, base: RatioBase, snapshot: PacerSnapshot): number {
  const { agents, ringing, waiting, freeChannels } = snapshot;
  const without = ringing.length + waiting.length;
  const wanted =
    base === 'ready'
      ? ratio * agents.ready - without
      : ratio * (agents.ready + agents.talking.length + agents.wrapUp.length) -
        without -
        agents.talking.length;
  return clamp(Math.floor(wanted + 1e-9), freeChannels);
}

/** So many calls for each agent, whatever happens. */
export function fixedRatio(ratio: number, base: RatioBase): Policy {
  return { decide: (snapshot) => ({ dial: byRatio(ratio, base, snapshot) }) };
}

function clamp(wanted: number, freeChannels: number): number {
  return Math.max(0, Math.min(wanted, freeChannels));
}
