import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** A wall clock of its own for a process, which can be set while it runs; its monotonic time is the machine's. */
export class MovableClock {
  readonly #file: string;

  /** @param file where the clock's offset is kept */
  constructor(file: string) {
    this.#file = file;
  }

  /** Whether Debian's `faketime` is installed. */
  static get available(): boolean {
    return existsSync(library);
  }

  /** The environment of the process that has this clock. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
    };
  }

  /** @param seconds how far it is ahead of the true time; negative: behind */
  async set(seconds: number): Promise<void> {
    await writeFile(this.#file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }
}
