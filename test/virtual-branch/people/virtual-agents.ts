import { seededRandom } from '@branchline/shared';
import type { VirtualSwitch } from '../switch/virtual-switch.ts';
import type { Population } from './population.ts';
import { VirtualAgent, usualHabits } from './virtual-agent.ts';
import type { AgentHabits, AgentMode } from './virtual-agent.ts';

export interface AgentSeat {
  readonly extension: string;
  readonly mode: AgentMode;
}

export interface VirtualAgentsOptions {
  readonly owner: VirtualSwitch;
  readonly population: Pick<Population, 'conversationOf'>;
  readonly seats: readonly AgentSeat[];
  readonly seed: number;
  readonly habits?: Partial<AgentHabits>;
}

/** The staff of one branch: an agent per seat, each with a sequence of chances of its own. */
export class VirtualAgents {
  readonly agents: readonly VirtualAgent[];

  constructor(options: VirtualAgentsOptions) {
    this.agents = options.seats.map(
      (seat, index) =>
        new VirtualAgent({
          ...seat,
          phone: options.owner.phone(seat.extension),
          clock: options.owner.business,
          random: seededRandom(options.seed * 1009 + index),
          habits: { ...usualHabits, ...options.habits },
          conversationOf: (channel) => options.population.conversationOf(channel),
        }),
    );
  }

  start(): void {
    for (const agent of this.agents) agent.start();
  }

  stop(): void {
    for (const agent of this.agents) agent.stop();
  }
}
