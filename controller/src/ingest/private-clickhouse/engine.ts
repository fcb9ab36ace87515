import { Session, drainPending } from 'chdb';
import type { Statement } from './statement.ts';

/** A statement with everything that belongs to this one run of it. */
export interface Run {
  readonly statement: Statement;
  readonly database: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
}

export interface EngineOptions {
  /** Statements that run at the same time. */
  readonly slots: number;
  /** Statements that may wait for a slot. */
  readonly waiting: number;
  readonly memoryBytes: number;
}

/** How much an insert wrote. */
export interface Written {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * The engine of one folder. Each run has a session of its own (about a millisecond): what is set on a session stays on it
 * for ever (`param_*` cannot even be taken back), and a session runs one query at a time.
 */
export class Engine {
  readonly #folder: string;
  readonly #options: EngineOptions;
  /** Keeps the engine up while no query runs. */
  readonly #anchor: Session;
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  #runs = 0;

  constructor(folder: string, options: EngineOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#anchor = this.#open();
  }

  /**
   * Runs a statement. `rows` is given the answer part by part, and slows the engine down by the promises it returns.
   * @returns what was written, for an insert
   * @throws the engine's error; `Code: 202` when too many statements wait
   */
  async run(
    run: Run,
    signal: AbortSignal,
    rows: (part: Uint8Array) => Promise<void>,
  ): Promise<Written | undefined> {
    await this.#enter();
    try {
      signal.throwIfAborted();
      // The mark is how an aborted query is found again: sessions cannot name their queries.
      const mark = `/* branchline run ${++this.#runs} */`;
      const session = this.#open();
      const kill = (): void => void this.#kill(mark);
      signal.addEventListener('abort', kill, { once: true });
      try {
        await prepare(session, run);
        return await execute(session, run.statement, mark, signal, rows);
      } finally {
        signal.removeEventListener('abort', kill);
        session.close();
      }
    } finally {
      this.#leave();
    }
  }

  /** Waits for what runs, then closes the engine. */
  async close(): Promise<void> {
    await drainPending();
    this.#anchor.close();
  }

  #open(): Session {
    return new Session(this.#folder, {
      connectionArgs: [`--max_server_memory_usage=${this.#options.memoryBytes}`],
    });
  }

  /** KILL … SYNC hangs in the embedded engine; ASYNC works. */
  async #kill(mark: string): Promise<void> {
    const session = this.#open();
    try {
      await session.queryAsync(`KILL QUERY WHERE startsWith(query, ${literal(mark)}) ASYNC`);
    } catch {
      // The query ended by itself.
    } finally {
      session.close();
    }
  }

  async #enter(): Promise<void> {
    if (this.#busy < this.#options.slots) {
      this.#busy++;
      return;
    }
    if (this.#queue.length >= this.#options.waiting) {
      throw new Error(
        'Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)',
      );
    }
    // The slot is handed over as it is: `#busy` stays.
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#busy--;
  }
}

/** Gives a fresh session what belongs to this run. */
async function prepare(session: Session, run: Run): Promise<void> {
  if (run.database !== undefined) {
    await session.queryAsync(`USE \`${run.database.replaceAll(/[`\\]/g, '')}\``);
  }
  const { readonly, ...settings } = run.settings;
  const assignments = [
    ...Object.entries(run.params).map(([name, value]) => `param_${name} = ${literal(value)}`),
    ...Object.entries(settings).map(([name, value]) => `${name} = ${literal(value)}`),
  ];
  if (assignments.length > 0) await session.queryAsync(`SET ${assignments.join(', ')}`);
  // After it, every other assignment would be refused.
  if (readonly !== undefined) await session.queryAsync(`SET readonly = ${literal(readonly)}`);
}

async function execute(
  session: Session,
  statement: Statement,
  mark: string,
  signal: AbortSignal,
  rows: (part: Uint8Array) => Promise<void>,
): Promise<Written | undefined> {
  switch (statement.kind) {
    case 'insert': {
      const { table, columns, format, values } = statement;
      const done = await session.insert({ table, format, values, ...(columns.length > 0 && { columns }) });
      return { rows: done.rowsWritten, bytes: done.bytesWritten };
    }
    case 'whole': {
      const result = await session.queryAsync(`${mark} ${statement.sql}`, { format: statement.format });
      const bytes = result.bytes();
      if (bytes.length > 0) await rows(bytes);
      return undefined;
    }
    case 'stream':
      for await (const part of session.queryStream(`${mark} ${statement.sql}`, {
        format: statement.format,
        signal,
      })) {
        if (part.numBytes > 0) await rows(part.raw());
      }
      return undefined;
    default:
      return statement satisfies never;
  }
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
