/** What is wrong with a file that grows. */
export class NotSoundError extends Error {
  override readonly name = 'NotSoundError';
}

/**
 * Reads a 16-bit 8 kHz WAV while it grows, in pieces as they come: the sizes in its header are still 0 or wrong.
 * Of several channels only the first is listened to: the side that was recorded.
 */
export class WavTail {
  readonly #take: (samples: Int16Array) => void;
  #rest: Uint8Array = new Uint8Array(0);
  #channels = 0;
  #inData = false;

  constructor(take: (samples: Int16Array) => void) {
    this.#take = take;
  }

  /** @throws NotSoundError for anything else */
  push(bytes: Uint8Array): void {
    let all = bytes;
    if (this.#rest.length > 0) {
      all = new Uint8Array(this.#rest.length + bytes.length);
      all.set(this.#rest);
      all.set(bytes, this.#rest.length);
    }
    this.#rest = this.#inData ? all : this.#header(all);
    if (!this.#inData) return;
    const size = 2 * this.#channels;
    const view = new DataView(this.#rest.buffer, this.#rest.byteOffset, this.#rest.byteLength);
    const count = Math.floor(this.#rest.length / size);
    if (count > 0) this.#take(Int16Array.from({ length: count }, (_, i) => view.getInt16(i * size, true)));
    this.#rest = this.#rest.slice(count * size);
  }

  /** @returns what follows the header, or everything when it is not whole yet */
  #header(bytes: Uint8Array): Uint8Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const tag = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
    if (bytes.length < 12) return bytes;
    if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new NotSoundError('it is no WAV file');
    for (let at = 12; at + 8 <= bytes.length;) {
      const [name, length, start] = [tag(at), view.getUint32(at + 4, true), at + 8];
      if (name === 'data') {
        if (this.#channels === 0) throw new NotSoundError('its data has no format');
        this.#inData = true;
        return bytes.subarray(start);
      }
      if (name === 'fmt ' && start + 16 <= bytes.length) {
        const pcm = view.getUint16(start, true) === 1 && view.getUint16(start + 14, true) === 16;
        this.#channels = view.getUint16(start + 2, true);
        if (!pcm || view.getUint32(start + 4, true) !== 8000 || this.#channels < 1 || this.#channels > 8)
          throw new NotSoundError('it is not 16-bit PCM at 8 kHz');
      }
      at = start + length + (length % 2);
    }
    if (bytes.length > 65_536) throw new NotSoundError('its header has no end');
    return bytes;
  }
}
