import { sql, type Kysely, type Transaction } from 'kysely';
import type { CampaignSettings, IdSource, LeadNumber } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { beforeOf } from './attempt-results.ts';
import { afterSilence, dueColumns } from './lead-fate.ts';

/** How far an edge's clock may be off when it stops at a lease's end, business ms (architecture: tolerance). */
export const clockToleranceMs = 60_000;

/**
 * Gives leads of a lease back: open again, or what was decided about them while they were away. Their numbers are free.
 */
export async function releaseLeads(
  trx: Transaction<Tables>,
  lease: string,
  leads: readonly string[],
): Promise<void> {
  if (leads.length === 0) return;
  await sql`update leads set state = coalesce(final_state, 'open'), lease = null, final_state = null
    where lease = ${lease} and id = any(${[...leads]}::uuid[])`.execute(trx);
  await sql`delete from leased_numbers where lease = ${lease} and lead = any(${[...leads]}::uuid[])`.execute(
    trx,
  );
}

/**
 * Settles a lease that has ended, if everything it was about is committed here: the attempt stream of the edge's ledger has
 * reached the position the edge named. Leads it calls unworked are open again. A lead that is neither unworked nor has an
 * attempt contradicts itself, and counts as tried: rather one call too few than one too many.
 * @returns whether it is settled
 */
export async function settleLease(
  trx: Transaction<Tables>,
  lease: string,
  newId: IdSource,
): Promise<boolean> {
  const row = await trx
    .selectFrom('leases')
    .selectAll()
    .where('id', '=', lease)
    .where('state', '=', 'ended')
    .forUpdate()
    .executeTakeFirst();
  if (!row || row.after_attempt === null || row.ledger === null) return false;
  if (row.after_attempt > 0) {
    const reached = await trx
      .selectFrom('ingest_position')
      .select('position')
      .where('edge', '=', row.edge)
      .where('epoch', '=', row.ledger)
      .where('stream', '=', 'attempt')
      .executeTakeFirst();
    if ((reached?.position ?? 0) < row.after_attempt) return false;
  }
  await releaseLeads(trx, lease, row.unworked ?? []);
  await countSilence(trx, lease, row.expires_at, newId);
  await finish(trx, lease, undefined);
  return true;
}

/** Settles every ended lease that can be. @returns how many */
export async function settleEnded(db: Kysely<Tables>, newId: IdSource): Promise<number> {
  const rows = await db.selectFrom('leases').select('id').where('state', '=', 'ended').limit(500).execute();
  let settled = 0;
  for (const { id } of rows) {
    if (await db.transaction().execute((trx) => settleLease(trx, id, newId))) settled++;
  }
  return settled;
}

/**
 * Leases past their end that the edge has not accounted for. One that was never sent is taken back; otherwise its leads are
 * in doubt, and by the campaign's policy wait for the edge or count as tried.
 * @returns how many leases were touched
 */
export async function expireLeases(db: Kysely<Tables>, now: number, newId: IdSource): Promise<number> {
  const rows = await db
    .selectFrom('leases')
    .innerJoin('campaigns', 'campaigns.id', 'leases.campaign')
    .select(['leases.id', 'leases.sent_at', 'leases.expires_at', 'campaigns.settings'])
    .where('leases.state', 'in', ['issued', 'stored'])
    .where('leases.expires_at', '<', now - clockToleranceMs)
    .where((eb) =>
      eb.or([
        eb(sql`campaigns.settings->>'inDoubt'`, '=', 'count-attempt'),
        eb('leases.sent_at', 'is', null),
        eb.exists(
          eb
            .selectFrom('leads')
            .select('leads.id')
            .whereRef('leads.lease', '=', 'leases.id')
            .where('leads.state', '=', 'leased'),
        ),
      ]),
    )
    .limit(500)
    .execute();
  for (const row of rows) {
    await db.transaction().execute(async (trx) => {
      // Its end may have been reported since.
      const still = await trx
        .selectFrom('leases')
        .select('sent_at')
        .where('id', '=', row.id)
        .where('state', 'in', ['issued', 'stored'])
        .forUpdate()
        .executeTakeFirst();
      if (!still) return;
      if (still.sent_at === null) {
        await releaseAll(trx, row.id);
        await finish(trx, row.id, 'expired');
      } else if (row.settings.inDoubt === 'count-attempt') {
        await countSilence(trx, row.id, row.expires_at, newId);
        await finish(trx, row.id, 'written-off');
      } else {
        await sql`update leads set state = 'in-doubt' where lease = ${row.id} and state = 'leased'`.execute(
          trx,
        );
      }
    });
  }
  return rows.length;
}

