import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@branchline/shared/node';
import {
  ensureClickHouseSchema,
  openClickHouse,
  readCallStory,
  readRecentCalls,
  readTotals,
  readWallboard,
  type CallSearch,
  type ClickHouse,
} from '../integration/stores/parts.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

/** How many calls there are to be. */
export const rows = Number(process.env['BRANCHLINE_BENCH_ROWS'] ?? 100_000_000);
const days = 400;
const dayMs = 86_400_000;
export const sites = 500;
/** Every customer is called about ten times. */
const customers = Math.max(1, Math.round(rows / 10));
/** One call in so many is of an agent, a campaign, a line and an outcome that are rare: forty in all. */
const rareEvery = Math.max(1, Math.round(rows / 40));
const rareCampaign = '01a1fd78-f9c1-7000-8000-00caf69022e9';
/** Rows written at a time. */
const chunk = 500_000;
const samples = 40;
const searchAimMs = 1000;
const wallboardAimMs = 200;

/** What people look for, in the records of years: each as the console asks for it, on the embedded engine. */
export async function run(): Promise<BenchLine[]> {
  using folder = recordsFolder();
  const clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog, timeoutMs: 600_000 });
  try {
    const end = await fillRecords(clickHouse);
    const midnight = end - (end % 86_400_000);
    const lines: BenchLine[] = [];
    const measure = async (
      name: string,
      aimMs: number,
      ask: (i: number) => Promise<unknown>,
    ): Promise<void> => {
      const times: number[] = [];
      for (let i = 0; i < samples; i++) {
        const began = performance.now();
        await ask(i);
        times.push(performance.now() - began);
      }
      times.sort((a, b) => a - b);
      const p95 = times[Math.floor(samples * 0.95)]!;
      lines.push(benchLine(`${millions(rows)} calls: ${name}, p95 against the aim`, p95, aimMs, 'ms'));
    };
    const anybody = (i: number): string => numberOf((i * 7_919_993) % customers);
    await measure('search by number', searchAimMs, (i) =>
      readRecentCalls(clickHouse, { numbers: [anybody(i), anybody(i).slice(1)] }, 'all').then(({ calls }) => {
        if (calls.length === 0) throw new Error(`${anybody(i)} was never called`);
      }),
    );
    await measure('search by a number nobody has', searchAimMs, () =>
      readRecentCalls(clickHouse, { numbers: ['+8619999999999'] }, 'all'),
    );
    await measure('search by number within one site', searchAimMs, (i) =>
      readRecentCalls(clickHouse, { numbers: [anybody(i)] }, [`site-${i}`]),
    );
    await measure('latest calls', searchAimMs, () => readRecentCalls(clickHouse, {}, 'all'));
    // What is rare or was never there has to be looked for in all the years.
    const filters: Record<string, [rare: CallSearch, absent: CallSearch]> = {
      agent: [{ agent: 'agent-rare' }, { agent: 'agent-nobody' }],
      outcome: [{ outcome: 'INVALID_NUMBER' }, { outcome: 'UNREACHABLE' }],
      campaign: [{ campaign: rareCampaign }, { campaign: rareCampaign.replace(/9$/, 'a') }],
      line: [{ line: 'trunk-rare' }, { line: 'trunk-none' }],
    };
    for (const [filter, [rare, absent]] of Object.entries(filters)) {
      await measure(`search by a rare ${filter}`, searchAimMs, () =>
        readRecentCalls(clickHouse, rare, 'all'),
      );
      await measure(`search by an absent ${filter}`, searchAimMs, () =>
        readRecentCalls(clickHouse, absent, 'all'),
      );
    }
    await measure('calls of a day', searchAimMs, (i) =>
      readRecentCalls(clickHouse, { from: midnight - i * dayMs, to: midnight - (i - 1) * dayMs }, 'all'),
    );
    await measure('calls of a day without any', searchAimMs, () =>
      readRecentCalls(clickHouse, { from: end - 2 * days * dayMs, to: end - (2 * days - 1) * dayMs }, 'all'),
    );
    const { calls } = await readRecentCalls(clickHouse, { limit: samples }, 'all');
    await measure('story of a call', searchAimMs, (i) => readCallStory(clickHouse, calls[i]!.id, 'all'));
    await measure('wallboard', wallboardAimMs, () => readWallboard(clickHouse, midnight, end, 'all'));
    await measure('wallboard of one site', wallboardAimMs, (i) =>
      readWallboard(clickHouse, midnight, end, [`site-${i}`]),
    );
    await measure('totals of today', wallboardAimMs, () => readTotals(clickHouse, midnight, 'all'));
    return lines;
  } finally {
    await clickHouse.close();
  }
}

