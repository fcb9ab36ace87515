import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Completeness, Overview } from '@branchline/shared';
import type { CenterClient } from '../../test/support/center-client.ts';
import {
  findDoubleDials,
  percentile,
  readLedger,
  type LedgerFacts,
} from '../../test/support/ledger-proof.ts';
import { demoBranches } from './branches.ts';
import type { DemoHome } from './home.ts';
import { bar } from './progress.ts';
import type { DemoSetup } from './setup.ts';

/** What a run with an end has measured: ledgers of the branches on the one side, ClickHouse on the other. */
export interface DemoReport {
  sites: number;
  attempts: number;
  calls: number;
  answered: number;
  abandoned: number;
  recordsInClickHouse: number;
  duplicates: number;
  missing: number;
  doubleDialed: number;
  /** Real ms from the customer's CHANNEL_ANSWER to CHANNEL_BRIDGE. */
  answerToAgentMs: { p50: number; p95: number };
  /** Age of what the overview showed of each branch, real ms. */
  liveAgeMs: { p95: number };
  seconds: number;
}

function ledgers(home: DemoHome): LedgerFacts[] {
  return demoBranches
    .map(({ edge }) => join(home.folder, edge, 'ledger/ledger.sqlite'))
    .filter((file) => existsSync(file))
    .map((file) => readLedger(file));
}

/** Looks at the overview every half second as an operator does, and notes how old what it shows is. */
export class LiveAgeSampler {
  readonly #ages: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(client: CenterClient) {
    this.#timer = setInterval(() => {
      client
        .get<Overview>('/overview')
        .then((overview) => {
          for (const { edges } of overview.sites)
            for (const { liveAgeMs, status } of edges)
              if (status === 'online' && liveAgeMs !== undefined) this.#ages.push(liveAgeMs);
        })
        .catch(() => undefined);
    }, 500);
  }

  stop(): readonly number[] {
    clearInterval(this.#timer);
    return this.#ages;
  }
}

/** Waits for the calls, then lets everything that is under way end and be stored. Gives false when that took too long. */
export async function settle(
  home: DemoHome,
  setup: DemoSetup,
  client: CenterClient,
  untilCalls: number,
  say: (text: string) => void,
): Promise<boolean> {
  for (;;) {
    const calls = ledgers(home).reduce((sum, ledger) => sum + ledger.calls.length, 0);
    say(`${bar(calls, untilCalls)}  ${calls} calls`);
    if (calls >= untilCalls) break;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  for (const id of setup.campaigns) await client.post(`/campaigns/${id}/pause`);
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const facts = ledgers(home);
    const open = facts.reduce((sum, { openAttempts, openCalls }) => sum + openAttempts + openCalls, 0);
    const waiting = facts.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0);
    say(`ending ${open} calls, ${waiting} rows on their way`);
    const stored = await storedCalls(client);
    if (
      facts.every(({ openAttempts }) => openAttempts === 0) &&
      stored.attempts >= facts.reduce((sum, { closedAttempts }) => sum + closedAttempts.length, 0)
    )
      return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}

async function storedCalls(
  client: CenterClient,
): Promise<{ calls: number; attempts: number; duplicates: number }> {
  const { tables } = await client.get<Completeness>('/completeness');
  return {
    calls: tables['calls']?.unique ?? 0,
    attempts: tables['attempts']?.unique ?? 0,
    duplicates: Object.values(tables).reduce((sum, { unique, ids }) => sum + unique - ids, 0),
  };
}

export async function writeReport(
  home: DemoHome,
  client: CenterClient,
  ages: readonly number[],
  seconds: number,
  file: string | undefined,
): Promise<DemoReport> {
  // The pump writes what was acknowledged within a second or two, and inbound calls go on all the time: both sides are
  // read until they speak of the same moment.
  const until = Date.now() + 30_000;
  let before = ledgers(home);
  let stored = await storedCalls(client);
  const ledgerCalls = (): number => before.reduce((sum, { calls }) => sum + calls.length, 0);
  while (stored.calls !== ledgerCalls() && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    before = ledgers(home);
    stored = await storedCalls(client);
  }
  const attempts = before.flatMap(({ closedAttempts }) => closedAttempts);
  let missing = Math.max(0, ledgerCalls() - stored.calls);
  for (let i = 0; i < attempts.length; i += 1000) {
    missing += (
      await client.post<{ missing: string[] }>('/completeness/attempts', { ids: attempts.slice(i, i + 1000) })
    ).missing.length;
  }
  const calls = before.flatMap((ledger) => ledger.calls);
  const waits = calls.flatMap(({ answerToAgentMs, direction }) =>
    direction === 'outbound' && answerToAgentMs !== undefined ? [answerToAgentMs] : [],
  );
  const report: DemoReport = {
    sites: before.length,
    attempts: attempts.length,
    calls: calls.length,
    answered: calls.filter(({ answeredAt }) => answeredAt !== undefined).length,
    abandoned: calls.filter(({ outcome }) => outcome === 'ABANDONED').length,
    recordsInClickHouse: stored.calls,
    duplicates: stored.duplicates,
    missing,
    doubleDialed: findDoubleDials(before.flatMap((ledger) => ledger.attempts)).length,
    answerToAgentMs: { p50: percentile(waits, 50), p95: percentile(waits, 95) },
    liveAgeMs: { p95: percentile(ages, 95) },
    seconds: Math.round(seconds * 10) / 10,
  };
  if (file !== undefined) await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  return report;
}
