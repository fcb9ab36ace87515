import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectFtdm } from '@branchline/hardware/emulator';
import { idSource, type Desired, type EventRow, type LiveLine } from '@branchline/shared';
import { logInAll } from '../../support/agents.ts';
import { startBranch, testCampaign, type Branch } from '../../support/branch.ts';
import { startEmulation, type Emulation } from '../../support/emulation.ts';
import { eventually } from '../../support/eventually.ts';
import { freePorts } from '../../support/free-port.ts';

const newId = idSource();
let branch: Branch;
let emulation: Emulation;
afterEach(async () => {
  await branch?.close();
  await emulation?.stop();
});

const sim = (id: string, change: Partial<Desired['lines'][number]>): Desired['lines'][number] => ({
  id,
  kind: 'gsm-modem',
  enabled: true,
  channels: 1,
  callerIds: ['13800100001'],
  answerSupervision: 'besteffort',
  emergency: false,
  ...change,
});

/** The newest state of a line that the branch told. */
function lineOf(id: string): LiveLine | undefined {
  return branch.controller.received('live').findLast(({ snapshot }) => snapshot !== undefined)?.snapshot
    ?.lines[id];
}

/** Asks for the whole picture, and waits until a line is as it should be in it. */
async function until(id: string, what: string, test: (line: LiveLine) => boolean): Promise<LiveLine> {
  return eventually(
    `${id} being ${what}`,
    async () => {
      await snapshot();
      const line = lineOf(id);
      return line && test(line) ? line : undefined;
    },
    30_000,
    700,
  );
}

async function snapshot(): Promise<void> {
  const now = branch.clock.now();
  await branch.controller.send(branch.edge, 'command', {
    id: newId(),
    verb: 'live-snapshot',
    args: {},
    expiresAt: now + 600_000,
    ttlMs: 600_000,
  });
}

const events = <T extends EventRow['type']>(type: T) =>
  branch.controller.rows('event').filter((row) => row.type === type) as Extract<EventRow, { type: T }>[];

test('a modem and a gateway are found, watched, asked for balances, lose their SIMs and come back; each fault is told once', async () => {
  const [goipPort = 0] = await freePorts(1);
  emulation = await startEmulation(
    `modem --count 1 goip --server 127.0.0.1:${goipPort} --password phone-password-1 --speed 20 --seed 5`,
  );
  branch = await startBranch({ speed: 1 });
  branch.config.goip = { host: '127.0.0.1', port: goipPort };
  const password = branch.desired.phones[0]!.password;
  const lines = [
    ...branch.desired.lines,
    sim('modem-1', {
      modem: { port: emulation.place('m1') },
      balance: { method: 'sms', code: 'YE', target: '10086', after: '余额', everyHours: 24 },
    }),
    // A name that another device may have tomorrow is refused; the others do not notice.
    sim('modem-2', { modem: { port: '/dev/ttyUSB0' } }),
    sim('goip-1', {
      kind: 'gsm-gateway',
      sip: { proxy: '127.0.0.1:5999', register: false, pingSeconds: 0 },
      gateway: { make: 'goip', address: '127.0.0.1', channel: 'g1', password },
    }),
  ];
  await branch.startEdge();
  await branch.switch.start();
  const gsm = { justification: 'own SIMs, agreed with the operator', by: 'wang', at: 1 };
  const site = { ...branch.desired.site, gsm };
  await branch.controller.send(branch.edge, 'desired', { ...branch.desired, version: 2, site, lines });

  const modem = await until('modem-1', 'in service', ({ state }) => state === 'up');
  expect(modem).toMatchObject({ phase: 'in-service', inUse: 0, channels: 1 });
  expect(modem.sim).toMatchObject({ signal: expect.any(Number) as number, operator: 'CHINA MOBILE' });
  expect(modem.sim?.iccid).toMatch(/^8986/);
  const moving = await until('modem-2', 'refused', ({ fault }) => fault === 'device-missing');
  expect(moving.reason).toContain('/dev/ttyUSB0');
  await until('goip-1', 'in service', ({ state, sim: facts }) => state === 'up' && facts?.imsi !== undefined);

  // The inventory is told once a minute, and with every new session.
  await branch.controller.stop();
  await branch.controller.start();
  const device = (id: string) =>
    branch.controller
      .received('inventory')
      .at(-1)
      ?.lines.find((line) => line.id === id)?.device;
  // Its card is read after it.
  const modemTold = await eventually(
    'the inventory of the modem and its card',
    () => device('modem-1')?.iccid !== undefined && device('modem-1'),
    30_000,
  );
  expect(modemTold).toMatchObject({
    model: expect.stringMatching(/\w/) as string,
    firmware: expect.stringMatching(/\w/) as string,
    imei: expect.stringMatching(/^\d{15}$/) as string,
    iccid: modem.sim?.iccid,
  });
  const imei = await eventually('the inventory of the gateway', () => device('goip-1')?.imei, 30_000);
  expect(imei).toMatch(/^\d{15}$/);

  const { sim: facts } = await until(
    'modem-1',
    'asked for its balance',
    (line) => line.sim?.balance !== undefined,
  );
  // The question itself cost ten fen of the fifty yuan.
  expect(facts?.balance).toBe(49.9);

  await emulation.tell('sms 13800100001 95588 你的验证码是123456');
  const message = await eventually(
    'the message being told',
    () => events('sms-received').find(({ from }) => from === '95588'),
    30_000,
  );
  expect(message).toMatchObject({ line: 'modem-1', text: '你的验证码是123456' });

  for (const device of ['m1', 'g1']) await emulation.tell(`sim-remove ${device}`);
  for (const id of ['modem-1', 'goip-1']) {
    const lost = await until(id, 'without its SIM', ({ fault }) => fault === 'sim-missing');
    expect(lost.state).toBe('down');
  }
  for (const device of ['m1', 'g1']) await emulation.tell(`sim-insert ${device}`);
  for (const id of ['modem-1', 'goip-1']) await until(id, 'in service again', ({ state }) => state === 'up');

  for (const id of ['modem-1', 'goip-1']) {
    const told = await eventually('both ends of the fault', () => {
      const rows = events('line-fault').filter(({ line, fault }) => line === id && fault === 'sim-missing');
      return rows.length === 2 ? rows : undefined;
    });
    expect(told.map(({ state }) => state)).toEqual(['opened', 'closed']);
    expect(told[0]!.openedAt).toBe(told[1]!.openedAt);
  }
}, 120_000);

