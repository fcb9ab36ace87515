/**
 * What Grafana's ClickHouse plugin does on HTTP: clickhouse-go's first question, its address, and its reading of the Native
 * format, which depends on the revision that the server names. Emulated from the driver's source; only the types that our
 * queries give.
 */
export interface GrafanaDriver {
  /** Revision the server named. */
  readonly revision: number;
  readonly version: string;
  query(sql: string): Promise<Record<string, unknown>[]>;
}

/** An answer that is not 200. */
export class DriverError extends Error {
  readonly status: number;
  readonly code: string | null;

  constructor(status: number, code: string | null, text: string) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

/** The newest revision that clickhouse-go 2.47 knows. */
const newestRevision = 54_460;
const withSerialization = 54_454;

export async function connectAsGrafana(url: string, user: string, password: string): Promise<GrafanaDriver> {
  const ask = async (sql: string, revision: number): Promise<Record<string, unknown>[]> => {
    const address = new URL(url);
    address.searchParams.set('database', 'branchline');
    address.searchParams.set('default_format', 'Native');
    address.searchParams.set('client_protocol_version', String(newestRevision));
    const response = await fetch(address, {
      method: 'POST',
      body: sql,
      headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password, 'Accept-Encoding': 'gzip' },
    });
    if (!response.ok)
      throw new DriverError(
        response.status,
        response.headers.get('X-ClickHouse-Exception-Code'),
        await response.text(),
      );
    return readNative(Buffer.from(await response.arrayBuffer()), revision);
  };
  const [hello] = await ask('SELECT displayName(), version(), revision(), timezone()', newestRevision);
  if (!hello) throw new Error('the server did not answer the first question');
  const revision = Number(hello['revision()']);
  return { revision, version: String(hello['version()']), query: (sql) => ask(sql, revision) };
}

function readNative(bytes: Buffer, revision: number): Record<string, unknown>[] {
  const input = new Input(bytes);
  const rows: Record<string, unknown>[] = [];
  while (!input.done) {
    if (revision > 0) {
      // Field 1, a flag, field 2, a bucket, no more fields.
      for (const length of [1, 1, 1, 4, 1]) input.skip(length);
    }
    const columns = input.varint();
    const count = input.varint();
    const block: Record<string, unknown>[] = Array.from({ length: count }, () => ({}));
    for (let i = 0; i < columns; i++) {
      const name = input.text();
      const type = input.text();
      if (revision >= withSerialization && input.uint(1) !== 0)
        throw new Error(`${name} is written in a special way`);
      if (count === 0) continue;
      input.values(type, count).forEach((value, row) => (block[row]![name] = value));
    }
    rows.push(...block);
  }
  return rows;
}

class Input {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  skip(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error('the answer ends too early');
    return at;
  }

  varint(): number {
    for (let value = 0, shift = 1; ; shift *= 128) {
      const byte = this.#bytes[this.skip(1)] ?? 0;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const length = this.varint();
    const at = this.skip(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  uint(length: 1 | 2 | 4 | 8): number {
    const at = this.skip(length);
    return length === 8 ? Number(this.#bytes.readBigUInt64LE(at)) : this.#bytes.readUIntLE(at, length);
  }

  values(type: string, count: number): unknown[] {
    const each = <T>(read: () => T): T[] => Array.from({ length: count }, read);
    const nullable = /^Nullable\((.*)\)$/.exec(type)?.[1];
    if (nullable !== undefined) {
      const missing = each(() => this.uint(1) === 1);
      return this.values(nullable, count).map((value, i) => (missing[i] ? null : value));
    }
    if (type === 'LowCardinality(String)') return this.#dictionary();
    const [, unsigned, width] = /^(U?)Int(8|16|32|64)$/.exec(type) ?? [];
    if (width !== undefined) {
      const bits = Number(width);
      const read = (): number => this.uint((bits / 8) as 1 | 2 | 4 | 8);
      return each(unsigned ? read : () => Number(BigInt.asIntN(bits, BigInt(read()))));
    }
    if (type === 'String') return each(() => this.text());
    if (type === 'Float64') return each(() => this.#bytes.readDoubleLE(this.skip(8)));
    if (/^DateTime(\('UTC'\))?$/.test(type)) return each(() => written(this.uint(4) * 1000).slice(0, 19));
    if (/^DateTime64\(3, 'UTC'\)$/.test(type)) return each(() => written(this.uint(8)));
    throw new Error(`the type ${type} is not read here`);
  }

  #dictionary(): string[] {
    if (this.uint(8) !== 1) throw new Error('the dictionary is of another version');
    const flags = this.uint(8);
    const width = ([1, 2, 4] as const)[flags & 3] ?? 4;
    const keys = Array.from({ length: this.uint(8) }, () => this.text());
    return Array.from({ length: this.uint(8) }, () => keys[this.uint(width)] ?? '');
  }
}

function written(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}
