import { isInsideWindow, localTime } from '../calling-window.ts';
import type { FlowOutcome } from '../contract/outcome.ts';
import { goTo as go, stay, type Step } from '../state-machine.ts';
import { stepOf, type Flow, type FlowStep } from './flow.ts';

/** Where a call stands in its flow: plain data, kept with the call. */
export interface FlowState {
  readonly step: string;
  readonly doing: 'playing' | 'listening' | 'asking' | 'storing' | 'recording' | 'done';
  /** Keys of the present step. */
  readonly keys: string;
  /** Tries of the present step that came to nothing. */
  readonly failures: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Over the whole call. */
  readonly entered: number;
  readonly pressed: number;
  /** The branch's, for business hours. */
  readonly zone: string;
  readonly outcome?: FlowOutcome;
}

export type FlowInput =
  | { readonly type: 'key'; readonly key: string; readonly at: number }
  /** Speech was recognised. */
  | { readonly type: 'said'; readonly text: string; readonly at: number }
  | { readonly type: 'found'; readonly value: string; readonly at: number }
  /**
   * `played`: the sound is over; `timeout`: no key came in time; `not-found`: the look-up gave nothing; `stored`, `not-stored`: what
   * had to be on disk; `recorded`: the message is over; `resumed`: the branch's process is back; `hungup`: the caller is gone.
   */
  | {
      readonly type:
        | 'played'
        | 'timeout'
        | 'not-found'
        | 'stored'
        | 'not-stored'
        | 'recorded'
        | 'resumed'
        | 'hungup';
      readonly at: number;
    };

export type FlowOrder =
  | { readonly do: 'play'; readonly prompts: readonly string[] }
  | { readonly do: 'stop-playing' }
  /** `timeout` follows unless something else comes before. */
  | { readonly do: 'listen'; readonly ms: number }
  /** `prompt`: what is heard meanwhile, over and over. */
  | {
      readonly do: 'look-up';
      readonly url: string;
      readonly field: string;
      readonly deadlineMs: number;
      readonly prompt?: string;
    }
  | { readonly do: 'answer'; readonly question: string; readonly answer: string }
  | { readonly do: 'opt-out'; readonly scope: 'campaign' | 'all' }
  | { readonly do: 'record'; readonly maxSeconds: number }
  | { readonly do: 'queue'; readonly queue?: string; readonly priority?: number }
  | { readonly do: 'transfer'; readonly phones: readonly string[] }
  | { readonly do: 'hang-up' }
  /** To whoever answers without a flow. */
  | { readonly do: 'give-up' };

export type FlowProgress = Step<FlowState, FlowOrder>;
const goTo = go<FlowState, FlowOrder>;

/** Most steps that one call enters, and most keys that it presses: whoever plays with the keys is given to a person. */
export const flowLimits = { steps: 200, keys: 500 } as const;

/** A call enters its flow. @param zone IANA name of the branch's time zone */
export function startFlow(
  flow: Flow,
  facts: { readonly caller: string; readonly called: string; readonly zone: string; readonly at: number },
): FlowProgress {
  const { caller, called, zone, at } = facts;
  const state: FlowState = {
    step: flow.start,
    doing: 'playing',
    keys: '',
    failures: 0,
    variables: { caller, called },
    entered: 0,
    pressed: 0,
    zone,
  };
  return enter(flow, state, flow.start, at);
}

