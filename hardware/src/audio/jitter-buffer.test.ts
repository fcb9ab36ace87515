import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JitterBuffer } from './jitter-buffer.ts';
import { pcm } from './pcm-port.ts';

const frame = (value = 1): Int16Array => new Int16Array(pcm.frameSamples).fill(value);
const quiet = new Int16Array(pcm.frameSamples);

/** A tone that goes on from frame to frame. */
function toneSource(frequency: number): (count: number) => Int16Array {
  let position = 0;
  return (count) =>
    Int16Array.from({ length: count }, () =>
      Math.round(8000 * Math.sin((2 * Math.PI * frequency * position++) / pcm.rate)),
    );
}

interface Run {
  readonly buffer: JitterBuffer;
  /** What was ready before each pull, ms. */
  readonly levels: number[];
  readonly played: Int16Array[];
}

/**
 * Two clocks: the one that fills is faster by `ppm` millionths, and each of its frames is late by what `late` says.
 * @param late ms, for each frame
 */
function run(
  seconds: number,
  ppm: number,
  late: (frame: number) => number,
  say: (count: number) => Int16Array = () => quiet,
): Run {
  const buffer = new JitterBuffer();
  const levels: number[] = [];
  const played: Int16Array[] = [];
  let pushed = 0;
  let lastArrival = 0;
  for (let now = 0; now < seconds * 1000; now += pcm.frameMs) {
    for (;;) {
      // A serial port keeps the order.
      const arrival = Math.max(lastArrival, (pushed * pcm.frameMs) / (1 + ppm / 1e6) + late(pushed));
      if (arrival > now) break;
      lastArrival = arrival;
      buffer.push(say(pcm.frameSamples));
      pushed++;
    }
    levels.push((buffer.ready * 1000) / pcm.rate);
    played.push(buffer.pull());
  }
  return { buffer, levels, played };
}

test('sound waits until 40 ms are ready, and then comes whole and in order', () => {
  const buffer = new JitterBuffer();
  buffer.push(frame(1));
  expect(buffer.pull()).toEqual(frame(0));
  buffer.push(frame(2));
  buffer.push(frame(3));
  expect([buffer.pull(), buffer.pull()]).toEqual([frame(1), frame(2)]);
  expect(buffer.counts).toMatchObject({ underruns: 0, overruns: 0, concealed: 0, targetMs: 40 });
});

test('clocks that differ by up to 300 millionths neither starve nor flood it, and single samples make up for them', () => {
  fc.assert(
    fc.property(fc.integer({ min: -300, max: 300 }), (ppm) => {
      const { buffer, levels } = run(300, ppm, () => 0);
      const { underruns, overruns, dropped, inserted } = buffer.counts;
      expect({ underruns, overruns }).toEqual({ underruns: 0, overruns: 0 });
      // What the clocks differ by in 300 s, less what the slack and the level took.
      const drift = (ppm / 1e6) * 300 * pcm.rate;
      expect(Math.abs(dropped - inserted - drift)).toBeLessThan(0.04 * pcm.rate);
      expect(Math.max(...levels.slice(500))).toBeLessThan(90);
    }),
    { numRuns: 10 },
  );
});

test('with frames up to 25 ms late it learns to keep more, at most 80 ms, and then loses nothing', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 25, noNaN: true })), (lates) => {
      const known: number[] = [];
      const late = (i: number): number => (known[i] ??= lates.next().value as number);
      const first = run(20, 0, late);
      expect(first.buffer.counts.underruns).toBeLessThanOrEqual(4);
      expect(first.buffer.counts.targetMs).toBeLessThanOrEqual(80);
      expect(first.buffer.counts.overruns).toBe(0);
    }),
    { numRuns: 20 },
  );
});

test('a gap is filled with the last sound, quieter and quieter, and then with silence', () => {
  const buffer = new JitterBuffer();
  for (let i = 0; i < 3; i++) buffer.push(frame(3_000));
  while (buffer.ready > pcm.frameSamples) buffer.pull();
  const peaks = Array.from({ length: 5 }, () => Math.max(...buffer.pull()));
  expect(peaks.toSorted((a, b) => b - a)).toEqual(peaks);
  expect(peaks[0]).toBeGreaterThan(1_500);
  expect(peaks.at(-1)).toBe(0);
  expect(buffer.counts).toMatchObject({ underruns: 1, targetMs: 50 });
});

test('what piled up in a stall is thrown away at once, down to what is kept ready', () => {
  const buffer = new JitterBuffer();
  for (let i = 0; i < 3; i++) buffer.push(frame());
  buffer.pull();
  for (let i = 0; i < 30; i++) buffer.push(frame(i));
  expect(buffer.counts.overruns).toBeGreaterThan(0);
  expect((buffer.ready * 1000) / pcm.rate).toBeLessThanOrEqual(100);
});

test('after calm it keeps less again', () => {
  const { buffer } = run(60, 0, (i) => (i === 100 ? 70 : 0));
  expect(buffer.counts.underruns).toBeGreaterThan(0);
  expect(buffer.counts.targetMs).toBe(40);
});

test('taking out and putting in samples is not heard: the tone stays smooth', () => {
  const { played, buffer } = run(200, 250, () => 0, toneSource(700));
  expect(buffer.counts.dropped).toBeGreaterThan(50);
  const all = Int16Array.from(played.slice(10).flatMap((each) => [...each]));
  const steps = all.subarray(1).map((sample, i) => Math.abs(sample - all[i]!));
  // The steepest step of the tone itself is 4400; a hard cut would be up to 16000.
  expect(steps.reduce((most, step) => Math.max(most, step))).toBeLessThan(4_800);
});

test('any order of pushes and pulls gives exactly what is asked for', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 0, max: 9_000 }) }),
    fc.record({ pull: fc.integer({ min: 1, max: pcm.frameSamples }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const buffer = new JitterBuffer();
      for (const each of steps) {
        if ('push' in each) buffer.push(new Int16Array(each.push).fill(7));
        else expect(buffer.pull(each.pull).length).toBe(each.pull);
        expect(buffer.ready).toBeGreaterThanOrEqual(0);
        expect(buffer.ready).toBeLessThanOrEqual(pcm.rate);
      }
    }),
  );
});
