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
  if (/is there twice/.test(problem)) return t('fault.twice');
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
