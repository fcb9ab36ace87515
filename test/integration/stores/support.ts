import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ack, OutboxBatch, StreamName } from '@branchline/shared';

/** A folder that everyone may enter, removed at the end. */
export function temporaryFolder(name: string): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), `branchline-${name}-`));
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => remove(path) };
}

/** Servers of a killed program still write for a moment while they close. */
function remove(path: string): void {
  for (let i = 0; i < 50 && existsSync(path); i++) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Something was written while it was being removed.
    }
    if (existsSync(path)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

/** Asks until the answer is truthy. @throws Error naming what was awaited */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  deadlineMs = 30_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await pause(25);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a process runs. One that has ended and waits to be reaped does not. */
export function lives(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const program = (name: string): string => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

/** Starts one of the programs beside this file. @param prefix words before it, such as `setpriv …` */
export function startProgram(
  name: string,
  words: readonly string[],
  prefix: readonly string[] = [],
): ChildProcess {
  if (prefix.length === 0)
    return fork(program(name), words, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [command = '', ...rest] = [...prefix, process.execPath, program(name), ...words];
  return spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** The next message of a program. @throws Error when it ends before */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('the program has ended');
  const ended = new AbortController();
  try {
    const [message] = (await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(([code, signal]) => {
        throw new Error(`the program ended (${String(signal ?? code)}) instead of answering`);
      }),
    ])) as [T];
    return message;
  } finally {
    ended.abort();
  }
}

/** Ends a program the hard way and waits until it is gone. */
export async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** How an outbox sends a batch; rejects when no acknowledgement comes. */
export type Send = (stream: StreamName, batch: OutboxBatch) => Promise<Ack>;

/**
 * An edge's outbox as the contract describes it: sends in order, keeps everything, forgets nothing that was not acknowledged,
 * and goes back when it is asked for a replay.
 */
export class SampleOutbox<R extends { seq: number }> {
  readonly epoch: string;
  readonly stream: StreamName;
  readonly rows: readonly R[];
  acked = 0;

  constructor(stream: StreamName, epoch: string, rows: readonly R[]) {
    this.stream = stream;
    this.epoch = epoch;
    this.rows = rows;
  }

  get done(): boolean {
    return this.acked >= this.rows.length;
  }

  /** Sends one batch. Whether anything was acknowledged; a lost answer is no error. */
  async step(send: Send, size: number): Promise<boolean> {
    const from = this.acked + 1;
    const rows = this.rows.slice(from - 1, from - 1 + size);
    let ack: Ack;
    try {
      ack = await send(this.stream, { epoch: this.epoch, from, to: from + rows.length - 1, rows: [...rows] });
    } catch {
      return false;
    }
    this.acked = ack.kind === 'ack' ? ack.upTo : ack.from - 1;
    return ack.kind === 'ack';
  }
}
