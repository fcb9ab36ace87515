import type { StreamName } from '@branchline/shared';
import { streamNames } from '@branchline/shared';

/** The outbox part of a ledger, in memory: a simulated box has no disk of its own. */
export class MemoryOutbox {
  readonly #streams = new Map<StreamName, { first: number; rows: string[]; acked: number }>();

  constructor() {
    for (const name of streamNames) this.#streams.set(name, { first: 1, rows: [], acked: 0 });
  }

  /** Appends a row. @returns its number */
  add(stream: StreamName, row: object): number {
    const { first, rows } = this.#streams.get(stream)!;
    const seq = first + rows.length;
    rows.push(JSON.stringify({ seq, ...row }));
    return seq;
  }

  /** Rows that were ever added. */
  get added(): number {
    return [...this.#streams.values()].reduce((sum, { first, rows }) => sum + first - 1 + rows.length, 0);
  }

  /** Rows not yet acknowledged. */
  get pending(): number {
    return [...this.#streams.values()].reduce(
      (sum, { first, rows, acked }) => sum + first - 1 + rows.length - acked,
      0,
    );
  }

  /** Rows of one stream that were ever added. */
  count(stream: StreamName): number {
    const { first, rows } = this.#streams.get(stream)!;
    return first - 1 + rows.length;
  }

  readOutbox(args: {
    stream: StreamName;
    from: number;
    limit: number;
    maxBytes: number;
  }): Promise<{ seq: number; row: string }[]> {
    const { first, rows } = this.#streams.get(args.stream)!;
    const found: { seq: number; row: string }[] = [];
    let bytes = 0;
    for (
      let seq = Math.max(args.from, first);
      seq < first + rows.length && found.length < args.limit;
      seq++
    ) {
      const row = rows[seq - first]!;
      bytes += row.length;
      if (bytes > args.maxBytes && found.length > 0) break;
      found.push({ seq, row });
    }
    return Promise.resolve(found);
  }

  ackOutbox(args: { stream: StreamName; upTo: number }): Promise<void> {
    const stream = this.#streams.get(args.stream)!;
    stream.acked = Math.max(stream.acked, args.upTo);
    // The last acknowledged row goes again when a session begins.
    const gone = stream.acked - stream.first;
    if (gone > 1000) {
      stream.rows.splice(0, gone);
      stream.first += gone;
    }
    return Promise.resolve();
  }

  positions(): Promise<{ stream: StreamName; last: number; acked: number }[]> {
    return Promise.resolve(
      [...this.#streams].map(([stream, { first, rows, acked }]) => ({
        stream,
        last: first - 1 + rows.length,
        acked,
      })),
    );
  }
}
