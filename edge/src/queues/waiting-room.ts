import type { Clock } from '@branchline/shared';
import type { Roster } from '../agents/index.ts';
import type { Call, Calls } from '../calls/index.ts';

export interface WaitingRoomOptions {
  readonly calls: Calls;
  readonly roster: Roster;
  readonly business: Clock;
}

/** Customers who wait get the agent who has been idle longest: first come, first served. */
export class WaitingRoom {
  readonly #options: WaitingRoomOptions;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  /** Serves whoever can be served now. */
  assign(): void {
    const { calls, roster, business } = this.#options;
    for (const call of calls.waiting()) {
      const agent = roster.available((definition) => serves(definition, call))[0];
      if (!agent) continue;
      const at = business.now();
      roster.input(agent.id, {
        type: 'reserve',
        call: call.id,
        at,
        ...(call.campaign !== undefined && { campaign: call.campaign }),
      });
      calls.input(call.id, {
        type: 'agent',
        agent: agent.id,
        at,
        ...(agent.leg !== undefined && { leg: agent.leg }),
      });
    }
  }
}

function serves(agent: { inbound: boolean; campaigns: readonly string[] }, call: Call): boolean {
  return call.campaign === undefined ? agent.inbound : agent.campaigns.includes(call.campaign);
}
