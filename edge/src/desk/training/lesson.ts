import type { AgentState, TrainingLine } from '@branchline/shared';
import type { VirtualCustomer } from './customer.ts';

/** A call with a simulated customer. Instants are business ms. */
export interface LessonCall {
  readonly id: string;
  readonly customer: VirtualCustomer;
  readonly campaign?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly heldSince?: number;
  /** Time on hold before. */
  readonly heldMs: number;
  readonly muted: boolean;
  readonly recording: 'on' | 'paused';
}

/** One agent's training as plain data. */
export interface Lesson {
  readonly state: Extract<AgentState, 'offline' | 'ready' | 'talking' | 'held' | 'wrap-up' | 'break'>;
  readonly since: number;
  readonly reason: string;
  /** A break asked for during a call. */
  readonly breakAfter?: string;
  /** Calls that have begun. */
  readonly taken: number;
  /** The present call, or the one that the work after it is about. */
  readonly call?: LessonCall;
}

export type LessonInput = { readonly at: number } & (
  | {
      readonly type:
        | 'time'
        | 'login'
        | 'logout'
        | 'ready'
        | 'hangup'
        | 'hold'
        | 'resume'
        | 'mute'
        | 'unmute'
        | 'pause-recording'
        | 'resume-recording';
    }
  | { readonly type: 'break'; readonly reason: string }
);

/** What a lesson does not decide by itself. */
export interface LessonPlan {
  /** The call after so many others. */
  readonly nextCall: (taken: number, at: number) => LessonCall;
  readonly wrapUpMs: number;
}

/** So long a ready agent waits for the next call, business ms. */
export const readyMs = 3000;

export function newLesson(at: number): Lesson {
  return { state: 'offline', since: at, reason: 'none', taken: 0 };
}

/** How long the two have heard each other, ms. */
export function talkedMs({ startedAt, endedAt, heldSince, heldMs }: LessonCall, at: number): number {
  const until = heldSince ?? endedAt ?? at;
  return Math.max(0, until - startedAt - heldMs);
}

/** What the customer has said by now, in its order. */
export function saidBy(call: LessonCall, at: number): TrainingLine[] {
  const talked = talkedMs(call, at);
  return call.customer.lines.filter(({ atMs }) => atMs <= talked).map(({ says }) => says);
}

/** The lesson after one input. The same object: it changes nothing. */
export function nextLesson(lesson: Lesson, input: LessonInput, plan: LessonPlan): Lesson {
  const { at } = input;
  const { state, call } = lesson;
  const up = state === 'talking' || state === 'held' ? call : undefined;
  switch (input.type) {
    case 'time':
      return onTime(lesson, at, plan);
    case 'login':
      return state === 'offline' ? goTo(lesson, 'ready', at) : lesson;
    case 'logout':
      return state === 'offline' ? lesson : goTo(lesson, 'offline', at);
    case 'ready': {
      if (up) return withoutBreak(lesson);
      return state === 'break' || state === 'wrap-up' ? goTo(lesson, 'ready', at) : lesson;
    }
    case 'break':
      if (state === 'offline') return lesson;
      return up ? { ...lesson, breakAfter: input.reason } : goTo(lesson, 'break', at, input.reason);
    case 'hangup':
      return up ? end(lesson, up, at) : lesson;
    case 'hold':
      return state === 'talking' && up
        ? { ...lesson, state: 'held', since: at, call: { ...up, heldSince: at } }
        : lesson;
    case 'resume':
      return state === 'held' && up
        ? { ...lesson, state: 'talking', since: at, call: resumed(up, at) }
        : lesson;
    case 'mute':
    case 'unmute':
      return up ? { ...lesson, call: { ...up, muted: input.type === 'mute' } } : lesson;
    case 'pause-recording':
    case 'resume-recording': {
      const recording = input.type === 'pause-recording' ? 'paused' : 'on';
      return up ? { ...lesson, call: { ...up, recording } } : lesson;
    }
  }
}

function onTime(lesson: Lesson, at: number, { nextCall, wrapUpMs }: LessonPlan): Lesson {
  const { state, since, call, taken, breakAfter } = lesson;
  switch (state) {
    case 'ready':
      if (at < since + readyMs) return lesson;
      return { ...goTo(lesson, 'talking', at), taken: taken + 1, call: nextCall(taken, at) };
    case 'talking': {
      const leaves = call?.customer.hangsUpAtMs;
      return call && leaves !== undefined && talkedMs(call, at) >= leaves ? end(lesson, call, at) : lesson;
    }
    case 'held':
      return call && at - since >= call.customer.patienceMs ? end(lesson, call, at) : lesson;
    case 'wrap-up':
      if (at < since + wrapUpMs) return lesson;
      return breakAfter === undefined ? goTo(lesson, 'ready', at) : goTo(lesson, 'break', at, breakAfter);
    case 'offline':
    case 'break':
      return lesson;
  }
}

function goTo(lesson: Lesson, state: Lesson['state'], at: number, reason = 'none'): Lesson {
  const { call: _over, ...rest } = withoutBreak(lesson);
  return { ...rest, state, since: at, reason };
}

function withoutBreak(lesson: Lesson): Lesson {
  if (lesson.breakAfter === undefined) return lesson;
  const { breakAfter: _forgotten, ...rest } = lesson;
  return rest;
}

function resumed({ heldSince, ...call }: LessonCall, at: number): LessonCall {
  return heldSince === undefined ? call : { ...call, heldMs: call.heldMs + at - heldSince };
}

function end(lesson: Lesson, call: LessonCall, at: number): Lesson {
  return { ...lesson, state: 'wrap-up', since: at, call: { ...resumed(call, at), endedAt: at } };
}
