import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of `fixtures/goip` or `fixtures/dinstar`. */
export interface RecordedDialogue {
  readonly name: string;
  /** What the program is asked to do, e.g. `message NUMBER TEXT`. */
  readonly task?: string;
  /** What happens on the other side, e.g. `sim-out`. */
  readonly world?: string;
  readonly expected: string;
  readonly lines: readonly { readonly from: 'program' | 'gateway'; readonly text: string }[];
}

export function dialogues(kind: 'goip' | 'dinstar'): RecordedDialogue[] {
  const folder = join(import.meta.dirname, '../fixtures', kind);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .toSorted()
    .map((file) => read(file.replace('.txt', ''), readFileSync(join(folder, file), 'utf8')));
}

function read(name: string, content: string): RecordedDialogue {
  const [head = '', body = ''] = content.split('\n\n', 2);
  const field = (key: string): string | undefined => new RegExp(`^${key}: (.*)$`, 'm').exec(head)?.[1];
  const [task, world] = [field('do'), field('world')];
  return {
    name,
    ...(task !== undefined && { task }),
    ...(world !== undefined && { world }),
    expected: field('expect') ?? '',
    lines: body
      .split('\n')
      .filter(Boolean)
      .map((line) => ({
        from: line.startsWith('>') ? ('program' as const) : ('gateway' as const),
        text: line.slice(2).replaceAll(String.raw`\n`, '\n'),
      })),
  };
}
