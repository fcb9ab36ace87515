import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Timer } from '@branchline/shared';
import type { Party } from './party.ts';
import type { Session } from './session.ts';

const rate = 8000;
const headerBytes = 44;
const stepMs = 500;
/** FreeSWITCH writes each frame of 20 ms; only what is listened to meanwhile needs that. */
const stepOfSpeechMs = 20;

/** A second of audio: left the voice of the recorded leg, right 660 Hz (what it hears); and the same with silence. */
const audible = tones(440, 660);
const masked = Buffer.alloc(audible.length);

/** One `uuid_record`: a stereo WAV that grows in real time with a tone per side, up to a limit. */
export class Recorder {
  readonly path: string;
  readonly #session: Session;
  readonly #file: number;
  readonly #startedMs: number;
  readonly #limitMs: number;
  readonly #audible: Buffer;
  readonly #how: 'bug' | 'application';
  readonly #onLimit: Timer | undefined;
  #step: Timer | undefined;
  #bytes = 0;
  /** Samples before the answer, once there was one. */
  #answeredAfter: number | undefined;
  #mask = false;
  #stopped = false;

  /**
   * @param limitSeconds stops by itself after this long (real seconds); 0 = no limit
   * @param how `bug`: beside whatever the leg does; `application`: the leg does nothing else
   * @throws the file system's error when the file cannot be made
   */
  constructor(session: Session, path: string, limitSeconds: number, how: 'bug' | 'application' = 'bug') {
    this.path = path;
    this.#session = session;
    this.#how = how;
    const voice = session.party?.voice;
    this.#audible = voice === undefined ? audible : tones(voice, 660);
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'w');
    writeSync(this.#file, wavHeader(0));
    const { real, maxWavSeconds } = session.core.options;
    this.#startedMs = real.monotonic();
    this.#limitMs = maxWavSeconds * 1000;
    this.#onLimit = limitSeconds > 0 ? real.schedule(limitSeconds * 1000, () => this.#timeUp()) : undefined;
    session.channel.emit('RECORD_START', [['Record-File-Path', path]]);
    this.#emitBug('MEDIA_BUG_START');
    this.#schedule();
  }

  /** Silences what is recorded from now on, or lets it through again. */
  setMask(mask: boolean): void {
    this.#grow();
    this.#mask = mask;
  }

  /** Closes the file, then says so: RECORD_STOP is the safe point to read it. */
  stop(): void {
    if (this.#stopped) return;
    this.#grow();
    this.abandon();
    writeSync(this.#file, wavHeader(this.#bytes), 0, headerBytes, 0);
    closeSync(this.#file);
    const { channel } = this.#session;
    const samples = this.#bytes / 4;
    channel.set('record_file_size', String(this.#bytes + headerBytes));
    channel.set('record_samples', String(samples));
    channel.set('record_seconds', String(Math.floor(samples / rate)));
    channel.set('record_ms', String(Math.floor((samples * 1000) / rate)));
    const cause = samples === 0 ? 'empty-file' : 'success-maxtime';
    channel.set('record_completion_cause', cause);
    channel.emit('RECORD_STOP', [
      ['Record-File-Path', this.path],
      ['Record-Completion-Cause', cause],
    ]);
    this.#emitBug('MEDIA_BUG_STOP');
  }

  #emitBug(event: 'MEDIA_BUG_START' | 'MEDIA_BUG_STOP'): void {
    if (this.#how !== 'bug') return;
    this.#session.channel.emit(event, [
      ['Media-Bug-Function', 'session_record'],
      ['Media-Bug-Target', this.path],
    ]);
  }

  /** Stops without a word, as when the process dies: the header keeps claiming an empty file. */
  abandon(): void {
    this.#stopped = true;
    this.#step?.cancel();
    this.#onLimit?.cancel();
  }

  #timeUp(): void {
    this.#session.recordings.delete(this.path);
    this.stop();
  }

  #schedule(): void {
    const step = this.#session.party?.says ? stepOfSpeechMs : stepMs;
    this.#step = this.#session.core.options.real.schedule(step, () => {
      if (this.#stopped || this.#session.core.dead) return;
      if (this.#grow()) this.#schedule();
    });
  }

  /** Appends what time has passed since the last call; false once the limit of length is reached. */
  #grow(): boolean {
    const elapsed = Math.min(this.#limitMs, this.#session.core.options.real.monotonic() - this.#startedMs);
    const wanted = Math.floor((elapsed * rate) / 1000) * 4;
    if (this.#session.channel.answerState === 'answered') this.#answeredAfter ??= this.#bytes / 4;
    const says = this.#mask ? undefined : this.#session.party?.says;
    if (says && this.#bytes < wanted) this.#append(this.#speech(says, (wanted - this.#bytes) / 4));
    const source = this.#mask ? masked : this.#audible;
    while (this.#bytes < wanted) {
      const from = this.#bytes % source.length;
      const length = Math.min(source.length - from, wanted - this.#bytes);
      this.#append(source.subarray(from, from + length));
    }
    return elapsed < this.#limitMs;
  }

  #append(sound: Buffer): void {
    writeSync(this.#file, sound, 0, sound.length, headerBytes + this.#bytes);
    this.#bytes += sound.length;
  }

  /** The next samples of what a party says, on the left. */
  #speech({ early, answer }: NonNullable<Party['says']>, count: number): Buffer {
    const sound = Buffer.alloc(4 * count);
    const from = this.#bytes / 4 - (this.#answeredAfter ?? 0);
    const said = this.#answeredAfter === undefined ? early : answer;
    for (let n = 0; n < count; n++) sound.writeInt16LE(said?.[from + n] ?? 0, 4 * n);
    return sound;
  }
}

function tones(left: number, right: number): Buffer {
  const second = Buffer.alloc(rate * 4);
  const sample = (hertz: number, n: number): number =>
    Math.round(6000 * Math.sin((2 * Math.PI * hertz * n) / rate));
  for (let n = 0; n < rate; n++) {
    second.writeInt16LE(sample(left, n), n * 4);
    second.writeInt16LE(sample(right, n), n * 4 + 2);
  }
  return second;
}

function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
