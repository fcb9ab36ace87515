import { sql, type Kysely, type Transaction } from 'kysely';
import { idSource, type Clock, type Revoke } from '@branchline/shared';
import type { FleetBus } from '../broker/index.ts';
import type { Tables } from '../database/index.ts';

const newId = idSource();

/** Numbers one message can name (contract). */
const mostNumbers = 1000;

async function store(
  trx: Transaction<Tables>,
  edge: string,
  until: number,
  message: Omit<Revoke, 'id'>,
): Promise<void> {
  const id = newId();
  await trx
    .insertInto('revocations')
    .values({ id, edge, until, session: null, message: JSON.stringify({ id, ...message }) })
    .execute();
}

/** Numbers that an edge holds, until when at the latest. */
interface NumbersThere {
  readonly edge: string;
  readonly until: number;
  readonly numbers: readonly string[];
}

/** Calls the lent leads back that hold one of these numbers, wherever they are. */
export async function revokeNumbers(
  trx: Transaction<Tables>,
  numbers: readonly string[],
  campaign: string | undefined,
  reason: string,
): Promise<void> {
  const { rows } = await sql<NumbersThere>`
    select l.edge, max(l.expires_at) as until, array_agg(n.number) as numbers
    from leased_numbers n join leases l on l.id = n.lease
    where n.number = any(${[...numbers]}) and l.state <> 'settled'
      and (${campaign ?? null}::uuid is null or l.campaign = ${campaign ?? null}::uuid)
    group by l.edge`.execute(trx);
  await storeNumbers(trx, rows, reason);
}

/** Calls the lent leads of a list back, each once. */
export async function revokeList(trx: Transaction<Tables>, list: string, reason: string): Promise<void> {
  const { rows } = await sql<NumbersThere>`
    select l.edge, max(l.expires_at) as until, array_agg(n.number) as numbers
    from leases l join leads d on d.lease = l.id and d.list = ${list} join leased_numbers n on n.lease = l.id and n.lead = d.id
    where l.state <> 'settled'
      and not exists (select from revocations r where r.edge = l.edge and r.message -> 'numbers' ? n.number)
    group by l.edge`.execute(trx);
  await storeNumbers(trx, rows, reason);
}

async function storeNumbers(
  trx: Transaction<Tables>,
  rows: readonly NumbersThere[],
  reason: string,
): Promise<void> {
  for (const { edge, until, numbers } of rows)
    for (let i = 0; i < numbers.length; i += mostNumbers)
      await store(trx, edge, until, { reason, numbers: numbers.slice(i, i + mostNumbers) });
}

/** Calls all lent leads of a campaign back. */
export async function revokeCampaign(
  trx: Transaction<Tables>,
  campaign: string,
  reason: string,
): Promise<void> {
  const { rows } = await sql<{ edge: string; until: number }>`
    select edge, max(expires_at) as until from leases
    where campaign = ${campaign} and state <> 'settled' group by edge`.execute(trx);
  for (const row of rows) await store(trx, row.edge, row.until, { reason, campaign });
}

/** Calls back whatever an edge holds of a campaign, known here or not. `until` is business ms. */
export async function revokeUnknown(
  trx: Transaction<Tables>,
  edge: string,
  campaign: string,
  until: number,
  reason: string,
): Promise<void> {
  await store(trx, edge, until, { reason, campaign });
}

/** Calls leases back that edges hold of campaigns which nobody works on there; each is called once. */
export async function revokeIdle(
  trx: Transaction<Tables>,
  places: readonly { readonly edge: string; readonly campaign: string }[],
): Promise<void> {
  if (places.length === 0) return;
  const { rows } = await sql<{ id: string; edge: string; until: number }>`
    select l.id, l.edge, l.expires_at as until
    from unnest(${places.map(({ edge }) => edge)}::text[], ${places.map(({ campaign }) => campaign)}::uuid[]) as idle(edge, campaign)
    join leases l on l.edge = idle.edge and l.campaign = idle.campaign and l.state = 'stored'
    where not exists (select from revocations r where r.edge = l.edge and r.message ->> 'lease' = l.id::text)`.execute(
    trx,
  );
  for (const { id, edge, until } of rows)
    await store(trx, edge, until, { reason: 'nobody is at work on it there', lease: id });
}

/** Calls one lease back, also one that is not known here. `until` is business ms. */
export async function revokeLease(
  trx: Transaction<Tables>,
  edge: string,
  lease: string,
  until: number,
  reason: string,
): Promise<void> {
  await store(trx, edge, until, { reason, lease });
}

/**
 * Sends what the edges must give back. A session that ends may have lost it, so it is sent once in every session until the
 * leases it is about are over.
 */
export async function sendRevocations(
  db: Kysely<Tables>,
  bus: FleetBus,
  liveSession: (edge: string) => string | undefined,
  business: Clock,
): Promise<void> {
  await db.deleteFrom('revocations').where('until', '<', business.now()).execute();
  const rows = await db.selectFrom('revocations').selectAll().orderBy('id').limit(2000).execute();
  for (const row of rows) {
    const session = liveSession(row.edge);
    if (session === undefined || session === row.session) continue;
    await bus.publish('revoke', row.edge, row.message);
    await db.updateTable('revocations').set({ session }).where('id', '=', row.id).execute();
  }
}
