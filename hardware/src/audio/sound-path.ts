import type { BufferCounts } from './jitter-buffer.ts';

/** Where a modem's sound is found. */
export type SoundSource =
  | { readonly kind: 'serial'; readonly path: string }
  /** USB audio, by ALSA's name, such as `plughw:CARD=Android,DEV=0`. */
  | { readonly kind: 'alsa'; readonly device: string };

/** Where FreeSWITCH wants the sound of a call: always on this machine. */
export interface SoundTarget {
  readonly port: number;
  /** RTP payload type that was agreed on for 16-bit samples (L16/8000). */
  readonly payloadType: number;
}

/** How well the sound of a call went; what the supervisor of a line should know. */
export interface SoundReport {
  readonly toModem: BufferCounts;
  readonly toSwitch: BufferCounts;
}
