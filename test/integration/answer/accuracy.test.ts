import { beforeAll, describe, expect, test } from 'vitest';
import { EarlyMediaListener, FingerprintSet, Framer, learn, networkTones } from '@branchline/edge/answer';
import { seededRandom } from '@branchline/shared';
import {
  announcementTexts,
  joined,
  overTheLine,
  seconds,
  speak,
  speechMissing,
  tone,
  type Speaker,
} from '../../answer-set/index.ts';
import { machineGreetings } from '../../answer-set/texts.ts';
import { measure, quantile, type Accuracy } from '../../answer-set/measure.ts';

const missing = speechMissing();

describe.skipIf(missing !== undefined)(
  `on answers that no rule was chosen on${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let accuracy: Accuracy;
    beforeAll(() => void (accuracy = measure('held-out')), 240_000);

    test('at most 2 % of the people are taken for machines', () => {
      expect(accuracy.falsePositives).toBeLessThanOrEqual(0.02);
      expect(accuracy.matrix['short']?.machine ?? 0).toBe(0);
    });

    test('at least 85 % of the machines are found, and 95 % of these within 2 s of their first word', () => {
      expect(accuracy.found).toBeGreaterThanOrEqual(0.85);
      expect(quantile(accuracy.machineMs, 0.95)).toBeLessThanOrEqual(2000);
    });

    test('nine beeps of ten are told where they end, and none is made up', () => {
      expect(accuracy.beeps).toBeGreaterThanOrEqual(0.9);
      expect(accuracy.falseBeeps).toBe(0);
    });
  },
);

describe.skipIf(missing !== undefined)('before the answer', () => {
  const speakerOf = (language: 'en' | 'cmn'): Speaker =>
    language === 'en'
      ? { language: 'en-us', variant: 'f2', speed: 165, pitch: 50 }
      : { language: 'cmn', variant: 'f2', speed: 230, pitch: 50 };
  const hear = (samples: Int16Array, set: FingerprintSet): string[] => {
    const listener = new EarlyMediaListener(set);
    const heard: string[] = [];
    new Framer((frame) => {
      const found = listener.hear(frame);
      if (found) heard.push(found.type === 'tone' ? found.tone : found.says);
    }).push(samples);
    return heard;
  };
  const announced = () =>
    announcementTexts.map(([language, says]) => ({ says, voice: speak(says, speakerOf(language)) }));
  const setOf = (all: ReturnType<typeof announced>): FingerprintSet =>
    new FingerprintSet(
      all.map(({ says, voice }) =>
        learn(
          says,
          says,
          Int16Array.from(voice, (x) => 12_000 * x),
        ),
      ),
    );

  test('announcements are recognised from anywhere in their beginning, at any level and behind noise; each as itself', () => {
    const random = seededRandom(5);
    const all = announced();
    const set = setOf(all);
    let [heard, tried] = [0, 0];
    for (const { says, voice } of all)
      for (const background of ['none', 'hiss', 'street', 'music'] as const) {
        const start = voice.subarray(Math.floor(random.next() * 6000));
        const sound = joined(seconds(0.1 + random.next() * 0.5), start, seconds(0.8), voice);
        const found = hear(overTheLine(sound, -8 - random.next() * 10, background, -40, random), set);
        tried++;
        if (found.length > 0) {
          heard++;
          expect(found).toEqual([says]);
        }
      }
    expect(heard / tried).toBeGreaterThanOrEqual(0.9);
  });

  test('other words in the same voice are no announcement, and music is neither that nor a tone', () => {
    const random = seededRandom(6);
    const set = setOf(announced());
    const taken = machineGreetings.filter(([language, text]) => {
      const sound = overTheLine(speak(text, speakerOf(language)), -8, 'hiss', -45, random);
      return hear(sound, set).length > 0;
    });
    expect(taken).toEqual([]);
    for (const background of ['music', 'street'] as const)
      expect(hear(overTheLine(seconds(30), 0, background, -18, random), set)).toEqual([]);
  });

  test.each(['none', 'hiss', 'street'] as const)('tones of every country behind %s', (background) => {
    const random = seededRandom(7);
    const told = networkTones.map(({ cadence, hertz, plan }) => {
      const round = cadence.map((ms, i) => (i % 2 === 0 ? tone(hertz, ms / 1000) : seconds(ms / 1000)));
      const sound = joined(seconds(0.3 + random.next() / 3), ...round, ...round, ...round, ...round);
      const samples = overTheLine(sound, -10 - random.next() * 8, background, -45, random);
      return [plan, ...hear(samples, new FingerprintSet([]))];
    });
    expect(told).toEqual(networkTones.map(({ plan, signal }) => [plan, signal]));
  });
});
