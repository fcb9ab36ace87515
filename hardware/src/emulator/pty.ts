import { rmSync, symlinkSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';
import type { Cable } from './cable.ts';

/** `openpty(3)`, the one thing Node does not have; the prebuilt addon of node-pty does. */
interface PtyAddon {
  open(
    columns: number,
    rows: number,
  ): { readonly master: number; readonly slave: number; readonly pty: string };
}

const require = createRequire(import.meta.url);

function openPty(): ReturnType<PtyAddon['open']> {
  // The package's own `open` reads both ends and would eat what the program was meant to read.
  const { requireBinary } = require('@lydell/node-pty/requireBinary.js') as {
    readonly requireBinary: (file: string) => PtyAddon;
  };
  return requireBinary('pty.node').open(80, 24);
}

export interface PtyCableOptions {
  readonly received: (bytes: Uint8Array) => void;
  /** The name of the pty is another one after every plugging, as that of a USB modem may be. */
  readonly plugged: (path: string) => void;
  /** A symbolic link that follows the pty, as `/dev/serial/by-path` does. */
  readonly link?: string;
  /** Bytes kept for a program that is slow to read. Default 65536; a UART would have lost them long before. */
  readonly backlog?: number;
}

/** What the kernel's buffer did not take is tried again after this, ms. */
const retryMs = 5;
const backlogLimit = 65_536;

interface Ends {
  readonly master: number;
  readonly reader: ReadStream;
  readonly slave: ReadStream;
}

/** A device on a pseudo-terminal of this machine. Not plugged in at first. */
export class PtyCable implements Cable {
  readonly #options: PtyCableOptions;
  #ends: Ends | undefined;
  #backlog: Buffer = Buffer.alloc(0);
  #retry: NodeJS.Timeout | undefined;

  constructor(options: PtyCableOptions) {
    this.#options = options;
  }

  plug(): void {
    if (this.#ends) return;
    const { master, slave, pty } = openPty();
    // Held open, so that a program that closes its end does not close ours; raw, so that nothing is echoed before one opens it.
    const held = new ReadStream(slave);
    held.setRawMode(true);
    const reader = new ReadStream(master);
    reader.on('data', (bytes: Buffer) => this.#options.received(bytes));
    reader.on('error', () => undefined);
    this.#ends = { master, reader, slave: held };
    if (this.#options.link !== undefined) {
      rmSync(this.#options.link, { force: true });
      symlinkSync(pty, this.#options.link);
    }
    this.#options.plugged(pty);
  }

  unplug(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#backlog = Buffer.alloc(0);
    this.#ends?.reader.destroy();
    this.#ends?.slave.destroy();
    this.#ends = undefined;
    if (this.#options.link !== undefined) rmSync(this.#options.link, { force: true });
  }

  send(bytes: Uint8Array): void {
    if (!this.#ends) return;
    this.#backlog = Buffer.concat([this.#backlog, bytes]).subarray(-(this.#options.backlog ?? backlogLimit));
    if (!this.#retry) this.#flush();
  }

  /** Written by hand: Node's own stream would block the whole process while nobody reads the other end. */
  #flush(): void {
    this.#retry = undefined;
    if (!this.#ends || this.#backlog.length === 0) return;
    try {
      const written = writeSync(this.#ends.master, this.#backlog);
      this.#backlog = this.#backlog.subarray(written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
    if (this.#backlog.length > 0) this.#retry = setTimeout(() => this.#flush(), retryMs);
  }
}
