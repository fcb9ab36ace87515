import { fromALaw, toALaw } from '@branchline/hardware';
import type { RandomSource } from '@branchline/shared';

const rate = 8000;

/** What is heard behind a voice. */
export type Background = 'none' | 'hiss' | 'street' | 'music';

export const seconds = (duration: number): Float64Array => new Float64Array(Math.round(duration * rate));

export function joined(...parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

/** A tone of one or several frequencies, loudest sample 1. */
export function tone(hertz: readonly number[], duration: number): Float64Array {
  return seconds(duration).map(
    (_, i) => hertz.reduce((sum, each) => sum + Math.sin((2 * Math.PI * each * i) / rate), 0) / hertz.length,
  );
}

const decibels = (db: number): number => 10 ** (db / 20);

function gaussian(random: RandomSource): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Noise of a line; its level swells slowly in a street. */
function noise(length: number, random: RandomSource, swells: boolean): Float64Array {
  const start = 2 * Math.PI * random.next();
  let smooth = 0;
  return new Float64Array(length).map((_, i) => {
    smooth = swells ? 0.85 * smooth + gaussian(random) * 0.5 : gaussian(random);
    const swell = swells ? 1 + 0.5 * Math.sin(start + (2 * Math.PI * 0.4 * i) / rate) : 1;
    return smooth * swell;
  });
}

/** Chords on a slow beat whose notes fade, with an even bass. */
function music(length: number, random: RandomSource): Float64Array {
  const beat = Math.round(rate * (0.35 + 0.25 * random.next()));
  const scale = [262, 294, 330, 349, 392, 440, 494, 523, 587, 659, 784, 880];
  const notes: number[][] = [];
  return new Float64Array(length).map((_, i) => {
    const bar = Math.floor(i / beat);
    notes[bar] ??= Array.from({ length: 3 }, () => scale[Math.floor(random.next() * scale.length)]!);
    const sum = (chord: readonly number[]): number =>
      chord.reduce((all, hertz) => all + Math.sin((2 * Math.PI * hertz * i) / rate), 0) / 3;
    const fade = Math.exp((-2.5 * (i % beat)) / beat);
    return 0.7 * sum(notes[bar]) * fade + 0.3 * sum([330, 392, 494]);
  });
}

/**
 * What arrives: the voice at its level over a background at its own, through A-law.
 * @param voice loudest sample 1
 * @param levelDb level of the voice's loudest sample
 * @param backgroundDb effective level of the background
 */
export function overTheLine(
  voice: Float64Array,
  levelDb: number,
  background: Background,
  backgroundDb: number,
  random: RandomSource,
): Int16Array {
  const behind =
    background === 'none'
      ? new Float64Array(voice.length)
      : background === 'music'
        ? music(voice.length, random)
        : noise(voice.length, random, background === 'street');
  const power = Math.sqrt(behind.reduce((sum, each) => sum + each * each, 0) / Math.max(1, behind.length));
  const gain = power === 0 ? 0 : decibels(backgroundDb) / power;
  const linear = Int16Array.from(voice, (sample, i) =>
    Math.max(-32_768, Math.min(32_767, 32_767 * (sample * decibels(levelDb) + behind[i]! * gain))),
  );
  const coded = new Uint8Array(linear.length);
  toALaw(linear, coded, 0);
  return fromALaw(coded);
}

/** A mono WAV of 8 kHz. */
export function toWav(samples: Int16Array): Uint8Array {
  const wav = Buffer.alloc(44 + samples.byteLength);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples.byteLength, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples.byteLength, 40);
  samples.forEach((sample, i) => wav.writeInt16LE(sample, 44 + 2 * i));
  return wav;
}
