import { sql, type Kysely, type RawBuilder } from 'kysely';
import { plainNumber, type CampaignSettings, type LeadCondition, type LeadQuota } from '@branchline/shared';
import type { Tables } from '../database/index.ts';

/** What a campaign says about which of its leads are lent. */
export interface ChoiceSettings {
  readonly filter?: CampaignSettings['filter'] | undefined;
  readonly quotas?: CampaignSettings['quotas'] | undefined;
}

/** Which leads of a campaign may be lent, and how its lists are mixed. */
export interface LeadChoice {
  /** Lists with leads to lend, and the share of each. */
  readonly lists: readonly { readonly id: string; readonly weight: number }[];
  /** Quotas that are full. */
  readonly full: readonly LeadQuota[];
  /** Whether a row of `leads` meets the campaign's filter. */
  readonly meetsFilter: RawBuilder<boolean>;
}

/** What may be lent of a campaign as things stand. */
export async function readChoice(
  db: Kysely<Tables>,
  campaign: string,
  { filter = [], quotas = [] }: ChoiceSettings,
): Promise<LeadChoice> {
  const imports = await db
    .selectFrom('imports')
    .select(['id', 'weight'])
    .where('campaign', '=', campaign)
    .where('weight', '>', 0)
    .execute();
  const full: LeadQuota[] = [];
  for (const quota of quotas) if (await isFull(db, campaign, quota)) full.push(quota);
  const isOpen = (list: string): boolean =>
    full.every((quota) => quota.list !== undefined && quota.list !== list);
  return {
    lists: [...imports, { id: campaign, weight: 1 }].filter(({ id }) => isOpen(id)),
    full,
    meetsFilter: meetsAll(filter),
  };
}

/** Why leads that are open are passed over: they do not meet the filter, or nothing of their list is lent. */
export async function findPassedOver(
  db: Kysely<Tables>,
  campaign: string,
  settings: ChoiceSettings,
  leads: readonly string[],
): Promise<Map<string, 'filter' | 'list'>> {
  const { lists, meetsFilter } = await readChoice(db, campaign, settings);
  const { rows } = await sql<{ id: string; why: 'filter' | 'list' | null }>`
    select id, case when not ${meetsFilter} then 'filter' when list <> all(${lists.map(({ id }) => id)}::uuid[]) then 'list' end as why
    from leads where id = any(${[...leads]}::uuid[]) and campaign = ${campaign} and state = 'open'`.execute(
    db,
  );
  return new Map(rows.flatMap(({ id, why }) => (why ? [[id, why]] : [])));
}

/** Whether so many leads came to the result already; no more of them are looked at. */
export async function isFull(
  db: Kysely<Tables>,
  campaign: string,
  { disposition, leads, list }: LeadQuota,
): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from leads where campaign = ${campaign} and disposition = ${disposition}
        and (${list ?? null}::uuid is null or list = ${list ?? null}::uuid) limit ${leads}) as found`.execute(
    db,
  );
  return (rows[0]?.count ?? 0) >= leads;
}

/** Whether a row of `leads` meets all conditions; values are parameters, never text of the statement. */
export function meetsAll(filter: readonly LeadCondition[]): RawBuilder<boolean> {
  return filter.length === 0 ? sql`true` : sql`(${sql.join(filter.map(meets), sql` and `)})`;
}

/** What a condition looks at, as text. */
function traitOf({ of = 'field', field = '' }: LeadCondition): RawBuilder<string> {
  switch (of) {
    case 'field':
      return sql`coalesce(leads.fields ->> ${field}, '')`;
    case 'attempts':
      return sql`leads.attempts::text`;
    case 'outcome':
      return sql`coalesce(leads.last_outcome, '')`;
  }
}

function meets(condition: LeadCondition): RawBuilder<boolean> {
  const { compare, values } = condition;
  const text = traitOf(condition);
  const [first = ''] = values;
  switch (compare) {
    case '=':
      return sql`${text} = ${first}`;
    case '!=':
      return sql`${text} <> ${first}`;
    case 'in':
      return sql`${text} = any(${[...values]}::text[])`;
    case 'contains':
      return sql`strpos(lower(${text}), lower(${first})) > 0`;
    case '<':
    case '<=':
    case '>':
    case '>=':
      // Only what is a number is read as one: the order of conditions is PostgreSQL's to choose, but not within a case.
      return sql`case when ${text} ~ ${plainNumber.source} then (${text})::numeric ${sql.raw(compare)} ${first}::numeric else false end`;
  }
}
