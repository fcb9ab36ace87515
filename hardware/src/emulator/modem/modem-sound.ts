import type { Clock, Timer } from '@branchline/shared';
import { bytesOf, pcm, SampleReader } from '../../audio/index.ts';
import type { Cable } from '../cable.ts';
import type { LineSound } from '../world/index.ts';

export interface ModemSoundOptions {
  /** The port that the sound is on. */
  readonly cable: Cable;
  readonly clock: Clock;
  /** Of the call that is up, if one is. */
  readonly call: () => LineSound | undefined;
  /** How much faster than the world's clock the modem's runs, millionths. Default 0. */
  readonly ppm?: number;
}

/** The sound port of an emulated modem: frames of 20 ms both ways while a call is up and its sound is on. */
export class ModemSound {
  readonly #options: ModemSoundOptions;
  readonly #frameMs: number;
  #reader = new SampleReader();
  #on = false;
  #timer: Timer | undefined;
  #startedAt = 0;
  #frames = 0;

  constructor(options: ModemSoundOptions) {
    this.#options = options;
    this.#frameMs = pcm.frameMs / (1 + (options.ppm ?? 0) / 1e6);
  }

  /** What the family's command for it did. */
  switch(on: boolean): void {
    this.#on = on;
    if (!on) this.stop();
    else this.start();
  }

  /** A call begins, or its sound. */
  start(): void {
    if (!this.#on || this.#timer || !this.#options.call()) return;
    this.#reader = new SampleReader();
    this.#startedAt = this.#options.clock.monotonic();
    this.#frames = 0;
    this.#tick();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Bytes from the program: what the modem's user says. */
  receive(bytes: Uint8Array): void {
    const samples = this.#reader.push(bytes);
    if (this.#timer) this.#options.call()?.hear(samples);
  }

  #tick(): void {
    const { clock, cable, call } = this.#options;
    const sound = call();
    if (!sound) return this.stop();
    const elapsed = clock.monotonic() - this.#startedAt;
    for (; this.#frames * this.#frameMs <= elapsed; this.#frames++)
      cable.send(bytesOf(sound.say(pcm.frameSamples)));
    // Never at once: rounding could hold a clock that stands still at one instant.
    this.#timer = clock.schedule(Math.max(1, this.#frames * this.#frameMs - elapsed), () => this.#tick());
  }
}
