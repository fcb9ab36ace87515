import { sql, type Kysely, type Transaction } from 'kysely';
import type { GateRefusal, RefusedLead } from '@branchline/shared';
import type { Tables } from '../database/index.ts';

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
    on conflict (lead, number, rule) do update set at = excluded.at, edge = excluded.edge, reason = excluded.reason,
      until = excluded.until, rules = excluded.rules, times = gate_refusals.times + 1`.execute(trx);
}

/** What was refused in a campaign, newest first. @param before `next` of the page before */
export async function listRefusals(
  db: Kysely<Tables>,
  campaign: string,
  filter: { lead?: string | undefined; number?: string | undefined },
  limit: number,
  before?: string,
): Promise<{ items: RefusedLead[]; next?: string }> {
  let query = db
    .selectFrom('gate_refusals')
    .selectAll()
    .where('campaign', '=', campaign)
    .orderBy('at', 'desc')
    .orderBy('lead', 'desc')
    .orderBy('number', 'desc')
    .orderBy('rule', 'desc')
    .limit(limit + 1);
  if (filter.lead !== undefined) query = query.where('lead', '=', filter.lead);
  if (filter.number !== undefined) query = query.where('number', '=', filter.number);
  if (before !== undefined) {
    const [at = '0', lead = '', number = '', rule = ''] = before.split('|');
    query = query.where(
      sql<boolean>`(at, lead::text, number, rule) < (${Number(at) || 0}::bigint, ${lead}, ${number}, ${rule})`,
    );
  }
  const rows = await query.execute();
  const items = rows.slice(0, limit).map(({ lead, number, rule, at, edge, reason, until, rules, times }) => ({
    lead,
    number,
    rule,
    at,
    edge,
    reason,
    times,
    ...(until !== null && { until }),
    ...(rules !== null && { rules }),
  }));
  const last = items.at(-1);
  const more = rows.length > limit && last;
  return { items, ...(more && { next: `${last.at}|${last.lead}|${last.number}|${last.rule}` }) };
}
