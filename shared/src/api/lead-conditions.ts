import { Outcome } from '../contract/outcome.ts';
import type { LeadCondition } from './campaigns.ts';

/** A number as people write it, short enough for every arithmetic. */
export const plainNumber = /^-?\d{1,15}(?:\.\d{1,6})?$/;

const outcomes: ReadonlySet<string> = new Set(Outcome.enum);

/** What in a condition cannot work, beyond its schema, and at which of its parts. */
export function findConditionProblem({
  of = 'field',
  field,
  compare,
  values,
}: LeadCondition): { readonly at: 'field' | 'compare' | 'values'; readonly problem: string } | undefined {
  if (of === 'field' && field === undefined) return { at: 'field', problem: 'required property' };
  if (of !== 'field' && field !== undefined)
    return { at: 'field', problem: `of the ${of} there is no field` };
  if (compare !== 'in' && values.length > 1)
    return { at: 'values', problem: 'only "in" takes several values' };
  const ordered = /[<>]/.test(compare);
  if (of === 'attempts' && compare === 'contains')
    return { at: 'compare', problem: 'attempts are compared as numbers' };
  if (of === 'outcome' && (ordered || compare === 'contains'))
    return { at: 'compare', problem: 'an outcome is, or is not' };
  const noNumber = values.find((value) =>
    of === 'attempts' ? !/^(?:0|[1-9]\d{0,2})$/.test(value) : ordered && !plainNumber.test(value),
  );
  if (noNumber !== undefined) return { at: 'values', problem: `"${noNumber}" is no number to compare with` };
  const unknown = of === 'outcome' ? values.find((value) => !outcomes.has(value)) : undefined;
  if (unknown !== undefined) return { at: 'values', problem: `there is no outcome "${unknown}"` };
  return undefined;
}
