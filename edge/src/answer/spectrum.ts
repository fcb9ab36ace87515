import { sound } from './sound.ts';

const size = 256;
/** Lines of a spectrum, from 0 Hz in steps of `lineHertz`. */
export const lines = size / 2;
export const lineHertz = sound.rate / size;

const hann = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
const cosines = Float64Array.from({ length: lines }, (_, i) => Math.cos((2 * Math.PI * i) / size));
const sines = Float64Array.from({ length: lines }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
const reversed = Uint8Array.from({ length: size }, (_, i) => {
  let bits = 0;
  for (let bit = 0; bit < 8; bit++) bits |= ((i >> bit) & 1) << (7 - bit);
  return bits;
});

/** Power spectra of sound that comes in frames: the last 32 ms after each frame (Hann window, FFT of 256). */
export class Spectrum {
  readonly power = new Float64Array(lines);
  readonly #recent = new Float64Array(size);
  readonly #real = new Float64Array(size);
  readonly #imaginary = new Float64Array(size);

  /** Takes a frame. @returns the power of each line; overwritten by the next call */
  hear(frame: Int16Array): Float64Array {
    this.#recent.copyWithin(0, frame.length);
    this.#recent.set(frame, size - frame.length);
    const [real, imaginary] = [this.#real, this.#imaginary];
    for (let i = 0; i < size; i++) real[reversed[i]!] = this.#recent[i]! * hann[i]!;
    imaginary.fill(0);
    for (let half = 1; half < size; half *= 2) {
      const step = lines / half;
      for (let start = 0; start < size; start += 2 * half)
        for (let i = 0; i < half; i++) {
          const [a, b, turn] = [start + i, start + i + half, i * step];
          const re = real[b]! * cosines[turn]! - imaginary[b]! * sines[turn]!;
          const im = real[b]! * sines[turn]! + imaginary[b]! * cosines[turn]!;
          real[b] = real[a]! - re;
          imaginary[b] = imaginary[a]! - im;
          real[a]! += re;
          imaginary[a]! += im;
        }
    }
    for (let i = 0; i < lines; i++) this.power[i] = real[i]! ** 2 + imaginary[i]! ** 2;
    return this.power;
  }
}

/** The strongest line of a spectrum. */
export interface Peak {
  /** Hz, interpolated between lines; within 4 Hz for a clean tone. */
  readonly hertz: number;
  /** 0–1: how much of all power is in it. A clean tone is above 0.9, voices are mostly below 0.6. */
  readonly share: number;
}

/** Finds the strongest line between 200 and 3400 Hz. */
export function peakOf(power: Float64Array): Peak {
  const [from, to] = [Math.ceil(200 / lineHertz), Math.floor(3400 / lineHertz)];
  let [best, all] = [from, 0];
  for (let i = 1; i < lines - 1; i++) {
    all += power[i]!;
    if (i >= from && i <= to && power[i]! > power[best]!) best = i;
  }
  if (all < 1) return { hertz: 0, share: 0 };
  const [below, at, above] = [best - 1, best, best + 1].map((i) => Math.log(power[i]! + 1e-9)) as [
    number,
    number,
    number,
  ];
  const shift = (below - above) / (2 * (below - 2 * at + above) || 1);
  let own = 0;
  for (let i = Math.max(1, best - 2); i <= Math.min(lines - 2, best + 2); i++) own += power[i]!;
  return { hertz: (best + Math.max(-0.5, Math.min(0.5, shift))) * lineHertz, share: own / all };
}
