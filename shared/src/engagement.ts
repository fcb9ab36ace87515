/** What an agent can be engaged in. Capacities are counted per kind: one call at a time, several conversations in writing. */
export type ChannelKind = 'voice' | 'message';

/** One thing an agent is promised to, busy with, or finishing. An agent is a presence and its engagements. */
export interface Engagement {
  readonly channel: ChannelKind;
  /** The call (later: the conversation) it is about. */
  readonly call: string;
  readonly campaign?: string;
  /** The agent has said what came of it. */
  readonly disposed: boolean;
  /** End of the work after it, business ms. */
  readonly until?: number;
}

/** How many engagements of each kind an agent may have at once. */
export type Capacity = Readonly<Record<ChannelKind, number>>;

/** One call at a time, and nothing in writing. */
export const voiceOnly: Capacity = { voice: 1, message: 0 };

/** Whether one more engagement of a kind fits. */
export function hasRoom(
  engagements: readonly Engagement[],
  channel: ChannelKind,
  capacity: Capacity = voiceOnly,
): boolean {
  return engagements.filter((each) => each.channel === channel).length < capacity[channel];
}
