import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NotSoundError, WavTail } from './wav-tail.ts';

function wav(channels: number, samples: readonly number[], size: number, rate = 8000): Uint8Array {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF', 0);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(size, 40);
  samples.forEach((sample, i) => file.writeInt16LE(sample, 44 + 2 * i));
  return file;
}

test('in whatever pieces a recording grows, whatever sizes its header states: the first channel, whole and in order', () => {
  const sample = fc.integer({ min: -32_768, max: 32_767 });
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2),
      fc.array(sample, { maxLength: 200 }),
      fc.constantFrom(0, 8, 4_000_000_000),
      fc.integer({ min: 1, max: 90 }),
      (channels, left, size, step) => {
        const file = wav(channels, channels === 1 ? left : left.flatMap((each) => [each, 99]), size);
        const heard: number[] = [];
        const tail = new WavTail((samples) => heard.push(...samples));
        for (let at = 0; at < file.length; at += step) tail.push(file.subarray(at, at + step));
        expect(heard).toEqual(left);
      },
    ),
  );
});

test('anything else is refused, and nothing else happens', () => {
  const refused = [Buffer.from('this is no sound at all'), wav(1, [1], 0, 44_100), wav(9, [1], 0)];
  for (const bytes of refused) expect(() => new WavTail(() => undefined).push(bytes)).toThrow(NotSoundError);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const file = Uint8Array.from([...wav(2, [], 0).subarray(0, 16), ...bytes]);
      try {
        new WavTail(() => undefined).push(file);
      } catch (error) {
        expect(error).toBeInstanceOf(NotSoundError);
      }
    }),
  );
});
