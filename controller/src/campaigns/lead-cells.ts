import { sql, type Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { readChoice, type ChoiceSettings } from './lead-choice.ts';

/** Leads of a campaign in the same zones, to be counted. */
export interface CellToCount extends ChoiceSettings {
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

/** Leads due now in each cell that may be lent, in the order asked; no more than `most` of each are counted. @param now business ms */
export async function countDue(
  db: Kysely<Tables>,
  cells: readonly CellToCount[],
  most: number,
  now: number,
): Promise<number[]> {
  const counts = new Map<CellToCount, number>();
  for (const [campaign, group] of Map.groupBy(cells, (cell) => cell.campaign)) {
    const { lists, meetsFilter } = await readChoice(db, campaign, group[0]!);
    const { rows } = await sql<{ count: number }>`
      select (select count(*) from (
        select 1 from leads where campaign = ${campaign} and zone_key = cell.key and state = 'open'
          and list = any(${lists.map(({ id }) => id)}::uuid[]) and due_at <= ${now} and attempts < cell."attemptsCap"
          and ${meetsFilter} limit ${most}) as due) as count
      from rows from (jsonb_to_recordset(${JSON.stringify(group)}::jsonb)
        as (key text, "attemptsCap" int)) with ordinality as cell
      order by ordinality`.execute(db);
    rows.forEach(({ count }, i) => counts.set(group[i]!, count));
  }
  return cells.map((cell) => counts.get(cell) ?? 0);
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
