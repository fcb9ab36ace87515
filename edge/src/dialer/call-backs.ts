import { readPhoneNumber, type AgentChoice, type GateDecision, type NumberFacts } from '@branchline/shared';
import type { Roster } from '../agents/index.ts';
import type { Call } from '../calls/index.ts';
import { customerLeg } from './customer-leg.ts';
import { placeCall, type PlaceCallOptions } from './place-call.ts';
import { tellRefusal, type RefusalOptions } from './refused-calls.ts';

/** Somebody who left a queue and is called back when it is their turn. */
export interface Promised {
  /** Of the call in which it was asked for. */
  readonly id: string;
  readonly conversation: string;
  readonly queue: string;
  readonly customer: string;
  /** The number that was called, shown again where a line may show it. */
  readonly did: string;
  readonly askedAt: number;
  /** How it was asked for; absent: keyed in a call. */
  readonly asked?: 'keyed in a call' | 'left a message';
  /** Calls that were made for it. */
  readonly calls: number;
}

export interface CallBacksOptions extends PlaceCallOptions, RefusalOptions {
  readonly roster: Roster;
  readonly recordingPath: (call: string, startedAt: number) => string | undefined;
  readonly operatorOf: (number: string) => string | undefined;
  /** The campaign whose outcomes and script a queue has. */
  readonly campaignOf: (queue: string) => string | undefined;
  /** Whether the gate lets a call out that its callee asked for. */
  readonly gate: (number: NumberFacts, promised: Promised) => GateDecision;
  /** ISO 3166-1 alpha-2, of the site. */
  readonly region: () => string;
}

/** What came of the wish to call somebody back. */
export type CalledBack =
  | { readonly call: string }
  | {
      readonly not: string;
      /** What the gate said. */
      readonly reason?: string;
      /** Not before; absent: never. */
      readonly until?: number;
    };

/** How long the phone of somebody who is called back rings, seconds. */
const ringSeconds = 30;

/** So long until a line may be free, ms. */
const withoutLineMs = 5000;

/** Calls for customers who asked for it and whose turn has come, each with an agent reserved. */
export class CallBacks {
  readonly #options: CallBacksOptions;

  constructor(options: CallBacksOptions) {
    this.#options = options;
  }

  /** Whether somebody can be called back at the number they called from. */
  isReachable(customer: string): boolean {
    return this.#read(customer) !== undefined;
  }

  /**
   * Calls somebody back for an agent who is free: gate, line, agent, then on disk, then out. What the gate refuses is on record.
   * @param choice why this agent
   */
  place(promised: Promised, agent: string, choice?: AgentChoice): CalledBack {
    const { business, campaignOf, gate, ids, lines, operatorOf, recordingPath, roster } = this.#options;
    const number = this.#read(promised.customer);
    if (!number) return { not: 'invalid-number' };
    const decision = gate(number, promised);
    if (decision.verdict === 'refuse') {
      const byAgent = promised.asked === 'left a message';
      const what = byAgent ? ({ what: 'message', agent } as const) : ({ what: 'call-back' } as const);
      tellRefusal(this.#options, { ...what, call: promised.id, number: number.e164 }, decision);
      return {
        not: decision.rule,
        reason: decision.reason,
        ...(decision.until !== undefined && { until: decision.until }),
      };
    }
    const id = ids();
    const at = business.now();
    const { did } = promised;
    const { line, maxMs } = lines.reserve(id, {
      number: number.e164,
      operator: operatorOf(number.e164),
      callerId: did,
    });
    if (!line) return { not: 'no-line', until: at + withoutLineMs };
    const presence = roster.input(agent, { type: 'reserve', call: id, at, ...(choice && { choice }) });
    if (presence?.state !== 'reserved') {
      lines.cancel(id);
      return { not: 'no-agent', until: at + withoutLineMs };
    }
    const servedAs = campaignOf(promised.queue);
    const recordTo = recordingPath(id, at);
    const call: Call = {
      id,
      leg: id,
      conversation: promised.conversation,
      direction: 'outbound',
      phase: 'dialing',
      customer: number.e164,
      callerId: line.callerIds.includes(did) ? did : (line.callerIds[0] ?? ''),
      line: line.id,
      queue: promised.queue,
      promise: promised.id,
      ...(servedAs !== undefined && { servedAs }),
      agent,
      ...(presence.leg !== undefined && { agentLeg: presence.leg }),
      ...(maxMs !== undefined && { maxMs }),
      ...(recordTo !== undefined && { recordTo }),
      startedAt: at,
      legs: [],
      segments: [],
      evidence: 'live',
    };
    void placeCall(this.#options, call, (to) => customerLeg(call, to, ringSeconds));
    return { call: id };
  }

  #read(customer: string): NumberFacts | undefined {
    try {
      return readPhoneNumber(customer, this.#options.region());
    } catch {
      return undefined;
    }
  }
}
