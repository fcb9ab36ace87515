import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '@branchline/shared';
import {
  absentModem,
  type ModemEffect,
  type ModemInput,
  type ModemRules,
  type ModemState,
  type SimState,
} from './modem.ts';
import { conditionOf, nextModem } from './modem-machine.ts';

const rules: ModemRules = { hasPin: true, weakestDbm: -97 };
const noPin: ModemRules = { ...rules, hasPin: false };
const identity = { maker: 'm', model: 'x', firmware: '1', imei: '863012345678901' };
const sim = (state: SimState): ModemInput => ({ type: 'sim', sim: state });
const registered = (status: number): ModemInput => ({ type: 'registration', domain: 'cs', status });
const met: ModemInput[] = [{ type: 'open' }, { type: 'opened' }, { type: 'identified', identity }];
const inService: ModemInput[] = [
  ...met,
  sim('ready'),
  { type: 'set-up', sim: {} },
  registered(1),
  { type: 'signal', dbm: -77 },
];

function after(
  inputs: readonly ModemInput[],
  withRules = rules,
): { state: ModemState; effects: readonly ModemEffect[] } {
  return run(
    (state: ModemState, input: ModemInput) => nextModem(state, input, withRules),
    absentModem,
    inputs,
  );
}

const shown = (inputs: readonly ModemInput[], withRules = rules): string => {
  const condition = conditionOf(after(inputs, withRules).state, withRules);
  return condition.phase === 'failed' ? condition.fault : condition.phase;
};

test.each<[string, ModemInput[], string]>([
  ['nothing happened', [], 'absent'],
  ['it is opened', met.slice(0, 2), 'initialising'],
  ['it is identified', met, 'sim'],
  ['its SIM is busy', [...met, sim('busy')], 'sim'],
  ['its SIM may be gone', [...met, sim('missing')], 'sim'],
  ['its SIM is gone for certain', [...met, sim('missing'), sim('missing')], 'sim-missing'],
  ['its SIM is ready', [...met, sim('ready')], 'searching'],
  ['it is registered and not set up', [...met, sim('ready'), registered(1)], 'registered'],
  ['all is well', inService, 'in-service'],
  ['it roams', [...inService, registered(5)], 'in-service'],
  ['it is in a call', [...inService, { type: 'busy', busy: true }], 'in-call'],
  ['the network refuses it', [...inService, registered(3)], 'registration-denied'],
  ['it searches again', [...inService, registered(2)], 'searching'],
  ['it hears no network', [...inService, registered(0), { type: 'signal', dbm: undefined }], 'no-signal'],
  ['the signal is too weak', [...inService, { type: 'signal', dbm: -99 }], 'no-signal'],
  ['it does not answer yet', [...met.slice(0, 2), { type: 'trouble', kind: 'hung' }], 'initialising'],
  ['it lost step', [...inService, { type: 'trouble', kind: 'garbage' }], 'garbage'],
  [
    'it was given up',
    [...inService, { type: 'trouble', kind: 'hung' }, { type: 'closed', problem: 'x', trouble: 'hung' }],
    'hung',
  ],
  ['it was unplugged', [...inService, { type: 'closed', problem: 'unplugged' }], 'absent'],
  [
    'it is back in step',
    [...inService, { type: 'trouble', kind: 'hung' }, { type: 'recovered' }],
    'initialising',
  ],
  ['it restarted', [...inService, { type: 'booted' }], 'initialising'],
  ['the SIM wants a PUK', [...met, sim('puk')], 'puk-required'],
  ['the SIM refused the PIN', [...met, sim('pin'), { type: 'pin-refused' }, sim('pin')], 'pin-wrong'],
  [
    'only LTE is there without IMS',
    [
      ...inService,
      registered(0),
      { type: 'registration', domain: 'eps', status: 1 },
      { type: 'ims', registered: false },
    ],
    'searching',
  ],
  [
    'voice goes over LTE',
    [
      ...inService,
      registered(0),
      { type: 'registration', domain: 'eps', status: 1 },
      { type: 'ims', registered: true },
    ],
    'in-service',
  ],
])('when %s', (_, inputs, expected) => {
  expect(shown(inputs)).toBe(expected);
});

test('without a PIN a locked SIM says that one is required', () => {
  expect(shown([...met, sim('pin')], noPin)).toBe('pin-required');
});

test('the pauses between openings grow to half a minute and begin anew after an identification', () => {
  const failures = Array.from({ length: 7 }, (): ModemInput[] => [
    { type: 'open' },
    { type: 'closed', problem: 'x' },
  ]).flat();
  const pauses = (inputs: readonly ModemInput[]): number[] =>
    after(inputs).effects.flatMap((effect) => (effect.do === 'open-later' ? [effect.ms] : []));
  expect(pauses(failures)).toEqual([1_000, 2_000, 5_000, 15_000, 30_000, 30_000, 30_000]);
  expect(pauses([...failures, ...met, { type: 'closed', problem: 'x' }]).at(-1)).toBe(1_000);
});

const anyInput: fc.Arbitrary<ModemInput> = fc.oneof(
  fc.constantFrom<ModemInput>(
    ...inService,
    { type: 'closed', problem: 'x' },
    { type: 'trouble', kind: 'hung' },
    { type: 'recovered' },
    { type: 'booted' },
    { type: 'busy', busy: true },
  ),
  fc.constantFrom<SimState>('busy', 'ready', 'pin', 'puk', 'failed', 'locked', 'unknown').map(sim),
);

test('a PIN goes out at most once until the SIM was ready or changed', () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 80 }), (inputs) => {
      let sent = 0;
      let state = absentModem;
      for (const input of inputs) {
        if (input.type === 'sim' && input.sim === 'ready') sent = 0;
        const step = nextModem(state, input, rules);
        sent += step.effects.filter((effect) => effect.do === 'enter-pin').length;
        expect(sent).toBeLessThanOrEqual(1);
        state = step.state;
      }
    }),
    { numRuns: 1_000 },
  );
});
