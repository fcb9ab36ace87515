import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWav, problemOf, type IdSource } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { Framer, sound, WavTail, type Recorder } from '../answer/index.ts';
import type { Recogniser } from './recogniser.ts';
import { Utterance } from './utterance.ts';

export interface SpeechOptions {
  readonly recorder: Recorder;
  readonly recogniser: Pick<Recogniser, 'recognise'>;
  /** Where what is listened to is written, for moments; FreeSWITCH and we may write there. */
  readonly folder: string;
  readonly ids: IdSource;
  /** A caller has begun to say something. */
  readonly onSpeaks: (call: string) => void;
  /** A caller has said something; undefined: it was not understood. */
  readonly onHeard: (call: string, text: string | undefined) => void;
  readonly log: Log;
}

/** A caller who is listened to, and for what. */
export interface Listened {
  readonly call: string;
  readonly leg: string;
  readonly words: readonly string[];
  /** What is said in one turn is no answer in the next. */
  readonly turn: number;
}

interface Following {
  wish: Listened;
  readonly file: string;
  readonly tail: WavTail;
  utterance: Utterance;
}

/** FreeSWITCH ends a recording that is listened to by itself after so long, seconds: no menu takes longer with all its tries. */
const limitSeconds = 300;

/** How often a growing recording is read, ms. */
const lookMs = 60;

/** Listens to callers where words stand for keys: cuts out what they say and has it recognised. */
export class Speech {
  readonly #options: SpeechOptions;
  readonly #following = new Map<string, Following>();

  constructor(options: SpeechOptions) {
    this.#options = options;
  }

  /** Listens to a caller, or for other words from now on. */
  listen(wish: Listened): void {
    const known = this.#following.get(wish.call);
    if (known) {
      if (known.wish.turn !== wish.turn) known.utterance = new Utterance();
      known.wish = wish;
      return;
    }
    const { folder, ids, recorder } = this.#options;
    const framer = new Framer((frame) => this.#hear(following, frame));
    const following: Following = {
      wish,
      file: join(folder, `${ids()}.wav`),
      tail: new WavTail((samples) => framer.push(samples)),
      utterance: new Utterance(),
    };
    this.#following.set(wish.call, following);
    recorder
      .startRecording(wish.leg, following.file, limitSeconds)
      .then(() => this.#follow(following))
      .catch((error: unknown) => {
        this.#options.log.debug(
          { call: wish.call, problem: problemOf(error) },
          'a caller cannot be listened to; they have their keys',
        );
        this.stop(wish.call);
      });
  }

  /** Stops listening to a caller. */
  stop(call: string): void {
    const following = this.#following.get(call);
    if (!following || !this.#following.delete(call)) return;
    // A leg that has ended has no recording any more.
    this.#options.recorder.stopRecording(following.wish.leg, following.file).catch(() => undefined);
  }

  /** Reads what the recording has grown by, until nobody listens. It loses its name as soon as it is open. */
  async #follow(following: Following): Promise<void> {
    const buffer = Buffer.alloc(16 * 1024);
    let file: FileHandle | undefined;
    try {
      while (this.#following.get(following.wish.call) === following) {
        file ??= await open(following.file).catch(() => undefined);
        await rm(following.file, { force: true });
        const length = (await file?.read(buffer))?.bytesRead ?? 0;
        if (length > 0) following.tail.push(buffer.subarray(0, length));
        if (length < buffer.length) await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    } finally {
      await file?.close();
      await rm(following.file, { force: true });
    }
  }

  #hear(following: Following, frame: Int16Array): void {
    const { recogniser, onSpeaks, onHeard } = this.#options;
    const { wish } = following;
    const heard = following.utterance.hear(frame);
    if (heard === undefined) return;
    if (heard === 'begun') return onSpeaks(wish.call);
    const wav = encodeWav({ rate: sound.rate, samples: Float32Array.from(heard, (each) => each / 32_768) });
    void recogniser.recognise(wav, wish.words).then((text) => {
      const now = this.#following.get(wish.call);
      if (now === following && now.wish.turn === wish.turn) onHeard(wish.call, text);
    });
  }
}
