import type { MonoSound } from './wav.ts';

/** Zero crossings of the kernel on each side of a sample, and its values between two of them. */
const crossings = 32;
const finesse = 512;
/** Where the kernel is half down, as part of half the lower rate: so nothing above that half comes back as another tone. */
const cutoff = 0.92;

/** A sinc under a Kaiser window (β = 8: what is to be kept out is 80 dB down), from its middle outwards. */
const kernel = Float64Array.from({ length: crossings * finesse + 2 }, (_, i) => {
  const x = i / finesse;
  if (x >= crossings) return 0;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return sinc * (besselI0(8 * Math.sqrt(1 - (x / crossings) ** 2)) / besselI0(8));
});

/** Modified Bessel function of the first kind, order 0, by its series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-12; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}

/** Samples made before others get their turn: some milliseconds of work. */
const sliceSamples = 4000;

/**
 * The same sound with another number of samples a second (band-limited interpolation, J. O. Smith). Long sounds take seconds: others get
 * their turn meanwhile.
 */
export async function resample({ rate, samples }: MonoSound, to: number): Promise<MonoSound> {
  if (rate === to) return { rate, samples };
  const made = new Float32Array(Math.floor((samples.length * to) / rate));
  // Crossings are further apart where samples are left out.
  const density = Math.min(1, to / rate) * cutoff;
  const reach = crossings / density;
  for (let n = 0; n < made.length; n++) {
    if (n % sliceSamples === 0) await new Promise((resolve) => setTimeout(resolve));
    const middle = (n * rate) / to;
    const [first, last] = [
      Math.max(0, Math.ceil(middle - reach)),
      Math.min(samples.length - 1, Math.floor(middle + reach)),
    ];
    let sum = 0;
    for (let i = first; i <= last; i++) {
      const at = Math.abs(i - middle) * density * finesse;
      const below = Math.floor(at);
      sum += samples[i]! * (kernel[below]! + (at - below) * (kernel[below + 1]! - kernel[below]!));
    }
    made[n] = sum * density;
  }
  return { rate: to, samples: made };
}
