import { EarlyMediaListener, type EarlySound } from './early-media.ts';
import type { FingerprintSet } from './fingerprint.ts';
import { GreetingJudge, type GreetingVerdict } from './greeting.ts';
import { Framer } from './sound.ts';
import { WavTail } from './wav-tail.ts';

/** What was recognised in the sound of a call. */
export type Recognised =
  /** Before the answer. */
  | EarlySound
  /** Once after the answer: who it is. */
  | ({ readonly type: 'verdict' } & GreetingVerdict)
  /** A machine records from now on. */
  | { readonly type: 'beep'; readonly ms: number };

/** Listens to one call: to the network until somebody answers, then to who it is. */
export class Ear {
  readonly #tail: WavTail;
  readonly #early: EarlyMediaListener;
  #greeting: GreetingJudge | undefined;

  constructor(announcements: FingerprintSet, recognised: (what: Recognised) => void) {
    this.#early = new EarlyMediaListener(announcements);
    const framer = new Framer((frame) => {
      if (!this.#greeting) {
        const sound = this.#early.hear(frame);
        if (sound) recognised(sound);
        return;
      }
      const { verdict, beepMs } = this.#greeting.hear(frame);
      if (verdict) recognised({ type: 'verdict', ...verdict });
      if (beepMs !== undefined) recognised({ type: 'beep', ms: beepMs });
    });
    this.#tail = new WavTail((samples) => framer.push(samples));
  }

  /** What follows was said after the answer. */
  answered(): void {
    this.#greeting ??= new GreetingJudge();
  }

  /** Takes the next bytes of the recording. @throws NotSoundError */
  push(bytes: Uint8Array): void {
    this.#tail.push(bytes);
  }
}
