import { sql, type RawBuilder, type Transaction } from 'kysely';
import { ownCallbackMs, type IdSource, type Lease, type LeasedLead } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { headStartMs } from './call-cells.ts';
import { recordRefusals } from './gate-refusals.ts';
import { termsKey } from './gate-terms.ts';
import { readChoice, type ChoiceSettings } from './lead-choice.ts';
import { judgeLead, type JudgedNumber } from './lead-judgement.ts';
import { askGate, type BranchFacts, type GatedLead, type GatedSettings } from './lease-gate.ts';
import type { Grant } from './planner.ts';

/** Leads in one lease (contract). */
export const mostLeads = 100;
/** Bytes of leads in one lease: below the contract's 128 KiB with room for the head. */
const mostBytes = 110 * 1024;
/** Calls of a number that a lease tells of (contract): no cap asks for more. */
const mostCalls = 100;
/** A lead whose number is lent elsewhere is looked at again after this time, business ms: it must not block the others. */
const busyNumberMs = 5 * 60_000;

/** What is lent to whom. */
interface Terms {
  readonly edge: string;
  readonly site: string;
  readonly campaign: string;
  readonly settings: GatedSettings & ChoiceSettings;
  readonly branch: BranchFacts;
  /** The lease epoch in force. */
  readonly epoch: string;
  /** Business ms. */
  readonly now: number;
}

/** How many leads of which zones (by key), first come first lent; or those that these agents promised to call. */
export type Assignment = Terms & (Pick<Grant, 'cells'> | { readonly agents: readonly string[] });

interface Candidate extends GatedLead {
  readonly fields: Record<string, string>;
  readonly callback_at: number | null;
  readonly callback_agent: string | null;
}

/** A lead that the gate lets out, with what it said about its numbers. */
interface Callable {
  readonly lead: Candidate;
  readonly numbers: readonly JudgedNumber[];
  readonly dueAt: number;
}

/**
 * Lends leads: claims due ones that nobody else is claiming, takes the lock on every number of a lead or none, and asks the gate
 * about each. What it refuses is written down and never reaches a branch. @returns the ids of the new leases
 */
export async function assignLeads(
  trx: Transaction<Tables>,
  wish: Assignment,
  newId: IdSource,
): Promise<string[]> {
  const candidates =
    'cells' in wish ? await claim(trx, wish, wish.cells) : await claimOwn(trx, wish, wish.agents);
  if (candidates.length === 0) return [];
  const first = newId();
  const locked = await lockNumbers(trx, candidates, wish, first);
  const callable = await throughGate(trx, locked, wish, first);
  return issueLeases(trx, intoLeases(callable, first, newId), first, wish);
}

const candidateColumns = sql.raw(
  'id, numbers, attempts, coalesce(callback_at, due_at) as due_at, callback_at, callback_agent, fields, consent',
);

/**
 * Claims due leads of each cell. A list gives what is most urgent first; of several lists the next lead comes from each with the
 * probability of its weight, as if each were a stream of events at that rate.
 */
async function claim(
  trx: Transaction<Tables>,
  wish: Assignment,
  cells: Grant['cells'],
): Promise<Candidate[]> {
  const { campaign, settings, now } = wish;
  const { lists, meetsFilter } = await readChoice(trx, campaign, settings);
  // PostgreSQL takes unpacked JSON for millions of rows and would read all leads to join them; a list of ids it looks up.
  const { rows } = await sql<Candidate>`
    with chosen as materialized (
      select one.* from rows from (jsonb_to_recordset(${JSON.stringify(cells)}::jsonb) as (key text, count int))
        with ordinality as cell(key, count, nth)
      cross join lateral (
        select due.id, cell.nth, due.promised, due.turn from jsonb_to_recordset(${JSON.stringify(lists)}::jsonb) as mix(id uuid, weight int)
        cross join lateral (
          select id, rank > 100 as promised, sum(-ln(1 - random()) / mix.weight) over (order by rank desc, due_at, id) as turn
          from (
            select id, rank, due_at from leads
            where campaign = ${campaign} and zone_key = cell.key and list = mix.id and state = 'open'
              and due_at <= ${now + headStartMs} and attempts < ${settings.attemptsCap} and ${meetsFilter}
            order by rank desc, due_at, id limit cell.count) first) due
        order by promised desc, turn limit cell.count) one)
    select ${candidateColumns} from leads join chosen using (id)
    where leads.id = any(array(select id from chosen)) and state = 'open' order by nth, promised desc, turn for update of leads skip locked`.execute(
    trx,
  );
  return rows;
}

