import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '@branchline/shared';
import { conditionOf, nextChannel, unknownChannel, type ChannelInput } from './channel-machine.ts';
import type { ChannelFacts } from './gateway.ts';

const facts: ChannelFacts = {
  sim: 'ready',
  registration: 'registered',
  signal: -77,
  operator: 'CHINA MOBILE',
  call: 'idle',
  enabled: true,
};
const told = (changes: Partial<ChannelFacts> = {}): ChannelInput => ({
  type: 'told',
  facts: { ...facts, ...changes },
});
const silent: ChannelInput = { type: 'silent' };
const refused: ChannelInput = { type: 'refused' };
const wrongPassword: ChannelInput = { type: 'wrong-password' };
const garbage: ChannelInput = { type: 'garbage' };
const noticed: ChannelInput = { type: 'noticed', facts: { call: 'busy' } };

const conditionAfter = (inputs: readonly ChannelInput[]): string => {
  const condition = conditionOf(run(nextChannel, unknownChannel, inputs).state, -97);
  return condition.phase === 'failed' ? condition.fault : condition.phase;
};

test.each<[string, readonly ChannelInput[], string]>([
  ['nothing was heard', [], 'waiting'],
  ['a notice alone is no login', [noticed], 'waiting'],
  ['logged in', [told()], 'in-service'],
  ['a call', [told(), noticed], 'in-call'],
  ['switched off', [told({ enabled: false, sim: 'missing' })], 'disabled'],
  ['no SIM', [told({ sim: 'missing', registration: 'unknown', signal: 'none' })], 'sim-missing'],
  ['a PIN', [told({ sim: 'locked', registration: 'unknown' })], 'sim-locked'],
  ['refused by the network', [told({ registration: 'denied' })], 'registration-denied'],
  ['no network', [told({ registration: 'searching', signal: 'none' })], 'no-signal'],
  ['too weak', [told({ signal: -99 })], 'no-signal'],
  ['searching', [told({ registration: 'searching' })], 'searching'],
  ['in no network', [told({ registration: 'unknown' })], 'not-registered'],
  ['used up', [told({ remaining: 0 })], 'limit-reached'],
  ['something left', [told({ remaining: 1 })], 'in-service'],
  ['silent', [told(), noticed, silent], 'login-lost'],
  ['silent from the start', [silent], 'login-lost'],
  ['back again', [told(), silent, told()], 'in-service'],
  ['the password never was right', [wrongPassword], 'login-refused'],
  ['the password was changed', [told(), silent, wrongPassword, silent], 'login-refused'],
  ['guesses do not talk it down', [told(), wrongPassword], 'in-service'],
  ['the gateway refuses us', [told(), refused], 'login-refused'],
  ['one bad datagram', [told(), garbage], 'in-service'],
  ['five of them', [told(), garbage, garbage, garbage, garbage, garbage], 'garbage'],
  [
    'five with good ones between',
    [told(), garbage, garbage, told(), garbage, garbage, garbage],
    'in-service',
  ],
  ['good again', [garbage, garbage, garbage, garbage, garbage, told()], 'in-service'],
])('%s', (_, inputs, condition) => {
  expect(conditionAfter(inputs)).toBe(condition);
});

const anyInput = fc.constantFrom(
  told(),
  told({ sim: 'missing' }),
  silent,
  refused,
  wrongPassword,
  garbage,
  noticed,
);

test('whatever came before, the next full state counts alone', () => {
  fc.assert(
    fc.property(fc.array(anyInput), (inputs) => {
      expect(conditionAfter([...inputs, told()])).toBe('in-service');
    }),
  );
});

test('a channel that does not speak is in no call', () => {
  fc.assert(
    fc.property(fc.array(anyInput), (inputs) => {
      const { state } = run(nextChannel, unknownChannel, inputs);
      expect(state.link === 'up' || state.facts.call === 'idle').toBe(true);
    }),
  );
});
