import type { LineFault } from '@branchline/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import { abandoning, alertCases } from './alert-cases.ts';
import { abandonShare, faulty, live, picked } from './expected/index.ts';
import { by, groups, quantile } from './figures.ts';
import { connectAsGrafana, type GrafanaDriver } from './grafana-driver.ts';
import {
  alertRules,
  ensureClickHouseSchema,
  expand,
  openClickHouse,
  temporaryFolder,
  type AlertSpec,
  type ClickHouse,
} from './parts.ts';
import { makeSeed, writeSeed, type Seed } from './seed.ts';

const folder = temporaryFolder('alerts');
let clickHouse: ClickHouse;
let grafana: GrafanaDriver;
/** The rules are asked at this instant. */
const now = Date.UTC(2026, 2, 2, 10);
const chance = makeSeed({ from: now - 60 * 60_000, to: now }, 60_000);
const cases = alertCases(now);
const seed: Seed = {
  calls: [...chance.calls, ...cases.calls],
  attempts: [...chance.attempts, ...cases.attempts],
  agents: chance.agents,
  events: [...chance.events, ...cases.events],
  optouts: chance.optouts,
  metrics: [...chance.metrics, ...cases.metrics],
  lines: chance.lines,
};

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  await ensureClickHouseSchema(clickHouse);
  await writeSeed(clickHouse, seed);
  const { url = '', reader } = clickHouse.server ?? {};
  grafana = await connectAsGrafana(url, reader?.user ?? '', reader?.token ?? '');
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
  'branchline-span-alarm': lasting(
    'no-carrier-signal',
    'remote-alarm',
    'upstream-alarm',
    'looped',
    'not-open',
  ),
  'branchline-d-channel': lasting('d-channel-down'),
  'branchline-slips': lasting('slips'),
  'branchline-quarantine': lasting('quarantined', 'answered-low'),
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

/** Lines that had a fault of some kinds, and whether one lasts. */
function lasting(...kinds: readonly LineFault[]): (since: number) => Row[] {
  return (since) =>
    groups(
      seed.events
        .filter((row) => row.type === 'line-fault')
        .filter((row) => kinds.includes(row.fault))
        .filter(during(since)),
      (row) => `${row.site}|${row.edge}|${row.line}`,
    ).map(([key, rows]) => {
      const [site = '', edge = '', line = ''] = key.split('|');
      const last = groups(rows, ({ fault }) => fault).map(([, own]) =>
        own
          .toSorted(
            by(
              (row) => row.at,
              (row) => row.seq,
            ),
          )
          .at(-1),
      );
      return { site, edge, line, value: last.some((row) => row?.state === 'opened') ? 1 : 0 };
    });
}

describe('the query of the rule', () => {
  it.each(alertRules.map((rule) => [rule.title, rule] as const))(
    '"%s" gives one row for each thing it watches',
    async (_title, rule) => {
      const expected = known[rule.uid]?.(now - rule.backMinutes * 60_000) ?? [];
      expect(expected.length).toBeGreaterThan(0);
      const close = expected.map((row) => ({
        ...row,
        value: expect.closeTo(Number(row['value']), 6) as unknown,
      }));
      expect(await ask(rule)).toEqual(close);
      // The same as Grafana reads it.
      expect(await grafana.query(queryOf(rule))).toEqual(close);
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

describe('the threshold of the rule', () => {
  it.each(alertRules.map((rule) => [rule.title, rule] as const))(
    '"%s" is crossed by what is just over it, and not by what is just at it',
    async (_title, rule) => {
      const rows = await ask(rule);
      const name = rule.uid.replace('branchline-', '');
      const of = (which: 'ill' | 'well'): Row[] =>
        rows.filter(
          ({ campaign, line, edge, site }) =>
            campaign === abandoning[which] || String(line ?? edge ?? site).startsWith(`${name}-${which}`),
        );
      expect(of('ill').length).toBeGreaterThan(0);
      expect(of('ill').filter(({ value }) => !(Number(value) > rule.above))).toEqual([]);
      expect(of('well')).toHaveLength(of('ill').length);
      expect(of('well').filter(({ value }) => Number(value) > rule.above)).toEqual([]);
    },
  );
});

function queryOf({ sql, backMinutes }: AlertSpec): string {
  return expand(sql, { from: now - backMinutes * 60_000, to: now, intervalMs: 60_000 });
}

function ask(rule: AlertSpec): Promise<Row[]> {
  return clickHouse.query<Row>(queryOf(rule));
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
