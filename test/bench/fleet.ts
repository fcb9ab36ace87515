import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { systemClock, type BranchPlan, type Completeness, type NewCampaign } from '@branchline/shared';
// @boundaries-ignore boxes are enrolled here by hand: the listener lets only a few in per minute and address
import { CertificateRegister, DeviceAuthority } from '../../controller/src/fleet/index.ts';
import { branchPlan } from '../integration/controller/center.ts';
import { makeBoxKeys } from '../integration/controller/parts.ts';
import { temporaryDatabase, type TemporaryDatabase } from '../integration/stores/parts.ts';
import { CenterClient } from '../support/center-client.ts';
import { eventually } from '../support/eventually.ts';
import { leadList } from '../support/fleet-branches.ts';
import { freePorts } from '../support/free-port.ts';
import { runController, type Installation } from '../support/installation.ts';
import { childOf } from '../support/process-tree.ts';
import { startProgram, type Program } from '../support/processes.ts';
import { benchLine, type BenchLine } from './bench-line.ts';
import { agentsOf, type BoxesFacts, type BoxesFile, type BoxesOrder } from './fleet/boxes.ts';
import { BoardWatcher } from './fleet/board-watcher.ts';
import { FeedReader } from './fleet/feed-reader.ts';

const idle = Number(process.env['BRANCHLINE_BENCH_IDLE'] ?? 1000);
const workers = Number(process.env['BRANCHLINE_BENCH_WORKERS'] ?? 200);
const steadySeconds = Number(process.env['BRANCHLINE_BENCH_SECONDS'] ?? 60);
/** Two attempts a second of each box that works. */
const attemptEveryMs = 500;
const backlogHours = Number(process.env['BRANCHLINE_BENCH_BACKLOG_HOURS'] ?? 24);
/** Of one branch, as many as one that works makes. */
const backlog = { call: 7200 * backlogHours, agent: 7200 * backlogHours, metric: 60 * backlogHours };
/** Aims of the product, ms and seconds. */
const liveAimMs = 2000;
const backlogAimSeconds = 600;

/**
 * One controller against a fleet of simulated boxes: their own links, outboxes and live data over TLS, with made-up calls of
 * leads that were really lent. Measures what the controller costs, how old what people see is, whether anything is lost, how
 * a fleet comes back after the controller was killed, and how the backlog of a day is taken in beside it all.
 */
