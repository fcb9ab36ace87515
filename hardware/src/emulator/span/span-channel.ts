import type { CallSide, WorldCall } from '../world/index.ts';

/** One B-channel with the call on it. */
export class SpanChannel {
  /** In the span, from 1: the timeslot. */
  readonly slot: number;
  /** A word of FreeTDM. */
  state = 'DOWN';
  lastState = 'DOWN';
  /** Taken out of service, here or by the carrier. */
  suspended = false;
  from = '';
  to = '';
  cause = 'NONE';
  session = '';
  call: Pick<WorldCall, 'hangUp'> | undefined;
  /** Whoever placed the call. */
  side: CallSide | undefined;

  constructor(slot: number) {
    this.slot = slot;
  }

  get isFree(): boolean {
    return this.state === 'DOWN' && !this.suspended;
  }

  enter(state: string): void {
    [this.lastState, this.state] = [this.state, state];
  }
}
