import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CampaignForm,
  findAnswerFaults,
  findFormProblem,
  FormKind,
  keptAnswers,
  type FormAnswers,
  type FormField,
} from './form.ts';
import { findProblem } from './validate.ts';

const today = '2026-11-27';
const field = (kind: FormKind, more: Partial<FormField> = {}): FormField => ({
  id: 'q',
  label: 'Question',
  kind,
  required: true,
  ...more,
});
const fault = (asked: FormField, answer: string, complete = true) =>
  findAnswerFaults([asked], { q: answer }, complete, today).map(({ fault: what, limit }) =>
    limit === undefined ? what : `${what} ${limit}`,
  )[0];

describe('an answer', () => {
  it.each([
    [field('text'), 'x', undefined],
    [field('text'), '  ', 'missing'],
    [field('text', { min: 3 }), 'ab', 'short 3'],
    [field('text'), 'x'.repeat(201), 'long 200'],
    [field('long-text', { max: 300 }), 'x'.repeat(301), 'long 300'],
    [field('number', { min: 0, max: 10 }), '10', undefined],
    [field('number', { min: 0, max: 10 }), '-1', 'least 0'],
    [field('number', { min: 0, max: 10 }), '10.5', 'most 10'],
    [field('number'), '1e3', 'number'],
    [field('number'), '١', 'number'],
    [field('date', { min: 0, max: 30 }), '2026-11-27', undefined],
    [field('date', { min: 0 }), '2026-11-26', 'early 0'],
    [field('date', { max: 30 }), '2026-12-28', 'late 30'],
    [field('date'), '2026-02-30', 'date'],
    [field('date'), 'tomorrow', 'date'],
    [field('choice', { choices: ['A', 'B'] }), 'B', undefined],
    [field('choice', { choices: ['A', 'B'] }), 'C', 'choice'],
    [field('yes-no'), 'yes', undefined],
    [field('yes-no'), 'maybe', 'choice'],
  ])('%j answered with "%s": %s', (asked, answer, wanted) => {
    expect(fault(asked, answer)).toBe(wanted);
  });

  it('is missed only where the field is required and the form has to be complete', () => {
    expect(fault(field('text'), '', false)).toBeUndefined();
    expect(fault(field('text', { required: false }), '')).toBeUndefined();
    expect(fault(field('number'), 'x', false)).toBe('number');
  });
});

describe('a form', () => {
  it.each([
    [[field('text'), field('number')], '/form/1/id'],
    [[field('choice')], '/form/0/choices'],
    [[field('choice', { choices: ['A', 'A'] })], '/form/0/choices'],
    [[field('text', { choices: ['A', 'B'] })], '/form/0/choices'],
    [[field('yes-no', { max: 1 })], '/form/0/min'],
    [[field('number', { min: 2, max: 1 })], '/form/0/max'],
    [[field('text', { max: 201 })], '/form/0/max'],
    [[field('choice', { choices: ['A', 'B'] })], undefined],
  ])('%j cannot work at %s', (form, place) => {
    expect(findFormProblem(form)?.place).toBe(place);
  });

  it('takes what it keeps: answers that fit still fit when only what is asked is kept of them', () => {
    const forms = fc
      .uniqueArray(
        fc.record({
          id: fc.stringMatching(/^[a-z]{1,8}$/),
          label: fc.constant('Question'),
          kind: fc.constantFrom(...FormKind.enum),
          required: fc.boolean(),
        }),
        { maxLength: 20, selector: ({ id }) => id },
      )
      .map((fields): FormField[] =>
        fields.map((one) => (one.kind === 'choice' ? { ...one, choices: ['A', 'B'] } : one)),
      );
    const answers = fc.oneof(
      fc.constantFrom('', ' yes ', 'no', 'A', '12', '2026-11-27'),
      fc.string({ maxLength: 30 }),
    );
    fc.assert(
      fc.property(forms, fc.array(answers, { minLength: 21, maxLength: 21 }), (form, words) => {
        expect(findProblem(CampaignForm, form)).toBeUndefined();
        const given: FormAnswers = {
          ...Object.fromEntries(form.map(({ id }, i) => [id, words[i]!])),
          nobody: words[20]!,
        };
        const kept = keptAnswers(form, given);
        expect(findAnswerFaults(form, kept, true, today)).toEqual(findAnswerFaults(form, given, true, today));
        expect(keptAnswers(form, kept)).toEqual(kept);
        expect(Object.keys(kept).every((id) => form.some((one) => one.id === id))).toBe(true);
      }),
    );
  });
});
