import {
  defaultGate,
  isEmergencyNumber,
  readPhoneNumber,
  type GateDecision,
  type NumberFacts,
} from '@branchline/shared';
import type { Call } from '../calls/index.ts';
import { refuse } from '../refuse.ts';
import { customerLeg } from './customer-leg.ts';
import { placeCall, type PlaceCallOptions } from './place-call.ts';
import { tellRefusal, type RefusalOptions } from './refused-calls.ts';

export interface OutsideCallsOptions extends PlaceCallOptions, RefusalOptions {
  readonly operatorOf: (number: string) => string | undefined;
  /** Whether the gate lets a call to somebody outside out who hears this notice of the recording, if any. */
  readonly gate: (number: NumberFacts, notice: string | undefined) => GateDecision;
  readonly emergencyNumbers: () => readonly string[];
  /** ISO 3166-1 alpha-2, of the site. */
  readonly region: () => string;
}

/** How long the phone of somebody outside rings, seconds. */
const ringSeconds = 40;

/** Calls to people outside to whom customers are handed: through the gate, over a line with its limits, each a call with its own record. */
export class OutsideCalls {
  readonly #options: OutsideCallsOptions;

  constructor(options: OutsideCallsOptions) {
    this.#options = options;
  }

  /**
   * Calls somebody outside for the customer of another call.
   * @param dialed as people write it
   * @returns the new call
   * @throws BranchlineError `BL_DESK_REFUSED` when it may not or cannot be placed; what the gate refuses is on record
   */
  place(of: Call, dialed: string): Call {
    const { business, gate, ids, lines, operatorOf } = this.#options;
    const number = this.#read(dialed);
    // The customer's recording has them, too.
    const notice = of.recordTo === undefined ? undefined : (of.notice ?? defaultGate.recordingNotice);
    const decision = gate(number, notice);
    if (decision.verdict === 'refuse') {
      const { id: call, agent } = of;
      const asked = { what: 'outside', call, number: number.e164 } as const;
      tellRefusal(this.#options, { ...asked, ...(agent !== undefined && { agent }) }, decision);
      refuse(`the number may not be called: ${decision.reason}`);
    }
    const [id, at] = [ids(), business.now()];
    const { callerId: shown } = of;
    const { line, maxMs } = lines.reserve(id, {
      number: number.e164,
      operator: operatorOf(number.e164),
      callerId: shown,
    });
    if (!line) refuse('no line is free for this number');
    const call: Call = {
      id,
      leg: id,
      conversation: of.conversation,
      direction: 'outbound',
      phase: 'dialing',
      customer: number.e164,
      callerId: line.callerIds.includes(shown) ? shown : (line.callerIds[0] ?? ''),
      line: line.id,
      outsideOf: of.id,
      ...(notice !== undefined && { notice }),
      ...(maxMs !== undefined && { maxMs }),
      startedAt: at,
      legs: [],
      segments: [],
      evidence: 'live',
    };
    void placeCall(this.#options, call, (to) => {
      const order = customerLeg(call, to, ringSeconds);
      const { transfer_after_bridge: _alone, ...variables } = order.variables;
      // Between the agent and the customer it waits for what is next.
      return { ...order, variables: { ...variables, park_after_bridge: true } };
    });
    return call;
  }

  #read(dialed: string): NumberFacts {
    const { emergencyNumbers, region } = this.#options;
    if (isEmergencyNumber(dialed, emergencyNumbers(), region()))
      refuse('an emergency number is dialed on the phone');
    try {
      return readPhoneNumber(dialed, region());
    } catch {
      return refuse('this is no phone number');
    }
  }
}
