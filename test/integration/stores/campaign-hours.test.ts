import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import {
  Outcome,
  pick,
  randomInteger,
  seededRandom,
  type AttemptRow,
  type BestHours,
  type CampaignHour,
} from '@branchline/shared';
import {
  ensureClickHouseSchema,
  linesOf,
  openClickHouse,
  readBestHours,
  readCampaignFigures,
  sampleAttempt,
  sampleId,
  sampleInstant,
  type ClickHouse,
} from './parts.ts';
import { temporaryFolder } from './support.ts';

const folder = temporaryFolder('campaign-hours');
let clickHouse: ClickHouse;
const hour = 3_600_000;
const day = 24 * hour;
const now = sampleInstant + 29 * 60_000;
/** Two zones, one of them with half an hour. */
const sites = [
  { id: 'beijing', zone: 'Asia/Shanghai' },
  { id: 'delhi', zone: 'Asia/Kolkata' },
  { id: 'harbin', zone: 'Asia/Shanghai' },
] as const;
type Site = (typeof sites)[number]['id'];
const [campaign, other] = [sampleId(), sampleId()];

const random = seededRandom(7);
/** The beginnings of the day that is shown and of the 30 days, to the millisecond. */
const instants = [
  ...[now - 30 * day, sampleInstant - 23 * hour, sampleInstant, now].flatMap((at) => [at - 1, at, at + 1]),
  ...Array.from({ length: 300 }, () => randomInteger(random, now - 26 * hour, now)),
  ...Array.from({ length: 300 }, () => randomInteger(random, now - 33 * day, now)),
];
const attempts = Object.fromEntries(
  sites.map(({ id }) => [
    id,
    instants.map((startedAt, i) =>
      sampleAttempt(i + 1, {
        startedAt,
        campaign: randomInteger(random, 0, 9) === 0 ? other : campaign,
        outcome: pick(random, Outcome.enum),
      }),
    ),
  ]),
) as Record<Site, AttemptRow[]>;

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  await ensureClickHouseSchema(clickHouse);
  // Twice: nothing below may count a repeat.
  for (const token of ['first', 'replay'])
    for (const { id } of sites) {
      const origin = { edge: `edge-${id}`, site: id, epoch: '01a1fd2c-1181-7000-8000-029002f1f67d' };
      for (const { target, body } of linesOf(origin, 'attempt', attempts[id]))
        await clickHouse.insertLines(target, [Buffer.from(body)], `${token}-${id}`);
    }
});

afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

/** The campaign's own attempts at some sites. */
const own = (seen: readonly Site[]): AttemptRow[] =>
  seen.flatMap((site) => attempts[site]).filter((row) => row.campaign === campaign);

/** Rows by outcome. */
function tally(rows: readonly AttemptRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

describe('the outcomes of each hour', () => {
  it.each([
    { scope: 'all', seen: ['beijing', 'delhi', 'harbin'] },
    { scope: ['delhi'], seen: ['delhi'] },
    { scope: [], seen: [] },
  ] as const)('are those that the raw rows of $scope give', async ({ scope, seen }) => {
    const { hours } = await readCampaignFigures(clickHouse, campaign, now, scope);
    const expected = Array.from({ length: 24 }, (_, i): CampaignHour => {
      const from = sampleInstant - (23 - i) * hour;
      const rows = own(seen).filter(({ startedAt }) => startedAt >= from && startedAt < from + hour);
      const outcomes = tally(rows);
      return {
        from,
        attempts: rows.length - (outcomes['REFUSED'] ?? 0),
        answered: (outcomes['ANSWERED'] ?? 0) + (outcomes['PLAYED'] ?? 0),
        abandoned: outcomes['ABANDONED'] ?? 0,
        outcomes,
      };
    });
    expect(hours).toEqual(expected);
    if (seen.length === 0) return;
    const shown = new Set(hours.flatMap(({ outcomes }) => Object.keys(outcomes)));
    expect(shown).toEqual(new Set(Outcome.enum));
    expect(hours.every((each) => each.attempts > 0)).toBe(true);
  });
});

describe('the best hours of the week', () => {
  const weekdays: Record<string, number> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 };
  /** What the clock on the wall of a zone shows. */
  const clock = (at: number, timeZone: string): { weekday: number; hour: number } => {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(at);
    const part = (name: string): string => parts.find(({ type }) => type === name)?.value ?? '';
    return { weekday: weekdays[part('weekday')] ?? 0, hour: Number(part('hour')) };
  };

  it.each([
    { seen: ['beijing', 'delhi', 'harbin'] },
    { seen: ['beijing', 'harbin'] },
    { seen: ['delhi'] },
    { seen: [] },
  ] as const)(
    'are those that the raw rows of $seen give by the clocks of the sites',
    async ({ seen }: { readonly seen: readonly Site[] }) => {
      const rows = sites
        .filter(({ id }) => seen.includes(id))
        .flatMap(({ id, zone }) => own([id]).map((row) => ({ ...row, ...clock(row.startedAt, zone) })))
        .filter(({ outcome, startedAt }) => outcome !== 'REFUSED' && startedAt > now - 30 * day);
      const expected: BestHours['hours'] = [];
      for (let weekday = 1; weekday <= 7; weekday++)
        for (let of = 0; of < 24; of++) {
          const dialed = rows.filter((row) => row.weekday === weekday && row.hour === of);
          const answered = dialed.filter(({ outcome }) =>
            ['ANSWERED', 'PLAYED', 'ABANDONED'].includes(outcome),
          );
          if (dialed.length > 0)
            expected.push({ weekday, hour: of, dialed: dialed.length, answered: answered.length });
        }
      const asked = sites.filter(({ id }) => seen.includes(id));
      expect(await readBestHours(clickHouse, campaign, asked, now)).toEqual(expected);
      if (seen.length === 0) return;
      expect(expected.length).toBeGreaterThan(100);
      expect(expected.some(({ answered, dialed }) => answered > 0 && answered < dialed)).toBe(true);
    },
  );
});
