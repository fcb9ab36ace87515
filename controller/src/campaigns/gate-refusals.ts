import { sql, type Kysely, type Transaction } from 'kysely';
import type { AttemptRow, GateRefusal, GateRule, RefusedLead } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { Scope } from '../people/index.ts';
import { stringifyRow } from '../http/csv-text.ts';

/** A number that the gate did not let a branch have. */
export interface RefusedNumber {
  readonly lead: string;
  readonly number: string;
  readonly refusal: GateRefusal;
}

/** Writes down what was refused where leads are lent: the last time, and how often, for each lead, number and rule. */
export async function recordRefusals(
  trx: Transaction<Tables>,
  refused: readonly RefusedNumber[],
  { campaign, edge, now }: { campaign: string; edge: string; now: number },
): Promise<void> {
  if (refused.length === 0) return;
  const rows = refused.map(({ lead, number, refusal }) => ({ lead, number, ...refusal }));
  await sql`
    insert into gate_refusals (lead, number, rule, campaign, at, edge, reason, until, rules)
    select r.lead, r.number, r.rule, ${campaign}, ${now}, ${edge}, r.reason, r.until, r.rules
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(lead uuid, number text, rule text, reason text, until bigint, rules text)
    on conflict (lead, number, rule, branch) do update set at = excluded.at, edge = excluded.edge, reason = excluded.reason,
      until = excluded.until, rules = excluded.rules, times = gate_refusals.times + 1`.execute(trx);
}

/** Writes down what the gate refused at branches, as their attempts tell it, likewise. */
export async function recordBranchRefusals(
  trx: Transaction<Tables>,
  attempts: readonly (AttemptRow & { readonly edge: string })[],
): Promise<void> {
  const rows = attempts.flatMap(({ lead, number, campaign, endedAt, edge, refusal }) =>
    refusal ? [{ lead, campaign, at: endedAt, edge, ...refusal, number: refusal.number ?? number }] : [],
  );
  if (rows.length === 0) return;
  // Of several refusals of the same the last one stands, with how many they were; leads that are gone are nobody's any more.
  await sql`
    insert into gate_refusals (lead, number, rule, branch, campaign, at, edge, reason, until, rules, times)
    select distinct on (r.lead, r.number, r.rule) r.lead, r.number, r.rule, true, r.campaign, r.at, r.edge, r.reason, r.until, r.rules,
      count(*) over (partition by r.lead, r.number, r.rule)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(lead uuid, number text, campaign uuid, at bigint, edge text, rule text, reason text, until bigint, rules text)
    join leads on leads.id = r.lead
    order by r.lead, r.number, r.rule, r.at desc
    on conflict (lead, number, rule, branch) do update set at = excluded.at, edge = excluded.edge, reason = excluded.reason,
      until = excluded.until, rules = excluded.rules, times = gate_refusals.times + excluded.times`.execute(
    trx,
  );
}

/** Which refusals are wanted. */
export interface RefusalFilter {
  readonly lead?: string | undefined;
  readonly number?: string | undefined;
  readonly rule?: GateRule | undefined;
  /** Only those of branches, or only those where leads are lent. */
  readonly branch?: boolean | undefined;
}

/** What was refused in a campaign at the branches of a scope, newest first, with the site of each branch. @param before `next` of the page before */
export async function listRefusals(
  db: Kysely<Tables>,
  campaign: string,
  filter: RefusalFilter,
  scope: Scope,
  limit: number,
  before?: string,
): Promise<{ items: RefusedLead[]; next?: string }> {
  let query = db
    .selectFrom('gate_refusals as r')
    .leftJoin('edges', 'edges.id', 'r.edge')
    .selectAll('r')
    .select('edges.site')
    .where('r.campaign', '=', campaign)
    .orderBy('r.at', 'desc')
    .orderBy('r.lead', 'desc')
    .orderBy('r.number', 'desc')
    .orderBy('r.rule', 'desc')
    .orderBy('r.branch', 'desc')
    .limit(limit + 1);
  if (scope !== 'all') query = query.where(sql<boolean>`edges.site = any(${[...scope]})`);
  for (const column of ['lead', 'number', 'rule', 'branch'] as const) {
    const wanted = filter[column];
    if (wanted !== undefined) query = query.where(`r.${column}`, '=', wanted);
  }
  if (before !== undefined) {
    const [at = '0', lead = '', number = '', rule = '', branch = ''] = before.split('|');
    query = query.where(
      sql<boolean>`(r.at, r.lead::text, r.number, r.rule, r.branch)
        < (${Number(at) || 0}::bigint, ${lead}, ${number}, ${rule}, ${branch === 'true'})`,
    );
  }
  const rows = await query.execute();
  const items = rows.slice(0, limit).map(({ campaign: _campaign, until, rules, site, ...row }) => ({
    ...row,
    ...(site !== null && { site }),
    ...(until !== null && { until }),
    ...(rules !== null && { rules }),
  }));
  const last = items.at(-1);
  if (rows.length <= limit || !last) return { items };
  const { at, lead, number, rule, branch } = last;
  return { items, next: [at, lead, number, rule, branch].join('|') };
}

/** The same as CSV (RFC 4180), page by page. @param masked hides what the reader may not see */
export async function* exportRefusals(
  db: Kysely<Tables>,
  campaign: string,
  filter: RefusalFilter,
  scope: Scope,
  masked: (refused: RefusedLead) => RefusedLead,
): AsyncGenerator<string> {
  // Spreadsheet programs take UTF-8 for what it is only with a byte order mark.
  yield `\u{feff}${stringifyRow(['at', 'where', 'edge', 'number', 'rule', 'reason', 'until', 'rules', 'times', 'lead'])}`;
  let before: string | undefined;
  do {
    const { items, next } = await listRefusals(db, campaign, filter, scope, 500, before);
    yield items.map((item) => stringifyRow(exportRow(masked(item)))).join('');
    before = next;
  } while (before !== undefined);
}

function exportRow({
  at,
  branch,
  edge,
  number,
  rule,
  reason,
  until,
  rules,
  times,
  lead,
}: RefusedLead): string[] {
  return [
    new Date(at).toISOString(),
    branch ? 'branch' : 'lending',
    edge,
    number,
    rule,
    reason,
    until === undefined ? '' : new Date(until).toISOString(),
    rules ?? '',
    String(times),
    lead,
  ];
}
