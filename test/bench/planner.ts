import { defaultCampaign, idSource, seededRandom, systemClock } from '@branchline/shared';
import { sql, type Kysely } from 'kysely';
import { temporaryDatabase, type Tables } from '../integration/stores/parts.ts';
import { benchLine, type BenchLine } from './bench-line.ts';
import { playDay, shortestDay, type Day } from './planner/day.ts';
import {
  assignLeads,
  countDue,
  countHeld,
  plan,
  type PlannerEdge,
  type PlannerSnapshot,
} from './planner/parts.ts';
import { proportional } from './planner/proportional.ts';

const hour = 3_600_000;
const newId = idSource();
/** Leads that are claimed, and the leads they are claimed from. */
const claimed = 20_000;
const stored = 200_000;
const zones = ['Asia/Shanghai', 'Asia/Tokyo', 'Asia/Singapore', 'Asia/Kolkata'];

/** How long a plan takes, how fast rows are claimed by it, and how good it is against what no plan can beat. */
export async function run(): Promise<BenchLine[]> {
  return [planTime(true), planTime(false), ...(await counting()), ...(await claiming()), ...days()];
}

/** What a plan has to know of its leads: those that are due in each campaign and zone, and those that branches hold. */
async function counting(): Promise<BenchLine[]> {
  await using database = await temporaryDatabase();
  const { kysely: db } = database;
  const [campaigns, keys, leads, branches] = [50, 30, 5_000_000, 500];
  /** Leads that a branch holds. */
  const heldEach = 60;
  const now = Date.now();
  const ids = Array.from({ length: campaigns }, () => newId());
  await db
    .insertInto('campaigns')
    .values(
      ids.map((id) => ({
        id,
        name: id,
        status: 'running' as const,
        settings: JSON.stringify({ ...defaultCampaign, name: id }),
        created_at: now,
        changed_at: now,
      })),
    )
    .execute();
  await sql`insert into sites (id, name, zone, region, created_at) values ('site', 'Site', 'Asia/Shanghai', 'CN', 0)`.execute(
    db,
  );
  await sql`insert into edges (id, site, created_at) select 'e' || e, 'site', 0 from generate_series(0, ${branches - 1}) e`.execute(
    db,
  );
  await sql`insert into leases (id, edge, site, campaign, state, epoch, issued_at, expires_at, leads)
    select lpad(to_hex(e), 32, '0')::uuid, 'e' || e, 'site', (${ids}::uuid[])[1 + e % ${campaigns}], 'stored', gen_random_uuid(), ${now}, ${now + hour}, ${heldEach}
    from generate_series(0, ${branches - 1}) e`.execute(db);
  const held = branches * heldEach;
  await sql`insert into leads (id, campaign, import, state, lease, numbers, first_number, zone_key, fields, due_at, created_at)
    select gen_random_uuid(), (${ids}::uuid[])[1 + i % ${campaigns}], null, case when i < ${held} then 'leased' else 'open' end,
      case when i < ${held} then lpad(to_hex(i % ${branches}), 32, '0')::uuid end,
      jsonb_build_array(jsonb_build_object('number', '+86' || (13000000000 + i), 'zones', jsonb_build_array('Asia/Shanghai'))),
      '+86' || (13000000000 + i), 'z' || (i / ${campaigns}) % ${keys}, '{}'::jsonb, ${now}::bigint - 1000, ${now}
    from generate_series(0, ${leads - 1}) i`.execute(db);
  await sql`vacuum analyze leads`.execute(db);
  const cells = ids.flatMap((campaign) =>
    Array.from({ length: keys }, (_, k) => ({ ...defaultCampaign, campaign, key: `z${k}`, attemptsCap: 5 })),
  );
  const most = branches * 10 * 60 - held;
  const median = async (work: () => Promise<unknown>): Promise<number> => {
    const took: number[] = [];
    for (let turn = 0; turn < 5; turn++) took.push(await seconds(work));
    return 1000 * took.toSorted((a, b) => a - b)[2]!;
  };
  const dueMs = await median(async () => {
    const counts = await countDue(db, cells, most, now);
    const sum = counts.reduce((all, count) => all + count, 0);
    if (sum !== leads - held) throw new Error(`${sum} leads are due, not ${leads - held}`);
  });
  const heldMs = await median(async () => {
    const sum = (await countHeld(db)).reduce((all, { count }) => all + count, 0);
    if (sum !== held) throw new Error(`${sum} leads are held, not ${held}`);
  });
  const scanMs = await median(() =>
    sql`select count(*) from leads where due_at <= ${now} and attempts < 5`.execute(db),
  );
  const counted = `${campaigns * keys} cells of ${leads / 1e6} million leads`;
  return [
    benchLine(`planner: what is due in ${counted}, against one count over all`, dueMs, scanMs, 'ms'),
    benchLine(
      `planner: what ${branches} branches hold of them, against one count over all`,
      heldMs,
      scanMs,
      'ms',
    ),
  ];
}

