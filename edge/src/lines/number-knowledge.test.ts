import { afterAll, expect, test } from 'vitest';
import { NumberKnowledge } from './number-knowledge.ts';

const knowledge = new NumberKnowledge();
afterAll(() => knowledge.close());

test.each([
  ['+8613912345678', 'China Mobile'],
  ['+8618612345678', 'China Unicom'],
  ['+8613301234567', 'China Telecom'],
])('%s is in a range of %s', async (number, operator) => {
  await knowledge.learn([number]);
  expect(knowledge.operatorOf(number)).toBe(operator);
});

test('a place is known where the plan tells it, a land line has no operator', async () => {
  await knowledge.learn(['+861088886666', '+8613912345678']);
  expect(knowledge.placeOf('+861088886666')).toBe('Beijing');
  expect(knowledge.operatorOf('+861088886666')).toBeUndefined();
  expect(knowledge.placeOf('+8613912345678')).toContain('Jiangsu');
});

test('what is no number, or was never learned, is simply not known', async () => {
  await knowledge.learn(['+86139', 'not a number']);
  expect(knowledge.operatorOf('+86139')).toBeUndefined();
  expect(knowledge.operatorOf('+8613500000000')).toBeUndefined();
});
