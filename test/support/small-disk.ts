import { execFile } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own over a folder, which can be filled to the last block and freed again. Needs root. */
export class SmallDisk implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @returns undefined where file systems cannot be mounted */
  static async mount(folder: string, megabytes: number): Promise<SmallDisk | undefined> {
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'branchline-test', folder]);
      return new SmallDisk(folder);
    } catch {
      return undefined;
    }
  }

  /** Takes all the space that is left. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    await writeFile(this.#ballast, Buffer.alloc(bavail * bsize)).catch((error: unknown) => {
      // Whoever else writes takes the last blocks: full is full.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    });
  }

  async free(): Promise<void> {
    await rm(this.#ballast, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Lazily, so that a file which is still open does not keep the test from ending.
    await run('umount', ['-l', this.folder]);
  }

  get #ballast(): string {
    return join(this.folder, 'ballast');
  }
}
