import type { BranchlineError } from '@branchline/shared';
import type { PortOpener } from '../port/index.ts';

/** What a modem's sound is made of: 8 kHz, 16-bit, one channel; handed on in frames of 20 ms. */
export const pcm = { rate: 8000, frameSamples: 160, frameMs: 20 } as const;

/** The sound of one modem, both ways. What a port is given after it has closed is lost. */
export interface PcmPort {
  /** To the far end. Must be fed at the pace of what comes in: the modem has one clock for both directions. */
  write(samples: Int16Array): void;
  /** Idempotent. `closed` of the listener follows. */
  close(): void;
}

export interface PcmListener {
  /** From the far end, any number at a time. */
  samples(samples: Int16Array): void;
  /** Called exactly once, whoever closed the port. */
  closed(reason: BranchlineError): void;
}

/** Opens the sound of one modem. @throws BranchlineError `BL_PORT_UNAVAILABLE` */
export type PcmOpener = (listener: PcmListener) => Promise<PcmPort>;

/** Sound on a serial port of its own (Huawei, SIM7600, EC20): raw little-endian samples, nothing between them. */
export function serialPcm(open: PortOpener): PcmOpener {
  return async (listener) => {
    const reader = new SampleReader();
    const port = await open({
      data: (bytes) => listener.samples(reader.push(bytes)),
      closed: (reason) => listener.closed(reason),
    });
    return { write: (samples) => port.write(bytesOf(samples)), close: () => port.close() };
  };
}

/** Bytes to samples; a sample may come in two pieces. */
export class SampleReader {
  #half: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): Int16Array {
    const all = this.#half.length > 0 ? Buffer.concat([this.#half, bytes]) : Buffer.from(bytes);
    const samples = new Int16Array(all.length >> 1);
    for (let i = 0; i < samples.length; i++) samples[i] = all.readInt16LE(2 * i);
    this.#half = all.subarray(2 * samples.length);
    return samples;
  }
}

/** Little-endian bytes of samples. */
export function bytesOf(samples: Int16Array): Uint8Array {
  const bytes = Buffer.alloc(2 * samples.length);
  samples.forEach((sample, i) => bytes.writeInt16LE(sample, 2 * i));
  return bytes;
}
