import { BranchlineError, type CallFilter, type CallView } from '@branchline/shared';
import type { ClickHouse, QueryParams } from '../clickhouse.ts';
import { siteCondition, type SiteScope } from './scope.ts';

export interface CallSearch extends Omit<CallFilter, 'site' | 'number'> {
  /** The ways in which the customer's number may have been written; none = any number. */
  readonly numbers?: readonly string[];
  /** Calls a page, 1–500; default 50. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface CallPage {
  /** Latest start first. */
  readonly calls: CallView[];
  /** Continues the list; absent on the last page. */
  readonly next?: string;
}

const dayMs = 86_400_000;
/** How far back to look at first: rows are sorted by hour, so a short look back is cheap and nearly always enough. */
const looksBackMs = [3_600_000, dayMs, 31 * dayMs];
const mostRows = 500;
/** Calls that an export reads at a time: their ids still fit into the address of one question. */
export const exportedAtOnce = 5000;

/** Rows of one call start near each other. */
export const aroundCall =
  'c.started_at BETWEEN fromUnixTimestamp64Milli({since:Int64}) AND fromUnixTimestamp64Milli({until:Int64})';

/** Where to look for what belongs to an instant: the parameters of {@link aroundCall}. */
export function around(at: number): { readonly since: number; readonly until: number } {
  return { since: Math.max(0, at - 2 * dayMs), until: at + 2 * dayMs };
}

interface Place {
  /** Epoch ms. */
  readonly at: number;
  readonly id: string;
}

type FoundCall = Omit<CallView, 'campaign' | 'agent' | 'disposition' | 'answerToAgentMs'> & {
  campaign: string | null;
  agent: string;
  answerToAgentMs: number | null;
};

/**
 * Closed calls, latest first.
 * @param most calls a page may have
 * @throws BranchlineError `BL_API_INVALID` for a limit or cursor that is none; `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readRecentCalls(
  clickHouse: ClickHouse,
  search: CallSearch,
  scope: SiteScope,
  most = mostRows,
): Promise<CallPage> {
  const limit = search.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw new BranchlineError('BL_API_INVALID', { place: 'limit', problem: `must be 1 to ${most}` });
  }
  const before = search.cursor === undefined ? undefined : readCursor(search.cursor);
  const known = before?.at ?? (await latestStart(clickHouse));
  if (known === undefined) return { calls: [] };
  const latest = Math.min(known, search.to ?? known);
  const found = await lookBack(clickHouse, search, scope, { before, latest, rows: limit + 1 });
  const calls = await withDispositions(clickHouse, found.slice(0, limit));
  const last = calls.at(-1);
  return { calls, ...(found.length > limit && last && { next: `${last.at}.${last.id}` }) };
}

function readCursor(text: string): Place {
  const match = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text);
  if (!match)
    throw new BranchlineError('BL_API_INVALID', { place: 'cursor', problem: 'is not of this list' });
  return { at: Number(match[1]), id: match[2] ?? '' };
}

/** Of all sites: that of one of them would have to be looked for in every row. */
async function latestStart(clickHouse: ClickHouse): Promise<number | undefined> {
  // The largest instant is the same with and without repeats.
  const [row] = await clickHouse.query<{ latest: number; calls: number }>(
    `SELECT toUnixTimestamp64Milli(max(started_at)) AS latest, count() AS calls
     FROM ${clickHouse.database}.calls`,
  );
  return row && row.calls > 0 ? row.latest : undefined;
}

/** Looks further and further back until the page is full or there is nothing older. */
async function lookBack(
  clickHouse: ClickHouse,
  search: CallSearch,
  scope: SiteScope,
  page: { before: Place | undefined; latest: number; rows: number },
): Promise<FoundCall[]> {
  const sites = siteCondition(scope);
  const filters = filterConditions(search);
  const conditions = [
    sites.sql,
    'c.started_at <= fromUnixTimestamp64Milli({latest:Int64})',
    ...filters.sql,
    ...(page.before ? ['(c.started_at, c.id) < (fromUnixTimestamp64Milli({latest:Int64}), {id:UUID})'] : []),
  ];
  const params: QueryParams = {
    ...sites.params,
    latest: page.latest,
    rows: page.rows,
    ...filters.params,
    ...(page.before && { id: page.before.id }),
  };
  let found: FoundCall[] = [];
  // What is known by its number is found by it, however long ago.
  for (const backMs of [...(search.numbers ? [] : looksBackMs), undefined]) {
    const since = Math.max(search.from ?? 0, backMs === undefined ? 0 : page.latest - backMs);
    found = await clickHouse.query<FoundCall>(
      selectCalls(clickHouse.database, [
        ...conditions,
        ...(search.numbers
          ? [placesIn(`${clickHouse.database}.calls_by_customer WHERE customer IN {numbers:Array(String)}`)]
          : []),
        'c.started_at >= fromUnixTimestamp64Milli({since:Int64})',
      ]),
      { ...params, since },
    );
    if (found.length >= page.rows || since === search.from) break;
  }
  return found;
}

