import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import { localDay, seededRandom, type AnswerDay, type CallRow } from '@branchline/shared';
import {
  ensureClickHouseSchema,
  linesOf,
  openClickHouse,
  readAnswers,
  sampleCall,
  sampleId,
  sampleInstant,
  type ClickHouse,
} from './parts.ts';
import { temporaryFolder } from './support.ts';

const folder = temporaryFolder('answers');
let clickHouse: ClickHouse;
const hour = 3_600_000;
const campaigns = [sampleId(), sampleId()];
const zones = { north: 'Asia/Shanghai', south: 'Asia/Shanghai', west: 'America/New_York' } as const;
type Site = keyof typeof zones;
const source = seededRandom(7);
const random = (): number => source.next();
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** What may become of a call that was answered, and of one that was not. */
function anyCall(seq: number): CallRow {
  const startedAt = sampleInstant - Math.floor(random() * 100 * hour);
  const answeredAt = startedAt + 1000 + Math.floor(random() * 20_000);
  const wait = pick([0, 500, 2000, 2001, 9000]);
  // Who heard a broadcast and asked it for an agent waits from then on.
  const heard = pick([0, 0, 15_000]);
  const asked = answeredAt + heard;
  const segments: CallRow['segments'] = heard > 0 ? [{ kind: 'flow', from: answeredAt, to: asked }] : [];
  const {
    bridgedAt: _bridged,
    answeredAt: _answered,
    agent: _agent,
    ...bare
  } = sampleCall(seq, {
    startedAt,
    campaign: pick(campaigns),
    outcome: pick(['ABANDONED', 'CANCELLED', 'LOST', 'MACHINE', 'PLAYED', 'BUSY']),
    segments: [],
  });
  if (bare.outcome === 'BUSY') return bare;
  if (random() < 0.5) {
    const talked = asked + wait + 30_000;
    // A survey after the talk is no part of the wait before it.
    const survey = { kind: 'flow', from: talked, to: talked + 9000 } as const;
    return {
      ...bare,
      outcome: 'ANSWERED',
      answeredAt,
      bridgedAt: asked + wait,
      endedAt: survey.to,
      segments: [...segments, survey],
    };
  }
  if (bare.outcome === 'PLAYED')
    return { ...bare, answeredAt, endedAt: asked, segments: [{ kind: 'flow', from: answeredAt, to: asked }] };
  return { ...bare, answeredAt, endedAt: asked + wait, segments };
}

const calls = Object.fromEntries(
  Object.keys(zones).map((site) => [site, Array.from({ length: 400 }, (_, i) => anyCall(i + 1))]),
) as Record<Site, CallRow[]>;

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  await ensureClickHouseSchema(clickHouse);
  for (const site of Object.keys(zones) as Site[]) {
    const origin = { edge: `edge-${site}`, site, epoch: '01a1fd2c-1181-7000-8000-029002f1f67d' };
    for (const token of ['first', 'replay'])
      for (const { target, body } of linesOf(origin, 'call', calls[site]))
        await clickHouse.insertLines(target, [Buffer.from(body)], `${token}-${site}`);
  }
});

afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

/** The same counts from the rows themselves. */
function counted(sites: readonly Site[], from: string, to: string, campaign?: string): AnswerDay[] {
  const rows = sites.flatMap((site) =>
    calls[site].flatMap((call) => {
      if (call.answeredAt === undefined || (campaign && call.campaign !== campaign)) return [];
      const day = localDay(call.answeredAt, zones[site]);
      return day >= from && day <= to ? [{ ...call, site, day, campaign: call.campaign! }] : [];
    }),
  );
  const groups = Map.groupBy(rows, (row) => `${row.day} ${row.site} ${row.campaign}`);
  return [...groups.keys()].toSorted().map((key) => {
    const own = groups.get(key)!;
    const [{ day, site, campaign: id }] = own as [(typeof own)[number]];
    const live = own.filter(({ outcome }) => outcome !== 'MACHINE' && outcome !== 'PLAYED');
    const connected = live.filter(({ bridgedAt }) => bridgedAt !== undefined);
    const alone = live.filter(({ bridgedAt }) => bridgedAt === undefined);
    const left = alone.filter(({ outcome }) => outcome === 'CANCELLED');
    const waited = (row: CallRow): number => {
      const met = row.bridgedAt ?? row.endedAt;
      const flow = row.segments.findLast(({ kind, to }) => kind === 'flow' && to <= met);
      return met - (flow?.to ?? row.answeredAt!);
    };
    return {
      day,
      site,
      zone: zones[site],
      campaign: id,
      answered: own.length,
      machines: own.filter(({ outcome }) => outcome === 'MACHINE').length,
      played: own.filter(({ outcome }) => outcome === 'PLAYED').length,
      connected: connected.length,
      connectedLate: connected.filter((row) => waited(row) > 2000).length,
      abandoned: alone.filter(({ outcome }) => outcome === 'ABANDONED').length,
      leftAtOnce: left.filter((row) => waited(row) <= 2000).length,
      leftWaiting: left.filter((row) => waited(row) > 2000).length,
      unknown: alone.filter(({ outcome }) => outcome === 'LOST').length,
    };
  });
}

it.each([
  { zone: 'Asia/Shanghai', sites: ['north', 'south'] },
  { zone: 'Asia/Shanghai', sites: ['north'] },
  { zone: 'America/New_York', sites: ['west'] },
] as const)(
  'answers at $sites are counted as their rows say, by the days of $zone',
  async ({ zone, sites }) => {
    const today = localDay(sampleInstant, zone);
    for (const [from, to] of [
      [localDay(sampleInstant - 96 * hour, zone), today],
      [localDay(sampleInstant - 48 * hour, zone), localDay(sampleInstant - 24 * hour, zone)],
      [today, today],
    ] as const) {
      const found = await readAnswers(clickHouse, { from, to, zone, sites });
      expect(found).toEqual(counted(sites, from, to));
      expect(found.length).toBeGreaterThan(0);
    }
  },
);

it('of one campaign, and of no site, there is nothing else', async () => {
  const [from, to] = ['2000-01-01', '2100-01-01'];
  const [campaign] = campaigns as [string];
  expect(await readAnswers(clickHouse, { from, to, zone: zones.west, sites: ['west'], campaign })).toEqual(
    counted(['west'], from, to, campaign),
  );
  expect(await readAnswers(clickHouse, { from, to, zone: zones.west, sites: [] })).toEqual([]);
});
