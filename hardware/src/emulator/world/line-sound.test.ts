import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { loudestTone, tonePower } from '../../audio/index.ts';
import { crossed, FarVoice, makeSim, toneOf, World } from './index.ts';

const tone = (frequency: number, amplitude = 8_000, count = 4_000): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => amplitude * Math.sin((2 * Math.PI * frequency * i) / 8_000));

test('the power of a tone is that of its sine, and almost nothing beside it', () => {
  const samples = tone(1_000);
  expect(tonePower(samples, 1_000)).toBeCloseTo(8_000 ** 2 / 2, -5);
  expect(tonePower(samples, 1_500) / tonePower(samples, 1_000)).toBeLessThan(1e-4);
});

test('the strongest tone is found to 10 Hz at any loudness', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 30, max: 340 }),
      fc.integer({ min: 200, max: 30_000 }),
      (tens, amplitude) => {
        const heard = loudestTone(tone(10 * tens, amplitude));
        expect(heard.frequency).toBe(10 * tens);
        expect(heard.share).toBeGreaterThan(0.95);
      },
    ),
    { numRuns: 20 },
  );
});

test('silence and noise are no tone', () => {
  expect(loudestTone(new Int16Array(8_000))).toMatchObject({ frequency: 0, share: 0 });
  let state = 1;
  const noise = Int16Array.from({ length: 8_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return (state >> 15) - 32_768 / 2;
  });
  expect(loudestTone(noise).share).toBeLessThan(0.3);
});

test('a lost piece in the middle does not hide a tone', () => {
  const samples = tone(880, 8_000, 8_000);
  const cut = Int16Array.of(...samples.subarray(0, 3_010), ...samples.subarray(3_450));
  expect(loudestTone(cut)).toMatchObject({ frequency: 880 });
  expect(loudestTone(cut).share).toBeGreaterThan(0.8);
});

test('a call sounds of ring-back first and then of the one who answered, who hears the caller', () => {
  const clock = new ManualClock();
  const world = new World({ clock, seed: 1 });
  world.plan.set('13900139000', { alertAfterMs: 1_000, answerAfterMs: 2_000 });
  const side = { alerting: () => undefined, answered: () => undefined, released: () => undefined };
  const { sound } = world.dial(makeSim(1), '13900139000', side);
  const heard = () => loudestTone(sound.say(1_600)).frequency;
  const before = heard();
  clock.advance(1_000);
  const ringing = heard();
  clock.advance(1_000);
  expect([before, ringing, heard()]).toEqual([0, 450, toneOf('13900139000')]);
  sound.hear(tone(1_230));
  expect(world.voices.get('13900139000')?.heard.frequency).toBe(1_230);
});

test('whoever cannot be reached is announced before the call ends', () => {
  const clock = new ManualClock();
  const world = new World({ clock, seed: 1 });
  world.plan.set('139', { release: { afterMs: 9_000, cause: 20 } });
  const side = { alerting: () => undefined, answered: () => undefined, released: () => undefined };
  const { sound } = world.dial(makeSim(1), '139', side);
  const [first, second] = [sound.say(2_000), sound.say(2_000)].map((piece) => loudestTone(piece).frequency);
  expect([first, second]).toEqual([700, 1_000]);
});

test('a number has one tone, with or without its country', () => {
  expect(toneOf('+8613900139000')).toBe(toneOf('13900139000'));
  const tones = new Set(Array.from({ length: 50 }, (_, i) => toneOf(`1390013${9000 + i}`)));
  expect(tones.size).toBeGreaterThan(10);
});

test('two devices of one world hear each other, and nothing of themselves', () => {
  const [one, two] = crossed();
  one.hear(tone(800, 8_000, 160));
  expect(two.say(160)).toEqual(tone(800, 8_000, 160));
  expect([one.say(160), two.say(160)]).toEqual([new Int16Array(160), new Int16Array(160)]);
  expect(new FarVoice('1').say(160)).toEqual(new Int16Array(160));
});
