import { problemOf } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Call, Calls } from '../calls/index.ts';
import type { LinePool } from '../lines/index.ts';
import type { Ledger } from '../store/index.ts';
import type { OriginateRequest, Switch } from '../switch/index.ts';

export interface PlaceCallOptions {
  readonly switch: Pick<Switch, 'originate'>;
  readonly ledger: Pick<Ledger, 'saveCall'>;
  readonly lines: LinePool;
  readonly calls: Calls;
  readonly log: Log;
  /** A call goes out: from now on it counts against the caps of whom it is for. */
  readonly onPlaced: (call: Call) => void;
}

/** Places a call of no attempt whose line is reserved: on disk first, then out. Counted from here on, so that its end is told whatever happens. */
export async function placeCall(
  { calls, ledger, lines, log, onPlaced, switch: fs }: PlaceCallOptions,
  call: Call,
  order: (to: OriginateRequest['to']) => OriginateRequest,
): Promise<void> {
  calls.add(call);
  onPlaced(call);
  try {
    await ledger.saveCall({ id: call.id, startedAt: call.startedAt, data: JSON.stringify({ call }) });
    const state = lines.get(call.line);
    if (!state) return void calls.onFailed(call.id, 'INVALID_GATEWAY');
    await fs.originate(order(lines.target(state.line, call.customer)));
  } catch (error) {
    log.warn({ call: call.id, problem: problemOf(error) }, 'a call could not be placed');
    calls.onFailed(call.id, 'NORMAL_TEMPORARY_FAILURE');
  }
}
