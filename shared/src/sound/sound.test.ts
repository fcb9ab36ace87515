import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeWav, encodeWav, makeRecording, recordingMs, resample, type MonoSound } from './index.ts';

const tone = (rate: number, hertz: number, seconds: number, level = 0.5): MonoSound => ({
  rate,
  samples: Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, i) => level * Math.sin((2 * Math.PI * hertz * i) / rate),
  ),
});

/** RMS without the first and last tenth, where a tone that begins is no tone yet; dB of full scale. */
function level({ samples }: MonoSound): number {
  const edge = Math.round(samples.length / 10);
  const middle = samples.subarray(edge, -edge);
  return 10 * Math.log10(middle.reduce((sum, each) => sum + each ** 2, 0) / middle.length);
}

const decoded = (file: Uint8Array): MonoSound => {
  const sound = decodeWav(file);
  if ('problem' in sound) throw new Error(sound.problem);
  return sound;
};

/** A WAV file by hand. */
function wav(format: number, channels: number, bits: number, data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(44 + data.length);
  bytes.set(encodeWav({ rate: 8000, samples: new Float32Array() }));
  const view = new DataView(bytes.buffer);
  view.setUint16(20, format, true);
  view.setUint16(22, channels, true);
  view.setUint16(34, bits, true);
  view.setUint32(40, data.length, true);
  bytes.set(data, 44);
  return bytes;
}

describe('a WAV file', () => {
  test('comes back from its bytes as it was, to the last bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -32_768, max: 32_767 })),
        fc.integer({ min: 1, max: 192_000 }),
        (samples, rate) => {
          const sound = { rate, samples: Float32Array.from(samples, (each) => each / 32_768) };
          expect(decoded(encodeWav(sound))).toEqual(sound);
        },
      ),
    );
  });

  test.each([
    ['8 bits', wav(1, 1, 8, [0, 128, 192]), [-1, 0, 0.5]],
    ['16 bits', wav(1, 1, 16, [0, 0x80, 0, 0x40]), [-1, 0.5]],
    ['24 bits', wav(1, 1, 24, [0, 0, 0x80, 0, 0, 0x40]), [-1, 0.5]],
    ['32 bits', wav(1, 1, 32, [0, 0, 0, 0xc0]), [-0.5]],
    ['floats', wav(3, 1, 32, [0, 0, 0, 0x3f]), [0.5]],
    ['two channels in one', wav(1, 2, 16, [0, 0x40, 0, 0]), [0.25]],
    ['half a frame at the end', wav(1, 2, 16, [0, 0x40, 0, 0x40, 0, 0x40]), [0.5]],
  ])('of %s is read', (_, file, samples) => {
    expect([...decoded(file).samples]).toEqual(samples);
  });

  test('whatever the bytes are, they are read or refused', () => {
    const anyFile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(60), fc.uint8Array({ maxLength: 30 })).map(([at, noise]) => {
        const file = encodeWav(tone(8000, 400, 0.01));
        file.set(noise, at);
        return file;
      }),
    );
    fc.assert(
      fc.property(anyFile, (file) => {
        const sound = decodeWav(file);
        if (!('problem' in sound)) expect(sound.samples.length).toBeLessThanOrEqual(file.length);
      }),
    );
    expect(decodeWav(wav(6, 1, 8, [1]))).toMatchObject({ problem: expect.stringContaining('format 6') });
    expect(decodeWav(new Uint8Array(12))).toEqual({ problem: 'it is no WAV file' });
  });
});

describe('resampling', () => {
  test.each([44_100, 48_000, 22_050, 11_025, 8000, 96_000])(
    'from %i Hz leaves a voice as it was',
    async (rate) => {
      for (const hertz of [200, 1000, 3300]) {
        const made = await resample(tone(rate, hertz, 0.25), 16_000);
        expect(made.rate).toBe(16_000);
        expect(Math.abs(made.samples.length - 4000)).toBeLessThanOrEqual(1);
        expect(Math.abs(level(made) - level(tone(16_000, hertz, 0.25)))).toBeLessThan(0.1);
      }
    },
  );

  test.each([
    [44_100, 16_000, 10_000],
    [48_000, 16_000, 8100],
    [16_000, 8000, 4100],
    [16_000, 8000, 7000],
  ])('from %i to %i Hz lets nothing of %i Hz come back as another tone', async (from, to, hertz) => {
    expect(level(await resample(tone(from, hertz, 0.5), to))).toBeLessThan(-60);
  });
});

describe('a recording', () => {
  test('is 16-bit PCM of one channel at 16 kHz, and the same when it is made again', async () => {
    const first = await makeRecording(tone(44_100, 440, 1));
    expect(first).toMatchObject({ ms: 1000, levelDb: -9 });
    expect(recordingMs(first.wav.length)).toBe(1000);
    const again = await makeRecording(decoded(first.wav));
    expect(again.wav).toEqual(first.wav);
  });

  test.each([
    ['BL_PROMPT_LENGTH', tone(8000, 440, 0.2)],
    ['BL_PROMPT_LENGTH', tone(8000, 440, 301)],
    ['BL_PROMPT_SILENT', tone(8000, 440, 1, 0.001)],
    ['BL_PROMPT_SILENT', tone(8000, 440, 1, 0)],
    ['BL_PROMPT_FORMAT', tone(4000, 440, 1)],
    ['BL_PROMPT_FORMAT', { rate: 0, samples: new Float32Array(10_000) }],
  ] as const)('%s for what nobody would understand', async (code, sound) => {
    await expect(makeRecording(sound)).rejects.toMatchObject({ code });
  });
});
