import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BranchlineError, decodeWav, encodeWav, resample, type PromptRecording } from '@branchline/shared';
import { writeDurably } from '@branchline/shared/node';
import { recordingFile, recordingRates } from '../switch/configuration/index.ts';

export interface RecordingStoreOptions {
  readonly folder: string;
  /** Fetches a path of the controller's edge door. */
  readonly download: (path: string, bytes: number) => Promise<Buffer>;
}

/** Recordings of prompts on the box's disk, each in a file for every rate of samples that FreeSWITCH plays. */
export class RecordingStore {
  readonly #options: RecordingStoreOptions;

  constructor(options: RecordingStoreOptions) {
    this.#options = options;
  }

  /** Brings what is named onto the disk; what is there and whole is not fetched. @throws BranchlineError `BL_ARTIFACT_HASH`, `BL_UPLINK_REFUSED` */
  async keep(recordings: readonly PromptRecording[]): Promise<void> {
    for (const recording of recordings) {
      const wav = (await this.#stored(recording)) ?? (await this.#fetch(recording));
      await this.#derive(recording, wav);
    }
  }

  /** Deletes all but these. */
  async forget(others: readonly PromptRecording[]): Promise<void> {
    const kept = new Set(others.map(recordingFile));
    for (const rate of recordingRates) {
      const folder = this.#folder(rate);
      for (const file of await readdir(folder).catch(() => []))
        if (!kept.has(file)) await rm(join(folder, file), { force: true });
    }
  }

  #folder(rate: (typeof recordingRates)[number]): string {
    return join(this.#options.folder, String(rate));
  }

  async #stored(recording: PromptRecording): Promise<Buffer | undefined> {
    const wav = await readFile(join(this.#folder(16_000), recordingFile(recording))).catch(() => undefined);
    return wav && digest(wav) === recording.sha256 ? wav : undefined;
  }

  async #fetch(recording: PromptRecording): Promise<Buffer> {
    const { prompt, language, sha256, bytes } = recording;
    const wav = await this.#options.download(`/edge/v1/recordings/${sha256}`, bytes);
    if (digest(wav) !== sha256)
      throw new BranchlineError('BL_ARTIFACT_HASH', {
        name: `${prompt} (${language})`,
        version: sha256.slice(0, 8),
      });
    await mkdir(this.#folder(16_000), { recursive: true });
    await rm(join(this.#folder(8000), recordingFile(recording)), { force: true });
    await writeDurably(join(this.#folder(16_000), recordingFile(recording)), wav, 0o644);
    return wav;
  }

  async #derive(recording: PromptRecording, wav: Buffer): Promise<void> {
    const file = join(this.#folder(8000), recordingFile(recording));
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return;
    const sound = decodeWav(wav);
    if ('problem' in sound) throw new BranchlineError('BL_PROMPT_FORMAT', sound);
    await mkdir(this.#folder(8000), { recursive: true });
    await writeDurably(file, encodeWav(await resample(sound, 8000)), 0o644);
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