test('GSM lines stay off where nobody enabled them, and a route over them says so', async () => {
  emulation = await startEmulation('modem --count 1 --speed 20');
  branch = await startBranch({ speed: 1, agents: [] });
  const lines = [sim('modem-1', { modem: { port: emulation.place('m1') } })];
  const routes = [{ prefix: '', lines: ['modem-1'] }];
  await branch.startEdge();
  await branch.switch.start();
  await branch.controller.send(branch.edge, 'desired', { ...branch.desired, version: 2, lines, routes });
  const line = await until('modem-1', 'refused', ({ reason }) => reason.includes('administrator'));
  expect(line.phase).toBe('not-enabled');
}, 60_000);

test('a span is drawn timeslot by timeslot, falls with its cable and its signalling, and comes back', async () => {
  emulation = await startEmulation('span --count 2 --speed 20 --seed 3');
  const folder = emulation.place('s1');
  const spans = await connectFtdm(join(folder, 'ftdm.sock'));
  branch = await startBranch({ speed: 1, agents: [], spans });
  branch.config.spans = {
    proc: join(folder, 'proc/dahdi'),
    sys: join(folder, 'sys/bus/dahdi_spans/devices'),
  };
  const lines = ([1, 2] as const).map((number) =>
    sim(`e1-${number}`, {
      kind: 'e1-card',
      channels: 30,
      span: { number, name: `e1_${number}`, type: 'e1', hunt: 'down' },
    }),
  );
  await branch.startEdge();
  await branch.switch.start();
  await branch.controller.send(branch.edge, 'desired', {
    ...branch.desired,
    version: 2,
    lines,
    routes: [{ prefix: '', lines: ['e1-1', 'e1-2'] }],
  });
  const whole = await until(
    'e1-1',
    'in service',
    ({ state, span }) => state === 'up' && span?.dChannel === 'up',
  );
  expect(whole.span?.timeslots).toBe(`f${'-'.repeat(15)}s${'-'.repeat(15)}`);
  await emulation.tell('all-busy s1');
  const busy = await until('e1-1', 'busy', ({ span }) => span?.timeslots.includes('b') ?? false);
  expect(busy.span?.timeslots).toBe(`f${'b'.repeat(15)}s${'b'.repeat(15)}`);
  await emulation.tell('all-busy s1 off');

  await emulation.tell('pull-cable s1');
  const dead = await until('e1-1', 'without signal', ({ fault }) => fault === 'no-carrier-signal');
  expect(dead).toMatchObject({
    state: 'down',
    span: { alarms: expect.arrayContaining(['red']) as string[] },
  });
  expect(lineOf('e1-2')).toMatchObject({ state: 'up' });
  await emulation.tell('recover s1');
  await until('e1-1', 'in service again', ({ state }) => state === 'up');

  await emulation.tell('d-channel-down s2');
  await until('e1-2', 'without signalling', ({ fault }) => fault === 'd-channel-down');
  await emulation.tell('d-channel-down s2 off');
  await until('e1-2', 'in service again', ({ state }) => state === 'up');
  const told = await eventually('the ends of both faults', () => {
    const rows = events('line-fault').map(({ line, fault, state }) => `${line} ${fault} ${state}`);
    return rows.includes('e1-1 no-carrier-signal closed') && rows.includes('e1-2 d-channel-down closed')
      ? rows
      : undefined;
  });
  expect(told.filter((row) => row === 'e1-1 no-carrier-signal opened')).toHaveLength(1);
}, 120_000);

