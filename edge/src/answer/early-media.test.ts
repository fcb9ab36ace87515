import { expect, test } from 'vitest';
import { EarlyMediaListener, type EarlySound } from './early-media.ts';
import { FingerprintSet, learn } from './fingerprint.ts';
import { Framer, sound } from './sound.ts';
import { informationTones, networkTones } from './tone-plan.ts';

const silence = (ms: number): number[] => Array.from({ length: ms * 8 }, () => 0);
const tone = (hertz: readonly number[], ms: number): number[] =>
  Array.from(
    { length: ms * 8 },
    (_, i) =>
      hertz.reduce((sum, each) => sum + Math.sin((2 * Math.PI * each * i) / sound.rate), 0) *
      (6000 / hertz.length),
  );

function hear(samples: Iterable<number>, set = new FingerprintSet([])): EarlySound[] {
  const listener = new EarlyMediaListener(set);
  const heard: EarlySound[] = [];
  new Framer((frame) => {
    const found = listener.hear(frame);
    if (found) heard.push(found);
  }).push(Int16Array.from(samples));
  return heard;
}

test.each(networkTones.map((one) => [`${one.plan} ${one.signal}`, one] as const))(
  '%s',
  (_, { hertz, cadence, signal }) => {
    const round = cadence.flatMap((ms, i) => (i % 2 === 0 ? tone(hertz, ms) : silence(ms)));
    const heard = hear([...silence(350), ...round, ...round, ...round, ...round]);
    expect(heard).toMatchObject([{ type: 'tone', tone: signal }]);
  },
);

test.each(informationTones.map((one) => [one.name, one] as const))('%s', (name, { hertz, ms }) => {
  const heard = hear([...silence(300), ...hertz.flatMap((each, i) => tone([each], ms[i]!)), ...silence(600)]);
  expect(heard).toMatchObject([{ type: 'tone', tone: name }]);
});

test('a tone that goes on, and one in no rhythm of any country, say nothing', () => {
  expect(hear(tone([425], 8000))).toEqual([]);
  const odd = [...tone([425], 1500), ...silence(900)];
  expect(hear([...odd, ...odd, ...odd, ...odd])).toEqual([]);
});

/** Something like speech: vowels whose pitch and formants jump each 120 ms, by a seed. */
function babble(seed: number, ms: number): number[] {
  let state = seed;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const samples: number[] = [];
  while (samples.length < ms * 8) {
    const [pitch, first, second, loud] = [110 + 90 * next(), 350 + 500 * next(), 900 + 1600 * next(), next()];
    for (let i = 0; i < 960; i++) {
      const at = samples.length;
      let sum = 0;
      for (let k = 1; k * pitch < 3400; k++) {
        const hertz = k * pitch;
        const gain = 1 / (1 + ((hertz - first) / 90) ** 2) + 0.6 / (1 + ((hertz - second) / 120) ** 2);
        sum += gain * Math.sin((2 * Math.PI * hertz * at) / sound.rate);
      }
      samples.push(4000 * (0.4 + loud) * sum * Math.sin((Math.PI * i) / 960));
    }
  }
  return samples.slice(0, ms * 8);
}

test('a recording that was learned is recognised from its middle on, quieter and behind noise; others are not', () => {
  const recordings = [11, 22, 33].map((seed) => babble(seed, 6000));
  const set = new FingerprintSet(
    recordings.map((each, i) => learn(`recording-${i}`, '空号', Int16Array.from(each))),
  );
  let seed = 5;
  const noise = (): number => ((seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5) * 300;
  const part = recordings[1]!.slice(7_777).map((sample) => 0.4 * sample + noise());
  expect(hear([...silence(130), ...part], set)).toMatchObject([
    { type: 'announcement', name: 'recording-1' },
  ]);
  expect(hear(babble(44, 12_000), set)).toEqual([]);
});
