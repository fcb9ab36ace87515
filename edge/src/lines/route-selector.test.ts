import { expect, test } from 'vitest';
import type { Line } from '@branchline/shared';
import { LinePool } from './line-pool.ts';
import { selectLine, type LineState } from './route-selector.ts';

const line = (id: string, change: Partial<Line> = {}): Line => ({
  id,
  kind: 'sip-trunk',
  enabled: true,
  channels: 1,
  callerIds: ['020'],
  answerSupervision: 'reliable',
  emergency: false,
  ...change,
});
const state = (
  id: string,
  change: Partial<LineState> = {},
  lineChange: Partial<Line> = {},
): [string, LineState] => [id, { line: line(id, lineChange), health: 'up', inUse: 0, ...change }];
const all = () => true;

test('the longest prefix decides, and each line says why it was not taken', () => {
  const lines = new Map([
    state('a', { inUse: 1 }),
    state('b', { health: 'down' }),
    state('c', {}, { enabled: false }),
    state('d'),
    state('e'),
    state('f'),
  ]);
  const routes = [
    { prefix: '', lines: ['f'] },
    { prefix: '+86', lines: ['a', 'b', 'c', 'd', 'e'] },
  ];
  const choice = selectLine('+8613912345678', routes, lines, new Set(), all);
  expect(choice.line?.id).toBe('d');
  expect(Object.fromEntries(choice.verdicts.map(({ line: id, verdict }) => [id, verdict]))).toEqual({
    a: 'full',
    b: 'down',
    c: 'disabled',
    d: 'taken',
    e: 'candidate',
    f: 'not-in-route',
  });
  expect(selectLine('+8613912345678', routes, lines, new Set(['d']), all).line?.id).toBe('e');
  expect(selectLine('+4420', routes, lines, new Set(), all).line?.id).toBe('f');
});

test('a line without a driver is never chosen', () => {
  const pool = new LinePool();
  pool.configure({
    lines: [line('modem', { kind: 'gsm-modem' })],
    routes: [{ prefix: '', lines: ['modem'] }],
  });
  expect(pool.reserve('call', '+8613912345678')).toMatchObject({ verdicts: [{ verdict: 'no-driver' }] });
});

test('channels are reserved one by one, given back once, and survive a new configuration', () => {
  const pool = new LinePool();
  const config = {
    lines: [line('a', { channels: 2 }), line('b')],
    routes: [{ prefix: '', lines: ['a', 'b'] }],
  };
  pool.configure(config);
  expect(['1', '2', '3', '4'].map((call) => pool.reserve(call, '+86').line?.id)).toEqual([
    'a',
    'a',
    'b',
    undefined,
  ]);
  pool.configure(config);
  expect(pool.freeChannels).toBe(0);
  pool.release('1');
  pool.release('1');
  expect(pool.reserve('5', '+86').line?.id).toBe('a');
  expect(pool.freeChannels).toBe(0);
});
