import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import { expectations, type Chosen } from './expected/index.ts';
import { connectAsGrafana, type GrafanaDriver } from './grafana-driver.ts';
import {
  all,
  boards,
  ensureClickHouseSchema,
  expand,
  openClickHouse,
  temporaryFolder,
  type Choices,
  type ClickHouse,
} from './parts.ts';
import { makeSeed, range, writeSeed } from './seed.ts';

const folder = temporaryFolder('dashboards');
let clickHouse: ClickHouse;
let grafana: GrafanaDriver;
const seed = makeSeed();
const [campaign = '', other = ''] = new Set(seed.attempts.map((attempt) => attempt.campaign));
const zone = 'Asia/Shanghai';

const views: readonly (readonly [string, Chosen])[] = [
  ['everything', { campaign, zone }],
  [
    'one of each',
    {
      site: 'north',
      edge: 'north-2',
      line: 'gsm-1',
      agent: 'mei',
      queue: 'sales',
      campaign: other,
      zone: 'UTC',
    },
  ],
  ['a site with a quote in its name', { site: `o'hare`, campaign, zone: 'America/Chicago' }],
  [
    'a choice without rows',
    {
      site: 'nowhere',
      edge: 'none',
      line: 'none',
      agent: 'nobody',
      queue: 'none',
      campaign: seed.calls[0]!.id,
      zone,
    },
  ],
];

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  await ensureClickHouseSchema(clickHouse);
  // What is stored twice stays stored twice, so that a query which counts it is found.
  await clickHouse.command('SYSTEM STOP MERGES');
  await writeSeed(clickHouse, seed);
  const { url = '', reader } = clickHouse.server ?? {};
  grafana = await connectAsGrafana(url, reader?.user ?? '', reader?.token ?? '');
});

afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

it('the rows speak of every case that a panel tells apart', () => {
  const within = seed.calls.filter(({ startedAt }) => startedAt >= range.from && startedAt <= range.to);
  expect(within.length).toBeGreaterThan(400);
  expect(within.length).toBeLessThan(seed.calls.length);
  expect(new Set(seed.events.map(({ type }) => type))).toEqual(
    new Set(['disposition', 'line', 'line-fault', 'ledger', 'monitored', 'queue', 'transferred']),
  );
  expect(campaign).not.toBe(other);
});

describe.each(views)('for %s', (_name, chosen) => {
  const expected = expectations(seed, range, chosen);
  const choices: Choices = { site: all, edge: all, line: all, agent: all, queue: all, ...chosen };

  // Exactly one site is chosen on its page.
  const shown = boards.filter(({ uid }) => uid !== 'branchline-site' || chosen.site !== undefined);

  describe.each(shown.map((board) => [board.title, board] as const))('the dashboard %s', (_title, board) => {
    it.each(board.panels.map((panel) => [panel.title, panel] as const))(
      'shows in the panel %s what the raw rows say',
      async (title, panel) => {
        const rows = await clickHouse.query<Record<string, unknown>>(expand(panel.sql, range, choices));
        if (chosen === views[0]?.[1])
          expect(await grafana.query(expand(panel.sql, range, choices))).toEqual(rows.map(close));
        const known = expected[board.uid]?.[title];
        if (!known) throw new Error(`no expectation for ${title}`);
        expect(rows.map((row) => only(row, known()[0]))).toEqual(known().map(close));
        for (const name of Object.keys(panel.columns)) if (rows[0]) expect(rows[0]).toHaveProperty(name);
        if (panel.label !== undefined && rows[0]) expect(rows[0]).toHaveProperty(panel.label);
        if (panel.kind === 'stat') expect(rows).toHaveLength(1);
      },
    );
  });
});

describe('a variable offers', () => {
  const rowsOf = async (name: string): Promise<unknown[][]> => {
    const variable = boards.flatMap(({ variables }) => variables).find((one) => one.name === name);
    const rows = await clickHouse.query<object>(expand(variable?.sql ?? '', range));
    return rows.map((row) => Object.values(row) as unknown[]);
  };
  const distinct = (values: readonly string[]): string[][] =>
    [...new Set(values)].toSorted().map((value) => [value]);
  const inRange = (at: number): boolean => at >= range.from && at <= range.to;

  it('the sites and boxes that reported', async () => {
    const reported = seed.metrics.filter(({ at }) => inRange(at));
    expect(await rowsOf('site')).toEqual(distinct(reported.map(({ site }) => site)));
    expect(await rowsOf('edge')).toEqual(distinct(reported.map(({ edge }) => edge)));
  });

  it('the lines with calls and the agents who were seen', async () => {
    const calls = seed.calls.filter(({ startedAt }) => inRange(startedAt));
    expect(await rowsOf('line')).toEqual(distinct(calls.map(({ line }) => line)));
    const seen = seed.agents.filter(({ at }) => inRange(at));
    expect(await rowsOf('agent')).toEqual(distinct(seen.map(({ agent }) => agent)));
  });

  it('the queues that had callers', async () => {
    const steps = seed.events.flatMap((row) => (row.type === 'queue' && inRange(row.at) ? [row.queue] : []));
    expect(await rowsOf('queue')).toEqual(distinct(steps));
  });

  it('the campaigns by their number of attempts', async () => {
    const attempts = seed.attempts.filter(({ startedAt }) => inRange(startedAt));
    const sizes = [...Map.groupBy(attempts, (attempt) => attempt.campaign)]
      .map(([id, rows]) => [id, rows.length] as const)
      .toSorted((a, b) => b[1] - a[1]);
    expect(await rowsOf('campaign')).toEqual(sizes.map(([id, n]) => [id, `${id.slice(0, 13)} (${n})`]));
  });

  it('every time zone, the first choice among them', async () => {
    expect(await rowsOf('zone')).toContainEqual(['Asia/Shanghai']);
  });
});

/** Figures of the engine that no raw row holds (bytes, parts) are left out. */
function only(row: Record<string, unknown>, like: object | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => like === undefined || name in like));
}

/** Sums of many parts differ in the last digits by the order of adding. */
function close(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? expect.closeTo(value, 6) : (value as unknown),
    ]),
  );
}