/** What a call in a flow does next: the same flow, state and input give the same orders. */
export function nextFlow(flow: Flow, state: FlowState, input: FlowInput): FlowProgress {
  const step = stepOf(flow, state.step);
  if (state.outcome !== undefined) return stay(state);
  if (input.type === 'hungup') return over(state, state.doing === 'recording' ? 'voicemail' : 'left');
  // A flow that was changed while the call was in it.
  if (!step) return over(state, 'failed', { do: 'give-up' });
  if (input.type === 'resumed') return enter(flow, state, step.id, input.at);
  if (input.type === 'key') {
    const pressed = { ...state, pressed: state.pressed + 1 };
    if (pressed.pressed > flowLimits.keys) return over(pressed, 'limit', { do: 'give-up' });
    return onKey(flow, pressed, step, input.key, input.at);
  }
  switch (state.doing) {
    case 'playing':
      if (input.type === 'played') return onPlayed(flow, state, step, input.at);
      return input.type === 'said' ? onSpeech(flow, state, step, input.text, input.at) : stay(state);
    case 'listening':
      if (input.type === 'said') return onSpeech(flow, state, step, input.text, input.at);
      return input.type === 'timeout' ? onSilence(flow, state, step, input.at) : stay(state);
    case 'asking':
      if (step.kind !== 'lookup') return stay(state);
      if (input.type === 'found') {
        const variables = { ...state.variables, [step.into]: input.value };
        return enter(flow, { ...state, variables }, step.found, input.at);
      }
      return input.type === 'not-found' ? enter(flow, state, step.otherwise, input.at) : stay(state);
    case 'storing':
      if (input.type === 'not-stored') return over(state, 'failed', { do: 'give-up' });
      return input.type === 'stored' && step.kind === 'opt-out'
        ? enter(flow, state, step.next, input.at)
        : stay(state);
    case 'recording':
      return input.type === 'recorded' ? over(state, 'voicemail', { do: 'hang-up' }) : stay(state);
    case 'done':
      return stay(state);
  }
}

function enter(flow: Flow, before: FlowState, id: string, at: number): FlowProgress {
  const entered = before.entered + 1;
  const state: FlowState = { ...before, step: id, keys: '', failures: 0, entered };
  const step = stepOf(flow, id);
  if (!step) return over(state, 'failed', { do: 'give-up' });
  if (entered > flowLimits.steps) return over(state, 'limit', { do: 'give-up' });
  switch (step.kind) {
    case 'menu':
    case 'digits':
    case 'survey':
    case 'prompt':
    case 'voicemail':
      return goTo({ ...state, doing: 'playing' }, { do: 'play', prompts: [step.prompt] });
    case 'hours': {
      const { date } = localTime(at, state.zone);
      const open =
        !step.holidays.includes(date) &&
        step.hours.some((window) => isInsideWindow(window, at, [state.zone]));
      return enter(flow, state, open ? step.open : step.closed, at);
    }
    case 'condition': {
      const value = state.variables[step.variable] ?? '';
      return enter(flow, state, Object.hasOwn(step.cases, value) ? step.cases[value]! : step.otherwise, at);
    }
    case 'lookup': {
      const { field, deadlineMs, prompt } = step;
      return goTo(
        { ...state, doing: 'asking' },
        {
          do: 'look-up',
          url: filled(step.url, state.variables),
          field,
          deadlineMs,
          ...(prompt !== undefined && { prompt }),
        },
      );
    }
    case 'opt-out':
      return goTo({ ...state, doing: 'storing' }, { do: 'opt-out', scope: step.scope });
    case 'queue': {
      const { queue, priority } = step;
      return over(state, 'queued', {
        do: 'queue',
        ...(queue !== undefined && { queue }),
        ...(priority !== undefined && { priority }),
      });
    }
    case 'transfer':
      return over(state, 'transferred', { do: 'transfer', phones: step.phones });
    case 'hang-up':
      return step.prompt === undefined
        ? over(state, 'finished', { do: 'hang-up' })
        : goTo({ ...state, doing: 'playing' }, { do: 'play', prompts: [step.prompt] });
  }
}

/** An address with the variables in it. */
function filled(url: string, variables: Readonly<Record<string, string>>): string {
  return url.replaceAll(/\{([a-z][a-z0-9-]*)\}/g, (_, name: string) =>
    encodeURIComponent(variables[name] ?? ''),
  );
}

function onPlayed(flow: Flow, state: FlowState, step: FlowStep, at: number): FlowProgress {
  switch (step.kind) {
    case 'prompt':
      return enter(flow, state, step.next, at);
    case 'hang-up':
      return over(state, 'finished', { do: 'hang-up' });
    case 'voicemail':
      return goTo({ ...state, doing: 'recording' }, { do: 'record', maxSeconds: step.maxSeconds });
    case 'menu':
    case 'digits':
    case 'survey':
      return listen(state, step);
    case 'hours':
    case 'lookup':
    case 'condition':
    case 'queue':
    case 'transfer':
    case 'opt-out':
      return stay(state);
  }
}

