import fc from 'fast-check';
import { expect, test } from 'vitest';
import { levelOfTone } from './goertzel.ts';
import { readWav } from './wav.ts';

function wav(channels: number, samples: readonly number[], dataSize = samples.length * 2): Uint8Array {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(dataSize, 40);
  samples.forEach((sample, i) => file.writeInt16LE(sample, 44 + 2 * i));
  return file;
}

const sine = (hertz: number, amplitude: number, count = 8000): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / 8000));

test('both sides of a recording are told apart, and a size that was never filled in does not matter', () => {
  for (const size of [8, 0, 4_000_000])
    expect(readWav(wav(2, [1, -1, 2, -2], size))).toEqual({
      rate: 8000,
      channels: [Int16Array.of(1, 2), Int16Array.of(-1, -2)],
    });
});

test('anything else is no sound, and nothing breaks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const start = wav(2, []);
      const mixed = Uint8Array.from([...start.subarray(0, 20), ...bytes]);
      for (const each of [bytes, mixed]) readWav(each);
    }),
  );
  expect(readWav(Buffer.from('RIFF'))).toBeUndefined();
  expect(readWav(wav(0, []))).toBeUndefined();
});

test('a tone is found at its level, behind a silence too, and another tone is not it', () => {
  expect(levelOfTone(sine(1004, 32_767), 1004)).toMatchObject({ levelDb: 0 });
  const late = new Int16Array(8000);
  late.set(sine(1004, 3276, 4000), 4000);
  const found = levelOfTone(late, 1004);
  expect(found.levelDb).toBeCloseTo(-20, 0);
  expect(found.share).toBeGreaterThan(0.9);
  const other = levelOfTone(sine(440, 20_000), 1004);
  expect(other.share).toBeLessThan(0.05);
  expect(other.soundDb).toBeCloseTo(-4.3, 0);
  expect(levelOfTone(new Int16Array(8000), 1004)).toEqual({
    levelDb: -120,
    soundDb: -120,
    share: 0,
  });
});
