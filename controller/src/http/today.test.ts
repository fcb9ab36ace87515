import { expect, test } from 'vitest';
import { sharedAnswers } from './today.ts';

test('those who ask at the same time share an answer, and each is told how old it is', async () => {
  const read: unknown[] = [];
  const ask = sharedAnswers(async (sites) => {
    read.push(sites);
    return { ageMs: 150, count: read.length };
  });
  expect(await ask('all', 1000)).toEqual({ ageMs: 150, count: 1 });
  expect(await ask('all', 1300)).toEqual({ ageMs: 450, count: 1 });
  expect(await ask(['east'], 1300)).toEqual({ ageMs: 150, count: 2 });
  expect(await ask('all', 1401)).toEqual({ ageMs: 150, count: 3 });
  expect(read).toEqual(['all', ['east'], 'all']);
});
