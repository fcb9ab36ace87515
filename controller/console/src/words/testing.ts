import { en } from './en.ts';
import type { T } from './use-words.ts';

/** Words as they stand in the files: enough of i18next for texts with values. @param words of a language; absent: English */
export function wordsOf(words: object = en): T {
  return ((key: string, values: Record<string, unknown> = {}) => {
    const found = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], words);
    return String(found).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
  }) as unknown as T;
}
