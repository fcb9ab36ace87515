import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { BranchlineError, type Artifact, type Clock } from '@branchline/shared';
import { dncDigestBytes, dncMagic, encodeDncChanges } from '@branchline/shared/node';
import type { Tables } from '../database/index.ts';
import { knowledgeRevision, readKnowledge } from '../knowledge/index.ts';

/** Versions kept: an edge may be in the middle of fetching an older one. */
const keptVersions = 5;
/** Digests in one part of the list. */
const partDigests = 65_536;
/** A list of up to so many bytes is made anew at each change: one file instead of two. */
const smallList = 256 * 1024;
/** Changes that are told one by one; with more the list is made anew. */
const mostChanges = 50_000;

/** Files that edges fetch over HTTPS. A version never changes once it is there. */
export class ArtifactShelf {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** The newest versions, as the desired documents name them: the list, the changes of this list, and the knowledge base. */
  async current(): Promise<Artifact[]> {
    const base = await this.#newest('dnc');
    const changes = base && (await this.#newest('dnc-changes', base.version));
    return [base, changes, await this.#newest('knowledge')].flatMap((row) =>
      row
        ? {
            name: row.name,
            version: row.version,
            sha256: row.sha256,
            bytes: row.bytes,
            url: `/edge/v1/artifacts/${row.name}/${row.version}`,
          }
        : [],
    );
  }

  /**
   * Brings the do-not-call artifacts up to date: the changes of a large list as long as they are few, otherwise the list anew.
   * @returns whether there is a new version
   */
  async refreshDnc(): Promise<boolean> {
    const made = await this.#db
      .transaction()
      // All of it sees the list as of one revision.
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        const { revision, bulk } = await trx
          .selectFrom('dnc_revision')
          .select(['revision', 'bulk'])
          .executeTakeFirstOrThrow();
        const base = await this.#newest('dnc', undefined, trx);
        const changes = base && (await this.#newest('dnc-changes', base.version, trx));
        if (base && Math.max(base.revision, changes?.revision ?? 0) >= revision) return false;
        if (!base || bulk > base.revision || base.bytes <= smallList) return this.#makeBase(trx, revision);
        const { rows } = await sql<{ digest: Buffer; listed: boolean }>`
          select digest, listed from dnc_changes where revision > ${base.revision}
          limit ${mostChanges + 1}`.execute(trx);
        if (rows.length > mostChanges) return this.#makeBase(trx, revision);
        const content = encodeDncChanges(base.sha256, rows);
        const version = await this.#nextVersion(trx, 'dnc-changes');
        await trx
          .insertInto('artifact_parts')
          .values({ name: 'dnc-changes', version, start: 0, bytes: content })
          .execute();
        return this.#shelve(trx, 'dnc-changes', version, revision, base.version);
      });
    return made;
  }

  /**
   * Brings the knowledge base up to date.
   * @returns whether there is a new version
   */
  async refreshKnowledge(): Promise<boolean> {
    return this.#db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        const revision = await knowledgeRevision(trx);
        if (revision === ((await this.#newest('knowledge', undefined, trx))?.revision ?? 0)) return false;
        const version = await this.#nextVersion(trx, 'knowledge');
        const bytes = Buffer.from(JSON.stringify(await readKnowledge(trx)));
        await trx
          .insertInto('artifact_parts')
          .values({ name: 'knowledge', version, start: 0, bytes })
          .execute();
        return this.#shelve(trx, 'knowledge', version, revision, null);
      });
  }

  /** The whole list, sorted, made inside PostgreSQL: nobody holds it. */
  async #makeBase(trx: Transaction<Tables>, revision: number): Promise<true> {
    const version = await this.#nextVersion(trx, 'dnc');
    await trx
      .insertInto('artifact_parts')
      .values({ name: 'dnc', version, start: 0, bytes: dncMagic })
      .execute();
    await sql`
      with digests as (select distinct dnc_digest(scope, number) as digest from do_not_call),
        numbered as (select digest, (row_number() over (order by digest) - 1) / ${partDigests}::bigint as part from digests)
      insert into artifact_parts (name, version, start, bytes)
      select 'dnc', ${version}::bigint, ${dncMagic.byteLength}::bigint + part * ${partDigests * dncDigestBytes}::bigint,
        string_agg(digest, ''::bytea order by digest)
      from numbered group by part`.execute(trx);
    await trx.deleteFrom('dnc_changes').where('revision', '<=', revision).execute();
    return this.#shelve(trx, 'dnc', version, revision, null);
  }

  /** Names what its parts are, and takes the oldest versions off. */
  async #shelve(
    trx: Transaction<Tables>,
    name: Artifact['name'],
    version: number,
    revision: number,
    base: number | null,
  ): Promise<true> {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const part of this.read(name, version, 0, Infinity, trx)) {
      hash.update(part);
      bytes += part.byteLength;
    }
    await trx
      .insertInto('artifacts')
      .values({
        name,
        version,
        revision,
        sha256: hash.digest('hex'),
        bytes,
        base,
        made_at: this.#clock.now(),
      })
      .execute();
    for (const table of ['artifacts', 'artifact_parts'] as const)
      await trx
        .deleteFrom(table)
        .where('name', '=', name)
        .where('version', '<=', version - keptVersions)
        .execute();
    return true;
  }

  async #nextVersion(trx: Transaction<Tables>, name: Artifact['name']): Promise<number> {
    return ((await this.#newest(name, undefined, trx))?.version ?? 0) + 1;
  }

  #newest(name: Artifact['name'], base?: number, db: Kysely<Tables> = this.#db) {
    let query = db.selectFrom('artifacts').selectAll().where('name', '=', name);
    if (base !== undefined) query = query.where('base', '=', base);
    return query
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst()
      .then((row) => row && { ...row, name });
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
  async *read(
    name: string,
    version: number,
    start: number,
    end: number,
    db: Kysely<Tables> = this.#db,
  ): AsyncGenerator<Buffer> {
    for (let at = start; at <= end;) {
      const row = await db
        .selectFrom('artifact_parts')
        .select(['start', 'bytes'])
        .where('name', '=', name)
        .where('version', '=', version)
        .where('start', '<=', at)
        .orderBy('start', 'desc')
        .limit(1)
        .executeTakeFirst();
      const piece = row?.bytes.subarray(at - row.start, end - row.start + 1);
      if (!piece || piece.byteLength === 0) return;
      yield piece;
      at += piece.byteLength;
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