/** Leads that agents of the branch promised to call themselves by now. */
async function claimOwn(
  trx: Transaction<Tables>,
  wish: Assignment,
  agents: readonly string[],
): Promise<Candidate[]> {
  const { full } = await readChoice(trx, wish.campaign, wish.settings);
  if (full.some(({ list }) => list === undefined)) return [];
  const { rows } = await sql<Candidate>`
    select ${candidateColumns} from leads
    where campaign = ${wish.campaign} and state = 'open' and callback_at <= ${wish.now + headStartMs}
      and attempts < ${wish.settings.attemptsCap} and callback_edge = ${wish.edge} and callback_agent = any(${[...agents]})
    order by callback_at, id limit ${mostLeads} for update skip locked`.execute(trx);
  return rows;
}

/** Sets when a lead is due; what an agent promised stays theirs for a while. */
function dueAt(until: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`due_at = ${until} + case when l.callback_agent is null then 0 else ${ownCallbackMs}::bigint end,
    callback_at = case when l.callback_at is null then null else ${until} end`;
}

/** A lead that is not lent, as it is stored. */
type Kept = Pick<Tables['leads'], 'id' | 'due_at' | 'reason' | 'refused_under'> & {
  readonly state: 'open' | 'exhausted';
};

/** The leads that the gate lets out; the others wait, are held or are closed, and their numbers are free. */
async function throughGate(
  trx: Transaction<Tables>,
  leads: readonly Candidate[],
  wish: Assignment,
  lease: string,
): Promise<Callable[]> {
  const judged = await askGate(trx, leads, wish, wish.now + headStartMs);
  const refused = judged.flatMap(({ lead, numbers }) =>
    numbers.flatMap(({ entry, decision }) =>
      decision.verdict === 'refuse' ? [{ lead: lead.id, number: entry.number, refusal: decision }] : [],
    ),
  );
  await recordRefusals(trx, refused, wish);
  const callable: Callable[] = [];
  const kept: Kept[] = [];
  const terms = termsKey(wish.settings);
  for (const { lead, numbers } of judged) {
    const fate = judgeLead(numbers, wish.now);
    if (fate.what === 'lend') callable.push({ lead, numbers: fate.numbers, dueAt: fate.dueAt });
    else if (fate.what === 'wait') {
      const due_at = Math.max(lead.due_at, fate.until);
      kept.push({ id: lead.id, state: 'open', due_at, reason: null, refused_under: null });
    } else {
      const refused_under = fate.what === 'hold' ? terms : null;
      kept.push({ id: lead.id, state: 'exhausted', due_at: lead.due_at, reason: fate.reason, refused_under });
    }
  }
  if (kept.length > 0) {
    await sql`update leads l set state = r.state, ${dueAt(sql.ref('r.due_at'))}, reason = r.reason, refused_under = r.refused_under
      from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb)
        as r(id uuid, state text, due_at bigint, reason text, refused_under text)
      where l.id = r.id`.execute(trx);
  }
  const lent = callable.flatMap(({ numbers }) => numbers.map(({ entry }) => entry.number));
  await sql`delete from leased_numbers where lease = ${lease} and number <> all(${lent})`.execute(trx);
  return callable;
}

