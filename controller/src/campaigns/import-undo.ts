import { sql, type Kysely } from 'kysely';
import { sleep, type Clock, type UndoForecast } from '@branchline/shared';
import type { Tables } from '../database/index.ts';

/** Leads taken back in one transaction: none of them is locked for longer than a few tens of ms. */
const batchLeads = 5000;
/** How long the planner is given to be through with leads it holds at this moment, ms of transport time. */
const pauseMs = 50;

/** Never lent, or back without having been called; the index `leads_untouched` is over these. */
const untouched = sql`lease is null and last_attempt_at is null and attempts = earlier_attempts`;

/** What an undo of a finished import would do now. */
export async function forecastUndo(db: Kysely<Tables>, id: string): Promise<UndoForecast> {
  const { rows } = await sql<UndoForecast>`
    select takes, listed, lent, greatest(0, imported - taken_back - takes - lent) as worked
    from imports i,
      lateral (select count(*) as takes, count(*) filter (where state = 'exhausted' and reason = 'do-not-call') as listed
        from leads where import = i.id and ${untouched}) as free,
      lateral (select count(*) as lent from leads where import = i.id and lease is not null) as away
    where i.id = ${id}`.execute(db);
  return rows[0] ?? { takes: 0, listed: 0, lent: 0, worked: 0 };
}

/**
 * Takes back the leads of an import that is `undoing`, those that nobody has called and that are not lent. Each batch is
 * counted in its own transaction, and a lead that the planner holds is left to it: however this ends, and however many
 * processes do it at once, it can be gone on with.
 * @param moved is told after each batch
 * @throws the signal's reason when aborted; `BL_DB_UNREACHABLE`
 */
export async function takeBack(
  db: Kysely<Tables>,
  id: string,
  clock: Clock,
  signal: AbortSignal,
  moved: () => void,
): Promise<void> {
  // Removed entries stay in the index for a while: each batch begins after the one before instead of walking over them.
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    signal.throwIfAborted();
    const last = await takeBatch(db, id, after);
    if (last !== undefined) {
      after = last;
      moved();
      continue;
    }
    if (await finishUndo(db, id)) return;
    await sleep(clock, pauseMs, signal);
    after = '00000000-0000-0000-0000-000000000000';
  }
}

/** @returns the last lead it took; undefined when there was none */
async function takeBatch(db: Kysely<Tables>, id: string, after: string): Promise<string | undefined> {
  const { rows } = await sql<{ last: string | null }>`
    with free as (
      select id from leads where import = ${id} and ${untouched} and id > ${after}
        and exists (select from imports where id = ${id} and state = 'undoing')
      order by id limit ${batchLeads} for update skip locked),
    gone as (delete from leads using free where leads.id = free.id returning leads.id)
    update imports set taken_back = taken_back + (select count(*) from gone) where id = ${id}
    returning (select id from gone order by id desc limit 1) as last`.execute(db);
  return rows[0]?.last ?? undefined;
}

/** @returns whether it is over; false while a lead that could be taken back is there */
async function finishUndo(db: Kysely<Tables>, id: string): Promise<boolean> {
  await sql`
    update imports i
    set state = 'undone', kept = jsonb_build_object('lent', lent, 'worked', greatest(0, imported - taken_back - lent))
    from (select count(*) as lent from leads where import = ${id} and lease is not null) as away
    where i.id = ${id} and i.state = 'undoing'
      and not exists (select from leads where import = ${id} and ${untouched})`.execute(db);
  const row = await db.selectFrom('imports').select('state').where('id', '=', id).executeTakeFirst();
  return row?.state !== 'undoing';
}
