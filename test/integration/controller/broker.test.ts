import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTls } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEdge } from '@branchline/edge';
import { topicOf, type EnrolmentView, type SiteView } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { Box, Center, https, newId, postEnrolment, quietBranch, until } from './center.ts';
import { makeBoxKeys } from './parts.ts';

let center: Center;

beforeAll(async () => {
  center = await Center.start();
  await center.site('shanghai');
});
afterAll(() => center[Symbol.asyncDispose]());

async function edgeView(edge: string) {
  const { body } = await center.admin.call<{ items: SiteView[] }>('GET', '/sites');
  return body.items.flatMap((site) => site.edges).find((view) => view.id === edge);
}

test('a box enrols, connects and is seen online with its live data', async () => {
  const box = await center.enrol('shanghai', 'sh-1');
  await box.connect();
  await box.live(quietBranch);
  const view = await until('the edge to be online', async () => {
    const seen = await edgeView('sh-1');
    return seen?.status === 'online' && seen.live ? seen : undefined;
  });
  expect(view.firmware).toBe('test');
  expect(view.liveAgeMs).toBeLessThan(5000);
  expect(box.all('controller').at(-1)).toMatchObject({ online: true });
});

test('a certificate of one edge does not open the door as another', async () => {
  const box = await center.enrol('shanghai', 'sh-mine');
  await center.enrol('shanghai', 'sh-other');
  const thief = new Box('sh-other', box.keys, box.enrolment);
  await expect(thief.connect()).rejects.toThrow('the broker closed the connection');
});

test('without a certificate, or with one that no authority here signed, there is no connection', async () => {
  const { hostname, port } = new URL(center.controller.mqttUrl);
  const outcome = (tls: object) =>
    new Promise<string>((resolve) => {
      const socket = connectTls({
        host: hostname,
        port: Number(port),
        ca: center.controller.ca,
        minVersion: 'TLSv1.3',
        ...tls,
      });
      socket.on('error', (error) => resolve(error.message));
      // TLS 1.3: the server's refusal comes after the client's side of the handshake is done.
      socket.on('close', () => resolve('closed'));
      socket.on('secureConnect', () => socket.write(Buffer.from('100c00044d5154540402003c0000', 'hex')));
      socket.on('data', () => resolve('answered'));
    });
  expect(await outcome({})).not.toBe('answered');
  const known = await center.enrol('shanghai', 'sh-real');
  const foreign = await makeBoxKeys('sh-real');
  // The right certificate with another key cannot even begin; that is the client's own refusal, so it proves the other half.
  expect(() =>
    connectTls({ host: hostname, port: Number(port), cert: known.tls.cert, key: foreign.key }),
  ).toThrow(/key values mismatch/);
});

test('a revoked box is thrown out at once and does not come back, and its old certificate fetches nothing', async () => {
  const box = await center.enrol('shanghai', 'sh-revoked');
  await box.connect();
  const { status, body } = await center.admin.call('POST', '/edges/sh-revoked/revoke');
  expect({ status, body }).toEqual({ status: 200, body: { certificates: 1 } });
  await until('the session to be ended', () => box.closes > 0);
  await expect(box.connect()).rejects.toThrow('the broker closed the connection');
  const url = `${new URL(center.controller.edgeUrl).origin}/edge/v1/artifacts/dnc/1`;
  await expect(https(url, 'GET', box.tls)).resolves.toMatchObject({
    status: 401,
    body: { code: 'BL_AUTH_REQUIRED' },
  });
});

test('a publish where an edge may not write ends the session, is counted, and after three times is swallowed so that other messages get through', async () => {
  const box = await center.enrol('shanghai', 'sh-stray');
  const foreign = topicOf('state', 'sh-1');
  for (let i = 0; i < 3; i++) {
    await box.connect();
    // Never acknowledged: the broker hangs up instead.
    void box.raw(foreign, 'forged').catch(() => undefined);
    await until('the session to be ended', () => box.closes > 0);
  }
  await box.connect();
  await box.raw(foreign, 'forged');
  await box.live(quietBranch);
  await until('the live data after the swallowed message', async () => (await edgeView('sh-stray'))?.live);
  expect(box.closes).toBe(0);
  expect(center.controller.parts.bus.stats().quarantined).toBe(1);
  expect((await edgeView('sh-1'))?.status).toBe('online');
});

test('an edge hears only its own topics', async () => {
  const box = await center.enrol('shanghai', 'sh-curious');
  await box.connect();
  expect(await box.subscribe('bl/v1/#')).toBe(128);
  expect(await box.subscribe(topicOf('desired', 'sh-1'))).toBe(128);
  expect(await box.subscribe(topicOf('desired', 'sh-curious'))).toBe(1);
});

test('garbage, a wrong schema, a foreign stream and too much are set aside with their codes and disturb nobody', async () => {
  const box = await center.enrol('shanghai', 'sh-noisy');
  await box.connect();
  await box.raw(topicOf('state', 'sh-noisy'), Buffer.from([0xff, 0xfe, 0x00]));
  await box.raw(topicOf('reported', 'sh-noisy'), '{"version":"seven"}');
  await box.raw(topicOf('out', 'sh-noisy', 'event').replace('event', 'gossip'), '{}');
  await box.raw(topicOf('inventory', 'sh-noisy'), Buffer.alloc(200 * 1024, 0x20));
  const rows = await until('four violations', async () => {
    const found = await center.db
      .selectFrom('contract_violations')
      .selectAll()
      .where('edge', '=', 'sh-noisy')
      .execute();
    return found.length >= 4 ? found : undefined;
  });
  expect(rows.map((row) => row.code).toSorted()).toEqual([
    'BL_CONTRACT_PAYLOAD',
    'BL_CONTRACT_PAYLOAD',
    'BL_CONTRACT_PAYLOAD',
    'BL_CONTRACT_TOO_LARGE',
  ]);
  await box.live(quietBranch);
  await until('the box to be heard all the same', async () => (await edgeView('sh-noisy'))?.live);
});

