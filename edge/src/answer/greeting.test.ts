import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GreetingJudge, greetingRules, type GreetingVerdict } from './greeting.ts';
import { Framer, sound } from './sound.ts';

type Piece = readonly [kind: 'silence' | 'voice' | 'beep', ms: number];

/** A line with a little noise; voices are vowels of 130 Hz whose pitch and loudness move as in speech. */
function say(pieces: readonly Piece[]): Int16Array {
  let seed = 7;
  const noise = (): number => ((seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5) * 60;
  let phase = 0;
  return Int16Array.from(
    pieces.flatMap(([kind, ms]) =>
      Array.from({ length: ms * 8 }, (_, i) => {
        const t = i / sound.rate;
        if (kind === 'silence') return noise();
        if (kind === 'beep') return 8000 * Math.sin(2 * Math.PI * 1000 * t) + noise();
        phase += (2 * Math.PI * (130 + 30 * Math.sin(2 * Math.PI * 2.3 * t))) / sound.rate;
        const vowel = [1, 2, 3, 4, 5, 7, 9].reduce((sum, k) => sum + Math.sin(k * phase) / k, 0);
        return 3500 * (0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t)) * vowel + noise();
      }),
    ),
  );
}

function judge(samples: Int16Array): { verdict: GreetingVerdict | undefined; beeps: number[] } {
  const judging = new GreetingJudge();
  const verdicts: GreetingVerdict[] = [];
  const beeps: number[] = [];
  new Framer((frame) => {
    const { verdict, beepMs } = judging.hear(frame);
    if (verdict) verdicts.push(verdict);
    if (beepMs !== undefined) beeps.push(beepMs);
  }).push(samples);
  expect(verdicts.length).toBeLessThanOrEqual(1);
  return { verdict: verdicts[0], beeps };
}

test.each<[string, Piece[], GreetingVerdict['who'], GreetingVerdict['facts']['rule']]>([
  [
    'a word and silence',
    [
      ['silence', 400],
      ['voice', 500],
      ['silence', 3000],
    ],
    'person',
    'short-greeting',
  ],
  [
    'two words and silence',
    [
      ['silence', 300],
      ['voice', 350],
      ['silence', 250],
      ['voice', 400],
      ['silence', 3000],
    ],
    'person',
    'short-greeting',
  ],
  [
    'a greeting without end',
    [
      ['silence', 300],
      ['voice', 5000],
    ],
    'machine',
    'long-greeting',
  ],
  [
    'a beep and nothing before it',
    [
      ['silence', 700],
      ['beep', 500],
      ['silence', 1000],
    ],
    'machine',
    'beep',
  ],
  ['nobody says anything', [['silence', 5000]], 'unsure', 'silence'],
])('%s', (_, pieces, who, rule) => {
  const { verdict } = judge(say(pieces));
  expect(verdict).toMatchObject({ who, facts: { rule } });
  expect(verdict!.ms).toBeLessThanOrEqual(greetingRules.overMs);
});

test('the facts of a judgement are those of the sound', () => {
  const { facts } = judge(
    say([
      ['silence', 600],
      ['voice', 500],
      ['silence', 2000],
    ]),
  ).verdict!;
  expect(Math.abs(facts.initialSilenceMs - 600)).toBeLessThanOrEqual(60);
  expect(Math.abs(facts.greetingMs - 500)).toBeLessThanOrEqual(100);
  expect(facts.words).toBe(1);
  expect(facts.voiceDb - facts.noiseDb).toBeGreaterThan(20);
});

describe('the beep', () => {
  test('its end after a greeting is where a message may begin', () => {
    const { verdict, beeps } = judge(
      say([
        ['silence', 300],
        ['voice', 3000],
        ['silence', 400],
        ['beep', 400],
        ['silence', 1500],
      ]),
    );
    expect(verdict?.who).toBe('machine');
    expect(beeps).toHaveLength(1);
    expect(Math.abs(beeps[0]! - 4100)).toBeLessThanOrEqual(40);
  });

  test('no voice is one, and no tone that goes on', () => {
    expect(judge(say([['voice', 6000]])).beeps).toEqual([]);
    expect(
      judge(
        say([
          ['silence', 200],
          ['beep', 5000],
        ]),
      ).beeps,
    ).toEqual([]);
  });
});

test('whatever is heard, in pieces of whatever length: one judgement at most, the same each time, in time', () => {
  const piece = fc.tuple(
    fc.constantFrom('silence' as const, 'voice' as const, 'beep' as const),
    fc.integer({ min: 1, max: 80 }).map((tens) => tens * 10),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 900 }), (pieces, step) => {
      const samples = say(pieces);
      const whole = judge(samples);
      const judging = new GreetingJudge();
      let verdict: GreetingVerdict | undefined;
      const framer = new Framer((frame) => (verdict ??= judging.hear(frame).verdict));
      for (let at = 0; at < samples.length; at += step) framer.push(samples.subarray(at, at + step));
      expect(verdict).toEqual(whole.verdict);
      if (samples.length >= greetingRules.overMs * 8) expect(verdict).toBeDefined();
      expect(verdict?.ms ?? 0).toBeLessThanOrEqual(greetingRules.overMs);
    }),
    { numRuns: 40 },
  );
});
