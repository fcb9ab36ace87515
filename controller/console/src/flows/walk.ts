import {
  nextFlow,
  startFlow,
  type Flow,
  type FlowInput,
  type FlowOrder,
  type FlowProgress,
  type FlowState,
} from '@branchline/shared';

/** One thing that happened while a call was walked through a flow. */
export type WalkEntry =
  | { readonly what: 'input'; readonly input: FlowInput }
  | { readonly what: 'order'; readonly order: FlowOrder; readonly step: string };

/** A call that is walked through a flow by hand. */
export interface Walk {
  readonly state: FlowState;
  readonly log: readonly WalkEntry[];
}

/** The clock of the simulator shows the time of the branch, whichever that is. */
const zone = 'UTC';

/** @param at local time of the branch, as if it were UTC */
export function beginWalk(flow: Flow, at: number): Walk {
  return after([], startFlow(flow, { caller: '13912345678', called: '400', zone, at }));
}

export function goOn(flow: Flow, walk: Walk, input: FlowInput): Walk {
  return after([...walk.log, { what: 'input', input }], nextFlow(flow, walk.state, input));
}

function after(log: readonly WalkEntry[], { state, effects }: FlowProgress): Walk {
  const step = state.step;
  return { state, log: [...log, ...effects.map((order) => ({ what: 'order' as const, order, step }))] };
}

const natural = {
  playing: 'played',
  listening: 'timeout',
  asking: 'not-found',
  storing: 'stored',
  recording: 'recorded',
  done: undefined,
} as const satisfies Record<FlowState['doing'], FlowInput['type'] | undefined>;

/** What comes next when nobody does anything. */
export function byItself({ doing }: FlowState): (typeof natural)[FlowState['doing']] {
  return natural[doing];
}
