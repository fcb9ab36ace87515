import { describe, expect, test } from 'vitest';
import { BranchlineError, LineFault, LineKind, unheardLine, type LiveLine } from '@branchline/shared';
import type { BoxFacts, TestCallResult } from '@branchline/edge/box';
import { callChecks } from './call-checks.ts';
import { checksOf } from './checks.ts';
import { lineChecks } from './line-checks.ts';
import { tableOf } from './table.ts';

const up = (change: Partial<LiveLine> = {}): LiveLine => ({
  ...unheardLine(1),
  state: 'up',
  phase: 'in-service',
  reason: 'in service',
  ...change,
});
const down = (change: Partial<LiveLine>): LiveLine => up({ state: 'down', phase: 'failed', ...change });

const summary = (kind: LineKind, id = 'line-1'): BoxFacts['lines'][number] => ({
  id,
  kind,
  enabled: true,
  registers: false,
  takesCalls: true,
  emergency: false,
});

const facts = (change: Partial<BoxFacts> = {}): BoxFacts => ({
  edge: 'north-1',
  running: true,
  configuration: 7,
  site: { name: 'North', zone: 'Asia/Shanghai', gsm: true },
  uplink: { up: true, url: 'mqtts://center:8883' },
  switch: { up: true, version: 'FreeSWITCH Version 1.11.1-release' },
  clock: 'trusted',
  disk: 0.4,
  lines: [],
  live: {},
  phones: { registered: 2, all: 2 },
  ...change,
});

const rungs = (kind: LineKind, live: LiveLine | undefined, change: Partial<BoxFacts> = {}): string[] =>
  lineChecks(summary(kind), live, facts(change), 'en').map(({ check, result }) => `${check} ${result}`);

describe('a line', () => {
  test.each<[LineKind, LiveLine | undefined, Partial<BoxFacts>, string[]]>([
    ['sip-trunk', up(), {}, ['sip ok', 'limits ok']],
    ['sip-trunk', down({ fault: 'unreachable' }), {}, ['sip fail', 'limits skip']],
    ['sip-trunk', up({ fault: 'breaker-open' }), {}, ['sip ok', 'limits warn']],
    ['sip-trunk', unheardLine(1), {}, ['sip warn', 'limits skip']],
    ['sip-trunk', unheardLine(1), { running: false }, ['sip fail', 'limits skip']],
    ['sip-trunk', undefined, {}, ['sip fail']],
    [
      'e1-card',
      down({ fault: 'd-channel-down' }),
      {},
      ['driver ok', 'alarm ok', 'd-channel fail', 'clocking skip', 'limits skip'],
    ],
    [
      'e1-card',
      up({ fault: 'slips' }),
      {},
      ['driver ok', 'alarm ok', 'd-channel ok', 'clocking warn', 'limits ok'],
    ],
    [
      'gsm-modem',
      up({ sim: { signal: -101, balance: 12.5 } }),
      {},
      ['device ok', 'sim ok', 'signal warn', 'network ok', 'audio ok', 'balance ok', 'limits ok'],
    ],
    [
      'gsm-modem',
      down({ phase: 'searching' }),
      {},
      ['device ok', 'sim ok', 'signal skip', 'network warn', 'audio skip', 'balance skip', 'limits skip'],
    ],
    ['gsm-modem', up(), { site: { name: 'North', zone: 'UTC', gsm: false } }, ['device fail']],
  ])('of kind %s that is %o is told rung by rung', (kind, live, change, expected) => {
    expect(rungs(kind, live, change)).toEqual(expected);
  });

  test('of a gateway that lost its SIP account is another thing than a SIM without a network', () => {
    const line = { ...summary('gsm-gateway'), registers: true };
    const failing = (reason: string): string | undefined =>
      lineChecks(line, down({ fault: 'not-registered', reason }), facts(), 'en').find(
        ({ result }) => result === 'fail',
      )?.check;
    expect(failing('gateway FAIL_WAIT')).toBe('sip');
    expect(failing('gateway state')).toBe('sip');
    expect(failing('the network is searched for')).toBe('network');
  });

  test('with any fault, of any kind, fails once, with words and advice in both languages', () => {
    for (const kind of LineKind.enum)
      for (const fault of LineFault.enum)
        for (const language of ['en', 'zh-CN'] as const) {
          const failed = lineChecks(summary(kind), down({ fault }), facts(), language).filter(
            ({ result }) => result === 'fail',
          );
          expect(failed).toHaveLength(1);
          expect(failed[0]!.detail.length * failed[0]!.advice.length).toBeGreaterThan(0);
          expect(/[\u4e00-\u9fff]/.test(failed[0]!.advice)).toBe(language === 'zh-CN');
        }
  });
});

