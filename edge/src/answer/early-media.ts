import type { NetworkSignal } from '@branchline/shared';
import { CallProgress } from './call-progress.ts';
import { RecordingMatcher, type FingerprintSet } from './fingerprint.ts';
import { InformationToneDetector } from './information-tone.ts';
import { levelDb, sound } from './sound.ts';
import { peakOf, Spectrum } from './spectrum.ts';

/** What the network let hear before the answer. */
export type EarlySound =
  | { readonly type: 'tone'; readonly tone: NetworkSignal; readonly ms: number }
  | { readonly type: 'announcement'; readonly name: string; readonly says: string; readonly ms: number };

/** Listens to early media, frame by frame; tells each thing once, when it is sure. */
export class EarlyMediaListener {
  readonly #spectrum = new Spectrum();
  readonly #progress = new CallProgress();
  readonly #information = new InformationToneDetector();
  readonly #matcher: RecordingMatcher;
  readonly #told = new Set<string>();
  #ms = 0;

  constructor(announcements: FingerprintSet) {
    this.#matcher = new RecordingMatcher(announcements);
  }

  /** @param frame 20 ms */
  hear(frame: Int16Array): EarlySound | undefined {
    const at = this.#ms;
    this.#ms += sound.frameMs;
    const level = levelDb(frame);
    const power = this.#spectrum.hear(frame);
    const tone = this.#information.hear(peakOf(power), level, at) ?? this.#progress.hear(frame)?.signal;
    if (tone !== undefined && this.#first(tone)) return { type: 'tone', tone, ms: this.#ms };
    const recording = this.#matcher.hear(power);
    if (recording && this.#first(recording.name))
      return { type: 'announcement', name: recording.name, says: recording.says, ms: this.#ms };
    return undefined;
  }

  #first(name: string): boolean {
    if (this.#told.has(name)) return false;
    this.#told.add(name);
    return true;
  }
}
