import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusalInChinese } from '../refusal-words.ts';
import { gateReasonInChinese } from './reason-words.ts';

const source = readFileSync(join(import.meta.dirname, 'gate.ts'), 'utf8').replaceAll(
  /^ *(?:\/\/|\/?\*).*$/gm,
  '',
);
/** Reasons as they stand in the rules, with something in the place of what differs. */
const reasons = [
  ...source.slice(source.indexOf('const basicRules')).matchAll(/(?:['`])((?:[a-z$][^'`]*) [^'`]+)['`]/g),
]
  .map(([, text]) => text!.replaceAll(/\$\{[^}]+\}/g, '7'))
  .filter((text) => text !== 'an unknown zone' && (!text.startsWith('7') || text.includes(' calls in ')));

test('every reason of the gate has Chinese words', () => {
  expect(reasons.length).toBeGreaterThan(20);
  const without = reasons.filter((reason) =>
    // Whose demand it is, and where, is put behind some.
    ['', ': the campaign', ' in Asia/Shanghai (the campaign)'].every(
      (more) => gateReasonInChinese(`${reason}${more}`) === undefined,
    ),
  );
  expect(without).toEqual([]);
});

test.each([
  ['5 calls in 86400 s have been made (the campaign)', '86400 秒内已呼叫 5 次（活动）'],
  [
    'outside the calling hours in America/New_York (47 CFR 64.1200)',
    'America/New_York 不在可拨时段内（47 CFR 64.1200）',
  ],
  ['ringing longer than 10 s: the law', '振铃须长于 10 秒：the law'],
  ['the campaign is paused', '活动状态：已暂停'],
  [
    'outside the calling hours in Asia/Shanghai (what was cut o',
    'Asia/Shanghai 不在可拨时段内（what was cut o）',
  ],
])('%s: %s', (reason, chinese) => expect(gateReasonInChinese(reason)).toBe(chinese));

test('an agent reads it in Chinese, too', () => {
  expect(refusalInChinese('the number may not be called: all 3 attempts are spent', (state) => state)).toBe(
    '规则不允许呼叫此号码：3 次拨打已用完',
  );
  expect(gateReasonInChinese('something new')).toBeUndefined();
});
