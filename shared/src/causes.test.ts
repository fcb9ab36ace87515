import { expect, test } from 'vitest';
import { causeNamed, causeOf, causeOfAnnouncement, causeOfSignal, causes } from './causes.ts';
import { Outcome } from './contract/outcome.ts';

test('every code stands in the table once, with an outcome of the vocabulary and a confidence', () => {
  const codes = causes.map(({ source, code }) => `${source} ${code}`);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { outcome, confidence } of causes) {
    expect(Outcome.enum).toContain(outcome);
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThanOrEqual(1);
  }
});

test.each([
  ['q850', 1, 'INVALID_NUMBER'],
  ['q850', 17, 'BUSY'],
  ['q850', 21, 'REJECTED'],
  ['q850', 34, 'CONGESTION'],
  ['q850', 38, 'TRUNK_FAULT'],
  ['q850', 54, 'SUSPENDED'],
  ['sip', 486, 'BUSY'],
  ['sip', 503, 'CONGESTION'],
  ['cme', 10, 'SIM_FAULT'],
  ['at', 'BUSY', 'BUSY'],
] as const)('%s %s is %s', (source, code, outcome) => {
  expect(causeOf(source, code)?.outcome).toBe(outcome);
});

test('an end that hides its reason is believed less than one that states it', () => {
  expect(causeNamed('NORMAL_CLEARING')!.confidence).toBeLessThan(0.5);
  expect(causeNamed('USER_BUSY')!.confidence).toBeGreaterThan(0.9);
  expect(causeNamed('SOMETHING_NEW')).toBeUndefined();
  expect(causeOf('sip', 0)).toBeUndefined();
});

test.each([
  ['您好，您拨打的号码是空号，请核对后再拨', 'INVALID_NUMBER'],
  ['您拨打的电话已停机', 'SUSPENDED'],
  ['您拨打的用户已关机', 'POWERED_OFF'],
  ['您拨打的用户正在通话中，请稍后再拨', 'BUSY'],
  ['您拨打的电话暂时无法接通', 'UNREACHABLE'],
  ['您拨打的用户暂时无人接听', 'NO_ANSWER'],
  ['Sorry, the subscriber you dialed is powered off', 'POWERED_OFF'],
  ['Sorry, the number you dialed does not exist', 'INVALID_NUMBER'],
  ['Sorry, the subscriber you dialed cannot be connected for the moment', 'UNREACHABLE'],
])('the announcement "%s" means %s', (heard, outcome) => {
  expect(causeOfAnnouncement(heard)?.outcome).toBe(outcome);
});

test('a ring-back tone or a greeting is no announcement of the network', () => {
  expect(causeOfAnnouncement('hello, this is Zhang')).toBeUndefined();
});

test('tones that say why a call fails mean that; ring-back and the tone before any announcement mean nothing', () => {
  expect(causeOfSignal('busy')?.outcome).toBe('BUSY');
  expect(causeOfSignal('sit-vacant-code')?.outcome).toBe('INVALID_NUMBER');
  expect(causeOfSignal('sit-no-circuit')?.outcome).toBe('CONGESTION');
  expect(causeOfSignal('ring-back')).toBeUndefined();
  expect(causeOfSignal('sit')).toBeUndefined();
});
