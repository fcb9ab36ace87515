import { sql, type Kysely } from 'kysely';
import type { CallbackCount } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { Scope } from '../people/index.ts';
import { headStartMs } from './call-cells.ts';

/** An agent who promised to call people by now. */
export interface Promised {
  readonly campaign: string;
  readonly edge: string;
  readonly agent: string;
}

/** Whose own callbacks of these campaigns are due, or will be in a moment. @param now business ms */
export async function findPromised(
  db: Kysely<Tables>,
  campaigns: readonly string[],
  now: number,
): Promise<Promised[]> {
  if (campaigns.length === 0) return [];
  const { rows } = await sql<Promised>`
    select distinct campaign, callback_edge as edge, callback_agent as agent from leads
    where campaign = any(${[...campaigns]}::uuid[]) and callback_at <= ${now + headStartMs} and state = 'open'
      and callback_agent is not null`.execute(db);
  return rows;
}

/**
 * Callbacks of a campaign that are still to be kept, by who promised them: agents of the sites of a scope, and before them those that
 * whoever is free keeps.
 * @param now business ms
 */
export async function countCallbacks(
  db: Kysely<Tables>,
  campaign: string,
  scope: Scope,
  now: number,
): Promise<CallbackCount[]> {
  const own =
    scope === 'all'
      ? sql`true`
      : sql`(callback_agent is null or callback_edge in (select id from edges where site = any(${[...scope]})))`;
  const { rows } = await sql<
    Omit<CallbackCount, 'edge' | 'agent'> & { edge: string | null; agent: string | null }
  >`
    select callback_edge as edge, callback_agent as agent, count(*) as promised,
      count(*) filter (where callback_at <= ${now}) as due, min(callback_at) as "nextAt"
    from leads
    where campaign = ${campaign} and callback_at is not null and state in ('open', 'leased', 'in-doubt') and ${own}
    group by 1, 2 order by 2 nulls first, 1 limit 1000`.execute(db);
  return rows.map(({ edge, agent, ...counts }) => ({
    ...counts,
    ...(edge !== null && agent !== null && { edge, agent }),
  }));
}

/** An agent whom lists of other dialers may name. */
export interface CallbackOwner {
  /** The agent's id in small letters. */
  readonly name: string;
  readonly edge: string;
  readonly agent: string;
}

/** The agents of the sites that may work on a campaign, whose id no other agent there has. */
export async function findOwners(db: Kysely<Tables>, campaign: string): Promise<CallbackOwner[]> {
  const { rows } = await sql<CallbackOwner>`
    select lower(agent ->> 'id') as name, min(e.id) as edge, min(agent ->> 'id') as agent
    from campaigns c, edges e, jsonb_array_elements(e.plan -> 'agents') as agent
    where c.id = ${campaign} and (c.settings -> 'sites' = '[]'::jsonb or c.settings -> 'sites' ? e.site)
    group by 1 having count(*) = 1`.execute(db);
  return rows;
}
