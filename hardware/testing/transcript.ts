import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { profileIds, type ProfileId } from '../src/index.ts';

/** One line of a transcript. `prompt` is the `> ` of a message. */
export interface TranscriptLine {
  readonly atMs: number;
  readonly from: 'program' | 'modem' | 'prompt';
  readonly text: string;
}

/** A file of `fixtures/at`. */
export interface Transcript {
  readonly name: string;
  readonly profile: ProfileId;
  readonly mode: 'init' | 'service';
  /** What the program is asked to do at the start, e.g. `sms +86… text`. */
  readonly task?: string;
  readonly farEnd?: string;
  readonly expected: readonly string[];
  readonly lines: readonly TranscriptLine[];
}

const folder = join(import.meta.dirname, '../fixtures/at');

export function transcripts(): Transcript[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .toSorted()
    .map((file) => read(file.replace('.txt', ''), readFileSync(join(folder, file), 'utf8')));
}

function read(name: string, content: string): Transcript {
  const [head = '', body = ''] = content.split('\n\n', 2);
  const fields = head.split('\n').map((line) => /^([a-z-]+): (.*)$/.exec(line)!);
  const field = (key: string): string | undefined => fields.find(([, found]) => found === key)?.[2];
  const profile = profileIds.find((id) => id === field('profile'));
  if (!profile) throw new Error(`${name} names no profile`);
  const task = field('do');
  const farEnd = field('far-end');
  return {
    name,
    profile,
    mode: field('mode') === 'init' ? 'init' : 'service',
    ...(task !== undefined && { task }),
    ...(farEnd !== undefined && { farEnd }),
    expected: fields.filter(([, key]) => key === 'expect').map(([, , text]) => text!),
    lines: body.split('\n').filter(Boolean).map(readLine),
  };
}

function readLine(line: string): TranscriptLine {
  const [, seconds, arrow, text] = /^([\d.]+) (<>|<|>) ?(.*)$/.exec(line)!;
  const from = arrow === '<>' ? 'prompt' : arrow === '<' ? 'modem' : 'program';
  return { atMs: Math.round(Number(seconds) * 1000), from, text: text! };
}