test('a box is told as it is: running or stopped, linked or alone, full or not', () => {
  const told = (change: Partial<BoxFacts>): string[] =>
    checksOf(facts(change), new Map(), 'en').map(({ check, result }) => `${check} ${result}`);
  const lines = [{ ...summary('sip-trunk'), enabled: false }];
  expect(told({ lines })).toEqual([
    'edge ok',
    'plan ok',
    'center ok',
    'clock ok',
    'disk ok',
    'switch ok',
    'phones ok',
    'sip skip',
  ]);
  const overlay = { up: true, address: '10.99.0.3:5070' };
  expect(told({ lines, overlay })).toContain('overlay ok');
  expect(told({ lines, overlay: { ...overlay, up: false } })).toContain('overlay fail');
  const { uplink: _uplink, phones: _phones, ...stopped } = facts({ running: false, clock: 'untrusted' });
  expect(checksOf(stopped, new Map(), 'en').map(({ result }) => result)).toEqual([
    'warn',
    'fail',
    'skip',
    'warn',
    'ok',
    'ok',
    'skip',
  ]);
  expect(told({ disk: 0.96, switch: { up: false, version: '' }, clock: 'untrusted' })).toEqual(
    expect.arrayContaining(['disk fail', 'switch fail', 'clock fail']),
  );
});

describe('a test call', () => {
  const line = summary('sip-trunk');
  const result = (change: Partial<TestCallResult>): TestCallResult => ({
    line: 'line-1',
    number: '13800138000',
    outcome: 'heard',
    reason: 'our tone came back',
    ringingMs: 800,
    answeredMs: 2400,
    levelDb: -14.2,
    ...change,
  });
  const told = (call: TestCallResult | BranchlineError): string[] =>
    callChecks(line, { running: true }, new Map([['line-1', call]]), 'en').map(
      ({ check, result: of, detail }) => `${check} ${of}: ${detail}`,
    );

  test.each<[TestCallResult | BranchlineError, string[]]>([
    [
      result({}),
      ['call ok: ringing after 0.8 s, answered after 2.4 s', 'voice ok: our tone came back, -14.2 dB'],
    ],
    [
      result({ outcome: 'silent', levelDb: -120 }),
      ['call ok: ringing after 0.8 s, answered after 2.4 s', 'voice fail: our tone did not come back'],
    ],
    [result({ outcome: 'not-answered', reason: 'USER_BUSY' }), ['call fail: USER_BUSY']],
    [result({ outcome: 'refused', reason: 'its rest' }), ['call fail: not placed: its rest']],
    [
      new BranchlineError('BL_COMMAND_FAILED', { verb: 'x', problem: 'y' }),
      ['call fail: not placed: The command x failed: y.'],
    ],
  ])('that ended as %o', (call, expected) => {
    expect(told(call)).toEqual(expected);
  });

  test('that nobody asked for, or that no edge can place, is skipped', () => {
    const skipped = (running: boolean) => callChecks(line, { running }, new Map(), 'en')[0]?.result;
    expect([skipped(true), skipped(false)]).toEqual(['skip', 'skip']);
  });
});

describe('the table', () => {
  const lines = LineKind.enum.map((kind, i) => summary(kind, `line-with-a-long-name-${i}`));
  const all = LineFault.enum.map((fault, i) =>
    checksOf(
      facts({ lines, live: Object.fromEntries(lines.map(({ id }) => [id, down({ fault })])) }),
      new Map(),
      i % 2 === 0 ? 'en' : 'zh-CN',
    ),
  );
  const columns = (text: string): number =>
    Array.from(text, (char) => (/[\u3000-\u9fff\uff00-\uff60]/.test(char) ? 2 : 1)).reduce<number>(
      (sum, width) => sum + width,
      0,
    );

  test('fits a hundred columns in both languages, whatever is wrong', () => {
    all.forEach((checks, i) => {
      const text = tableOf(checks, i % 2 === 0 ? 'en' : 'zh-CN', false);
      expect(Math.max(...text.split('\n').map(columns))).toBeLessThanOrEqual(100);
      expect(text).not.toContain('\u001b');
      expect(text).not.toContain('…');
      expect(text).not.toMatch(/\{\w+\}|undefined/);
    });
  });

  test('sums up, and is coloured only when asked', () => {
    const text = tableOf(all[0]!, 'en', false);
    expect(text.split('\n').at(-1)).toBe('5 failed.');
    expect(
      tableOf(
        checksOf(facts({ lines: [summary('sip-trunk')], live: { 'line-1': up() } }), new Map(), 'zh-CN'),
        'zh-CN',
        false,
      ),
    ).toContain('一切正常。');
    expect(tableOf(all[0]!, 'en', true)).toContain('\u001b[31m');
  });
});
