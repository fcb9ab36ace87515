/** Reads a word from the browser's memory; undefined when it is none of the allowed ones or memory is forbidden. */
export function recall<const W extends string>(key: string, allowed: readonly W[]): W | undefined {
  try {
    const word = localStorage.getItem(`branchline.${key}`);
    return allowed.find((candidate) => candidate === word);
  } catch {
    return undefined;
  }
}

/** Remembers a word for the next visit, if the browser lets us. */
export function remember(key: string, word: string): void {
  try {
    localStorage.setItem(`branchline.${key}`, word);
  } catch {
    // Private windows refuse: the choice then lasts until the window is closed.
  }
}
