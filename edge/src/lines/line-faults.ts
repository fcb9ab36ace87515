import type { LineFault, LineLimit } from '@branchline/shared';
import { breakerAt } from './breaker.ts';
import type { LineState } from './route-selector.ts';

/** Limits that are worth a person's attention: the others pass by themselves. */
const faultOfLimit: Partial<Readonly<Record<LineLimit, LineFault>>> = {
  balance: 'balance-low',
  'answered-ratio': 'answered-low',
  'failures-in-a-row': 'quarantined',
};

/** Everything that is wrong with a line at a moment, the gravest first. */
export function faultsOf(
  { breaker, held }: Pick<LineState, 'breaker' | 'held'>,
  report: { readonly fault?: LineFault; readonly reason: string },
  now: number,
): readonly { readonly fault: LineFault; readonly reason: string }[] {
  const ofLimit = held && faultOfLimit[held.limit];
  return [
    ...(report.fault ? [{ fault: report.fault, reason: report.reason }] : []),
    ...(ofLimit ? [{ fault: ofLimit, reason: held.reason }] : []),
    ...(breakerAt(breaker, now).phase === 'closed'
      ? []
      : [{ fault: 'breaker-open' as const, reason: 'calls over it failed several times in a row' }]),
  ];
}
