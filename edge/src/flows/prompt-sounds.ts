import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  defaultGate,
  problemOf,
  promptsOf,
  recordingMs,
  type Desired,
  type EdgeFlow,
  type FlowPrompt,
  type GateSettings,
  type PromptRecording,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import {
  recordingFile,
  recordingsHome,
  recordingsOf,
  type SwitchSettings,
} from '../switch/configuration/index.ts';

/** One or more files that are played one after the other. */
export interface Sound {
  readonly files: readonly string[];
  /** How long they play, ms. */
  readonly ms: number;
}

export interface PromptSoundsOptions {
  /** Files by the name of the prompt (`<name>.wav`): the box's own go before its text, shipped ones are said where there is no voice. */
  readonly folders: Pick<SwitchSettings, 'promptsFolder' | 'ownPromptsFolder'>;
  readonly log: Log;
}

const run = promisify(execFile);

/** Voices of espeak-ng, in the order in which a prompt is said. */
const voices = [
  { language: 'zh-CN', voice: 'cmn' },
  { language: 'en', voice: 'en' },
] as const;

/** The sounds of prompts: a recording of the center, a file of the box, or else the text spoken by espeak-ng. */
export class PromptSounds {
  readonly #options: PromptSoundsOptions;
  /** Flow and prompt → its sound. */
  readonly #sounds = new Map<string, Sound>();
  readonly #texts = new Map<string, Sound>();
  #recordings: readonly PromptRecording[] = [];
  /** Texts that no voice of this box can say. */
  readonly #mute = new Set<string>();
  #working: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PromptSoundsOptions) {
    this.#options = options;
  }

  /** The sound of a prompt; undefined where there is neither a recording nor a voice. */
  of(flow: string, prompt: string): Sound | undefined {
    return this.#sounds.get(`${flow} ${prompt}`);
  }

  /** Makes what is missing, one after the other: speaking takes the processor. Texts that were spoken once are not spoken again. */
  prepare({
    flows = [],
    campaigns,
    recordings = [],
  }: Pick<Desired, 'flows' | 'campaigns' | 'recordings'>): Promise<void> {
    this.#working = this.#working.then(async () => {
      this.#recordings = recordings;
      // What everybody hears of whom no campaign says otherwise.
      for (const gate of [defaultGate, ...campaigns.flatMap((each) => each.gate ?? [])])
        await this.#prepareNotice(gate);
      for (const flow of flows) await this.#prepareFlow(flow);
    });
    return this.#working;
  }

  /** The sound of a text that is no prompt of a flow; undefined while it is not made, or cannot be. */
  ofText(text: string): Sound | undefined {
    return this.#texts.get(text);
  }

  /** Whether this box can say a text; it is believed to be able until it has tried. */
  canSay(text: string): boolean {
    return !this.#mute.has(text);
  }

  /** What was asked for is made. */
  ready(): Promise<void> {
    return this.#working;
  }

  /** Ends when nothing is written any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  /** Campaigns that say the same words share one sound. */
  async #prepareNotice({ recordingNotice, noticePrompt }: GateSettings): Promise<void> {
    const text = recordingNotice.trim();
    if (this.#closed || text === '') return;
    const recorded = recordingsOf(this.#recordings, noticePrompt ?? '').map((each) => this.#recorded(each));
    const sound = joined(recorded) ?? (await this.#spoken(partsByLanguage(text)));
    if (sound) this.#texts.set(text, sound);
    if (sound) this.#mute.delete(text);
    else this.#mute.add(text);
  }

  async #prepareFlow({ id, flow }: EdgeFlow): Promise<void> {
    const { ownPromptsFolder, promptsFolder } = this.#options.folders;
    for (const name of new Set([
      ...flow.prompts.map((each) => each.name),
      ...flow.steps.flatMap(promptsOf),
    ])) {
      if (this.#closed) return;
      const laid =
        recordingsOf(this.#recordings, name).length > 0 ? undefined : join(ownPromptsFolder, `${name}.wav`);
      const sound =
        (laid && (await soundOf(laid))) ??
        (await this.#said(flow.prompts.find((each) => each.name === name) ?? { name })) ??
        (await soundOf(join(promptsFolder, `${name}.wav`)));
      if (sound) this.#sounds.set(`${id} ${name}`, sound);
      else
        this.#options.log.error(
          { flow: id, prompt: name, folder: ownPromptsFolder },
          'a prompt has no sound: callers hear a tone instead. Upload a recording in the console, or install espeak-ng',
        );
    }
  }

  /** In each language the recording, or the text spoken. */
  async #said(prompt: FlowPrompt): Promise<Sound | undefined> {
    const sounds: Sound[] = [];
    for (const { language, voice } of voices) {
      const [text, recording] = [
        prompt[language],
        this.#recordings.find((each) => each.prompt === prompt.name && each.language === language),
      ];
      const spoken = recording || text === undefined ? undefined : await this.#spoken([{ voice, text }]);
      sounds.push(...(recording ? [this.#recorded(recording)] : spoken ? [spoken] : []));
    }
    return joined(sounds);
  }

  #recorded(recording: PromptRecording): Sound {
    const file = join(recordingsHome(this.#options.folders), recordingFile(recording));
    return { files: [file], ms: recordingMs(recording.bytes) };
  }

  async #spoken(parts: readonly Part[]): Promise<Sound | undefined> {
    const sounds: Sound[] = [];
    for (const { voice, text } of parts) {
      const name = createHash('sha256').update(`${voice} ${text}`).digest('hex').slice(0, 32);
      const file = join(this.#spokenFolder, `${name}.wav`);
      try {
        await access(file).catch(() => this.#speak(voice, text, file));
      } catch (error) {
        this.#options.log.warn(
          { text: text.slice(0, 80), problem: problemOf(error) },
          'a text could not be spoken',
        );
        return undefined;
      }
      const sound = await soundOf(file);
      if (!sound) return undefined;
      sounds.push(sound);
    }
    return joined(sounds);
  }

  get #spokenFolder(): string {
    return join(this.#options.folders.ownPromptsFolder, 'spoken');
  }

  async #speak(voice: string, text: string, file: string): Promise<void> {
    await mkdir(this.#spokenFolder, { recursive: true });
    // `--` ends the options: a text that begins with a dash is a text.
    await run('espeak-ng', ['-v', voice, '-s', '150', '-w', `${file}.part`, '--', text], { timeout: 20_000 });
    await rename(`${file}.part`, file);
  }
}

/** A text for one voice. */
interface Part {
  readonly voice: string;
  readonly text: string;
}

/** A text that may be in two languages, as what each voice says: Chinese characters and their punctuation by one, the rest by the other. */
export function partsByLanguage(text: string): readonly Part[] {
  const [chinese, english] = voices;
  return [
    ...text.matchAll(
      /([\p{sc=Han}\u3000-\u303f\uff00-\uffef\s]*\p{sc=Han}[\p{sc=Han}\u3000-\u303f\uff00-\uffef\s]*)|([^\p{sc=Han}]+)/gu,
    ),
  ]
    .map(([whole, han]) => ({ voice: (han === undefined ? english : chinese).voice, text: whole.trim() }))
    .filter(({ text: part }) => /[\p{L}\p{N}]/u.test(part));
}

/** Sounds one after the other. */
function joined(sounds: readonly Sound[]): Sound | undefined {
  if (sounds.length === 0) return undefined;
  return { files: sounds.flatMap(({ files }) => files), ms: sounds.reduce((sum, { ms }) => sum + ms, 0) };
}

async function soundOf(file: string): Promise<Sound | undefined> {
  const ms = await playingMs(file).catch(() => undefined);
  return ms === undefined ? undefined : { files: [file], ms };
}

/** How long a WAV file plays, ms, by its size: espeak-ng writes the header before it knows the length. */
async function playingMs(file: string): Promise<number | undefined> {
  const handle = await open(file, 'r');
  try {
    const header = Buffer.alloc(44);
    const { bytesRead } = await handle.read(header, 0, 44, 0);
    const bytesPerSecond = header.readUInt32LE(28);
    if (bytesRead < 44 || header.toString('latin1', 0, 4) !== 'RIFF' || bytesPerSecond === 0)
      return undefined;
    const { size } = await handle.stat();
    return Math.round(((size - 44) * 1000) / bytesPerSecond);
  } finally {
    await handle.close();
  }
}