test('an enrolment token works once, for its edge only, and a name stays with its box', async () => {
  const { body: view } = await center.admin.call<EnrolmentView>('POST', '/sites/shanghai/edges', {
    id: 'sh-token',
  });
  const { csr } = await makeBoxKeys('sh-token');
  const claim = { edge: 'sh-token', token: view.token, csr, hardwareId: 'box a' };
  expect((await postEnrolment(view, { ...claim, edge: 'sh-1' })).body).toMatchObject({
    code: 'BL_ENROL_TOKEN',
  });
  expect((await postEnrolment(view, { ...claim, csr: csr.replace(/[A-Z]{4}/, 'AAAA') })).body).toMatchObject({
    code: 'BL_ENROL_CSR',
  });
  expect((await postEnrolment(view, claim)).status).toBe(201);
  expect((await postEnrolment(view, claim)).body).toMatchObject({ code: 'BL_ENROL_TOKEN' });
  const again = await center.admin.call<EnrolmentView>('POST', '/sites/shanghai/edges', { id: 'sh-token' });
  const stranger = { ...claim, token: again.body.token, hardwareId: 'box b' };
  expect((await postEnrolment(view, stranger)).body).toMatchObject({ code: 'BL_ENROL_TOKEN' });
  expect((await postEnrolment(view, { ...stranger, hardwareId: 'box a' })).status).toBe(201);
});

test('a box that cannot enrol says why: its token is spent, or the center is not there', async () => {
  const edge = 'sh-late';
  const { body: view } = await center.admin.call<EnrolmentView>('POST', '/sites/shanghai/edges', {
    id: edge,
  });
  const { csr } = await makeBoxKeys(edge);
  await postEnrolment(view, { edge, token: view.token, csr, hardwareId: 'another box' });
  const home = await mkdtemp(join(tmpdir(), 'branchline-late-'));
  const start = (url: string) =>
    startEdge({ edge, home, enrolment: { url, token: view.token, ca: view.ca } }, silentLog);
  await expect(start(view.url)).rejects.toMatchObject({ code: 'BL_ENROL_REFUSED' });
  await expect(start('https://127.0.0.1:1/')).rejects.toMatchObject({ code: 'BL_ENROL_UNREACHABLE' });
  await rm(home, { recursive: true });
});

test('a pulled cable is seen as lost, and the late will of an old session does not take a new one down', async () => {
  const box = await center.enrol('shanghai', 'sh-cable');
  await box.connect();
  const old = box.state('lost');
  box.disconnect();
  await until('the edge to be lost', async () => (await edgeView('sh-cable'))?.status === 'lost');
  await box.connect();
  await until('the edge to be back', async () => (await edgeView('sh-cable'))?.status === 'online');
  await box.publish('state', old);
  await box.publish('reported', { version: 0, tried: 0, at: 1, status: 'applied', artifacts: [] });
  await until('the message after the late will', async () => (await edgeView('sh-cable'))?.reported);
  expect((await edgeView('sh-cable'))?.status).toBe('online');
});

test('a gap in the live numbers asks for a full snapshot', async () => {
  const box = await center.enrol('shanghai', 'sh-gap');
  await box.connect();
  await box.publish('live', { session: box.session, n: 7, at: 1, sentAt: Date.now(), changes: { cpu: 0.5 } });
  const command = await until('the question for a snapshot', () =>
    box.all('command').find((order) => order.verb === 'live-snapshot'),
  );
  expect(command.ttlMs).toBeGreaterThan(0);
});

test('a command waits for the edge, is sent again in a new session, and ends with its result', async () => {
  const box = await center.enrol('shanghai', 'sh-order');
  const asked = await center.admin.call<{ id: string }>('POST', '/edges/sh-order/commands', {
    verb: 'drain',
    args: {},
  });
  expect(asked.status).toBe(202);
  const path = `/edges/sh-order/commands/${asked.body.id}`;
  expect((await center.admin.call(`GET`, path)).body).toMatchObject({ state: 'queued' });
  await box.connect();
  const first = await until('the command', () => box.all('command').find((order) => order.verb === 'drain'));
  await box.connect();
  await until(
    'the command again',
    () => box.all('command').filter((order) => order.id === first.id).length >= 2,
  );
  await box.publish('result', { id: first.id, at: Date.now(), status: 'done' });
  await until(
    'the result',
    async () => (await center.admin.call<{ state: string }>('GET', path)).body.state === 'done',
  );
  const wrong = await center.admin.call('POST', '/edges/sh-order/commands', {
    verb: 'call-hangup',
    args: { call: 'x' },
  });
  expect(wrong).toMatchObject({ status: 400, body: { code: 'BL_API_INVALID' } });
  const unknown = await center.admin.call('POST', '/edges/sh-order/commands', {
    verb: 'shell',
    args: { line: newId() },
  });
  expect(unknown).toMatchObject({ status: 400, body: { code: 'BL_API_INVALID' } });
});
