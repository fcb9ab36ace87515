import { spawnSync } from 'node:child_process';
import { readWav } from '@branchline/hardware';

/** How something is spoken. */
export interface Speaker {
  readonly language: 'en-us' | 'en-gb' | 'cmn';
  /** Variant of espeak-ng, e.g. `m3`, `f2`. */
  readonly variant: string;
  /** Words a minute. */
  readonly speed: number;
  /** 0–99. */
  readonly pitch: number;
}

/** Why nothing can be spoken, or undefined when it can. */
export function speechMissing(): string | undefined {
  return spawnSync('espeak-ng', ['--version']).status === 0
    ? undefined
    : 'no espeak-ng on PATH (Debian package espeak-ng)';
}

const spoken = new Map<string, Float64Array>();

/** Speaks a text as a telephone hears it: 8 kHz, 300–3400 Hz, loudest sample 1, no silence around it. */
export function speak(text: string, { language, variant, speed, pitch }: Speaker): Float64Array {
  const args = ['-v', `${language}+${variant}`, '-s', String(speed), '-p', String(pitch), '--stdout', text];
  const key = args.join(' ');
  let samples = spoken.get(key);
  if (!samples) {
    const { stdout, status } = spawnSync('espeak-ng', args, { maxBuffer: 32e6 });
    const wav = status === 0 ? readWav(stdout) : undefined;
    if (!wav) throw new Error(`espeak-ng could not say "${text}"`);
    samples = trimmed(telephone(wav.channels[0]!, wav.rate));
    spoken.set(key, samples);
  }
  return samples;
}

/** Taps on each side of the windowed sinc that resamples. */
const reach = 24;

/** Weights of a low-pass at 3400 Hz for each place between two samples that 8 kHz falls on; they repeat. */
function kernels(rate: number): Float64Array[] {
  const cut = (2 * 3400) / rate;
  let phases = 1;
  while ((phases * rate) % 8000 !== 0) phases++;
  return Array.from({ length: phases }, (_, phase) => {
    const fraction = ((phase * rate) / 8000) % 1;
    return Float64Array.from({ length: 2 * reach }, (_, i) => {
      const x = i - reach + 1 - fraction;
      const sinc = x === 0 ? cut : Math.sin(Math.PI * cut * x) / (Math.PI * x);
      return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (reach + 1)));
    });
  });
}

/** Resamples to 8 kHz, then takes off what is below 300 Hz. */
function telephone(input: Int16Array, rate: number): Float64Array {
  const weights = kernels(rate);
  const output = Float64Array.from({ length: Math.floor((input.length * 8000) / rate) }, (_, n) => {
    const start = Math.floor((n * rate) / 8000) - reach + 1;
    return weights[n % weights.length]!.reduce((sum, each, i) => sum + each * (input[start + i] ?? 0), 0);
  });
  const keep = Math.exp((-2 * Math.PI * 300) / 8000);
  let [before, last] = [0, 0];
  for (let i = 0; i < output.length; i++) {
    last = keep * (last + output[i]! - before);
    before = output[i]!;
    output[i] = last;
  }
  const loudest = output.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  return output.map((sample) => sample / loudest);
}

function trimmed(samples: Float64Array): Float64Array {
  const heard = (sample: number): boolean => Math.abs(sample) > 0.02;
  return samples.subarray(Math.max(0, samples.findIndex(heard)), samples.findLastIndex(heard) + 1);
}
