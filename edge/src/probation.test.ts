import { expect, test } from 'vitest';
import type { Desired, Line } from '@branchline/shared';
import { Probation, probationMs } from './probation.ts';
import { emptyDesired } from './switch/configuration/index.ts';

const line = (id: string, proxy: string): Line => ({
  id,
  kind: 'sip-trunk',
  enabled: true,
  channels: 4,
  callerIds: ['01088880000'],
  answerSupervision: 'reliable',
  emergency: false,
  sip: { proxy, register: false, pingSeconds: 0 },
});
const plan = (...lines: Line[]): Desired => ({ ...emptyDesired('box'), lines });
const before = plan(line('a', '192.0.2.1'), line('b', '192.0.2.2'));
const after = plan(line('a', '192.0.2.9'), line('b', '192.0.2.2'));
const up = (): boolean => true;
const begin = (wasUp: (id: string) => boolean = up): Probation => new Probation(before, after, wasUp, 0);

test('a change under which calls go out passes when its time is over', () => {
  const probation = begin();
  probation.callEnded('a', 'BUSY');
  for (let i = 0; i < 20; i++) probation.callEnded('a', 'TRUNK_FAULT');
  expect(probation.verdict(1000, up)).toBeUndefined();
  expect(probation.verdict(probationMs, up)).toEqual({});
});

test('five calls on a changed line of which none went out condemn the change; the other line may work', () => {
  const probation = begin();
  probation.callEnded('b', 'ANSWERED');
  for (let i = 0; i < 4; i++) probation.callEnded('a', 'TRUNK_FAULT');
  expect(probation.verdict(1000, up)).toBeUndefined();
  probation.callEnded('a', 'CONGESTION');
  expect(probation.verdict(1000, up)?.problem).toMatch(/line a/);
});

test('a line that did not change is not to blame on the change while another one works', () => {
  const probation = begin();
  probation.callEnded('a', 'NO_ANSWER');
  for (let i = 0; i < 9; i++) probation.callEnded('b', 'TRUNK_FAULT');
  expect(probation.verdict(1000, (id) => id === 'a')).toBeUndefined();
});

test('no call at all going out condemns the change, whatever was changed', () => {
  const same = new Probation(before, before, up, 0);
  for (let i = 0; i < 5; i++) same.callEnded(i % 2 ? 'a' : 'b', 'ERROR');
  expect(same.verdict(1000, up)?.problem).toMatch(/none of 5 calls/);
});

test('a changed line has a minute to come up again; one that was down before proves nothing', () => {
  const down = (id: string): boolean => id !== 'a';
  const probation = begin();
  expect(probation.verdict(0, down)).toBeUndefined();
  expect(probation.verdict(59_000, up)).toBeUndefined();
  expect(probation.verdict(60_000, down)).toBeUndefined();
  expect(probation.verdict(120_000, down)?.problem).toMatch(/down since the change/);
  expect(begin(down).verdict(120_000, down)).toBeUndefined();
});

test('what the gate, the agent or a crash ended says nothing about the line', () => {
  const probation = begin();
  for (const outcome of ['REFUSED', 'CANCELLED', 'LOST'] as const)
    for (let i = 0; i < 9; i++) probation.callEnded('a', outcome);
  expect(probation.verdict(1000, up)).toBeUndefined();
});
