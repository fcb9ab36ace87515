import { expect, test } from 'vitest';
import type { EventRow, FormField } from '@branchline/shared';
import type { NewRow } from '../store/index.ts';
import { Forms } from './forms.ts';

const noon = Date.parse('2026-11-27T04:00:00Z');
const form: FormField[] = [
  { id: 'meter', label: 'Meter reading', kind: 'number', required: true, min: 0 },
  { id: 'visit', label: 'Day of the visit', kind: 'date', required: false, min: 1 },
];
const campaign = { id: 'campaign', form };

function asking() {
  const rows: NewRow[] = [];
  let seq = 0;
  const forms = new Forms({
    ledger: { append: async ({ rows: more }) => void rows.push(...more) },
    business: { now: () => noon } as ConstructorParameters<typeof Forms>[0]['business'],
    ids: () => `id-${seq++}`,
    clockTrust: () => 'trusted',
    zone: () => 'Asia/Shanghai',
  });
  const stored = () => rows.map(({ row }) => (row as Extract<EventRow, { type: 'form' }>).answers);
  return { forms, stored };
}

test('answers are stored with the words of the questions, once for as long as they stay the same', async () => {
  const { forms, stored } = asking();
  await forms.answer(campaign, 'call', 'li', { visit: '2026-11-28', meter: ' 12 ', other: 'x' });
  await forms.answer(campaign, 'call', 'li', { meter: '12', visit: '2026-11-28' });
  await forms.answer(campaign, 'call', 'li', { meter: '13' });
  expect(stored()).toEqual([
    [
      { field: 'meter', label: 'Meter reading', answer: '12' },
      { field: 'visit', label: 'Day of the visit', answer: '2026-11-28' },
    ],
    [{ field: 'meter', label: 'Meter reading', answer: '13' }],
  ]);
  expect(forms.of('call')).toEqual({ meter: '13' });
});

test('what does not fit is refused at the door and changes nothing', async () => {
  const { forms, stored } = asking();
  const refused = async (answers: Record<string, string>) =>
    forms.answer(campaign, 'call', 'li', answers).then(
      () => 'taken',
      (error: Error) => error.message,
    );
  expect(await refused({ meter: 'much' })).toContain('the answer to “Meter reading” does not fit');
  // By the clock of the site it is the 27th: the day before has begun elsewhere.
  expect(await refused({ visit: '2026-11-27' })).toContain('Day of the visit');
  await expect(forms.answer({ id: 'c' }, 'call', 'li', {})).rejects.toThrow('no form');
  expect(stored()).toEqual([]);
});

test('an outcome that asks for the form is told what is missing', async () => {
  const { forms } = asking();
  expect(forms.missing(campaign, 'call')).toBe('Meter reading');
  await forms.answer(campaign, 'call', 'li', { meter: '0' });
  expect(forms.missing(campaign, 'call')).toBeUndefined();
  expect(forms.missing({ id: 'c' }, 'call')).toBeUndefined();
});