/** Leads to rows of `calls` by their places in its order, as a look-up table knows them. */
function placesIn(lookUp: string): string {
  return `(toStartOfHour(c.started_at), c.edge, c.id) IN (SELECT toStartOfHour(started_at), edge, id FROM ${lookUp})`;
}

/** Conditions for what is searched for, with the parameters they need. */
export function filterConditions(search: CallSearch): { sql: string[]; params: QueryParams } {
  const { campaign, numbers, agent, line, outcome, direction } = search;
  const wanted = Object.entries({ agent, line, outcome, direction }).flatMap(([column, value]) =>
    value === undefined ? [] : [[column, value] as const],
  );
  return {
    sql: [
      ...wanted.map(([column]) => `c.${column} = {${column}:String}`),
      ...(campaign === undefined ? [] : ['c.campaign = {campaign:UUID}']),
      ...(numbers ? ['c.customer IN {numbers:Array(String)}'] : []),
    ],
    params: {
      ...Object.fromEntries(wanted),
      ...(campaign !== undefined && { campaign }),
      ...(numbers && { numbers }),
    },
  };
}

/** One call, or undefined when there is none in the scope. */
export async function findCall(
  clickHouse: ClickHouse,
  id: string,
  scope: SiteScope,
): Promise<CallView | undefined> {
  return (await findCalls(clickHouse, [id], scope))[0];
}

/** Those of some calls that are in the scope, latest first. */
export async function findCalls(
  clickHouse: ClickHouse,
  ids: readonly string[],
  scope: SiteScope,
): Promise<CallView[]> {
  if (ids.length === 0) return [];
  const sites = siteCondition(scope);
  const { database } = clickHouse;
  const found = await clickHouse.query<FoundCall>(
    selectCalls(database, [sites.sql, placesIn(`${database}.calls_by_id WHERE id IN {ids:Array(UUID)}`)]),
    { ...sites.params, ids, rows: ids.length },
  );
  return withDispositions(clickHouse, found);
}

/** Calls that belong to the same attempt or conversation as another one, earliest first. */
export async function findRelatedCalls(
  clickHouse: ClickHouse,
  call: {
    readonly id: string;
    readonly at: number;
    readonly conversation: string;
    readonly attempt?: string;
  },
  scope: SiteScope,
): Promise<CallView[]> {
  const sites = siteCondition(scope);
  const { id, at, conversation, attempt = conversation } = call;
  const found = await clickHouse.query<FoundCall>(
    selectCalls(clickHouse.database, [
      sites.sql,
      aroundCall,
      'c.id != {id:UUID}',
      '(c.conversation = {conversation:UUID} OR c.attempt = {attempt:UUID})',
    ]),
    { ...sites.params, ...around(at), id, conversation, attempt, rows: 50 },
  );
  return (await withDispositions(clickHouse, found)).toReversed();
}

function selectCalls(database: string, conditions: readonly string[]): string {
  // Columns are named with `c.` because ClickHouse lets an alias of the same name take the place of a bare one.
  return `SELECT toString(c.id) AS id, toUnixTimestamp64Milli(c.started_at) AS at, site, edge, direction,
      if(c.campaign IS NULL, NULL, toString(c.campaign)) AS campaign, customer, agent, line, outcome,
      greatest(0, toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at)) AS durationMs,
      arraySum(arrayMap((kind, start, end) ->
        if(kind = 'agent', greatest(0, toUnixTimestamp64Milli(end) - toUnixTimestamp64Milli(start)), 0),
        segments.kind, segments.from, segments.to)) AS talkMs,
      answer_to_agent_ms AS answerToAgentMs
    FROM ${database}.calls_unique AS c
    WHERE ${conditions.join(' AND ')}
    ORDER BY c.started_at DESC, c.id DESC LIMIT {rows:UInt32}`;
}

/** Adds each call's last disposition. */
async function withDispositions(clickHouse: ClickHouse, calls: readonly FoundCall[]): Promise<CallView[]> {
  if (calls.length === 0) return [];
  const rows = await clickHouse.query<{ call: string; code: string }>(
    `SELECT toString(d.call) AS call, argMax(d.code, (d.at, d.seq)) AS code
     FROM ${clickHouse.database}.dispositions_by_call AS d
     WHERE d.call IN {calls:Array(UUID)} GROUP BY d.call`,
    { calls: calls.map((call) => call.id) },
  );
  const codes = new Map(rows.map((row) => [row.call, row.code]));
  return calls.map(({ campaign, agent, answerToAgentMs, ...call }) => {
    const disposition = codes.get(call.id);
    return {
      ...call,
      ...(campaign !== null && { campaign }),
      ...(agent !== '' && { agent }),
      ...(answerToAgentMs !== null && { answerToAgentMs }),
      ...(disposition !== undefined && { disposition }),
    };
  });
}
