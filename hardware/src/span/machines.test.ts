import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { historyOf, nextAlarms, noAlarms, type AlarmInput, type AlarmState } from './alarm-history.ts';
import { noErrors } from './dahdi/index.ts';
import { isTimingWrong, nextRates, noSamples, ratesOf, rateWindowMs, type RateState } from './rates.ts';
import { conditionOf, nextSpan, unseenSpan, type SpanInput } from './span-machine.ts';
import { spanAlarms, type AlarmEntry, type SpanAlarm } from './span.ts';
import { timeslotsOf } from './timeslots.ts';

describe('alarms', () => {
  /** One look a second; each is the alarms that it sees. */
  function watch(looks: readonly (readonly SpanAlarm[])[], debounceMs = 2_500): [AlarmState, AlarmEntry[]] {
    let state = noAlarms;
    const told: AlarmEntry[] = [];
    for (const [i, alarms] of looks.entries()) {
      const step = nextAlarms(state, { alarms, at: 1_000_000 + i * 1_000, monotonic: i * 1_000 }, debounceMs);
      state = step.state;
      told.push(...step.effects.map(({ tell }) => tell));
    }
    return [state, told];
  }

  test('recovering is still alarmed: one entry from the first sign to the last', () => {
    const [state, told] = watch([['red'], ['red', 'los'], ['recovering'], ['recovering'], [], []]);
    expect(told).toEqual([
      { openedAt: 1_000_000, alarms: ['red', 'los'] },
      { openedAt: 1_000_000, alarms: ['red', 'los'], clearedAt: 1_004_000 },
    ]);
    expect(historyOf(state)).toEqual([told[1]]);
  });

  test('a brief one is counted and not told', () => {
    const [state, told] = watch([['red'], ['red'], [], ['yellow'], []]);
    expect([told, historyOf(state), state.brief]).toEqual([[], [], 2]);
  });

  test('a look at a line that only recovers is an alarm of its own', () => {
    expect(watch([['recovering'], ['recovering'], ['recovering'], ['recovering']])[1]).toEqual([
      { openedAt: 1_000_000, alarms: ['recovering'] },
    ]);
  });

  test('a wall clock that jumps neither raises nor holds an alarm', () => {
    const look = (monotonic: number, at: number): AlarmInput => ({ alarms: ['red'], at, monotonic });
    const first = nextAlarms(noAlarms, look(0, 0), 2_500).state;
    expect(nextAlarms(first, look(1_000, 3_600_000), 2_500).effects).toEqual([]);
    expect(nextAlarms(first, look(3_000, -3_600_000), 2_500).effects).toHaveLength(1);
  });

  test('opened and cleared take turns, entries are bounded and in order, whatever is seen', () => {
    const seen = fc.array(fc.subarray([...spanAlarms], { maxLength: 2 }), { maxLength: 400 });
    fc.assert(
      fc.property(seen, fc.integer({ min: 0, max: 5_000 }), (looks, debounceMs) => {
        const [state, told] = watch(looks, debounceMs);
        told.forEach((entry, i) => expect(entry.clearedAt === undefined).toBe(i % 2 === 0));
        const history = historyOf(state);
        expect(history.length).toBeLessThanOrEqual(51);
        expect(history.map(({ openedAt }) => openedAt)).toEqual(
          history.map(({ openedAt }) => openedAt).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});

describe('rates', () => {
  type Step = readonly [slips: number, alarmed?: boolean];
  /** One look a second. */
  const follow = (steps: readonly Step[], everyMs = 1_000): RateState =>
    steps.reduce<RateState>(
      (state, [timingSlips, alarmed = false], i) =>
        nextRates(state, i * everyMs, { ...noErrors, timingSlips }, alarmed),
      noSamples,
    );

  test('one error at the start is no storm, and counts a minute at least', () => {
    expect(ratesOf(follow([[0], [1]])).slipsPerHour).toBe(60);
    expect(ratesOf(noSamples).slipsPerHour).toBe(0);
  });

  test('are those of the window', () => {
    const slipping = Array.from({ length: 1_200 }, (_, i): Step => [Math.floor(i / 10)]);
    const { slipsPerHour } = ratesOf(follow(slipping));
    expect(Math.abs(slipsPerHour - 360)).toBeLessThan(10);
    expect(follow(slipping).length).toBeLessThanOrEqual(rateWindowMs / 10_000 + 2);
    const over = [...slipping, ...Array.from({ length: 700 }, (): Step => [119])];
    expect(ratesOf(follow(over)).slipsPerHour).toBe(0);
  });

  test('begin anew when counters go back', () => {
    expect(ratesOf(follow([[500], [0], [1]])).slipsPerHour).toBe(60);
  });

  test('slips that grow without an alarm are wrong timing; in one go, or with an alarm, they are not', () => {
    const steady = Array.from({ length: 60 }, (_, i): Step => [Math.floor(i / 5)]);
    expect(isTimingWrong(follow(steady))).toBe(true);
    expect(isTimingWrong(follow([[0], [50], ...Array.from({ length: 60 }, (): Step => [50])]))).toBe(false);
    expect(isTimingWrong(follow(steady.map(([slips], i) => [slips, i % 10 === 0])))).toBe(false);
  });

  test('are never negative, whatever the counters do', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1_000), fc.boolean()), { maxLength: 300 }), (steps) => {
        expect(ratesOf(follow(steps, 5_000)).slipsPerHour).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a span', () => {
  const rules = { kind: 'e1', debounceMs: 0 } as const;
  const alarmed = (...alarms: SpanAlarm[]): SpanInput => ({
    type: 'look',
    at: 0,
    monotonic: 0,
    look: {
      found: 'reading',
      reading: {
        line: {
          device: 'TE2/0/1',
          description: '',
          master: true,
          clockSource: false,
          config: [],
          alarms,
          counters: noErrors,
        },
        channels: Array.from({ length: 31 }, (_, i) => ({
          channel: i + 1,
          name: `TE2/0/1/${i + 1}`,
          signalling: i === 15 ? 'Hardware-assisted HDLC' : 'Clear',
          inUse: true,
          alarmed: false,
        })),
      },
    },
  });
  const lost = (found: 'garbage' | 'span-missing' | 'driver-missing'): SpanInput => ({
    type: 'look',
    at: 0,
    monotonic: 0,
    look: { found, problem: 'x' },
  });
  const asked = (signalling: 'up' | 'down' | 'suspended'): SpanInput => ({
    type: 'asked',
    signalling,
    channels: [],
  });
  const after = (...inputs: SpanInput[]): string => {
    const state = inputs.reduce((before, input) => nextSpan(before, input, rules).state, unseenSpan);
    const condition = conditionOf(state, timeslotsOf(state, 'e1'));
    return 'fault' in condition ? `${condition.phase}: ${condition.fault}` : condition.phase;
  };

  test.each<readonly [string, readonly SpanInput[]]>([
    ['waiting', []],
    ['absent: driver-missing', [lost('driver-missing')]],
    ['absent: span-missing', [alarmed(), lost('span-missing')]],
    ['in-service', [alarmed(), lost('garbage'), lost('garbage')]],
    ['failed: garbage', [alarmed(), lost('garbage'), lost('garbage'), lost('garbage')]],
    ['in-service', [alarmed(), lost('garbage'), lost('garbage'), alarmed(), lost('garbage')]],
    ['alarmed: no-signal', [alarmed('red')]],
    ['alarmed: no-signal', [alarmed('red', 'yellow')]],
    ['alarmed: no-signal', [alarmed('lmfa')]],
    ['alarmed: no-signal', [alarmed('red'), alarmed('recovering')]],
    ['alarmed: remote-alarm', [alarmed('red'), alarmed('yellow')]],
    ['alarmed: upstream-failed', [alarmed('blue', 'red', 'lfa')]],
    ['alarmed: looped', [alarmed('loop')]],
    ['alarmed: not-open', [alarmed('not-open', 'red')]],
    ['alarmed: recovering', [alarmed('recovering')]],
    ['alarmed: no-signal', [alarmed('red'), asked('down'), asked('down'), asked('down')]],
    // FreeTDM says down until it is told otherwise.
    ['waiting', [alarmed(), asked('down'), asked('down')]],
    ['signalling-down: d-channel-down', [alarmed(), asked('down'), asked('down'), asked('down')]],
    ['signalling-down: d-channel-down', [alarmed(), asked('up'), asked('down')]],
    ['signalling-down: d-channel-down', [alarmed(), asked('suspended')]],
    ['in-service', [alarmed(), asked('down'), asked('up')]],
    ['signalling-down: freetdm-unknown-span', [alarmed(), { type: 'refused' }]],
    ['in-service', [alarmed(), asked('up'), { type: 'silent' }, { type: 'silent' }]],
    [
      'signalling-down: freetdm-silent',
      [alarmed(), { type: 'silent' }, { type: 'silent' }, { type: 'silent' }],
    ],
  ])('is %s', (condition, inputs) => {
    expect(after(...inputs)).toBe(condition);
  });

  test('has its 32 timeslots in every state, one of framing and one of signalling', () => {
    const input = fc.oneof(
      fc.subarray([...spanAlarms]).map((alarms) => alarmed(...alarms)),
      fc.constantFrom('garbage' as const, 'span-missing' as const, 'driver-missing' as const).map(lost),
      fc.constantFrom('up' as const, 'down' as const, 'suspended' as const).map(asked),
      fc.constantFrom<SpanInput>({ type: 'silent' }, { type: 'refused' }),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
        const state = inputs.reduce((before, each) => nextSpan(before, each, rules).state, unseenSpan);
        const slots = timeslotsOf(state, 'e1');
        expect(slots.map(({ slot }) => slot)).toEqual(Array.from({ length: 32 }, (_, i) => i));
        expect([slots[0]!.state, slots[16]!.state]).toEqual(['framing', 'signalling']);
        if (conditionOf(state, slots).phase === 'alarmed')
          expect(slots.some(({ state: is }) => is === 'idle' || is === 'busy')).toBe(false);
      }),
    );
  });
});