function planTime(closing: boolean): BenchLine {
  const snapshot = largeFleet(closing);
  const took = Array.from({ length: 7 }, () => {
    const began = systemClock.monotonic();
    plan(snapshot);
    return systemClock.monotonic() - began;
  }).toSorted((a, b) => a - b);
  const leads = snapshot.campaigns.flatMap(({ cells }) => cells).reduce((sum, { due }) => sum + due, 0);
  const name = `${snapshot.edges.length} sites, ${snapshot.campaigns.length} campaigns × 30 cells, ${(leads / 1e6).toFixed(1)} million leads`;
  return benchLine(
    `planner: a plan for ${name}${closing ? ', windows that close one by one' : ', all windows open'}, slowest of 7`,
    took.at(-1)!,
    1000,
    'ms',
  );
}

function largeFleet(closing: boolean): PlannerSnapshot {
  const random = seededRandom(1);
  const keys = Array.from({ length: 30 }, (_, k) => `z${k}`);
  const campaigns = Array.from({ length: 50 }, (_, c) => ({
    id: `c${c}`,
    priority: [10, 50, 90][c % 3]!,
    sites: [],
    leaseSeconds: 7200,
    cells: keys.map((key, k) => ({
      key,
      closesAt: closing ? ((k + 1) * hour) / 2 : Infinity,
      due: Math.floor(random.next() * 6667),
      held: 100,
    })),
  }));
  const edges = Array.from({ length: 500 }, (_, e) =>
    site(
      `e${e}`,
      10,
      () => campaigns.filter(() => random.next() < 0.1).map(({ id }) => id),
      new Map(keys.map((key) => [key, Math.floor(random.next() * 100_000)])),
    ),
  );
  return { now: 0, edges, campaigns, held: new Map(), leadsPerAgent: 60 };
}

function site(
  id: string,
  agents: number,
  serves: () => string[],
  prices: ReadonlyMap<string, number>,
): PlannerEdge {
  return {
    id,
    site: id,
    online: true,
    clock: 'trusted',
    channels: 30,
    agents: Array.from({ length: agents }, serves),
    prices,
  };
}

/** Leads a second of three weighted lists, some promised a call, that become leases with gate and locks, against one UPDATE of as many. */
async function claiming(): Promise<BenchLine[]> {
  await using database = await temporaryDatabase();
  const campaign = newId();
  const now = Date.now();
  const always = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
  const settings = { ...defaultCampaign, name: 'bench', window: always };
  await database.kysely
    .insertInto('campaigns')
    .values({
      id: campaign,
      name: 'bench',
      status: 'running',
      settings: JSON.stringify(settings),
      created_at: now,
      changed_at: now,
    })
    .execute();
  const lists = [newId(), newId(), newId()];
  const counts = { bytes_read: 0, rows: 0, imported: 0, duplicates: 0, rejected: 0 };
  await database.kysely
    .insertInto('imports')
    .values(
      lists.map((id, i) => ({
        id,
        campaign,
        file: `list ${i}`,
        state: 'done' as const,
        started_at: now,
        weight: i + 1,
        ...counts,
      })),
    )
    .execute();
  await sql`insert into leads (id, campaign, import, state, numbers, first_number, zone_key, fields, due_at, created_at, priority, callback_at)
    select gen_random_uuid(), ${campaign}, (${lists}::uuid[])[1 + i % ${lists.length}], 'open',
      jsonb_build_array(jsonb_build_object('number', '+86139' || lpad(i::text, 8, '0'), 'zones', jsonb_build_array(z.zone))),
      '+86139' || lpad(i::text, 8, '0'), z.zone, '{"name":"Somebody"}'::jsonb, ${now}::bigint - i, ${now}, 40 + i % 20,
      case when i % 500 = 0 then ${now}::bigint - i end
    from generate_series(1, ${stored}) i, lateral (select (${zones}::text[])[1 + i % ${zones.length}] as zone) z`.execute(
    database.kysely,
  );
  await sql`vacuum analyze leads`.execute(database.kysely);
  const claimSeconds = await seconds(async () => {
    for (let given = 0; given < claimed; given += 100)
      await database.kysely.transaction().execute((trx) =>
        assignLeads(
          trx,
          {
            edge: 'edge',
            site: 'site',
            campaign,
            settings,
            branch: { callerIds: [], emergencyNumbers: [] },
            cells: zones.map((key) => ({ key, count: 25 })),
            epoch: campaign,
            now,
          },
          newId,
        ),
      );
  });
  const lent = await leased(database.kysely);
  if (lent !== claimed) throw new Error(`${lent} of ${claimed} leads were lent`);
  const updateSeconds = await seconds(() =>
    sql`update leads set state = 'leased', lease = ${newId()}
      where id in (select id from leads where state = 'open' limit ${claimed})`.execute(database.kysely),
  );
  return [
    benchLine(
      'planner: leads of three lists lent by claims of 100 with locks and gate, against one UPDATE of as many',
      claimed / claimSeconds,
      claimed / updateSeconds,
      'leads/s',
    ),
  ];
}

