import { readdirSync, readFileSync } from 'node:fs';

/** The child of a process whose command line contains `words`; undefined when there is none (Linux). */
export function childOf(parent: number, words: string): number | undefined {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The second field is the program's name in parentheses and may contain anything.
      const [state, of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || Number(of) !== parent) continue;
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(words)) return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  return undefined;
}
