import type { FormInstance } from 'antd';
import { findProblem } from '@branchline/shared';
import type { T } from '../words/use-words.ts';

/** Where in the form a fault belongs, as the form names its fields. */
export type FieldPath = readonly (string | number)[];

export interface Fault {
  readonly field: FieldPath;
  readonly text: string;
}

/** The fields of a place as the schema and the API name it (`/retries/2/delaySeconds`). */
export function fieldOf(place: string): FieldPath {
  return place
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** A problem of the schema or the API in the words of the form; undefined when it has none for it. */
export function problemWord(t: T, problem: string): string | undefined {
  const limit = /\d+/.exec(problem)?.[0] ?? '';
  if (/required propert/.test(problem)) return t('fault.required');
  if (/fewer than 1 character/.test(problem)) return t('fault.required');
  if (/(?:>=|fewer than)/.test(problem)) return t('fault.least', { limit });
  if (/<=/.test(problem)) return t('fault.most', { limit });
  if (/more than \d+ character/.test(problem)) return t('fault.longest', { limit });
  if (/more than/.test(problem)) return t('fault.most', { limit });
  if (/integer|number/.test(problem) && /must be/.test(problem)) return t('fault.whole');
  if (/pattern|allowed values|must be/.test(problem)) return t('fault.form');
  if (/before it begins/.test(problem)) return t('fault.window');
  if (/(?:is|stands) there twice/.test(problem)) return t('fault.twice');
  if (/at least two answers/.test(problem)) return t('fault.choices');
  if (/most is less than the least/.test(problem)) return t('fault.bounds');
  if (/back to the queue itself/.test(problem)) return t('fault.circle');
  if (/no phone/.test(problem)) return t('fault.phone');
  if (/no campaign/.test(problem)) return t('fault.campaign');
  if (/no queue/.test(problem)) return t('fault.queue');
  if (/over the overlay/.test(problem)) return t('fault.overlay');
  if (/neither after how long/.test(problem)) return t('fault.overflow');
  if (/no such region/.test(problem)) return t('fault.region');
  if (/no such site/.test(problem)) return t('fault.site');
  if (/own rules/.test(problem)) return t('fault.refusedRule');
  if (/several values/.test(problem)) return t('fault.oneValue');
  if (/no number to compare/.test(problem)) return t('fault.number');
  if (/no disposition/.test(problem)) return t('fault.disposition');
  return undefined;
}

/** Places of values that are there before. */
export function repeated(values: readonly (string | undefined)[]): number[] {
  return values.flatMap((value, i) => (value && values.indexOf(value) !== i ? [i] : []));
}

/** What is wrong, at the place that the schema gives it. */
export type Problem = readonly [place: string, problem: string];

/** What does not fit the schemas of an object's parts, and what is missing of it. */
export function misfits(
  base: string,
  properties: Readonly<Record<string, Parameters<typeof findProblem>[0]>>,
  part: object | undefined,
  required: readonly string[] = [],
): Problem[] {
  if (!part) return [];
  const given: Readonly<Record<string, unknown>> = { ...part };
  return Object.entries(properties).flatMap(([name, schema]): Problem[] => {
    if (given[name] === undefined || given[name] === null)
      return required.includes(name) ? [[`${base}/${name}`, 'required property']] : [];
    const found = findProblem(schema, given[name]);
    if (!found) return [];
    const inner = found.place.startsWith('/') ? found.place : '';
    // A pair of which only one half is there: the other one is missed.
    const missed = /required propert\w+ (\w+)/.exec(found.problem)?.[1];
    return [[`${base}/${name}${inner}${missed ? `/${missed}` : ''}`, found.problem]];
  });
}

/** Takes the faults from fields that have just been changed: what was put right is not called wrong until it is sent again. */
export function forgetFaults<F>(form: FormInstance<F>, changed: unknown): void {
  for (const { name, errors } of form.getFieldsError()) {
    const value = name.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      changed,
    );
    // The form's own answer names its fields, which the type of a path cannot know.
    if (errors.length > 0 && value !== undefined) form.setFields([{ name: name as never, errors: [] }]);
  }
}