test('a campaign calls over an E1 card; when its span goes red the calls go over the other one, and when that goes too they wait', async () => {
  emulation = await startEmulation('span --count 2 --speed 20 --seed 3');
  const folder = emulation.place('s1');
  const spans = await connectFtdm(join(folder, 'ftdm.sock'));
  branch = await startBranch({ speed: 5, spans }, testCampaign({ wrapUpSeconds: 0 }));
  branch.config.spans = {
    proc: join(folder, 'proc/dahdi'),
    sys: join(folder, 'sys/bus/dahdi_spans/devices'),
  };
  await emulation.tell('plan 1* alert 500 answer 1500 end 9000 16');
  await emulation.tell('plan 13900000002 busy');
  const lines = ([1, 2] as const).map((number) =>
    sim(`e1-${number}`, {
      kind: 'e1-card',
      channels: 30,
      callerIds: ['01088886600'],
      span: { number, name: `e1_${number}`, type: 'e1', hunt: 'down' },
    }),
  );
  await branch.startEdge();
  await branch.switch.start();
  await branch.controller.send(branch.edge, 'desired', {
    ...branch.desired,
    version: 2,
    lines,
    routes: [{ prefix: '', lines: ['e1-1', 'e1-2'] }],
  });
  for (const id of ['e1-1', 'e1-2']) await until(id, 'in service', ({ state }) => state === 'up');
  for (const phone of await logInAll(branch)) phone.on('unbridged', () => phone.sendDtmf('1'));
  const lend = (...numbers: string[]): Promise<void> =>
    branch.controller.send(branch.edge, 'lease', branch.lease(numbers));
  const attempt = (number: string) =>
    eventually(
      `the attempt to ${number}`,
      () => branch.controller.rows('attempt').find((row) => row.number === number),
      30_000,
    );
  const tries = async (number: string): Promise<string[]> =>
    (await attempt(number)).tries.map(({ line, outcome }) => `${line} ${outcome}`);

  await lend('+8613900000001', '+8613900000002');
  expect(await tries('+8613900000001')).toEqual(['e1-1 ANSWERED']);
  expect(await tries('+8613900000002')).toEqual(['e1-1 BUSY']);
  const [call] = branch.controller.rows('call').filter(({ outcome }) => outcome === 'ANSWERED');
  expect(call).toMatchObject({ line: 'e1-1', callerId: '01088886600', customer: '+8613900000001', q850: 16 });

  // The carrier gives no channel, and no alarm says so: the same number over the other span, within the attempt.
  await emulation.tell('all-busy s1');
  await lend('+8613900000003');
  expect(await tries('+8613900000003')).toEqual(['e1-1 CONGESTION', 'e1-2 ANSWERED']);
  await emulation.tell('all-busy s1 off');

  await emulation.tell('pull-cable s1');
  await until('e1-1', 'red', ({ fault }) => fault === 'no-carrier-signal');
  await lend('+8613900000004');
  expect(await tries('+8613900000004')).toEqual(['e1-2 ANSWERED']);

  await emulation.tell('pull-cable s2');
  await until('e1-2', 'red', ({ fault }) => fault === 'no-carrier-signal');
  await lend('+8613900000005');
  const waiting = async (): Promise<unknown> => {
    await snapshot();
    const live = branch.controller.received('live').findLast((message) => message.snapshot !== undefined);
    const { code, reason } = Object.values(live?.snapshot?.campaigns ?? {})[0]?.standing ?? {};
    return code === 'no-line' ? reason : undefined;
  };
  expect(await eventually('the reason to wait', waiting, 30_000, 700)).toMatch(/^e1-1: .*; e1-2: /);
  await emulation.tell('recover s1');
  expect(await tries('+8613900000005')).toEqual(['e1-1 ANSWERED']);
}, 120_000);
