/** Sound of one channel. */
export interface MonoSound {
  /** Samples per second. */
  readonly rate: number;
  /** From -1 to 1. */
  readonly samples: Float32Array;
}

type ReadSample = (view: DataView, at: number) => number;

/** How a sample is read, by format tag and bits (RIFF WAVE: 1 = PCM, 3 = IEEE float). */
const readers: Readonly<Record<string, ReadSample>> = {
  '1/8': (view, at) => (view.getUint8(at) - 128) / 128,
  '1/16': (view, at) => view.getInt16(at, true) / 32_768,
  '1/24': (view, at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 8_388_608,
  '1/32': (view, at) => view.getInt32(at, true) / 2_147_483_648,
  '3/32': (view, at) => view.getFloat32(at, true),
};

interface WavFormat {
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  readonly read: ReadSample;
}

/** The real format stands in the first two bytes of the sub-format. */
const extensible = 0xfffe;

/**
 * Reads a WAV file; several channels become one.
 * @returns what is wrong with a file that is not PCM of 8 to 32 bits or 32-bit float
 */
export function decodeWav(file: Uint8Array): MonoSound | { readonly problem: string } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tag = (at: number): string => String.fromCharCode(...file.subarray(at, at + 4));
  if (file.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') return { problem: 'it is no WAV file' };
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const [name, size, start] = [tag(at), view.getUint32(at + 4, true), at + 8];
    if (name === 'fmt ' && start + 16 <= file.length) {
      const stated = view.getUint16(start, true);
      const coding =
        stated === extensible && start + 26 <= file.length ? view.getUint16(start + 24, true) : stated;
      const [channels, rate, bits] = [
        view.getUint16(start + 2, true),
        view.getUint32(start + 4, true),
        view.getUint16(start + 14, true),
      ];
      const read = readers[`${coding}/${bits}`];
      if (!read) return { problem: `samples of format ${coding} with ${bits} bits cannot be read` };
      if (channels < 1 || channels > 8) return { problem: `it has ${channels} channels` };
      format = { channels, rate, bits, read };
    }
    if (name === 'data') {
      if (!format) return { problem: 'its format stands nowhere' };
      // A program that could not go back to the beginning left the size open.
      const end = size === 0 || size === 0xffffffff ? file.length : Math.min(file.length, start + size);
      return { rate: format.rate, samples: mixed(view, start, end, format) };
    }
    at = start + size + (size % 2);
  }
  return { problem: 'it has no sound' };
}

function mixed(
  view: DataView,
  start: number,
  end: number,
  { channels, bits, read }: WavFormat,
): Float32Array {
  const step = bits / 8;
  const frames = Math.floor((end - start) / (step * channels));
  return Float32Array.from({ length: frames }, (_, i) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += read(view, start + step * (i * channels + channel));
    return sum / channels;
  });
}

/** Bytes before the samples in the files that {@link encodeWav} makes. */
export const wavHeaderBytes = 44;

/** A WAV file with 16-bit PCM; what is too loud for it is cut off. */
export function encodeWav({ rate, samples }: MonoSound): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(wavHeaderBytes + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string): void =>
    bytes.set(
      Array.from(text, (character) => character.charCodeAt(0)),
      at,
    );
  tag(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  for (const [i, sample] of samples.entries())
    view.setInt16(
      wavHeaderBytes + 2 * i,
      Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))),
      true,
    );
  return bytes;
}
