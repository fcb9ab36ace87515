import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { dncForms, type DncEntry, type DncScope } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { Scope } from '../people/index.ts';
import { visibleCampaigns } from './campaign-book.ts';
import { revokeNumbers } from './revocations.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

/** The scope of an entry that holds for all campaigns; other scopes are a campaign's id, or the region whose register it is. */
export const everyCampaign = '*';

/** Numbers to be listed. */
export interface DncAddition {
  readonly numbers: readonly string[];
  /** Absent: for all campaigns. */
  readonly campaign?: string | undefined;
  readonly reason: string;
  readonly by: string;
  /** Business ms. */
  readonly at: number;
}

/**
 * Lists numbers and takes the leads that hold them out of the game: open ones are closed, lent ones are called back and
 * closed when they return. @returns how many were not listed before
 */
export async function addDoNotCall(trx: Transaction<Tables>, addition: DncAddition): Promise<number> {
  const { numbers, campaign, reason, by, at } = addition;
  const scope = campaign ?? everyCampaign;
  // What a person names stays when a list that names it, too, is taken back.
  await trx
    .updateTable('do_not_call')
    .set({ lists: null })
    .where('scope', '=', scope)
    .where('number', '=', sql<string>`any(${[...numbers]}::text[])`)
    .where('lists', 'is not', null)
    .execute();
  const fresh = await trx
    .insertInto('do_not_call')
    .values(
      [...new Set(numbers)]
        .toSorted()
        .map((number) => ({ scope, number, reason, added_at: at, added_by: by })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('number')
    .execute();
  if (fresh.length === 0) return 0;
  const listed = fresh.map((row) => row.number);
  await noteChanges(trx, scope, listed, true);
  // A lead with further numbers stays: the assignment leaves out the listed ones each time.
  await sql`update leads set state = 'exhausted', reason = 'do-not-call'
    where first_number = any(${listed}) and state = 'open' and jsonb_array_length(numbers) = 1
      and (${scope} = ${everyCampaign} or campaign::text = ${scope})`.execute(trx);
  await sql`update leads set final_state = coalesce(final_state, 'exhausted'), reason = 'do-not-call'
    where id in (select lead from leased_numbers where number = any(${listed}))
      and state in ('leased', 'in-doubt') and jsonb_array_length(numbers) = 1
      and (${scope} = ${everyCampaign} or campaign::text = ${scope})`.execute(trx);
  await revokeNumbers(trx, [...listed, ...(await lentUnder(trx, listed))], campaign, 'do-not-call');
  return fresh.length;
}

/** Lent numbers that begin like one of these entries. */
async function lentUnder(trx: Transaction<Tables>, entries: readonly string[]): Promise<string[]> {
  const beginnings = entries.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1));
  if (beginnings.length === 0) return [];
  const { rows } = await sql<{ number: string }>`select distinct number
    from leased_numbers, unnest(${beginnings}::text[]) as beginning where starts_with(number, beginning)`.execute(
    trx,
  );
  return rows.map((row) => row.number);
}

/** Takes numbers off the list; leads that were closed stay closed, unless {@link noteClosedBy} notes them. @returns how many were listed */
export async function removeDoNotCall(
  trx: Transaction<Tables>,
  numbers: readonly string[],
  campaign: string | undefined,
): Promise<number> {
  const gone = await trx
    .deleteFrom('do_not_call')
    .where('scope', '=', campaign ?? everyCampaign)
    .where('number', 'in', [...numbers])
    .returning('number')
    .execute();
  await noteChanges(
    trx,
    campaign ?? everyCampaign,
    gone.map((row) => row.number),
    false,
  );
  return gone.length;
}

/**
 * Notes the leads that the do-not-call list closed and that hold these numbers, or such as begin like them: `reopenLeads` opens those that no
 * other entry forbids. What an agent decided and what has no attempt left stays as it is. @returns how many were noted
 */
export async function noteClosedBy(
  trx: Transaction<Tables>,
  numbers: readonly string[],
  campaign: string | undefined,
): Promise<number> {
  const whole = numbers.filter((number) => !number.endsWith('*'));
  const beginnings = numbers.filter((number) => number.endsWith('*')).map((number) => number.slice(0, -1));
  const closed = sql`select l.id from leads l join campaigns c on c.id = l.campaign
    where l.state = 'exhausted' and l.reason = 'do-not-call' and l.attempts < (c.settings ->> 'attemptsCap')::integer
      and (${campaign ?? null}::uuid is null or l.campaign = ${campaign ?? null}::uuid)`;
  // In the words of the index `leads_numbers`.
  const further = sql`(jsonb_array_length(numbers) > 1 or numbers #>> '{0,number}' <> first_number)
    and jsonb_path_query_array(numbers, '$[*].number') ?| ${whole}::text[]`;
  const found = sql`${closed} and l.first_number = any(${whole}::text[]) union ${closed} and ${further}`;
  const begun =
    beginnings.length === 0
      ? sql``
      : sql`union ${closed} and exists (select from unnest(${beginnings}::text[]) as beginning,
          jsonb_array_elements(l.numbers) as each where starts_with(each ->> 'number', beginning))`;
  const { numAffectedRows: noted = 0n } =
    await sql`insert into unlisted_leads ${found} ${begun} on conflict do nothing`.execute(trx);
  return Number(noted);
}

