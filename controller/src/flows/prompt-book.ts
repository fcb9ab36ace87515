import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import {
  BranchlineError,
  findFlowProblems,
  type Clock,
  type PromptRecording,
  type PromptVersion,
  type Recording,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { listFlows } from './flow-book.ts';
import { recordedPrompts } from './recorded-prompts.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

/** Versions kept of each recording. */
const keptVersions = 20;
/** Recordings in force: what one desired document can name. */
const mostRecordings = 200;

/** A prompt in one language. */
export type PromptPlace = Pick<PromptRecording, 'prompt' | 'language'>;

const columns = [
  'v.prompt',
  'v.language',
  'v.version',
  'v.at',
  'v.by',
  'v.why',
  'v.ms',
  'v.level_db as levelDb',
  'v.sha256',
  sql<number>`octet_length(v.wav)`.as('bytes'),
] as const;

type Row = Omit<PromptVersion, 'why'> & { readonly why: string | null };

const toVersion = ({ why, ...rest }: Row): PromptVersion => ({ ...rest, ...(why !== null && { why }) });

/** Every recording in the version that is in force, by name. */
export async function listRecordings(db: Db): Promise<PromptVersion[]> {
  const rows = await db
    .selectFrom('prompts as p')
    .innerJoin('prompt_versions as v', (join) =>
      join
        .onRef('v.prompt', '=', 'p.prompt')
        .onRef('v.language', '=', 'p.language')
        .onRef('v.version', '=', 'p.version'),
    )
    .select(columns)
    .orderBy('v.prompt')
    .orderBy('v.language', 'desc')
    .execute();
  return rows.map(toVersion);
}

/** Versions of a recording, newest first. */
export async function readPromptVersions(
  db: Db,
  { prompt, language }: PromptPlace,
): Promise<PromptVersion[]> {
  const rows = await db
    .selectFrom('prompt_versions as v')
    .select(columns)
    .where('v.prompt', '=', prompt)
    .where('v.language', '=', language)
    .orderBy('v.version', 'desc')
    .execute();
  return rows.map(toVersion);
}

/** @throws BranchlineError `BL_API_NOT_FOUND` */
export async function readSound(db: Db, { prompt, language }: PromptPlace, version: number): Promise<Buffer> {
  const row = await db
    .selectFrom('prompt_versions')
    .select('wav')
    .where('prompt', '=', prompt)
    .where('language', '=', language)
    .where('version', '=', version)
    .executeTakeFirst();
  return row?.wav ?? missing(`${prompt}/${language}/${version}`);
}

/** A recording by its hash, as branches ask for it. @throws BranchlineError `BL_API_NOT_FOUND` */
export async function findSound(db: Db, sha256: string): Promise<Buffer> {
  const row = await db
    .selectFrom('prompt_versions')
    .select('wav')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst();
  return row?.wav ?? missing(sha256);
}

/** Stores a recording as the newest version. @throws BranchlineError `BL_API_CONFLICT` when there are too many */
export async function storeRecording(
  trx: Transaction<Tables>,
  place: PromptPlace,
  { wav, ms, levelDb }: Recording,
  { by, clock, why }: { readonly by: string; readonly clock: Clock; readonly why?: string | undefined },
): Promise<PromptVersion> {
  const { prompt, language } = place;
  await lock(trx);
  const known = await trx.selectFrom('prompts').select(['prompt', 'language', 'version']).execute();
  const before = known.find((each) => each.prompt === prompt && each.language === language);
  if (!before && known.length >= mostRecordings)
    throw new BranchlineError('BL_API_CONFLICT', {
      problem: `there are ${mostRecordings} recordings already`,
    });
  const version = (before?.version ?? 0) + 1;
  await trx
    .insertInto('prompts')
    .values({ prompt, language, version })
    .onConflict((conflict) => conflict.columns(['prompt', 'language']).doUpdateSet({ version }))
    .execute();
  const sha256 = createHash('sha256').update(wav).digest('hex');
  const head = { prompt, language, version, at: clock.now(), by, why: why ?? null, ms, sha256 };
  await trx
    .insertInto('prompt_versions')
    .values({ ...head, level_db: levelDb, wav: Buffer.from(wav) })
    .execute();
  await trx
    .deleteFrom('prompt_versions')
    .where('prompt', '=', prompt)
    .where('language', '=', language)
    .where('version', '<=', version - keptVersions)
    .execute();
  return toVersion({ ...head, levelDb, bytes: wav.byteLength });
}

/**
 * Takes a recording out of use, with its versions.
 * @throws BranchlineError `BL_API_NOT_FOUND`, `BL_API_CONFLICT` while a flow has nothing else to say
 */
export async function removeRecording(trx: Transaction<Tables>, place: PromptPlace): Promise<void> {
  const { prompt, language } = place;
  await lock(trx);
  const gone = await trx
    .deleteFrom('prompts')
    .where('prompt', '=', prompt)
    .where('language', '=', language)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) missing(`${prompt}/${language}`);
  const left = await recordedPrompts(trx);
  const mute = (await listFlows(trx)).find(({ settings }) =>
    findFlowProblems(settings.flow, left).some(({ detail }) => detail === prompt),
  );
  if (mute)
    throw new BranchlineError('BL_API_CONFLICT', {
      problem: `the flow "${mute.settings.name}" says the prompt "${prompt}", which has no text`,
    });
}

/** A flow that is stored while a recording goes would be left with nothing to say. */
async function lock(trx: Transaction<Tables>): Promise<void> {
  await sql`lock table flows, prompts in share row exclusive mode`.execute(trx);
}

function missing(id: string): never {
  throw new BranchlineError('BL_API_NOT_FOUND', { what: 'recording', id });
}
