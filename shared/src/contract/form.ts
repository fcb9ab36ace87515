import Type, { type Static } from 'typebox';
import { closed, Label, Name, oneOf } from './primitives.ts';

/** How a question of a form is answered. */
export const FormKind = oneOf(['text', 'long-text', 'number', 'date', 'choice', 'yes-no']);
export type FormKind = Static<typeof FormKind>;

/** So many characters an answer has at most. */
export const longestAnswer: Readonly<Record<'text' | 'long-text', number>> = {
  text: 200,
  'long-text': 1000,
};

const Bound = Type.Number({ minimum: -1e12, maximum: 1e12 });

/** What an agent is asked about a call, beside the script; see `findFormProblem`. */
export const FormField = closed({
  id: Name,
  label: Label,
  kind: FormKind,
  /** Wanted by outcomes that ask for the form. */
  required: Type.Boolean(),
  /** Least and most: of a number; of a text's characters; of a date's days from today. */
  min: Type.Optional(Bound),
  max: Type.Optional(Bound),
  /** `choice`: what can be chosen. */
  choices: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 80, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }), {
      maxItems: 20,
    }),
  ),
});
export type FormField = Static<typeof FormField>;

/** The questions of a campaign, in their order. */
export const CampaignForm = Type.Array(FormField, { maxItems: 20 });

/**
 * Answers by field: a number with a point, a date as `2026-11-27`, `yes` or `no`, the words of a choice. A field that is not there
 * is not answered.
 */
export const FormAnswers = Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 1000 }), {
  maxProperties: 20,
});
export type FormAnswers = Static<typeof FormAnswers>;

/** What cannot work of a form: first problem found, with its place. */
export function findFormProblem(form: readonly FormField[]): { place: string; problem: string } | undefined {
  for (const [i, { id, kind, min, max, choices = [] }] of form.entries()) {
    const at = (part: string, problem: string) => ({ place: `/form/${i}/${part}`, problem });
    if (form.findIndex((other) => other.id === id) !== i) return at('id', `the code "${id}" is there twice`);
    if (kind === 'choice' && choices.length < 2) return at('choices', 'a choice has at least two answers');
    if (kind !== 'choice' && choices.length > 0)
      return at('choices', 'only a choice has answers to choose from');
    if (new Set(choices).size < choices.length) return at('choices', 'an answer is there twice');
    if ((kind === 'choice' || kind === 'yes-no') && (min ?? max) !== undefined)
      return at('min', 'a choice has no bounds');
    if (min !== undefined && max !== undefined && max < min)
      return at('max', 'the most is less than the least');
    if ((kind === 'text' || kind === 'long-text') && max !== undefined && max > longestAnswer[kind])
      return at('max', `must be <= ${longestAnswer[kind]}`);
  }
  return undefined;
}

/** What is wrong with an answer; `limit` is the bound it broke. */
export interface AnswerFault {
  readonly field: FormField;
  readonly fault:
    | 'missing'
    | 'number'
    | 'date'
    | 'choice'
    | 'short'
    | 'long'
    | 'least'
    | 'most'
    | 'early'
    | 'late';
  readonly limit?: number;
}

const dayMs = 86_400_000;

/**
 * Every answer that does not fit its field, in the order of the form.
 * @param complete required fields have to be answered
 * @param today the date where the agent is, as `2026-11-27`
 */
export function findAnswerFaults(
  form: readonly FormField[],
  answers: FormAnswers,
  complete: boolean,
  today: string,
): AnswerFault[] {
  return form.flatMap((field): AnswerFault[] => {
    const answer = answers[field.id]?.trim() ?? '';
    if (answer === '') return complete && field.required ? [{ field, fault: 'missing' }] : [];
    const fault = faultOf(field, answer, today);
    return fault ? [{ field, ...fault }] : [];
  });
}

function faultOf(
  { kind, min = -Infinity, max = Infinity, choices = [] }: FormField,
  answer: string,
  today: string,
): Omit<AnswerFault, 'field'> | undefined {
  switch (kind) {
    case 'text':
    case 'long-text': {
      const longest = Math.min(max, longestAnswer[kind]);
      if (answer.length < min) return { fault: 'short', limit: min };
      return answer.length > longest ? { fault: 'long', limit: longest } : undefined;
    }
    case 'number': {
      if (!/^-?\d{1,13}(?:\.\d{1,6})?$/.test(answer)) return { fault: 'number' };
      if (Number(answer) < min) return { fault: 'least', limit: min };
      return Number(answer) > max ? { fault: 'most', limit: max } : undefined;
    }
    case 'date': {
      const days = isDate(answer) ? (Date.parse(answer) - Date.parse(today)) / dayMs : NaN;
      if (Number.isNaN(days)) return { fault: 'date' };
      if (days < min) return { fault: 'early', limit: min };
      return days > max ? { fault: 'late', limit: max } : undefined;
    }
    case 'choice':
      return choices.includes(answer) ? undefined : { fault: 'choice' };
    case 'yes-no':
      return answer === 'yes' || answer === 'no' ? undefined : { fault: 'choice' };
  }
}

/** A day that the calendar has. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** What is kept of answers: fields that the form has and that are answered, without surrounding blanks. */
export function keptAnswers(form: readonly FormField[], answers: FormAnswers): FormAnswers {
  return Object.fromEntries(
    form.flatMap(({ id }) => {
      const answer = answers[id]?.trim() ?? '';
      return answer === '' ? [] : [[id, answer] as const];
    }),
  );
}
