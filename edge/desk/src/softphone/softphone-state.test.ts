import { assert, constantFrom, oneof, property, record, array, constant } from 'fast-check';
import { expect, test } from 'vitest';
import { loudness } from './microphone.ts';
import {
  newSoftphone,
  nextSoftphone,
  shownSoftphone,
  type SoftphoneInput,
  type SoftphoneState,
} from './softphone-state.ts';

const after = (...inputs: SoftphoneInput[]): SoftphoneState => inputs.reduce(nextSoftphone, newSoftphone);
const ready: SoftphoneInput = { type: 'microphone', is: 'ready' };
const registered: SoftphoneInput = { type: 'link', is: 'registered' };
const invited: SoftphoneInput = { type: 'invited', caller: '13800000001' };

test.each<[string, SoftphoneInput[]]>([
  ['microphone-asking', []],
  ['connecting', [ready]],
  ['registered', [ready, registered]],
  ['refused', [ready, { type: 'link', is: 'refused' }]],
  ['microphone-refused', [{ type: 'microphone', is: 'refused' }]],
  ['microphone-missing', [{ type: 'microphone', is: 'missing' }, registered]],
  [
    'elsewhere',
    [
      { type: 'microphone', is: 'refused' },
      { type: 'link', is: 'elsewhere' },
    ],
  ],
  ['ringing', [ready, registered, invited]],
  ['talking', [ready, registered, invited, { type: 'answered' }]],
  ['registered', [ready, registered, invited, { type: 'ended' }]],
  // An answer without a call, and a second call, change nothing.
  ['registered', [ready, registered, { type: 'answered' }]],
  ['talking', [ready, registered, invited, { type: 'answered' }, invited]],
  // The sound of a call does not go by the link, and a headset may slip out.
  ['talking', [ready, registered, invited, { type: 'answered' }, { type: 'link', is: 'connecting' }]],
  ['talking', [ready, registered, invited, { type: 'answered' }, { type: 'microphone', is: 'missing' }]],
])('shows %s', (shown, inputs) => {
  expect(shownSoftphone(after(...inputs))).toBe(shown);
});

test('whatever comes: who talks was invited before, and a call that is over leaves nothing', () => {
  const input = oneof(
    record({
      type: constant('microphone' as const),
      is: constantFrom('asking' as const, 'ready' as const, 'refused' as const, 'missing' as const),
    }),
    record({
      type: constant('link' as const),
      is: constantFrom(
        'elsewhere' as const,
        'connecting' as const,
        'registered' as const,
        'refused' as const,
      ),
    }),
    record({ type: constant('invited' as const), caller: constantFrom('a', 'b') }),
    constantFrom<SoftphoneInput>({ type: 'answered' }, { type: 'ended' }),
  );
  assert(
    property(array(input, { maxLength: 30 }), (inputs) => {
      let state = newSoftphone;
      for (const each of inputs) {
        const before = state;
        state = nextSoftphone(before, each);
        if (state.call === 'talking') expect(before.call).not.toBe('none');
        if (state.call === 'none') expect(state.caller).toBe('');
        else expect(state.caller).not.toBe('');
      }
    }),
  );
});

test('the meter: silence is empty, full scale is full, half of it in decibels half way', () => {
  const tone = (peak: number) => Float32Array.from({ length: 480 }, (_, i) => (i % 2 ? peak : -peak));
  expect(loudness(new Float32Array(480))).toBe(0);
  expect(loudness(new Float32Array(0))).toBe(0);
  expect(loudness(tone(1))).toBe(1);
  expect(loudness(tone(10 ** (-30 / 20)))).toBeCloseTo(0.5, 3);
});
