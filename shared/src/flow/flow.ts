import Type, { type Static } from 'typebox';
import { closed, Count, Extension, Id, Label, Name, oneOf, Sha256 } from '../contract/primitives.ts';
import { Window } from '../contract/gate-settings.ts';

/** What a caller said or the world answered, by name; `caller` and `called` are there from the start. */
const Variable = Type.String({ pattern: '^[a-z][a-z0-9-]{0,29}$' });
const Key = Type.String({ pattern: '^[0-9*#]$' });
const Keys = Type.String({ pattern: '^[0-9*#]{1,12}$' });
const Value = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });
const Tries = Type.Integer({ minimum: 1, maximum: 5 });
/** How long a key is waited for after the sound, seconds. */
const Timeout = Type.Integer({ minimum: 1, maximum: 30 });

const step = <const K extends string, const P extends Record<string, Type.TSchema>>(
  kind: K,
  properties: P,
  description: string,
) => closed({ id: Name, kind: Type.Literal(kind), ...properties }, description);

/** One step of a flow. Texts that name another step are `next`, `otherwise` and the like; prompts are named. */
export const FlowStep = Type.Union([
  step(
    'menu',
    {
      prompt: Name,
      keys: Type.Record(Key, Name, { minProperties: 1, additionalProperties: false }),
      /** Words that stand for a key, where speech is recognised. */
      speech: Type.Optional(Type.Array(closed({ says: Label, key: Key }), { maxItems: 30 })),
      timeoutSeconds: Timeout,
      tries: Tries,
      invalid: Type.Optional(Name),
      otherwise: Name,
    },
    'One key decides where the call goes.',
  ),
  step('prompt', { prompt: Name, next: Name }, 'Something is said.'),
  step(
    'digits',
    {
      prompt: Name,
      into: Variable,
      min: Type.Integer({ minimum: 1, maximum: 20 }),
      max: Type.Integer({ minimum: 1, maximum: 20 }),
      terminator: Type.Optional(oneOf(['#', '*'])),
      timeoutSeconds: Timeout,
      tries: Tries,
      invalid: Type.Optional(Name),
      next: Name,
      otherwise: Name,
    },
    'Digits are collected into a variable.',
  ),
  step(
    'hours',
    {
      /** In the time of the site; any of them. */
      hours: Type.Array(Window, { minItems: 1, maxItems: 20 }),
      /** Local dates on which nobody works. */
      holidays: Type.Array(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), { maxItems: 200 }),
      open: Name,
      closed: Name,
    },
    'Whether somebody is at work.',
  ),
  step(
    'lookup',
    {
      /** Heard over and over while it is asked; absent: a tone. */
      prompt: Type.Optional(Name),
      /** Asked with GET; `{caller}` and other variables in braces are filled in. */
      url: Type.String({ maxLength: 500, pattern: '^https?://[^\\s]+$' }),
      deadlineMs: Type.Integer({ minimum: 100, maximum: 10_000 }),
      /** Field of the JSON answer, dots between levels. */
      field: Type.String({ pattern: '^[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+){0,5}$' }),
      into: Variable,
      found: Name,
      /** No answer in time, no such field, no connection. */
      otherwise: Name,
    },
    'A program elsewhere is asked.',
  ),
  step(
    'condition',
    {
      variable: Variable,
      cases: Type.Record(Value, Name, { minProperties: 1, additionalProperties: false }),
      otherwise: Name,
    },
    'A variable decides.',
  ),
  step(
    'queue',
    {
      /** Absent: whoever takes inbound calls. */
      queue: Type.Optional(Name),
      priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    },
    'The caller waits for an agent.',
  ),
  step(
    'transfer',
    {
      /** Phones of this branch that ring at once. */
      phones: Type.Array(Extension, { minItems: 1, maxItems: 20, uniqueItems: true }),
    },
    'Phones of the branch ring; when nobody answers, the fallback group does.',
  ),
  step(
    'voicemail',
    { prompt: Name, maxSeconds: Type.Integer({ minimum: 5, maximum: 300 }) },
    'The caller leaves a message.',
  ),
  step(
    'survey',
    {
      prompt: Name,
      /** Under this name the answer is stored. */
      question: Name,
      answers: Keys,
      timeoutSeconds: Timeout,
      tries: Tries,
      next: Name,
    },
    'A question whose answer is stored.',
  ),
  step(
    'opt-out',
    { scope: oneOf(['campaign', 'all']), next: Name },
    'The caller is not called again: stored before anything else happens.',
  ),
  step('hang-up', { prompt: Type.Optional(Name) }, 'The call ends.'),
]);
export type FlowStep = Static<typeof FlowStep>;
export type FlowStepKind = FlowStep['kind'];