export async function run(): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'branchline-bench-fleet-'));
  await using database = await temporaryDatabase();
  const [http, edge, mqtt] = (await freePorts(3)) as [number, number, number];
  const installation: Installation = {
    folder,
    ports: { http, edge, mqtt },
    clock: { speed: 1, real: Date.now(), business: Date.now() },
  };
  const start = (): Program =>
    runController(installation, {
      env: { DATABASE_URL: database.url, BRANCHLINE_REQUESTS_PER_MINUTE: '1000000' },
    });
  let controller = start();
  const programs: Program[] = [];
  try {
    const { admin } = (await controller.ready) as { admin: { name: string; password: string } };
    let client = new CenterClient(`http://127.0.0.1:${http}`);
    await client.signIn(admin.name, admin.password);
    say(`enrolling ${idle + workers} boxes`);
    const file = await enrol(database, join(folder, 'center'), `mqtts://localhost:${mqtt}`);
    await prepareCampaign(client, database);
    // It has not seen the new certificates yet.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const alone = memoryOf(controller);

    const lines: BenchLine[] = [];
    const began = performance.now();
    const boxes = startProgram(
      join(import.meta.dirname, 'fleet/boxes.ts'),
      [file],
      join(folder, 'log/boxes.log'),
    );
    programs.push(boxes);
    await boxes.ready;
    const all = idle + workers;
    await eventually(`${all} boxes being there`, async () => (await facts(boxes)).up === all, 300_000, 200);
    const rampSeconds = (performance.now() - began) / 1000;
    say(`${all} boxes came within ${rampSeconds.toFixed(1)} s`);

    const feed = new FeedReader(client.url, client.cookie);
    const lending = performance.now();
    await eventually(
      'every working box having leads',
      async () => (await facts(boxes)).stocked === workers,
      300_000,
      200,
    );
    say(`all ${workers} had leads after ${((performance.now() - lending) / 1000).toFixed(1)} s`);
    await order(boxes, { order: 'work', everyMs: attemptEveryMs });
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    feed.take();
    const before = { ...(await facts(boxes)), cpu: cpuOf(controller), at: performance.now() };
    const watcher = new BoardWatcher(client, async () => (await counts(boxes)).attempt);
    await new Promise((resolve) => setTimeout(resolve, steadySeconds * 1000));
    const boardAges = await watcher.stop();
    const after = { ...(await facts(boxes)), cpu: cpuOf(controller), at: performance.now() };
    const seen = feed.take();
    const seconds = (after.at - before.at) / 1000;
    const attempts = (after.made.attempt - before.made.attempt) / seconds;
    say(
      `attempts/s ${attempts.toFixed(0)}, waiting rows ${after.pending}, feed ${seen.bytes} bytes a message, pauses p95 ${percentile(seen.gaps, 0.95).toFixed(0)} ms`,
    );
    lines.push(
      benchLine(
        'fleet: attempts/s reported, against what the boxes would make unhindered',
        attempts,
        (workers * 1000) / attemptEveryMs,
        'attempts/s',
      ),
      benchLine(
        'fleet: controller process, share of one core',
        (after.cpu.self - before.cpu.self) / seconds,
        1,
        'cores',
      ),
      benchLine(
        'fleet: its private ClickHouse, share of one core',
        (after.cpu.clickHouse - before.cpu.clickHouse) / seconds,
        1,
        'cores',
      ),
      benchLine(
        'fleet: memory of the controller process, against the same without boxes',
        memoryOf(controller),
        alone,
        'MB',
      ),
      benchLine(
        'fleet: age of live data on the overview p95, against the aim',
        percentile(seen.ages, 0.95),
        liveAimMs,
        'ms',
      ),
      benchLine(
        'fleet: age of figures on the wallboard, from the attempt to its last moment on the screen, p95, against the aim',
        percentile(boardAges, 0.95),
        liveAimMs,
        'ms',
      ),
      benchLine(
        'fleet: row made to row acknowledged p95, against the live aim',
        percentile(after.ackMs, 0.95),
        liveAimMs,
        'ms',
      ),
    );

    say('replaying a day of one branch beside it');
    const atFirst = await facts(boxes);
    const { replayedMs } = await order<{ replayedMs: number }>(boxes, { order: 'replay', rows: backlog });
    const during = await facts(boxes);
    await new Promise((resolve) => setTimeout(resolve, steadySeconds * 1000));
    const afterwards = await facts(boxes);
    const told = (ms: readonly number[]): string =>
      `${percentile(ms, 0.5).toFixed(0)}/${percentile(ms, 0.95).toFixed(0)}`;
    const attemptsDuring = (during.made.attempt - atFirst.made.attempt) / (replayedMs / 1000);
    say(`replayed in ${(replayedMs / 1000).toFixed(0)} s`);
    say(
      `acknowledged after p50/p95 ms: before ${told(after.ackMs)}, during ${told(during.ackMs)}, after ${told(afterwards.ackMs)}`,
    );
    lines.push(
      benchLine(
        `fleet: ${backlogHours} h of one branch replayed, against the aim`,
        replayedMs / 1000,
        backlogAimSeconds,
        's',
      ),
      benchLine(
        'fleet: attempts/s of the others during the replay, against before',
        attemptsDuring,
        attempts,
        'attempts/s',
      ),
      benchLine(
        'fleet: acknowledgement p95 of the others during the replay, against before and after',
        percentile(during.ackMs, 0.95),
        percentile([...after.ackMs, ...afterwards.ackMs], 0.95),
        'ms',
      ),
    );
    feed.stop();

    say('killing the controller: all boxes come back at once');
    await controller.kill();
    controller = start();
    await controller.ready;
    const back = performance.now();
    client = new CenterClient(client.url);
    await client.signIn(admin.name, admin.password);
    let most = 0;
    await eventually(
      'all boxes being back',
      async () => {
        most = Math.max(most, memoryOf(controller));
        return (await facts(boxes)).up === all;
      },
      600_000,
      200,
    );
    lines.push(
      benchLine(
        'fleet: all boxes back after a restart, against their first coming',
        (performance.now() - back) / 1000,
        rampSeconds,
        's',
      ),
      benchLine('fleet: most memory while they came back, against the same without boxes', most, alone, 'MB'),
    );

    await order(boxes, { order: 'rest' });
    const lost = await lostRows(boxes, client);
    lines.push(benchLine('fleet: rows in ClickHouse, against rows made', lost.arrived, lost.made, 'rows'));
    return lines;
  } finally {
    for (const program of programs) await program.stop(5000);
    await controller.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(text: string): void {
  console.error(`  ${text}`);
}

/** Sites, boxes, plans and certificates, written as the controller would. @returns the file for the boxes' process */
async function enrol(database: TemporaryDatabase, home: string, url: string): Promise<string> {
  const authority = await DeviceAuthority.open(join(home, 'ca'), systemClock);
  const register = new CertificateRegister(database.kysely, systemClock);
  const put = (name: string, text: string): string => {
    writeFileSync(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  const boxes: BoxesFile['boxes'][number][] = [];
  for (let i = 0; i < idle + workers; i++) {
    const edge = `box-${i}`;
    const keys = await makeBoxKeys(edge);
    const issued = await authority.issue(edge, keys.csr);
    await database.kysely.transaction().execute(async (trx) => {
      await trx
        .insertInto('sites')
        .values({ id: `site-${i}`, name: `Site ${i}`, zone: 'Asia/Shanghai', region: 'CN', created_at: 0 })
        .execute();
      await trx
        .insertInto('edges')
        .values({ id: edge, site: `site-${i}`, created_at: 0, plan: JSON.stringify(planOf(edge)) })
        .execute();
      await register.record(trx, edge, issued);
    });
    boxes.push({
      edge,
      certificateFile: put(`${edge}.crt`, issued.certificate),
      keyFile: put(`${edge}.key`, keys.key),
      recipient: keys.recipient,
    });
  }
  const file: BoxesFile = {
    url,
    caFile: put('ca.crt', authority.certificate),
    workers,
    boxes,
  };
  return put('boxes.json', JSON.stringify(file));
}

/** Ten agents, lines enough for them, and nothing that has a secret. */
function planOf(edge: string): BranchPlan {
  const agents = agentsOf(edge).map((id, n) => ({
    id,
    name: id,
    extension: String(100 + n),
    mode: 'nailed' as const,
    campaigns: [],
    inbound: true,
  }));
  const line = {
    id: 'trunk',
    kind: 'sip-trunk' as const,
    enabled: true,
    channels: 30,
    callerIds: ['02088888888'],
    answerSupervision: 'reliable' as const,
    emergency: false,
    sip: { proxy: '127.0.0.1:5999', register: false, pingSeconds: 0 as const },
  };
  const routes = [{ prefix: '', lines: [line.id] }];
  return { ...branchPlan(), agents, lines: [line], phones: [], routes, fallbackGroup: [] };
}

/** A campaign that all agents serve, with leads enough for the whole run. */
async function prepareCampaign(client: CenterClient, database: TemporaryDatabase): Promise<void> {
  const settings: NewCampaign = {
    name: 'Fleet',
    window: { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] },
  };
  const { id } = await client.post<{ id: string }>('/campaigns', settings);
  // What the boxes have in reserve, and what they use up until all is measured.
  const seconds = 2 * steadySeconds + backlogAimSeconds + 60;
  const leads = workers * 700 + Math.ceil(((workers * 1000) / attemptEveryMs) * seconds);
  say(`importing ${leads} leads`);
  await client.upload(`/campaigns/${id}/imports`, 'leads.csv', leadList(0, leads));
  // What the database does after a large list is `import`'s to measure.
  await sql`vacuum analyze leads`.execute(database.kysely);
  await sql`checkpoint`.execute(database.kysely);
  for (const row of await database.kysely.selectFrom('edges').select(['id', 'plan']).execute()) {
    const plan = { ...row.plan!, agents: row.plan!.agents.map((each) => ({ ...each, campaigns: [id] })) };
    await database.kysely
      .updateTable('edges')
      .set({ plan: JSON.stringify(plan) })
      .where('id', '=', row.id)
      .execute();
  }
  await client.post(`/campaigns/${id}/start`);
}

function order<T>(boxes: Program, order: BoxesOrder): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the boxes have ended'));
    boxes.child.once('exit', ended);
    boxes.child.once('message', (answer) => {
      boxes.child.off('exit', ended);
      resolve(answer as T);
    });
    boxes.child.send(order);
  });
}

