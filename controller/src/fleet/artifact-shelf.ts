import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { BranchlineError, type Artifact, type Clock } from '@branchline/shared';
import { dncDigest, encodeDncList } from '@branchline/shared/node';
import type { Tables } from '../database/index.ts';

/** Versions kept: an edge may be in the middle of fetching an older one. */
const keptVersions = 5;
/** Rows of the do-not-call list read at a time. */
const pageRows = 20_000;
/** Bytes read from the database at a time while a file is sent. */
const chunkBytes = 512 * 1024;

/** Files that edges fetch over HTTPS. A version never changes once it is there. */
export class ArtifactShelf {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** The newest version of each, as the desired documents name them. */
  async current(): Promise<Artifact[]> {
    const rows = await this.#db
      .selectFrom('artifacts')
      .distinctOn('name')
      .select(['name', 'version', 'sha256', 'bytes'])
      .orderBy('name')
      .orderBy('version', 'desc')
      .execute();
    return rows.map((row) => ({
      // The only name the shelf writes.
      name: row.name as Artifact['name'],
      version: row.version,
      sha256: row.sha256,
      bytes: row.bytes,
      url: `/edge/v1/artifacts/${row.name}/${row.version}`,
    }));
  }

  /** Makes a new do-not-call artifact when the list has changed since the last one. @returns whether there is a new version */
  async refreshDnc(): Promise<boolean> {
    const { revision } = await this.#db
      .selectFrom('dnc_revision')
      .select('revision')
      .executeTakeFirstOrThrow();
    const last = await this.#db
      .selectFrom('artifacts')
      .select(['version', 'revision', 'sha256'])
      .where('name', '=', 'dnc')
      .orderBy('version', 'desc')
      .executeTakeFirst();
    if (last && last.revision >= revision) return false;
    const content = encodeDncList(await this.#digests());
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (last?.sha256 === sha256) {
      await this.#db
        .updateTable('artifacts')
        .set({ revision })
        .where('name', '=', 'dnc')
        .where('version', '=', last.version)
        .execute();
      return false;
    }
    const version = (last?.version ?? 0) + 1;
    const made = await this.#db
      .insertInto('artifacts')
      .values({
        name: 'dnc',
        version,
        revision,
        sha256,
        bytes: content.byteLength,
        content,
        made_at: this.#clock.now(),
      })
      // Another controller made the same version at the same moment: its content is as new as ours or it is made again.
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    await this.#db
      .deleteFrom('artifacts')
      .where('name', '=', 'dnc')
      .where('version', '<=', version - keptVersions)
      .execute();
    return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** @throws BranchlineError `BL_API_NOT_FOUND` */
  async find(name: string, version: number): Promise<{ sha256: string; bytes: number }> {
    const row = await this.#db
      .selectFrom('artifacts')
      .select(['sha256', 'bytes'])
      .where('name', '=', name)
      .where('version', '=', version)
      .executeTakeFirst();
    if (!row) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'artifact', id: `${name}/${version}` });
    return row;
  }

  /** The bytes from `start` to `end` (both included), in pieces. */
  async *read(name: string, version: number, start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at <= end; at += chunkBytes) {
      const length = Math.min(chunkBytes, end - at + 1);
      const { rows } = await sql<{ part: Buffer }>`
        select substring(content from ${at + 1}::int for ${length}::int) as part
        from artifacts where name = ${name} and version = ${version}`.execute(this.#db);
      const part = rows[0]?.part;
      if (!part)
        throw new BranchlineError('BL_API_NOT_FOUND', { what: 'artifact', id: `${name}/${version}` });
      yield part;
    }
  }

  async #digests(): Promise<Buffer[]> {
    const digests: Buffer[] = [];
    let after = { number: '', scope: '' };
    for (;;) {
      const rows = await this.#db
        .selectFrom('do_not_call')
        .select(['number', 'scope'])
        .where(sql<boolean>`(number, scope) > (${after.number}, ${after.scope})`)
        .orderBy('number')
        .orderBy('scope')
        .limit(pageRows)
        .execute();
      for (const { number, scope } of rows)
        digests.push(dncDigest(number, scope === '*' ? undefined : scope));
      const last = rows.at(-1);
      if (!last || rows.length < pageRows) return digests;
      after = last;
    }
  }
}

/** A single range of a `Range` header (RFC 9110, 14.1.2); undefined = the whole, `unfit` = 416. */
export function readRange(
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | 'unfit' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const tail = Number(match[2]);
    return tail === 0 || bytes === 0 ? 'unfit' : { start: Math.max(0, bytes - tail), end: bytes - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? bytes - 1 : Math.min(Number(match[2]), bytes - 1);
  return start >= bytes || start > end ? 'unfit' : { start, end };
}
