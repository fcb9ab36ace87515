import type { WriteStream } from 'node:tty';

/** Tells what is going on while somebody waits: one line a step, rewritten on a terminal. */
export class Progress {
  readonly #out: WriteStream;
  #line = '';

  constructor(out: WriteStream) {
    this.#out = out;
  }

  /** Runs one step; `say` reports how far it is. */
  async step<T>(name: string, action: (say: (text: string) => void) => T | Promise<T>): Promise<T> {
    const started = Date.now();
    this.#show(`  … ${name}`);
    try {
      const result = await action((text) => this.#show(`  … ${name}: ${text}`));
      this.#end(`  ✓ ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      return result;
    } catch (error) {
      this.#end(`  ✗ ${name}`);
      throw error;
    }
  }

  note(text: string): void {
    this.#end(`  ${text}`);
  }

  #show(text: string): void {
    if (!this.#out.isTTY || text === this.#line) return;
    this.#line = text;
    this.#out.write(`\r\u001b[2K${text.slice(0, (this.#out.columns || 100) - 1)}`);
  }

  #end(text: string): void {
    this.#line = '';
    this.#out.write(`${this.#out.isTTY ? '\r\u001b[2K' : ''}${text}\n`);
  }
}

/** A bar of 30 characters. */
export function bar(done: number, total: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const full = Math.round(share * 30);
  return `${'█'.repeat(full)}${'░'.repeat(30 - full)} ${Math.floor(share * 100)} %`;
}
