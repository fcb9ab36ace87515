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
  type DashboardSpec,
  type PanelSpec,
  type Range,
} from './parts.ts';
import { makeSeed, range, writeSeed } from './seed.ts';

const folder = temporaryFolder('dashboards');
let clickHouse: ClickHouse;
let grafana: GrafanaDriver;
const seed = makeSeed();
const [campaign = '', other = ''] = new Set(seed.attempts.map((attempt) => attempt.campaign));
const zone = 'Asia/Shanghai';

/** What somebody may look at: what is chosen, and the panels that have nothing to show of it. */
interface Look {
  readonly chosen: Chosen;
  /** The time range that is set on the page, or each board's own. */
  readonly span: 'set' | 'own';
  readonly empty: readonly string[];
}
const several = {
  site: ['north', `o'hare`],
  edge: ['north-1', 'ohare-1'],
  line: ['gsm-1', 'trunk-9'],
  agent: ['mei', 'zoe'],
  queue: ['sales', 'claims'],
  zone: 'Asia/Kolkata',
};
const one = { site: 'north', edge: 'north-2', line: 'gsm-1', agent: 'mei', queue: 'sales', zone: 'UTC' };
const looks: readonly (readonly [string, Look])[] = [
  ['everything', { chosen: { campaign, zone }, span: 'set', empty: [] }],
  ['everything of its own range', { chosen: { campaign, zone }, span: 'own', empty: [] }],
  ['one of each', { chosen: { ...one, campaign: other }, span: 'set', empty: ['Slips by span'] }],
  ['several of each', { chosen: { ...several, campaign: other }, span: 'own', empty: [] }],
  [
    'a site with a quote in its name',
    {
      chosen: { site: `o'hare`, campaign, zone: 'America/Chicago' },
      span: 'own',
      // Without SIMs and tariffs.
      empty: ['Weakest signal', 'Lowest balance', 'Signal by line', 'Cost by line'],
    },
  ],
  [
    'a choice without rows',
    {
      chosen: {
        site: 'nowhere',
        edge: 'none',
        line: 'none',
        agent: 'nobody',
        queue: 'none',
        campaign: seed.calls[0]!.id,
        zone,
      },
      span: 'set',
      // The tables are there all the same.
      empty: boards
        .flatMap(({ panels }) => panels.map(({ title }) => title))
        .filter((title) => title !== 'Storage' && title !== 'Stored and counted once'),
    },
  ],
];

/** Milliseconds of a span as Grafana writes it: `now-6h`, `5m`. */
function spanOf(text: string): number {
  const [, number = '', unit = ''] = /^(?:now-)?(\d+)([mh])$/.exec(text) ?? [];
  return Number(number) * (unit === 'h' ? 3_600_000 : 60_000);
}

/** The range of a page, and the interval of a panel on it. */
function rangeOf(span: Look['span'], { from }: DashboardSpec, { interval = '1m' }: PanelSpec): Range {
  return span === 'set'
    ? range
    : { from: range.to - spanOf(from), to: range.to, intervalMs: spanOf(interval) };
}

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
    new Set([
      'disposition',
      'form',
      'lease-ended',
      'lease-stored',
      'ledger',
      'line',
      'line-fault',
      'monitored',
      'queue',
      'survey',
      'transferred',
    ]),
  );
  expect(campaign).not.toBe(other);
  // Of people who came from another branch, who asked not to be called again.
  for (const site of ['north', `o'hare`]) {
    expect(within.some((call) => call.site === site && call.guestOf !== undefined)).toBe(true);
    expect(seed.optouts.some((row) => row.site === site)).toBe(true);
  }
});

describe.each(looks)('for %s', (_name, { chosen, span, empty }) => {
  const choices: Choices = { site: all, edge: all, line: all, agent: all, queue: all, ...chosen };
  const byInterval = new Map<string, ReturnType<typeof expectations>>();
  const expectedOf = (range: Range): ReturnType<typeof expectations> => {
    const key = JSON.stringify(range);
    const known = byInterval.get(key) ?? expectations(seed, range, chosen);
    byInterval.set(key, known);
    return known;
  };

  // Exactly one site is chosen on its page.
  const shown = boards.filter(({ uid }) => uid !== 'branchline-site' || typeof chosen.site === 'string');

  describe.each(shown.map((board) => [board.title, board] as const))('the dashboard %s', (_title, board) => {
    it.each(board.panels.map((panel) => [panel.title, panel] as const))(
      'shows in the panel %s what the raw rows say',
      async (title, panel) => {
        const range = rangeOf(span, board, panel);
        const sql = expand(panel.sql, range, choices);
        const known = expectedOf(range)[board.uid]?.[title]?.();
        if (!known) throw new Error(`no expectation for ${title}`);
        expect(saysNothing(known)).toBe(empty.includes(title));
        const rows = await clickHouse.query<Record<string, unknown>>(sql);
        expect(rows).toEqual(known.map(close));
        // The same as Grafana reads it.
        expect(await grafana.query(sql)).toEqual(rows.map(close));
        for (const row of rows.slice(0, 1))
          for (const name of [
            ...Object.keys(panel.columns),
            ...(panel.label === undefined ? [] : [panel.label]),
          ])
            expect(row).toHaveProperty(name);
        if (panel.kind === 'stat') expect(rows).toHaveLength(1);
      },
    );
  });
});

describe('a variable offers', () => {
  const rowsOf = async (name: string): Promise<unknown[][]> => {
    const variable = boards.flatMap(({ variables }) => variables).find((one) => one.name === name);
    const sql = expand(variable?.sql ?? '', range);
    const rows = await clickHouse.query<object>(sql);
    expect(await grafana.query(sql)).toEqual(rows);
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

/** No row, or rows of nothing: a query that finds nothing would do as well. */
function saysNothing(rows: readonly object[]): boolean {
  return rows.every((row) => Object.values(row).every((value) => value === null || value === 0));
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