function facts(boxes: Program): Promise<BoxesFacts> {
  return order<BoxesFacts>(boxes, { order: 'facts' });
}

function counts(boxes: Program): Promise<BoxesFacts['made']> {
  return order<BoxesFacts['made']>(boxes, { order: 'counts' });
}

/** Waits until everything has arrived and compares. */
async function lostRows(boxes: Program, client: CenterClient): Promise<{ made: number; arrived: number }> {
  await eventually(
    'everything being acknowledged',
    async () => (await facts(boxes)).pending === 0,
    120_000,
    500,
  );
  let [made, arrived] = [0, 0];
  await eventually(
    'everything being in ClickHouse',
    async () => {
      const { tables } = await client.get<Completeness>('/completeness');
      arrived = Object.values(tables).reduce((sum, { unique }) => sum + unique, 0);
      // Asked for afterwards: leads go on being lent, and each lease is an event.
      const now = await facts(boxes);
      made = Object.values(now.made).reduce((sum, rows) => sum + rows, 0);
      return now.pending === 0 && arrived === made;
    },
    120_000,
    500,
  ).catch(() => undefined);
  return { made, arrived };
}

/** CPU seconds of the controller and of its ClickHouse. */
function cpuOf({ child }: Program): { self: number; clickHouse: number } {
  const clickHouse = childOf(child.pid!, 'clickhouse-child') || 0;
  return { self: cpuSeconds(child.pid!), clickHouse: clickHouse ? cpuSeconds(clickHouse) : 0 };
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  // proc(5): utime and stime, in clock ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of the controller process, MB. */
function memoryOf({ child }: Program): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
