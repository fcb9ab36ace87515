import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Timer } from '@branchline/shared';
import { systemClock } from '@branchline/shared';
import type { SpanBox } from './span-box.ts';

/** Changes of so long a time are written together, ms of real time. */
const gatherMs = 20;

/** Keeps a folder as the files of a box would be: `proc/dahdi/N`, `sys/bus/dahdi_spans/devices/span-N/…`, `dahdi_scan`. */
export class SpanDirectory {
  readonly #path: string;
  readonly #box: SpanBox;
  readonly #written = new Map<string, string>();
  readonly #forget: () => void;
  #soon: Timer | undefined;

  /** @throws Error when the folder cannot be written to */
  constructor(path: string, box: SpanBox) {
    [this.#path, this.#box] = [path, box];
    mkdirSync(path, { recursive: true });
    this.#write();
    this.#forget = box.onChange(() => {
      this.#soon ??= systemClock.schedule(gatherMs, () => {
        this.#soon = undefined;
        this.#write();
      });
    });
  }

  /** Takes away what it has written. */
  stop(): void {
    this.#forget();
    this.#soon?.cancel();
    for (const name of this.#written.keys()) this.#remove(name);
  }

  #write(): void {
    const files = this.#box.files();
    for (const [name, text] of files) {
      if (this.#written.get(name) === text) continue;
      const path = join(this.#path, name);
      mkdirSync(dirname(path), { recursive: true });
      // A reader never sees half of it, as with the driver.
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
      this.#written.set(name, text);
    }
    for (const name of this.#written.keys()) if (!files.has(name)) this.#remove(name);
  }

  /** With the folders that are empty then: without a driver there is no `/proc/dahdi`. */
  #remove(name: string): void {
    this.#written.delete(name);
    const path = join(this.#path, name);
    rmSync(path, { force: true });
    for (let folder = dirname(path); relative(this.#path, folder) !== ''; folder = dirname(folder)) {
      if (readdirSync(folder).length > 0) return;
      rmdirSync(folder);
    }
  }
}
