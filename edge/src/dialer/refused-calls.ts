import type { Clock, ClockTrust, GateRefusal, IdSource, StreamRow } from '@branchline/shared';
import type { NewRow } from '../store/index.ts';

export interface RefusalOptions {
  readonly business: Clock;
  readonly clockTrust: () => ClockTrust;
  readonly ids: IdSource;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
}

type RefusedRow = Extract<StreamRow<'event'>, { type: 'gate-refused' }>;

/** Puts on record that the gate let no call out that belongs to no attempt. */
export function tellRefusal(
  { business, clockTrust, ids, tell }: RefusalOptions,
  asked: Pick<RefusedRow, 'what' | 'call' | 'number' | 'agent'>,
  { verdict: _verdict, ...why }: GateRefusal,
): void {
  const head = { at: business.now(), clock: clockTrust(), id: ids() };
  tell({ stream: 'event', row: { ...head, type: 'gate-refused', ...asked, ...why } });
}