/** Takes the lock of every number of each lead; a lead of which one is taken waits for another time. */
async function lockNumbers(
  trx: Transaction<Tables>,
  candidates: readonly Candidate[],
  wish: Assignment,
  lease: string,
): Promise<Candidate[]> {
  // Sorted, so that two controllers that overlap wait for each other in one order.
  const wanted = candidates
    .flatMap((lead) => lead.numbers.map(({ number }) => ({ number, lead: lead.id })))
    .toSorted((a, b) => (a.number < b.number ? -1 : 1));
  const { rows } = await sql<{ number: string; lead: string }>`
    insert into leased_numbers (number, lease, lead)
    select number, ${lease}::uuid, lead
    from unnest(${wanted.map((w) => w.number)}::text[], ${wanted.map((w) => w.lead)}::uuid[]) as w(number, lead)
    on conflict (number) do nothing returning number, lead`.execute(trx);
  const taken = new Map<string, number>();
  for (const { lead } of rows) taken.set(lead, (taken.get(lead) ?? 0) + 1);
  const isWhole = (lead: Candidate): boolean => taken.get(lead.id) === lead.numbers.length;
  const busy = candidates.filter((lead) => !isWhole(lead)).map((lead) => lead.id);
  if (busy.length > 0) {
    await freeNumbers(trx, lease, busy);
    await sql`update leads l set ${dueAt(sql`${wish.now + busyNumberMs}::bigint`)} where id = any(${busy}::uuid[])`.execute(
      trx,
    );
  }
  return candidates.filter(isWhole);
}

async function freeNumbers(trx: Transaction<Tables>, lease: string, leads: readonly string[]): Promise<void> {
  if (leads.length === 0) return;
  await trx
    .deleteFrom('leased_numbers')
    .where('lease', '=', lease)
    .where('lead', 'in', [...leads])
    .execute();
}

/** Cuts leads into leases that fit the contract, the first under the id given. */
function intoLeases(
  callable: readonly Callable[],
  first: string,
  newId: IdSource,
): Map<string, readonly LeasedLead[]> {
  const leases = new Map<string, LeasedLead[]>();
  let lease = first;
  let bytes = 0;
  for (const each of callable) {
    const lead = leasedLead(each);
    const size = Buffer.byteLength(JSON.stringify(lead)) + 1;
    const count = leases.get(lease)?.length ?? 0;
    if (count === mostLeads || (count > 0 && bytes + size > mostBytes)) {
      lease = newId();
      bytes = 0;
    }
    bytes += size;
    leases.set(lease, [...(leases.get(lease) ?? []), lead]);
  }
  return leases;
}

function leasedLead({ lead, numbers, dueAt }: Callable): LeasedLead {
  return {
    id: lead.id,
    numbers: numbers.map(({ entry, calls: { calledAt, abandonedAt } }) => ({
      ...entry,
      calledAt: calledAt.slice(0, mostCalls),
      ...(abandonedAt !== undefined && { abandonedAt }),
    })),
    attemptsMade: lead.attempts,
    dueAt,
    ...(lead.callback_at !== null && {
      callback: { at: lead.callback_at, ...(lead.callback_agent !== null && { agent: lead.callback_agent }) },
    }),
    fields: lead.fields,
    ...(lead.consent && { consent: lead.consent }),
  };
}

async function issueLeases(
  trx: Transaction<Tables>,
  leases: ReadonlyMap<string, readonly LeasedLead[]>,
  lockedUnder: string,
  wish: Assignment,
): Promise<string[]> {
  const expiresAt = wish.now + wish.settings.leaseSeconds * 1000;
  for (const [id, leads] of leases) {
    const payload: Lease = {
      id,
      epoch: wish.epoch,
      campaign: wish.campaign,
      issuedAt: wish.now,
      expiresAt,
      leads: [...leads],
      budgets: { attemptsPerLead: wish.settings.attemptsCap },
    };
    await trx
      .insertInto('leases')
      .values({
        id,
        epoch: wish.epoch,
        edge: wish.edge,
        site: wish.site,
        campaign: wish.campaign,
        issued_at: wish.now,
        expires_at: expiresAt,
        state: 'issued',
        leads: leads.length,
        payload: JSON.stringify(payload),
        sent_at: null,
        how: null,
        after_attempt: null,
        ledger: null,
      })
      .execute();
    const lent = leads.map((lead) => lead.id);
    await sql`update leads set state = 'leased', lease = ${id} where id = any(${lent}::uuid[])`.execute(trx);
    if (id !== lockedUnder)
      await sql`update leased_numbers set lease = ${id}
        where lease = ${lockedUnder} and lead = any(${lent}::uuid[])`.execute(trx);
  }
  return [...leases.keys()];
}
