/** One command of a client: its line, the header lines below it, and the body when a length was given. */
export interface ClientCommand {
  readonly line: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

const maxCommandBytes = 10 * 1024 * 1024;
const maxBodyBytes = 16 * 1024 * 1024;

/** The client must be dropped: what it sent cannot be a command. */
export class MalformedCommand extends Error {
  override readonly name = 'MalformedCommand';
}

/** Cuts a byte stream into commands: lines up to an empty one, then exactly the announced body. */
export class CommandReader {
  #rest: Buffer = Buffer.alloc(0);

  /** @throws MalformedCommand when a command or body exceeds its limit */
  push(bytes: Buffer): ClientCommand[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const commands: ClientCommand[] = [];
    for (;;) {
      const command = this.#next();
      if (!command) break;
      commands.push(command);
    }
    if (this.#rest.length > maxCommandBytes) throw new MalformedCommand('command too long');
    return commands;
  }

  #next(): ClientCommand | undefined {
    let start = 0;
    while (this.#rest[start] === 0x0a || this.#rest[start] === 0x0d) start++;
    const [end, skip] = endOfBlock(this.#rest, start);
    if (end < 0) return undefined;
    const lines = this.#rest.toString('utf8', start, end).split(/\r?\n/);
    const headers = lines.slice(1).flatMap((line): (readonly [string, string])[] => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
    });
    const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
    const bodyStart = end + skip;
    if (length === undefined) {
      this.#rest = this.#rest.subarray(bodyStart);
      return { line: lines[0] ?? '', headers, body: undefined };
    }
    const bytes = Number(length);
    if (!Number.isInteger(bytes) || bytes < 0 || bytes > maxBodyBytes)
      throw new MalformedCommand('bad content length');
    if (this.#rest.length < bodyStart + bytes) return undefined;
    const body = this.#rest.toString('utf8', bodyStart, bodyStart + bytes);
    this.#rest = this.#rest.subarray(bodyStart + bytes);
    return { line: lines[0] ?? '', headers, body };
  }
}

function endOfBlock(bytes: Buffer, from: number): [end: number, skip: number] {
  const unix = bytes.indexOf('\n\n', from);
  const dos = bytes.indexOf('\r\n\r\n', from);
  if (dos >= 0 && (unix < 0 || dos < unix)) return [dos, 4];
  return [unix, 2];
}
