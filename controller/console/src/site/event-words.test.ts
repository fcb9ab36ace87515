import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { siteEventTypes, type SiteEvent } from '@branchline/shared';
import { en } from '../words/en.ts';
import { errorText } from '../words/error-text.ts';
import { wordsOf } from '../words/testing.ts';
import { zhCN } from '../words/zh-CN.ts';
import { eventWords, type EventWords } from './event-words.ts';

const told = (type: string, detail: SiteEvent['detail'], words: object = en): EventWords =>
  eventWords(
    {
      t: wordsOf(words),
      time: (at) => `at ${at}`,
      error: (refusal) => errorText(refusal, words === zhCN ? 'zh-CN' : 'en'),
    },
    { at: 1, edge: 'box', type, detail },
  );
const said = (type: string, detail: SiteEvent['detail'], words: object = en): string =>
  told(type, detail, words).text;

test.each<[string, SiteEvent['detail'], string, string]>([
  ['config-applied', { version: 7, change: 'rescan' }, 'Configuration 7 in force', '配置版本 7 已生效'],
  [
    'config-rejected',
    { version: 8, code: 'BL_X', problem: 'no line' },
    'Configuration 8 refused: no line',
    '配置版本 8 被拒绝：no line',
  ],
  ['switch', { state: 'disconnected', lostCalls: 0 }, 'FreeSWITCH lost', '与 FreeSWITCH 的连接中断'],
  [
    'switch',
    { state: 'restarted', lostCalls: 3 },
    'FreeSWITCH restarted, calls lost: 3',
    'FreeSWITCH 已重启，丢失通话 3 通',
  ],
  ['line', { line: 'e1', state: 'down', reason: '503' }, 'Line e1 is down: 503', '线路 e1 中断：503'],
  [
    'line',
    { line: 'e1', state: 'down', reason: 'gateway FAIL_WAIT' },
    'Line e1 is down: the registration failed and is tried again',
    '线路 e1 中断：注册失败，正在重试',
  ],
  [
    'line-fault',
    { line: 'm1', fault: 'sim-missing', state: 'opened', reason: 'no SIM in the slot' },
    `Line m1: ${en.lines.fault['sim-missing']} (no SIM in the slot)`,
    `线路 m1：${zhCN.lines.fault['sim-missing']}（卡槽中没有 SIM 卡）`,
  ],
  ['line', { line: 'e1', state: 'up', reason: 'OK' }, 'Line e1 is up: OK', '线路 e1 恢复：OK'],
  [
    'line-fault',
    { line: 'e1', fault: 'looped', state: 'closed', reason: '', openedAt: 5 },
    `Line e1: ${en.lines.fault.looped} is over, since at 5`,
    `线路 e1：${zhCN.lines.fault.looped}已解除，始于 at 5`,
  ],
  ['sms-received', { line: 'm1', from: '+86*1' }, 'Message from +86*1 on m1', '线路 m1 收到 +86*1 的短信'],
  [
    'sms-received',
    { line: 'm1', from: '+861', text: 'hi' },
    'Message from +861 on m1: hi',
    '线路 m1 收到 +861 的短信：hi',
  ],
  [
    'gate-refused',
    { what: 'message', number: '+86*1', rule: 'do-not-call' },
    'A call to whoever left a message (+86*1) was not let out: it is on the do-not-call list',
    '一次对留言者的回拨（+86*1）被拦截：在免打扰名单中',
  ],
  [
    'clock',
    { trust: 'holdover', driftMs: 40 },
    'Clock in holdover, off by 40 ms',
    `${zhCN.site.clock.holdover}，偏差 40 ms`,
  ],
  ['ledger', { state: 'new', openCalls: 0, openAttempts: 0 }, 'Ledger begun anew', '账本已新建'],
])('tells %s %j', (type, detail, english, chinese) => {
  expect(said(type, detail)).toBe(english);
  expect(said(type, detail, zhCN)).toBe(chinese);
});

test('has words for everything the center shows, and shows what it does not know as it came', () => {
  for (const type of siteEventTypes) expect(said(type, {})).not.toContain('{');
  expect(said('of-tomorrow', { x: 1 })).toBe('of-tomorrow {"x":1}');
});

test("keeps the machine's own word beside the sentence", () => {
  expect(told('line', { line: 'e1', state: 'down', reason: 'gateway NOREG' }).code).toBe('NOREG');
  expect(told('config-rejected', { version: 8, code: 'BL_X', problem: 'no line' }).code).toBe('BL_X');
  expect(told('line', { line: 'e1', state: 'up', reason: 'registered' })).not.toHaveProperty('code');
});

test('every reason that has words here is one that a box can give', () => {
  const root = join(import.meta.dirname, '../../../..');
  const said = ['edge/src/lines', 'hardware/src']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => readFileSync(join(root, folder, name), 'utf8')),
    )
    .join('\n');
  const unsaid = Object.values(en.lineReason.reason).filter((text) => !said.includes(`'${text}'`));
  expect(unsaid).toEqual([]);
});
