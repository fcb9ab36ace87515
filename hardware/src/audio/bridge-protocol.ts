import type { SoundReport, SoundTarget } from './sound-path.ts';

/** Where a modem's sound is found: a serial port, or a sound card by ALSA's name (`hw:CARD=Android,DEV=0`). */
export type SoundSource = string;

/** What the edge tells the process that moves the sound. Calls are named by the edge. */
export type BridgeOrder =
  | { readonly do: 'open'; readonly call: string; readonly source: SoundSource }
  /** From now on sound goes both ways. May come again. */
  | { readonly do: 'connect'; readonly call: string; readonly target: SoundTarget }
  | { readonly do: 'close'; readonly call: string };

/** What that process tells. */
export type BridgeNews =
  /** `port` on 127.0.0.1 takes the RTP of the call. */
  | { readonly what: 'opened'; readonly call: string; readonly port: number }
  | { readonly what: 'refused'; readonly call: string; readonly problem: string }
  /** The modem's sound ended by itself: unplugged, most often. */
  | { readonly what: 'lost'; readonly call: string; readonly problem: string }
  | { readonly what: 'closed'; readonly call: string; readonly report: SoundReport };
