import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Held by the one process that may use a folder. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes a folder for this process. A lock left behind by a dead process is taken over.
 * @returns the lock, or the pid of the living process that holds it
 */
export async function lockFolder(folder: string): Promise<FolderLock | { heldBy: number }> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'owner.pid');
  for (;;) {
    try {
      const handle = await open(file, 'wx', 0o644);
      await handle.writeFile(`${process.pid} ${await startOf(process.pid)}\n`);
      await handle.close();
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const heldBy = await holderOf(folder);
    if (heldBy !== undefined) return { heldBy };
    await rm(file, { force: true });
  }
}

/** The pid of the living process that has a folder for itself, if there is one. */
export async function holderOf(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'owner.pid'), 'utf8').catch(() => '');
  const [pid, start] = text.trim().split(' ');
  return pid && start && (await startOf(Number(pid))) === start ? Number(pid) : undefined;
}

/** When a process started, in clock ticks since boot: together with the pid it names one process for ever (proc(5)). */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses and may contain anything.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === undefined || state === '' || state === 'Z' ? 'gone' : (fields[18] ?? 'gone');
}
