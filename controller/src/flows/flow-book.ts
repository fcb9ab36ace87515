import { sql, type Kysely, type Transaction } from 'kysely';
import {
  BranchlineError,
  checkFlow,
  type Clock,
  type FlowChange,
  type FlowSettings,
  type FlowVersion,
  type IdSource,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { recordedPrompts } from './recorded-prompts.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

interface Row {
  flow: string;
  version: number;
  at: number;
  by: string;
  why: string | null;
  settings: FlowSettings;
}

const toVersion = ({ flow, why, ...rest }: Row): FlowVersion => ({
  id: flow,
  ...rest,
  ...(why !== null && { why }),
});

const columns = ['v.flow', 'v.version', 'v.at', 'v.by', 'v.why', 'v.settings'] as const;

const inForce = (db: Db) =>
  db
    .selectFrom('flows as f')
    .innerJoin('flow_versions as v', (join) =>
      join.onRef('v.flow', '=', 'f.id').onRef('v.version', '=', 'f.version'),
    )
    .select(columns);

/** Every flow in the version that is in force, by name. There are tens, not thousands. */
export async function listFlows(db: Db): Promise<FlowVersion[]> {
  const rows = await inForce(db).execute();
  return rows.map(toVersion).toSorted((a, b) => a.settings.name.localeCompare(b.settings.name));
}

/** @throws BranchlineError `BL_API_NOT_FOUND` */
export async function findFlow(db: Db, id: string): Promise<FlowVersion> {
  const row = await inForce(db).where('f.id', '=', id).executeTakeFirst();
  if (!row) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'flow', id });
  return toVersion(row);
}

/** Versions of a flow, newest first. */
export async function readFlowVersions(db: Db, id: string, limit: number): Promise<FlowVersion[]> {
  const rows = await db
    .selectFrom('flow_versions as v')
    .select(columns)
    .where('v.flow', '=', id)
    .orderBy('v.version', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toVersion);
}

interface Author {
  readonly by: string;
  readonly clock: Clock;
}

/** @throws BranchlineError `BL_FLOW_*`, `BL_API_CONFLICT` for a number that another flow answers */
export async function createFlow(
  trx: Transaction<Tables>,
  { settings, why }: FlowChange,
  newId: IdSource,
  author: Author,
): Promise<FlowVersion> {
  const id = newId();
  await checkAll(trx, id, settings);
  await trx.insertInto('flows').values({ id, version: 1 }).execute();
  return store(trx, id, 1, settings, why, author);
}

/** A new version of a flow. @throws as {@link createFlow}, `BL_API_NOT_FOUND`, `BL_API_CONFLICT` when there is a newer one */
export async function changeFlow(
  trx: Transaction<Tables>,
  id: string,
  { settings, why, over }: FlowChange,
  author: Author,
): Promise<FlowVersion> {
  const found = await trx
    .selectFrom('flows')
    .select('version')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'flow', id });
  if (over !== undefined && over !== found.version) {
    const { by } = await findFlow(trx, id);
    throw new BranchlineError('BL_API_CONFLICT', {
      problem: `the flow "${settings.name}" was changed meanwhile by ${by}`,
    });
  }
  await checkAll(trx, id, settings);
  const version = found.version + 1;
  await trx.updateTable('flows').set({ version }).where('id', '=', id).execute();
  return store(trx, id, version, settings, why, author);
}

/** @throws BranchlineError `BL_API_NOT_FOUND`, `BL_API_CONFLICT` while a campaign has it */
export async function removeFlow(trx: Transaction<Tables>, id: string): Promise<void> {
  await findFlow(trx, id);
  const user = await trx
    .selectFrom('campaigns')
    .select('name')
    .where('status', '<>', 'stopped')
    .where(sql<boolean>`settings ->> 'flow' = ${id}`)
    .executeTakeFirst();
  if (user)
    throw new BranchlineError('BL_API_CONFLICT', { problem: `the campaign "${user.name}" plays this flow` });
  await trx.deleteFrom('flows').where('id', '=', id).execute();
}

async function store(
  trx: Transaction<Tables>,
  flow: string,
  version: number,
  settings: FlowSettings,
  why: string | undefined,
  { by, clock }: Author,
): Promise<FlowVersion> {
  const row = { flow, version, at: clock.now(), by, why: why ?? null };
  await trx
    .insertInto('flow_versions')
    .values({ ...row, settings: JSON.stringify(settings) })
    .execute();
  return toVersion({ ...row, settings });
}

/** One number leads to one flow wherever both are known. */
async function checkAll(trx: Transaction<Tables>, id: string, settings: FlowSettings): Promise<void> {
  // Two flows that are stored at once would each not see the other, and a recording could go meanwhile.
  await sql`lock table flows, prompts in share row exclusive mode`.execute(trx);
  checkFlow(settings.flow, await recordedPrompts(trx));
  for (const other of await listFlows(trx)) {
    if (other.id === id || !meet(settings.sites, other.settings.sites)) continue;
    const number = settings.numbers.find((each) => other.settings.numbers.includes(each));
    if (number !== undefined)
      throw new BranchlineError('BL_API_CONFLICT', {
        problem: `the number ${number} is answered by the flow "${other.settings.name}"`,
      });
  }
  const known = await trx.selectFrom('sites').select('id').execute();
  const stranger = settings.sites.find((site) => !known.some((each) => each.id === site));
  if (stranger !== undefined) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: stranger });
}

function meet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((site) => b.includes(site));
}
