/** What one step of a machine gives: the next state and what must be done about it, as data. */
export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** A pure transition function. The same state reference in the result means that the input was ignored. */
export type Transition<State, Input, Effect> = (state: State, input: Input) => Step<State, Effect>;

/** A step that changes nothing: an input that a state ignores on purpose. */
export function stay<State>(state: State): Step<State, never> {
  return { state, effects: [] };
}

/** A step to `state` with the effects that belong to it. */
export function goTo<State, Effect>(state: State, ...effects: Effect[]): Step<State, Effect> {
  return { state, effects };
}

/** Runs inputs through a machine and gathers all effects in order. */
export function run<State, Input, Effect>(
  next: Transition<State, Input, Effect>,
  initial: State,
  inputs: Iterable<Input>,
): Step<State, Effect> {
  let state = initial;
  const effects: Effect[] = [];
  for (const input of inputs) {
    const step = next(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}