/** Counts a change of the list; revisions are committed in their order. */
async function noteChanges(
  trx: Transaction<Tables>,
  scope: string,
  numbers: readonly string[],
  listed: boolean,
): Promise<void> {
  if (numbers.length === 0) return;
  await sql`with next as (update dnc_revision set revision = revision + 1 returning revision)
    insert into dnc_changes (digest, revision, listed)
    select distinct dnc_digest(${scope}, number), next.revision, ${listed}::boolean
    from next, unnest(${[...numbers]}::text[]) as number
    on conflict (digest) do update set revision = excluded.revision, listed = excluded.listed`.execute(trx);
}

/** A number whose entries are looked for. */
export interface SoughtNumber {
  /** E.164. */
  readonly number: string;
  /** The region it is of; undefined when it is a number of none. */
  readonly region: string | undefined;
}

/** Which of these numbers are listed: for all campaigns, for this one, or in the register of their own region. */
export async function listedAmong(
  db: Db,
  numbers: readonly SoughtNumber[],
  campaign?: string,
): Promise<Map<string, readonly DncScope[]>> {
  const regions = [...new Set(numbers.flatMap(({ region }) => region ?? []))];
  const scopes = [everyCampaign, ...(campaign === undefined ? [] : [campaign]), ...regions];
  const { rows } = await sql<{ number: string; scope: string }>`select number, scope from do_not_call
    where number = any(${[...new Set(numbers.flatMap(({ number }) => dncForms(number)))]})
      and scope = any(${scopes})`.execute(db);
  const listed = new Map<string, Set<string>>();
  for (const { number, scope } of rows) listed.set(number, (listed.get(number) ?? new Set()).add(scope));
  return new Map(
    numbers.map(({ number, region }) => {
      const found = new Set(dncForms(number).flatMap((form) => [...(listed.get(form) ?? [])]));
      const hits: DncScope[] = [];
      if (found.has(everyCampaign)) hits.push('all');
      if (campaign !== undefined && found.has(campaign)) hits.push('campaign');
      if (region !== undefined && found.has(region)) hits.push('register');
      return [number, hits];
    }),
  );
}

/** What an entry holds for, as the API says it. */
function scopeOf(scope: string): Pick<DncEntry, 'campaign' | 'register'> {
  if (scope === everyCampaign) return {};
  return scope.length === 2 ? { register: scope } : { campaign: scope };
}

/**
 * Which entries and uploaded lists somebody may see: those of a campaign like the campaign itself, all others concern everybody.
 * @param campaigns where somebody may read campaigns
 */
export function visibleEntries(campaigns: Scope): RawBuilder<boolean> {
  if (campaigns === 'all') return sql<boolean>`true`;
  // The scope of any other entry is shorter than an id.
  return sql<boolean>`(length(scope) <= 2 or scope in (select id::text from campaigns where ${visibleCampaigns(campaigns)}))`;
}

/** What somebody may see of the list, in the order of the numbers; `after` is `next` of the page before. */
export async function listDoNotCall(
  db: Db,
  filter: { number?: string | undefined; campaign?: string | undefined },
  campaigns: Scope,
  limit: number,
  after?: string,
): Promise<{ items: DncEntry[]; next?: string }> {
  let query = db
    .selectFrom('do_not_call')
    .selectAll()
    .where(visibleEntries(campaigns))
    .orderBy('number')
    .orderBy('scope')
    .limit(limit + 1);
  if (filter.number !== undefined) query = query.where('number', '=', filter.number);
  if (filter.campaign !== undefined) query = query.where('scope', '=', filter.campaign);
  if (after !== undefined) {
    const [number = '', scope = ''] = after.split('|');
    query = query.where(sql<boolean>`(number, scope) > (${number}, ${scope})`);
  }
  const rows = await query.execute();
  const items = rows.slice(0, limit).map((row) => ({
    number: row.number,
    reason: row.reason,
    addedAt: row.added_at,
    by: row.added_by,
    ...scopeOf(row.scope),
  }));
  const last = rows[limit - 1];
  return { items, ...(rows.length > limit && last && { next: `${last.number}|${last.scope}` }) };
}
