import { readFile } from 'node:fs/promises';

/** Looks at a process's memory (RSS) from now on. @returns by how many MB it grew at most */
export function watchMemory(pid: number): { stop(): Promise<number> } {
  const read = async (): Promise<number> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  };
  const idle = read();
  let most = 0;
  const timer = setInterval(() => {
    read().then(
      (now) => (most = Math.max(most, now)),
      () => undefined,
    );
  }, 100);
  return {
    async stop() {
      clearInterval(timer);
      return most - (await idle);
    },
  };
}
