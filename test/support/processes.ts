import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** A program of the system as a child: ends with its parent, logs to a file, and says in one JSON line that it is ready. */
export interface Program {
  readonly child: ChildProcess;
  /** The first JSON line on its standard output. @throws Error with the end of its log when it ended before */
  readonly ready: Promise<Record<string, unknown>>;
  readonly running: boolean;
  /** SIGTERM, and SIGKILL when it takes longer than `deadlineMs` (default 20000). */
  stop(deadlineMs?: number): Promise<void>;
  /** SIGKILL, now. */
  kill(): Promise<void>;
}

/** @param logFile where its standard error goes, appended */
export function startProgram(
  file: string,
  args: readonly string[],
  logFile: string,
  env: Readonly<Record<string, string>> = {},
): Program {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  // A group of its own: Ctrl-C reaches the demo alone, which stops its parts in order.
  const child = fork(file, [...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
  });
  let tail = '';
  child.stderr!.on('data', (bytes: Buffer) => {
    log.write(bytes);
    tail = (tail + bytes.toString()).slice(-2000);
  });
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      ended = true;
      log.end();
      resolve();
    });
  });
  const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const end = text.indexOf('\n');
      if (end < 0) return;
      try {
        resolve(JSON.parse(text.slice(0, end)) as Record<string, unknown>);
      } catch {
        text = text.slice(end + 1);
      }
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`${file} ended (${code ?? signal}) before it was ready:\n${tail.trim()}`)),
    );
  });
  // Whoever does not wait for it learns of the end by `running`.
  ready.catch(() => undefined);
  const end = async (signal: NodeJS.Signals, deadlineMs: number): Promise<void> => {
    if (ended) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    await gone;
    clearTimeout(timer);
  };
  return {
    child,
    ready,
    get running() {
      return !ended;
    },
    stop: (deadlineMs = 20_000) => end('SIGTERM', deadlineMs),
    kill: () => end('SIGKILL', 1000),
  };
}

/** The programs of a whole installation: which were meant to end, and which ended by themselves. */
export class WatchedPrograms {
  readonly #programs: [name: string, program: Program][] = [];
  readonly #ending = new Set<Program>();

  watch(name: string, program: Program): Program {
    this.#programs.push([name, program]);
    return program;
  }

  /** The program is about to be ended, or has been frozen. */
  expectEnd(program: Program): void {
    this.#ending.add(program);
  }

  /** It was not ended after all. */
  expectLife(program: Program): void {
    this.#ending.delete(program);
  }

  isExpectedToEnd(program: Program): boolean {
    return this.#ending.has(program);
  }

  /** Names of those that ended by themselves. */
  crashed(): string[] {
    return this.#programs
      .filter(([, program]) => !program.running && !this.#ending.has(program))
      .map(([name]) => name);
  }

  async stop(): Promise<void> {
    for (const [, program] of this.#programs) this.#ending.add(program);
    await Promise.all(this.#programs.map(([, program]) => program.stop()));
  }
}