async function leased(db: Kysely<Tables>): Promise<number> {
  const { count } = await db
    .selectFrom('leads')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'leased')
    .executeTakeFirstOrThrow();
  return count;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = systemClock.monotonic();
  await work();
  return (systemClock.monotonic() - began) / 1000;
}

/** Days of 40 sites and 8 campaigns: none of a plan's leads is dialed twice, so that the fluid day is what no plan beats. */
function days(): BenchLine[] {
  const bound = { ours: 0, theirs: 0, best: 0 };
  const closing = { ours: 0, theirs: 0, leads: 0 };
  const price = { ours: 0, theirs: 0 };
  for (const seed of [1, 2, 3, 4, 5]) {
    const open = randomDay(seed, false);
    const [ours, theirs] = [playDay(open, plan), playDay(open, proportional)];
    bound.ours += ours.minutes;
    bound.theirs += theirs.minutes;
    bound.best += shortestDay(open);
    price.ours += ours.price;
    price.theirs += theirs.price;
    const shut = randomDay(seed, true);
    closing.ours += playDay(shut, plan).missed;
    closing.theirs += playDay(shut, proportional).missed;
    closing.leads += shut.campaigns.flatMap(({ cells }) => cells).reduce((sum, { due }) => sum + due, 0);
  }
  return [
    benchLine('planner: length of a day against the fluid bound', bound.ours, bound.best, 'min'),
    benchLine('planner: …by even shares in proportion', bound.theirs, bound.best, 'min'),
    benchLine('planner: price of the calls, against even shares', price.ours, price.theirs, 'millionths'),
    benchLine(
      'planner: leads whose window closed undialed, against even shares',
      closing.ours,
      closing.theirs,
      `of ${closing.leads}`,
    ),
  ];
}

function randomDay(seed: number, closing: boolean): Day {
  const random = seededRandom(seed);
  const keys = Array.from({ length: 6 }, (_, k) => `z${k}`);
  const campaigns = Array.from({ length: 8 }, (_, c) => ({
    id: `c${c}`,
    priority: 50,
    sites: [],
    leaseSeconds: 7200,
    cells: keys.map((key, k) => ({
      key,
      closesAt: closing ? (k + 2) * 1.5 * hour : Infinity,
      due: Math.floor(400 + random.next() * 1200),
      held: 0,
    })),
  }));
  const edges = Array.from({ length: 40 }, (_, e) => {
    const served = campaigns.filter(() => random.next() < 0.25).map(({ id }) => id);
    if (served.length === 0) served.push(`c${e % campaigns.length}`);
    const prices = new Map(keys.map((key) => [key, Math.floor(50_000 + random.next() * 100_000)]));
    return site(`e${e}`, 2 + Math.floor(random.next() * 9), () => served, prices);
  });
  return { edges, campaigns, callsPerAgentHour: 25 };
}
