import { derivedId, problemOf, type Clock, type IdSource } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { guestCall, inboundCall, type Call, type Calls } from '../calls/index.ts';
import type { Guests } from '../queues/index.ts';
import type { Stranger, Switch, SwitchEvent } from '../switch/index.ts';

export interface ArrivalsOptions {
  readonly calls: Calls;
  readonly guests: Guests;
  readonly switch: Pick<Switch, 'hangup'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  /** Where a call is recorded to; undefined where it cannot be. */
  readonly recordingPath: (call: string, startedAt: number) => string | undefined;
  /** The flow that a called number leads into. */
  readonly flowOf: (did: string) => string | undefined;
  /** Somebody was not let in. */
  readonly onTurnedAway: (stranger: Stranger) => void;
}

/** A caller whose leg waits for us. */
export interface Caller {
  readonly leg: string;
  /** When the leg was made, as FreeSWITCH says it. */
  readonly createdAt: number;
  /** Empty when it is withheld. */
  readonly customer: string;
  /** The number that was called. */
  readonly did: string;
  readonly line: string;
}

/** Calls that come to the branch: from outside, and from other sites of the installation. */
export class Arrivals {
  readonly #options: ArrivalsOptions;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** A caller from outside; one who is known already stays as they are. */
  take({ leg, createdAt, ...caller }: Caller): void {
    const { calls, flowOf, ids } = this.#options;
    if (calls.byLeg(leg)) return;
    this.#begin(
      inboundCall({
        ...this.#parked(leg, createdAt),
        ...caller,
        conversation: ids(),
        flow: flowOf(caller.did),
      }),
    );
  }

  /** A call from another site: whoever the center has announced waits for an agent, everybody else is turned away. */
  takeGuest(event: Extract<SwitchEvent, { type: 'parked' }>): void {
    this.#takeGuest(event).catch((error: unknown) =>
      // The leg may be gone already; FreeSWITCH's own timer ends one that stays.
      this.#options.log.debug(
        { leg: event.leg, problem: problemOf(error) },
        'a call of another site was not taken',
      ),
    );
  }

  async #takeGuest({
    leg,
    createdAt,
    from,
    callerNumber,
    marks,
  }: Extract<SwitchEvent, { type: 'parked' }>): Promise<void> {
    const { calls, guests, switch: fs, onTurnedAway } = this.#options;
    const { conversation = '', digits: ticket = '' } = marks;
    const guest = await guests.admit({ ticket, conversation, address: from });
    if (!guest) {
      onTurnedAway({ what: 'site', address: from, extension: '', userAgent: '' });
      return fs.hangup(leg, 'CALL_REJECTED');
    }
    if (calls.byLeg(leg)) return;
    const { site, queue, since, callerId: did } = guest;
    const customer = callerNumber === 'anonymous' ? '' : callerNumber;
    const known = { conversation: guest.conversation, customer, did, site, queue, since };
    this.#begin(guestCall({ ...this.#parked(leg, createdAt), ...known }));
  }

  #parked(leg: string, createdAt: number) {
    const at = this.#options.business.now();
    // The spool derives the same id, so that a call which we lose sight of is still told once.
    const id = derivedId(createdAt, leg);
    return { id, leg, at, recordTo: this.#options.recordingPath(id, at) };
  }

  #begin(call: Call): void {
    const { calls } = this.#options;
    calls.add(call);
    calls.save(call);
    calls.input(call.id, { type: 'parked', at: call.startedAt });
  }
}
