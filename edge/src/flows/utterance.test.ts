import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sound } from '../answer/index.ts';
import { Utterance, utteranceRules } from './utterance.ts';

const frames = (ms: number): number => ms / sound.frameMs;
const frame = (level: number, seed: number): Int16Array =>
  Int16Array.from({ length: sound.frameSamples }, (_, i) =>
    Math.round(level * Math.sin(0.4 * (i + seed * sound.frameSamples))),
  );
const silence = (ms: number): Int16Array[] => Array.from({ length: frames(ms) }, (_, i) => frame(8, i));
const voice = (ms: number): Int16Array[] => Array.from({ length: frames(ms) }, (_, i) => frame(9000, i));

function hear(heard: readonly Int16Array[]): { begun: number; said: Int16Array[] } {
  const utterance = new Utterance();
  let begun = 0;
  const said: Int16Array[] = [];
  for (const each of heard) {
    const news = utterance.hear(each);
    if (news === 'begun') begun++;
    else if (news) said.push(news);
  }
  return { begun, said };
}

test('what is said between silences is cut out, with a little before and after', () => {
  const { begun, said } = hear([...silence(1000), ...voice(600), ...silence(1000)]);
  expect(begun).toBe(1);
  expect(said).toHaveLength(1);
  const ms = (said[0]!.length / sound.rate) * 1000;
  const { leadMs, pauseMs } = utteranceRules;
  expect(ms).toBeGreaterThanOrEqual(600 + pauseMs);
  expect(ms).toBeLessThanOrEqual(leadMs + 600 + pauseMs + sound.frameMs);
});

test('a short pause is part of what is said, a click is nothing, and two answers are two', () => {
  expect(
    hear([...silence(600), ...voice(300), ...silence(400), ...voice(300), ...silence(900)]).said,
  ).toHaveLength(1);
  expect(hear([...silence(600), ...voice(60), ...silence(1000)])).toEqual({ begun: 0, said: [] });
  expect(
    hear([...silence(600), ...voice(300), ...silence(900), ...voice(300), ...silence(900)]).said,
  ).toHaveLength(2);
});

test('nobody is listened to for ever, whatever comes', () => {
  const anySound = fc.array(
    fc
      .tuple(fc.boolean(), fc.integer({ min: 1, max: 120 }))
      .map(([loud, n]) => (loud ? voice : silence)(n * sound.frameMs)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(anySound, (parts) => {
      const { begun, said } = hear(parts.flat());
      expect(begun - said.length).toBeGreaterThanOrEqual(0);
      expect(begun - said.length).toBeLessThanOrEqual(1);
      for (const each of said)
        expect(each.length).toBeLessThanOrEqual((utteranceRules.longestMs / 1000) * sound.rate);
    }),
    { numRuns: 50 },
  );
});
