import { sql, type Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';

/** Leads of a campaign in the same zones, to be counted. */
export interface CellToCount {
  readonly campaign: string;
  readonly key: string;
  readonly attemptsCap: number;
}

/** Leads lent and not yet worked. */
export interface HeldLeads {
  readonly edge: string;
  readonly campaign: string;
  readonly key: string;
  readonly count: number;
}

/** Leads due now in each cell, in the order asked; no more than `most` of each are looked at. @param now business ms */
export async function countDue(
  db: Kysely<Tables>,
  cells: readonly CellToCount[],
  most: number,
  now: number,
): Promise<number[]> {
  if (cells.length === 0) return [];
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from (
      select 1 from leads where campaign = cell.campaign and zone_key = cell.key and state = 'open'
        and due_at <= ${now} and attempts < cell."attemptsCap" limit ${most}) as due) as count
    from rows from (jsonb_to_recordset(${JSON.stringify(cells)}::jsonb)
      as (campaign uuid, key text, "attemptsCap" int)) with ordinality as cell
    order by ordinality`.execute(db);
  return rows.map(({ count }) => count);
}

/** Leads that edges hold, by edge, campaign and zones; whether the edge is there or not. */
export async function countHeld(db: Kysely<Tables>): Promise<HeldLeads[]> {
  const { rows } = await sql<HeldLeads>`
    select l.edge, l.campaign, d.key, sum(d.count)::bigint as count
    from (select lease, zone_key as key, count(*) as count from leads
        where lease is not null and state = 'leased' group by 1, 2) d
      join leases l on l.id = d.lease
    group by 1, 2, 3`.execute(db);
  return rows;
}
