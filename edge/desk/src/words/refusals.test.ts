import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusalInChinese } from '@branchline/shared';

const source = join(import.meta.dirname, '../../../src');

/** Reasons as the box gives them, with something in the place of what differs. */
const reasons = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .filter((text) => text.includes("/refuse.ts'"))
  .flatMap((text) => [...text.matchAll(/\brefuse\(\s*(?:[^'`)]*\? )?['`]([^'`]+)['`]/g)])
  .map(([, text]) => text!.replaceAll(/\$\{[^}]+\}/g, '1002'));

test('every reason of a refusal has Chinese words', () => {
  expect(reasons.length).toBeGreaterThan(20);
  const without = reasons.filter((reason) => refusalInChinese(reason, (state) => state) === undefined);
  expect(without).toEqual([]);
});

test('what differs stays, a state in the words of the page', () => {
  expect(refusalInChinese('there is no phone 1009', (state) => state)).toBe('没有话机 1009');
  expect(refusalInChinese('the colleague is break', () => '小休')).toBe('同事当前的状态是“小休”');
  expect(refusalInChinese('something new', (state) => state)).toBeUndefined();
});