type Asking = Extract<FlowStep, { kind: 'menu' | 'digits' | 'survey' }>;

function listen(state: FlowState, step: Asking): FlowProgress {
  return goTo({ ...state, doing: 'listening' }, { do: 'listen', ms: step.timeoutSeconds * 1000 });
}

function onKey(flow: Flow, state: FlowState, step: FlowStep, key: string, at: number): FlowProgress {
  if (state.doing === 'recording')
    return key === '#' ? over(state, 'voicemail', { do: 'hang-up' }) : goTo(state);
  if (state.doing !== 'playing' && state.doing !== 'listening') return goTo(state);
  if (step.kind !== 'menu' && step.kind !== 'digits' && step.kind !== 'survey') return goTo(state);
  const heard = state.doing === 'playing' ? [{ do: 'stop-playing' } as const] : [];
  const then = decide(flow, state, step, key, at);
  return { state: then.state, effects: [...heard, ...then.effects] };
}

function decide(flow: Flow, state: FlowState, step: Asking, key: string, at: number): FlowProgress {
  if (step.kind === 'menu') {
    const to = Object.hasOwn(step.keys, key) ? step.keys[key] : undefined;
    return to === undefined ? failed(flow, state, step, at) : enter(flow, state, to, at);
  }
  if (step.kind === 'survey') {
    if (!step.answers.includes(key)) return failed(flow, state, step, at);
    const then = enter(flow, state, step.next, at);
    const answer: FlowOrder = { do: 'answer', question: step.question, answer: key };
    return { state: then.state, effects: [answer, ...then.effects] };
  }
  if (key === step.terminator) return collected(flow, state, step, at);
  const more = { ...state, keys: state.keys + key };
  return more.keys.length >= step.max ? collected(flow, more, step, at) : listen(more, step);
}

function collected(
  flow: Flow,
  state: FlowState,
  step: Extract<FlowStep, { kind: 'digits' }>,
  at: number,
): FlowProgress {
  if (state.keys.length < step.min) return failed(flow, state, step, at);
  const variables = { ...state.variables, [step.into]: state.keys };
  return enter(flow, { ...state, variables }, step.next, at);
}

function onSilence(flow: Flow, state: FlowState, step: FlowStep, at: number): FlowProgress {
  if (step.kind === 'digits') return collected(flow, state, step, at);
  return step.kind === 'menu' || step.kind === 'survey' ? failed(flow, state, step, at) : stay(state);
}

/** What was said counts as the key it stands for; keys remain for everybody else. */
function onSpeech(flow: Flow, state: FlowState, step: FlowStep, text: string, at: number): FlowProgress {
  if (step.kind !== 'menu') return stay(state);
  const said = text.trim().toLowerCase();
  // "After sales" is not "sales".
  const key = step.speech
    ?.filter(({ says }) => said.includes(says.toLowerCase()))
    .toSorted((a, b) => b.says.length - a.says.length)[0]?.key;
  return key === undefined ? stay(state) : onKey(flow, state, step, key, at);
}

/** Again, or on without an answer. */
function failed(flow: Flow, state: FlowState, step: Asking, at: number): FlowProgress {
  const failures = state.failures + 1;
  if (failures >= step.tries)
    return enter(flow, state, step.kind === 'survey' ? step.next : step.otherwise, at);
  const invalid = step.kind === 'survey' ? undefined : step.invalid;
  return goTo(
    { ...state, doing: 'playing', keys: '', failures },
    { do: 'play', prompts: invalid === undefined ? [step.prompt] : [invalid, step.prompt] },
  );
}

function over(state: FlowState, outcome: FlowOutcome, ...orders: FlowOrder[]): FlowProgress {
  return goTo({ ...state, doing: 'done', outcome }, ...orders);
}