/** What prompts are said in. */
export const PromptLanguage = oneOf(['zh-CN', 'en']);
export type PromptLanguage = Static<typeof PromptLanguage>;

/** Languages in the order in which a prompt is said. */
export const promptLanguages: readonly PromptLanguage[] = PromptLanguage.enum;

/** A recording that takes the place of a prompt's text in one language, wherever the prompt is named. Fetched from `/edge/v1/recordings/<sha256>`. */
export const PromptRecording = closed({
  prompt: Name,
  language: PromptLanguage,
  sha256: Sha256,
  bytes: Count,
});
export type PromptRecording = Static<typeof PromptRecording>;

/** What a prompt says: made into sound by the branch, Chinese first, unless it has a recording. */
export const FlowPrompt = closed({
  name: Name,
  'zh-CN': Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  en: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
});
export type FlowPrompt = Static<typeof FlowPrompt>;

/** How a call is led before (or instead of, or after) it meets a person: steps as data. */
export const Flow = closed({
  start: Name,
  prompts: Type.Array(FlowPrompt, { maxItems: 100 }),
  steps: Type.Array(FlowStep, { minItems: 1, maxItems: 100 }),
});
export type Flow = Static<typeof Flow>;

/** A flow as a branch gets it. */
export const EdgeFlow = closed({ id: Id, name: Label, version: Count, flow: Flow });
export type EdgeFlow = Static<typeof EdgeFlow>;

/** A step by its name. */
export function stepOf(flow: Flow, id: string): FlowStep | undefined {
  return flow.steps.find((each) => each.id === id);
}

/** A way out of a step. */
export interface FlowExit {
  readonly to: string;
  readonly by: 'key' | 'case' | 'next' | 'otherwise' | 'open' | 'closed' | 'found';
  /** The key or the value. */
  readonly value?: string;
  /** The call takes it without anything from the caller. */
  readonly silent: boolean;
}

const exit = (by: Exclude<FlowExit['by'], 'key' | 'case'>, to: string, silent = true): FlowExit => ({
  by,
  to,
  silent,
});

/** All ways out of a step, in the order in which they are shown; none where the flow ends. */
export function exitsOf(step: FlowStep): FlowExit[] {
  switch (step.kind) {
    case 'menu':
      return [
        ...Object.entries(step.keys).map(([value, to]): FlowExit => ({
          by: 'key',
          value,
          to,
          silent: false,
        })),
        exit('otherwise', step.otherwise),
      ];
    case 'digits':
      return [exit('next', step.next, false), exit('otherwise', step.otherwise)];
    case 'hours':
      return [exit('open', step.open), exit('closed', step.closed)];
    case 'lookup':
      return [exit('found', step.found), exit('otherwise', step.otherwise)];
    case 'condition':
      return [
        ...Object.entries(step.cases).map(([value, to]): FlowExit => ({
          by: 'case',
          value,
          to,
          silent: true,
        })),
        exit('otherwise', step.otherwise),
      ];
    case 'prompt':
    case 'survey':
    case 'opt-out':
      return [exit('next', step.next)];
    case 'queue':
    case 'transfer':
    case 'voicemail':
    case 'hang-up':
      return [];
  }
}

/** Names of the prompts that a step says. */
export function promptsOf(step: FlowStep): string[] {
  const said = 'prompt' in step && step.prompt !== undefined ? [step.prompt] : [];
  return 'invalid' in step && step.invalid !== undefined ? [...said, step.invalid] : said;
}
