import { open, readFile, rename, copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Low, type Adapter } from 'lowdb';
import type { Static, TSchema } from 'typebox';
import { findProblem } from '../contract/validate.ts';
import { BranchlineError, problemOf } from '../errors.ts';

/**
 * Replaces a file so that after a power loss either the old or the new content is there, whole: write beside it, fsync,
 * keep the old one as `.prev`, rename, fsync the folder.
 */
export async function writeDurably(file: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.tmp-${process.pid}`;
  const handle = await open(temporary, 'w', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await handle.close();
  await copyFile(file, `${file}.prev`).catch(ignoreMissing);
  await rename(temporary, file);
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** lowdb adapter that never leaves a truncated file and falls back to `.prev` when the newest one is damaged. */
class DurableJson<S extends TSchema> implements Adapter<Static<S>> {
  readonly #file: string;
  readonly #schema: S;

  constructor(file: string, schema: S) {
    this.#file = file;
    this.#schema = schema;
  }

  async read(): Promise<Static<S> | null> {
    const newest = await this.#parse(this.#file);
    if (newest === undefined || 'value' in newest) return newest?.value ?? null;
    const previous = await this.#parse(`${this.#file}.prev`);
    if (previous && 'value' in previous) return previous.value;
    throw new BranchlineError('BL_CONFIG_UNREADABLE', { file: this.#file, problem: newest.problem });
  }

  async #parse(file: string): Promise<{ value: Static<S> } | { problem: string } | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(file, 'utf8'));
      const problem = findProblem(this.#schema, value);
      return problem ? { problem: `${problem.place} ${problem.problem}` } : { value: value as Static<S> };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      return { problem: problemOf(error) };
    }
  }

  write(data: Static<S>): Promise<void> {
    return writeDurably(this.#file, `${JSON.stringify(data, null, 2)}\n`);
  }
}

/**
 * A small document on disk, read by people too. `document.data` is what is in force; call `write()` after changing it.
 * @throws BranchlineError `BL_CONFIG_UNREADABLE` when both the file and its `.prev` are damaged
 */
export async function openDocument<S extends TSchema>(
  file: string,
  schema: S,
  initial: Static<S>,
): Promise<Low<Static<S>>> {
  const document = new Low<Static<S>>(new DurableJson(file, schema), initial);
  await document.read();
  return document;
}
