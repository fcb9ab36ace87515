import type { LineFault } from '@branchline/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import { abandonShare, faulty, live, picked } from './expected/index.ts';
import { by, groups, quantile } from './figures.ts';
import {
  alertRules,
  ensureClickHouseSchema,
  expand,
  openClickHouse,
  temporaryFolder,
  type AlertSpec,
  type ClickHouse,
} from './parts.ts';
import { makeSeed, writeSeed } from './seed.ts';

const folder = temporaryFolder('alerts');
let clickHouse: ClickHouse;
/** The rules are asked at this instant. */
const now = Date.UTC(2026, 2, 2, 10);
const seed = makeSeed({ from: now - 60 * 60_000, to: now }, 60_000);

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  await ensureClickHouseSchema(clickHouse);
  await writeSeed(clickHouse, seed);
});

afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

const enough = 20;
type Row = Record<string, string | number | null>;

/** What each rule must find within its look back, computed from the raw rows. */
const known: Record<string, (since: number) => Row[]> = {
  'branchline-abandons': (since) =>
    groups(seed.attempts.filter(begun(since)), ({ campaign }) => campaign)
      .filter(([, rows]) => live(rows) >= enough)
      .map(([campaign, rows]) => ({ campaign, value: abandonShare(rows) })),
  'branchline-silent-edge': (since) =>
    perEdge(since, (rows) => (now - Math.max(...rows.map(({ at }) => at))) / 1000),
  'branchline-disk': (since) =>
    perEdge(since, (rows) => Math.max(...rows.map((row) => row.diskUsedBytes / row.diskTotalBytes))),
  'branchline-line-down': (since) =>
    groups(
      seed.events.filter((row) => row.type === 'line').filter(during(since)),
      (row) => `${row.site}|${row.edge}|${row.line}`,
    ).map(([key, rows]) => {
      const [site = '', edge = '', line = ''] = key.split('|');
      const last = rows
        .toSorted(
          by(
            (row) => row.at,
            (row) => row.seq,
          ),
        )
        .at(-1);
      return { site, edge, line, value: last?.state === 'down' ? 1 : 0 };
    }),
  'branchline-line-faults': (since) =>
    groups(
      seed.attempts.filter(begun(since)).flatMap(({ site, tries }) => tries.map((one) => ({ ...one, site }))),
      (row) => `${row.site}|${row.line}`,
    )
      .filter(([, rows]) => rows.length >= enough)
      .map(([key, rows]) => {
        const [site = '', line = ''] = key.split('|');
        return { site, line, value: faulty(rows) / rows.length };
      }),
  'branchline-connect': (since) =>
    groups(
      seed.calls.filter(begun(since)).filter((call) => call.answerToAgentMs !== undefined),
      ({ site }) => site,
    )
      .filter(([, rows]) => rows.length >= enough)
      .map(([site, rows]) => ({
        site,
        value: quantile(
          rows.map((row) => row.answerToAgentMs ?? 0),
          0.95,
        ),
      })),
  'branchline-backlog': (since) =>
    perEdge(since, (rows) => Math.min(...rows.map((row) => row.outboxPending))),
  'branchline-clock': (since) =>
    perEdge(since, (rows) => (rows.toSorted(by((row) => row.at)).at(-1)?.clock === 'untrusted' ? 1 : 0)),
  'branchline-span-alarm': lasting('no-carrier-signal'),
  'branchline-d-channel': lasting('d-channel-down'),
  'branchline-slips': lasting('slips'),
  'branchline-quarantine': lasting('quarantined'),
  'branchline-balance': lasting('balance-low'),
  'branchline-answer-collapse': (since) =>
    groups(
      seed.attempts.filter(begun(since)).flatMap(({ site, tries }) => tries.map((one) => ({ ...one, site }))),
      (row) => `${row.site}|${row.line}`,
    )
      .map(([key, rows]) => {
        const [site = '', line = ''] = key.split('|');
        const late = rows.filter(({ startedAt }) => startedAt > now - 30 * 60_000);
        const early = rows.filter(({ startedAt }) => startedAt <= now - 30 * 60_000);
        const rate = picked(late) / late.length / (picked(early) / early.length);
        return { site, line, least: Math.min(late.length, early.length), value: 1 - Math.min(1, rate) };
      })
      .filter(({ least }) => least >= enough)
      .map(({ least: _least, ...row }) => row),
};

/** Lines that had a fault of a kind, and whether it lasts. */
function lasting(fault: LineFault): (since: number) => Row[] {
  return (since) =>
    groups(
      seed.events
        .filter((row) => row.type === 'line-fault')
        .filter((row) => row.fault === fault)
        .filter(during(since)),
      (row) => `${row.site}|${row.edge}|${row.line}`,
    ).map(([key, rows]) => {
      const [site = '', edge = '', line = ''] = key.split('|');
      const last = rows
        .toSorted(
          by(
            (row) => row.at,
            (row) => row.seq,
          ),
        )
        .at(-1);
      return { site, edge, line, value: last?.state === 'opened' ? 1 : 0 };
    });
}

describe('the query of the rule', () => {
  it.each(alertRules.map((rule) => [rule.title, rule] as const))(
    '"%s" gives one row for each thing it watches',
    async (_title, rule) => {
      const expected = known[rule.uid]?.(now - rule.backMinutes * 60_000) ?? [];
      expect(expected.length).toBeGreaterThan(0);
      expect(await ask(rule)).toEqual(
        expected.map((row) => ({ ...row, value: expect.closeTo(Number(row['value']), 6) as unknown })),
      );
    },
  );

  it.each(alertRules.map((rule) => [rule.title, rule] as const))(
    '"%s" gives exactly one number, as Grafana needs it',
    async (_title, rule) => {
      for (const row of await ask(rule)) {
        const { value, ...names } = row;
        expect(typeof value).toBe('number');
        expect(Object.values(names).every((name) => typeof name === 'string')).toBe(true);
        // What the summary speaks of is a column.
        for (const [, name = ''] of rule.summary.matchAll(/\.Labels\.(\w+)/g))
          expect(names).toHaveProperty(name);
      }
    },
  );
});

it('the thresholds tell these rows apart: what is in trouble fires, what is not stays quiet', async () => {
  const firing = await Promise.all(
    alertRules.map(async (rule) => {
      const rows = await ask(rule);
      return [rule.uid, rows.filter(({ value }) => Number(value) > rule.above).length, rows.length] as const;
    }),
  );
  const byRule = Object.fromEntries(firing.map(([uid, above, all]) => [uid, { above, all }]));
  // The box that has been silent for 15 minutes, and it alone.
  expect(byRule['branchline-silent-edge']).toEqual({ above: 1, all: 3 });
  // A quarter of those who pick up here are abandoned.
  expect(byRule['branchline-abandons']?.above).toBe(byRule['branchline-abandons']?.all);
});

async function ask(rule: AlertSpec): Promise<Row[]> {
  const range = { from: now - rule.backMinutes * 60_000, to: now, intervalMs: 60_000 };
  return clickHouse.query<Row>(expand(rule.sql, range));
}

function perEdge(since: number, value: (rows: typeof seed.metrics) => number): Row[] {
  return groups(seed.metrics.filter(during(since)), (row) => `${row.edge}|${row.site}`).map(([key, rows]) => {
    const [edge = '', site = ''] = key.split('|');
    return { edge, site, value: value(rows) };
  });
}

function during(since: number): (row: { at: number }) => boolean {
  return ({ at }) => at >= since && at <= now;
}

function begun(since: number): (row: { startedAt: number }) => boolean {
  return ({ startedAt }) => startedAt >= since && startedAt <= now;
}