/** Where the records lie: a new folder that goes with the run, or the one that was named to be filled once and measured again. */
export function recordsFolder(): Disposable & { readonly path: string } {
  const kept = process.env['BRANCHLINE_BENCH_FOLDER'];
  if (kept !== undefined) return { path: kept, [Symbol.dispose]: () => undefined };
  const path = mkdtempSync(join(tmpdir(), 'branchline-bench-records-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function millions(count: number): string {
  return `${Math.round(count / 1e5) / 10} million`;
}

/** The number of a customer who was called. */
export function numberOf(customer: number): string {
  return `+861${3_000_000_000 + customer}`;
}

/** Makes the tables and fills what is missing. @returns the instant of the last call, epoch ms */
export async function fillRecords(clickHouse: ClickHouse): Promise<number> {
  await ensureClickHouseSchema(clickHouse);
  // Noon of a day: half of it is today.
  const end = Date.UTC(2026, 2, 2, 12);
  const [known] = await clickHouse.query<{ n: number }>('SELECT count() AS n FROM branchline.calls');
  for (let from = known?.n ?? 0; from < rows; from += chunk) {
    const count = Math.min(chunk, rows - from);
    await clickHouse.command(callsFrom(from, count, end));
    await clickHouse.command(dispositionsFrom(from, count, end));
    console.error(`  ${millions(from + count)} calls`);
  }
  // Attempts and states of agents of the days that a wallboard shows.
  const recent = Math.round((rows / days) * 2);
  const [others] = await clickHouse.query<{ n: number }>('SELECT count() AS n FROM branchline.attempts');
  if ((others?.n ?? 0) === 0) {
    await clickHouse.command(attemptsFrom(recent, end));
    await clickHouse.command(agentEventsFrom(recent, end));
    await clickHouse.command(metricsFrom(end));
  }
  return end;
}

/** Instant of row `n` of `total` that are spread over `span` days before `end`. */
const instant = (n: string, total: number, span: number, end: number): string =>
  `fromUnixTimestamp64Milli(toInt64(${end - span * 86_400_000} + intDiv(${n} * ${span * 86_400_000}, ${total})))`;
const box = (n: string): string => `toString(intHash32(${n}) % ${sites})`;
/** Of version 7 in its form (RFC 9562), as whatever asks for a record demands it; not of any instant. */
const uuid = (n: string, kind: number): string =>
  `reinterpretAsUUID(concat(reinterpretAsString(bitOr(bitAnd(intHash64(${n} * 16 + ${kind}), 0xFFFFFFFFFFFF0FFF), 0x7000)), reinterpretAsString(bitOr(bitAnd(intHash64(${n} * 16 + ${kind + 1}), 0x3FFFFFFFFFFFFFFF), 0x8000000000000000))))`;
const outcome = (n: string): string =>
  `['ANSWERED', 'NO_ANSWER', 'BUSY', 'ABANDONED'][1 + (intHash32(${n} + 7) % 20 >= 6) + (intHash32(${n} + 7) % 20 >= 14) + (intHash32(${n} + 7) % 20 >= 19)]`;
const head = (
  n: string,
): string => `${uuid(n, 1)} AS id, concat('edge-', ${box(n)}) AS edge, concat('site-', ${box(n)}) AS site,
  toUUID('01a1fd78-f9c1-7000-8000-00caf69022e7') AS epoch, ${n} AS seq, 'trusted' AS clock`;

function callsFrom(from: number, count: number, end: number): string {
  return `INSERT INTO branchline.calls (id, edge, site, epoch, seq, clock, at, conversation, direction, attempt, campaign, lead, customer,
      caller_id, line, agent, started_at, answered_at, bridged_at, ended_at, outcome, hangup_by, cause, q850, sip_status,
      answer_to_agent_ms, recording_file, recording_ms, evidence,
      \`segments.kind\`, \`segments.from\`, \`segments.to\`, \`segments.agent\`)
    SELECT ${head('n')}, began + 60000 AS at, ${uuid('n', 3)} AS conversation,
      if(n % 5 = 0, 'inbound', 'outbound') AS direction, ${uuid('n', 5)} AS attempt,
      toUUID(if(rare, '${rareCampaign}', '01a1fd78-f9c1-7000-8000-00caf69022e8')) AS campaign, ${uuid('n', 7)} AS lead,
      concat('+861', toString(3000000000 + n * 7919 % ${customers})) AS customer, '02155550100' AS caller_id,
      if(rare, 'trunk-rare', concat('trunk-', toString(n % 4))) AS line,
      multiIf(rare, 'agent-rare', told = 'ANSWERED', concat('agent-', toString(n % 10)), '') AS agent,
      began AS started_at, if(told IN ('ANSWERED', 'ABANDONED'), began + 8, NULL) AS answered_at,
      if(told = 'ANSWERED', began + 9, NULL) AS bridged_at, began + 30 + n % 200 AS ended_at,
      if(rare, 'INVALID_NUMBER', told) AS outcome,
      'customer' AS hangup_by, 'NORMAL_CLEARING' AS cause, 16 AS q850, 200 AS sip_status, if(told = 'ANSWERED', 120, NULL) AS answer_to_agent_ms,
      if(told = 'ANSWERED', concat('2026/', toString(n), '.wav'), '') AS recording_file, if(told = 'ANSWERED', 60000, NULL) AS recording_ms,
      'live' AS evidence,
      if(told = 'ANSWERED', ['agent'], []), if(told = 'ANSWERED', [began + 9], []), if(told = 'ANSWERED', [began + 30 + n % 200], []), if(told = 'ANSWERED', [concat('agent-', toString(n % 10))], [])
    FROM (SELECT number AS n, ${instant('number', rows, days, end)} AS began, ${outcome('number')} AS told, number % ${rareEvery} = 7 AS rare
      FROM numbers(${from}, ${count}))`;
}

/** One for each answered call. */
function dispositionsFrom(from: number, count: number, end: number): string {
  return `INSERT INTO branchline.dispositions (id, edge, site, epoch, seq, clock, at, call, agent, code, by)
    SELECT ${uuid('n', 9)} AS id, concat('edge-', ${box('n')}) AS edge, concat('site-', ${box('n')}) AS site,
      toUUID('01a1fd78-f9c1-7000-8000-00caf69022e7') AS epoch, n AS seq, 'trusted' AS clock, began + 240 AS at, ${uuid('n', 1)} AS call,
      concat('agent-', toString(n % 10)) AS agent, ['sale', 'callback', 'no-interest'][1 + n % 3] AS code, 'phone' AS by
    FROM (SELECT number AS n, ${instant('number', rows, days, end)} AS began, ${outcome('number')} AS told FROM numbers(${from}, ${count}))
    WHERE told = 'ANSWERED'`;
}

function attemptsFrom(count: number, end: number): string {
  return `INSERT INTO branchline.attempts (id, edge, site, epoch, seq, clock, at, campaign, lead, lease, number, ordinal, due_at,
      started_at, ended_at, outcome, refusal_rule, refusal_reason, dead_numbers, agent)
    SELECT ${head('n')}, began AS at, toUUID('01a1fd78-f9c1-7000-8000-00caf69022e8'), ${uuid('n', 3)}, ${uuid('n', 5)},
      concat('+861', toString(3000000000 + n % ${customers})), 1, began, began, began + 40, ${outcome('n')}, '', '', [], ''
    FROM (SELECT number AS n, ${instant('number', count, 2, end)} AS began FROM numbers(${count}))`;
}

function agentEventsFrom(count: number, end: number): string {
  return `INSERT INTO branchline.agent_events (id, edge, site, epoch, seq, clock, at, agent, from_state, to_state, reason, held_ms, call, extension)
    SELECT ${head('n')}, began AS at, concat('agent-', toString(n % 10)), ['ready', 'talking', 'wrap-up'][1 + n % 3],
      ['talking', 'wrap-up', 'ready'][1 + n % 3], 'call', 20000, NULL, '100'
    FROM (SELECT number AS n, ${instant('number', count, 2, end)} AS began FROM numbers(${count}))`;
}

/** The health of every box, each minute of the last day. */
function metricsFrom(end: number): string {
  const count = sites * 1440;
  return `INSERT INTO branchline.metrics (id, edge, site, epoch, seq, clock, at, cpu, memory_used_bytes, memory_total_bytes, disk_used_bytes,
      disk_total_bytes, process_memory_bytes, event_loop_delay_p99_ms, channels_in_use, outbox_pending)
    SELECT ${uuid('n', 11)} AS id, concat('edge-', toString(n % ${sites})) AS edge, concat('site-', toString(n % ${sites})) AS site,
      toUUID('01a1fd78-f9c1-7000-8000-00caf69022e7') AS epoch, n AS seq, 'trusted' AS clock, began AS at, 0.2 + n % 7 / 20, 1000000000, 8000000000,
      10000000000, 100000000000, 100000000, 3, n % 30, 0
    FROM (SELECT number AS n, ${instant('number', count, 1, end)} AS began FROM numbers(${count}))`;
}
