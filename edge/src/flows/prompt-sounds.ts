import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { problemOf, type EdgeFlow, type FlowPrompt } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';

/** One or more files that are played one after the other. */
export interface Sound {
  readonly files: readonly string[];
  /** How long they play, ms. */
  readonly ms: number;
}

export interface PromptSoundsOptions {
  /** Recordings by the name of the prompt (`<name>.wav`): the box's own go before its text, shipped ones are said where there is no voice. */
  readonly own: string;
  readonly shipped: string;
  /** Where spoken texts are kept. */
  readonly spoken: string;
  readonly log: Log;
}

const run = promisify(execFile);

/** Voices of espeak-ng, in the order in which a prompt is said. */
const voices = [
  { language: 'zh-CN', voice: 'cmn' },
  { language: 'en', voice: 'en' },
] as const;

/** The sounds of prompts: a recording where there is one, the text spoken by espeak-ng otherwise. */
export class PromptSounds {
  readonly #options: PromptSoundsOptions;
  /** Flow and prompt → its sound. */
  readonly #sounds = new Map<string, Sound>();
  readonly #texts = new Map<string, Sound>();
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
  prepare(flows: readonly EdgeFlow[]): Promise<void> {
    this.#working = this.#working.then(async () => {
      for (const flow of flows) await this.#prepare(flow);
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

  /** Makes the sounds of texts, each part by the voice of its language. */
  prepareTexts(texts: readonly string[]): Promise<void> {
    this.#working = this.#working.then(async () => {
      for (const text of texts) {
        if (this.#closed || this.#texts.has(text)) continue;
        const files = await this.#spokenParts(partsByLanguage(text));
        const sound = files && (await soundOf(files));
        if (sound) this.#texts.set(text, sound);
        else this.#mute.add(text);
      }
    });
    return this.#working;
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

  async #prepare({ id, flow }: EdgeFlow): Promise<void> {
    for (const prompt of flow.prompts) {
      if (this.#closed) return;
      const { own, shipped } = this.#options;
      const sound =
        (await soundOf([join(own, `${prompt.name}.wav`)])) ??
        (await this.#spoken(prompt)) ??
        (await soundOf([join(shipped, `${prompt.name}.wav`)]));
      if (sound) this.#sounds.set(`${id} ${prompt.name}`, sound);
      else
        this.#options.log.error(
          { flow: id, prompt: prompt.name, folder: own },
          'a prompt has no sound: callers hear a tone instead. Put a recording of its name into the folder, or install espeak-ng',
        );
    }
  }

  async #spoken(prompt: FlowPrompt): Promise<Sound | undefined> {
    const parts = voices.flatMap(({ language, voice }) => {
      const text = prompt[language];
      return text === undefined ? [] : [{ voice, text }];
    });
    const files = await this.#spokenParts(parts);
    return files && soundOf(files);
  }

  async #spokenParts(parts: readonly Part[]): Promise<string[] | undefined> {
    const files: string[] = [];
    for (const { voice, text } of parts) {
      const name = createHash('sha256').update(`${voice} ${text}`).digest('hex').slice(0, 32);
      const file = join(this.#options.spoken, `${name}.wav`);
      try {
        await access(file).catch(() => this.#speak(voice, text, file));
      } catch (error) {
        this.#options.log.warn(
          { text: text.slice(0, 80), problem: problemOf(error) },
          'a text could not be spoken',
        );
        return undefined;
      }
      files.push(file);
    }
    return files;
  }

  async #speak(voice: string, text: string, file: string): Promise<void> {
    await mkdir(this.#options.spoken, { recursive: true });
    // `--` ends the options: a text that begins with a dash is a text.
    await run('espeak-ng', ['-v', voice, '-s', '150', '-w', `${file}.part`, '--', text], { timeout: 20_000 });
    await rename(`${file}.part`, file);
  }
}

/** What FreeSWITCH plays files with, one after the other. */
export function playable(files: readonly string[]): string {
  return files.length === 1 ? files[0]! : `file_string://${files.join('!')}`;
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

async function soundOf(files: readonly string[]): Promise<Sound | undefined> {
  let ms = 0;
  for (const file of files) {
    const own = await playingMs(file).catch(() => undefined);
    if (own === undefined) return undefined;
    ms += own;
  }
  return files.length === 0 ? undefined : { files, ms };
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
