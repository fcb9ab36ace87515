import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import Type, { type Static } from 'typebox';
import { BranchlineError, check, closed, Count, Instant, problemOf } from '@branchline/shared';

const File = closed({
  /** Path below the backup's folder. */
  file: Type.String({ pattern: '^[a-z0-9_./-]+$' }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

/** What a backup consists of. It is written last: a folder without it is no backup. */
export const Manifest = closed({
  format: Type.Literal(1),
  /** Real time. */
  createdAt: Instant,
  /** The last migration of the relational store. */
  migration: Type.String(),
  /** PostgreSQL's tables, as CSV. */
  tables: Type.Array(
    closed({ ...File.properties, table: Type.String(), columns: Type.Array(Type.String()), rows: Count }),
  ),
  /** ClickHouse's tables, a JSON object in each line. */
  records: Type.Array(closed({ ...File.properties, table: Type.String(), rows: Count })),
  /** Keys and certificates of the installation. */
  keys: Type.Array(File),
});
export type Manifest = Static<typeof Manifest>;

export const manifestFile = 'manifest.json';

/** What is done, for whoever waits. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/** SHA-256 of a file, hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Reads a backup's manifest and compares every file with it. @throws BranchlineError `BL_BACKUP_INVALID` */
export async function readManifest(
  folder: string,
  onProgress: (progress: Progress) => void,
): Promise<Manifest> {
  const invalid = (problem: string, cause?: unknown): BranchlineError =>
    new BranchlineError('BL_BACKUP_INVALID', { folder, problem }, cause);
  let manifest: Manifest;
  try {
    const text = await readFile(join(folder, manifestFile), 'utf8');
    manifest = check(Manifest, JSON.parse(text));
  } catch (error) {
    throw invalid(`its ${manifestFile} cannot be read (${problemOf(error)})`, error);
  }
  const files = [...manifest.tables, ...manifest.records, ...manifest.keys];
  for (const [done, { file, sha256 }] of files.entries()) {
    onProgress({ step: 'checking', done, total: files.length });
    const found = await hashFile(join(folder, file)).catch((error: unknown) => {
      throw invalid(`${file} cannot be read (${problemOf(error)})`, error);
    });
    if (found !== sha256) throw invalid(`${file} is not what was written`);
  }
  return manifest;
}
