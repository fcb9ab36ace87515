/** Sound of a WAV file. */
export interface WavSound {
  /** Samples per second. */
  readonly rate: number;
  /** One array per channel: first the side that was recorded, then what it was sent. */
  readonly channels: readonly Int16Array[];
}

/**
 * Reads 16-bit PCM (RIFF WAVE, `fmt ` and `data` chunks). FreeSWITCH fills the sizes in when a recording ends, so a `data` chunk
 * that claims more than there is, or nothing, goes to the end of the file.
 * @returns undefined for anything else
 */
export function readWav(file: Uint8Array): WavSound | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tag = (at: number): string => String.fromCharCode(...file.subarray(at, at + 4));
  if (file.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') return undefined;
  let format: { readonly channels: number; readonly rate: number } | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const [name, size, start] = [tag(at), view.getUint32(at + 4, true), at + 8];
    if (name === 'fmt ' && start + 16 <= file.length) {
      const [pcm, bits] = [view.getUint16(start, true) === 1, view.getUint16(start + 14, true)];
      const channels = view.getUint16(start + 2, true);
      if (!pcm || bits !== 16 || channels < 1 || channels > 8) return undefined;
      format = { channels, rate: view.getUint32(start + 4, true) };
    }
    if (name === 'data') {
      if (!format) return undefined;
      const end = size === 0 ? file.length : Math.min(file.length, start + size);
      return { rate: format.rate, channels: split(view, start, end, format.channels) };
    }
    at = start + size + (size % 2);
  }
  return undefined;
}

function split(view: DataView, start: number, end: number, count: number): Int16Array[] {
  const frames = Math.floor((end - start) / (2 * count));
  return Array.from({ length: count }, (_, channel) =>
    Int16Array.from({ length: frames }, (_, i) => view.getInt16(start + 2 * (i * count + channel), true)),
  );
}