/**
 * Takes back leases that were sent and never came: past their end not confirmed as stored, while the edge says that it has
 * none and that everything it told was received. A broker that is lost with the center loses what it was to deliver.
 * @param before business ms; leases that ended before the edges said so
 */
export async function releaseUnheard(
  db: Kysely<Tables>,
  emptyHanded: readonly string[],
  before: number,
): Promise<void> {
  if (emptyHanded.length === 0) return;
  await db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('leases')
      .select('id')
      .where('edge', 'in', [...emptyHanded])
      .where('state', '=', 'issued')
      .where('expires_at', '<', before)
      .forUpdate()
      .execute();
    for (const { id } of rows) {
      await releaseAll(trx, id);
      await finish(trx, id, 'expired');
    }
  });
}

/** Counts an attempt for every lead an edge still holds: it will not come back. @returns how many leads */
export async function writeOffEdge(
  trx: Transaction<Tables>,
  edge: string,
  now: number,
  newId: IdSource,
): Promise<number> {
  const rows = await trx
    .selectFrom('leases')
    .select(['id', 'expires_at'])
    .where('edge', '=', edge)
    .where('state', '<>', 'settled')
    .forUpdate()
    .execute();
  let leads = 0;
  for (const row of rows) {
    leads += await countSilence(trx, row.id, Math.min(now, row.expires_at), newId);
    await finish(trx, row.id, 'written-off');
  }
  return leads;
}

async function releaseAll(trx: Transaction<Tables>, lease: string): Promise<void> {
  const rows = await trx.selectFrom('leads').select('id').where('lease', '=', lease).execute();
  await releaseLeads(
    trx,
    lease,
    rows.map((row) => row.id),
  );
}

/** Counts one attempt at `at` for every lead the lease still holds, marked as assumed. @returns how many */
async function countSilence(
  trx: Transaction<Tables>,
  lease: string,
  at: number,
  newId: IdSource,
): Promise<number> {
  const { rows } = await sql<{
    id: string;
    campaign: string;
    attempts: number;
    numbers: LeadNumber[];
    due_at: number;
    callback_at: number | null;
    callback_edge: string | null;
    callback_agent: string | null;
    settings: CampaignSettings;
    edge: string;
    final_state: string | null;
  }>`select l.id, l.campaign, l.attempts, l.numbers, l.due_at, l.callback_at, l.callback_edge,
       l.callback_agent, c.settings, s.edge, l.final_state
     from leads l join campaigns c on c.id = l.campaign join leases s on s.id = l.lease
     where l.lease = ${lease} for update of l`.execute(trx);
  for (const row of rows) {
    const fate = afterSilence(beforeOf(row), at, row.settings);
    const due = dueColumns(fate);
    const id = newId();
    await trx
      .insertInto('attempts')
      .values({
        id,
        lead: row.id,
        campaign: row.campaign,
        lease,
        edge: row.edge,
        ordinal: fate.attempts,
        outcome: 'LOST',
        ended_at: at,
        assumed: true,
      })
      .execute();
    // Any of its numbers may have been called, once, and as late as the lease allowed: caps must hold whichever it was.
    await trx
      .insertInto('attempt_calls')
      .values(
        row.numbers.map(({ number }) => ({
          call: newId(),
          attempt: id,
          lead: row.id,
          number,
          started_at: at,
          outcome: 'LOST' as const,
        })),
      )
      .execute();
    await sql`update leads set state = coalesce(final_state, ${fate.state}), lease = null, final_state = null,
        attempts = ${fate.attempts}, due_at = ${due.due_at}, callback_at = ${due.callback_at},
        callback_edge = ${due.callback_edge}, callback_agent = ${due.callback_agent}, last_outcome = 'LOST', last_attempt_at = ${at},
        reason = coalesce(reason, ${fate.reason ?? null})
      where id = ${row.id}`.execute(trx);
  }
  await sql`delete from leased_numbers where lease = ${lease}`.execute(trx);
  return rows.length;
}

async function finish(
  trx: Transaction<Tables>,
  lease: string,
  how: 'expired' | 'written-off' | undefined,
): Promise<void> {
  await sql`delete from leased_numbers where lease = ${lease}`.execute(trx);
  await trx
    .updateTable('leases')
    .set({ state: 'settled', payload: null, unworked: null, ...(how && { how }) })
    .where('id', '=', lease)
    .execute();
}
