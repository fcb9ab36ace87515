import { writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectFtdm } from '@branchline/hardware/emulator';
import type { Desired } from '@branchline/shared';
import { examine, type Check, type Examination } from '@branchline/provisioning';
import { startBranch, type Branch } from '../../support/branch.ts';
import { startEmulation, type Emulation } from '../../support/emulation.ts';
import { eventually } from '../../support/eventually.ts';
import { freePorts } from '../../support/free-port.ts';
import { OptionsEcho } from './options-echo.ts';

let branch: Branch | undefined;
let emulation: Emulation | undefined;
let carrier: OptionsEcho | undefined;
afterEach(async () => {
  await branch?.close();
  await emulation?.stop();
  await carrier?.stop();
  branch = emulation = carrier = undefined;
});

type Line = Desired['lines'][number];

/** A branch with a modem, a GoIP channel and two spans, all emulated. */
async function openBranch(): Promise<{ lines: Line[]; site: Desired['site'] }> {
  const [goipPort = 0, modemPort = 0] = await freePorts(2);
  emulation = await startEmulation(
    `modem --count 1 goip --server 127.0.0.1:${goipPort} --password phone-password-1 span --count 2 --speed 20 --seed 5`,
  );
  carrier = await OptionsEcho.start();
  const folder = emulation.place('s1');
  branch = await startBranch({
    speed: 1,
    agents: [],
    spans: await connectFtdm(join(folder, 'ftdm.sock')),
    carrier: (_invitation, link) => {
      link.ring();
      link.answer();
      return { voice: 1004, released: () => undefined };
    },
  });
  const { config, desired, sealed: password } = branch;
  config.goip = { host: '127.0.0.1', port: goipPort };
  config.switch = { ...config.switch, modemPort };
  config.spans = { proc: join(folder, 'proc/dahdi'), sys: join(folder, 'sys/bus/dahdi_spans/devices') };
  const head = {
    enabled: true,
    channels: 1,
    callerIds: ['13800100001'],
    answerSupervision: 'besteffort' as const,
    emergency: false,
  };
  const sip = { proxy: `127.0.0.1:${carrier.port}`, register: false, pingSeconds: 0 as const };
  const lines: Line[] = [
    { ...desired.lines[0]!, sip },
    { ...head, id: 'modem-1', kind: 'gsm-modem', modem: { port: emulation.place('m1') } },
    {
      ...head,
      id: 'goip-1',
      kind: 'gsm-gateway',
      sip,
      gateway: { make: 'goip', address: '127.0.0.1', channel: 'g1', password },
    },
    ...([1, 2] as const).map((number): Line => ({
      ...head,
      id: `e1-${number}`,
      kind: 'e1-card',
      channels: 30,
      span: { number, name: `e1_${number}`, type: 'e1', hunt: 'down' },
    })),
  ];
  const gsm = { justification: 'own SIMs, agreed with the operator', by: 'wang', at: 1 };
  return { lines, site: { ...desired.site, gsm } };
}

/** The doctor as people start it. */
function doctor(...args: string[]): Promise<{ code: number | null; found: Examination; text: string }> {
  const program = join(import.meta.dirname, '../../../provisioning/src/main.ts');
  const child = spawn(process.execPath, [program, 'doctor', '--home', branch!.home, ...args]);
  let [text, complaint] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      const found = text.startsWith('{')
        ? (JSON.parse(text) as Examination)
        : { edge: '', running: false, checks: [] };
      resolve({ code, found, text: text + complaint });
    }),
  );
}

const failed = ({ checks }: Examination): string[] =>
  checks.filter(({ result }) => result === 'fail').map(({ line = 'box', check }) => `${line} ${check}`);

const row = ({ checks }: Examination, line: string, check: string): Check | undefined =>
  checks.find((each) => each.line === line && each.check === check);

/** Asks again until what failed is what is expected, or for half a minute. */
function untilFailed(expected: readonly string[], ask: () => Promise<Examination>): Promise<Examination> {
  let last: readonly string[] = [];
  return eventually(
    `only ${expected.join(', ') || 'nothing'} failing`,
    async () => {
      const found = await ask();
      last = failed(found);
      const settled = found.checks.every(({ line, result }) => line === undefined || result !== 'warn');
      return settled && JSON.stringify(last) === JSON.stringify(expected) ? found : undefined;
    },
    60_000,
    500,
  ).catch((error: unknown) => {
    throw new Error(`failing at last: ${last.join(', ')}`, { cause: error });
  });
}

test('a SIM, a cable and a D-channel that are gone are told with advice, by the running edge and with the edge stopped', async () => {
  const { lines, site } = await openBranch();
  const { desired } = branch!;
  await branch!.startEdge();
  await branch!.switch.start();
  await branch!.controller.send(branch!.edge, 'desired', {
    ...desired,
    version: 2,
    site,
    lines,
    routes: [{ prefix: '', lines: lines.map(({ id }) => id) }],
  });
  const ask = (): Promise<Examination> =>
    examine({ home: branch!.home, language: 'en', progress: () => undefined });
  const healthy = await untilFailed([], ask);
  expect(healthy.running).toBe(true);
  expect(row(healthy, 'modem-1', 'network')).toMatchObject({
    result: 'ok',
    detail: 'registered CHINA MOBILE',
  });
  expect(row(healthy, 'e1-1', 'd-channel')).toMatchObject({ result: 'ok', detail: 'up' });
  expect((await doctor('--json')).code).toBe(0);

  for (const order of ['sim-remove m1', 'sim-remove g1', 'pull-cable s1', 'd-channel-down s2'])
    await emulation!.tell(order);
  const broken = ['modem-1 sim', 'goip-1 sim', 'e1-1 alarm', 'e1-2 d-channel'];
  await untilFailed(broken, ask);
  const { code, found } = await doctor('--json', '--lang', 'zh-CN');
  expect(code).toBe(1);
  expect(failed(found)).toEqual(broken);
  expect(row(found, 'modem-1', 'sim')).toMatchObject({
    detail: '没有 SIM 卡',
    advice: '插入 SIM 卡，直到卡住。',
  });
  expect(row(found, 'modem-1', 'signal')).toMatchObject({ result: 'skip' });
  expect(row(found, 'e1-1', 'alarm')?.advice).toContain('线缆');
  expect(row(found, 'e1-2', 'alarm')?.result).toBe('ok');
  const { text } = await doctor('--line', 'e1-2');
  expect(text).toContain('Signalling channel down');
  expect(text).not.toContain('modem-1');

  for (const order of ['sim-insert m1', 'sim-insert g1', 'recover s1', 'd-channel-down s2 off'])
    await emulation!.tell(order);
  await untilFailed([], ask);
  expect((await doctor('--json')).code).toBe(0);

  const called = await doctor('--json', '--line', 'carrier-a', '--call', '13800138000');
  expect(called.code).toBe(0);
  expect(row(called.found, 'carrier-a', 'voice')).toMatchObject({ result: 'ok' });
  expect(row(called.found, 'carrier-a', 'voice')?.detail).toMatch(/our tone came back, -\d+(\.\d)? dB/);
  const after = await ask();
  expect(row(after, 'carrier-a', 'sip')?.detail).toBe('works');
  expect(branch!.controller.rows('call')).toEqual([]);

  expect((await doctor('--line', 'nobody')).code).toBe(2);
  const emergency = await doctor('--json', '--line', 'carrier-a', '--call', '110');
  expect(row(emergency.found, 'carrier-a', 'call')?.detail).toContain('emergencies');

  // The edge goes, everything else stays: the same picture by our own eyes.
  await branch!.stopEdge();
  await writeFile(join(branch!.home, 'edge.json'), JSON.stringify(branch!.config));
  await emulation!.tell('sim-remove m1');
  await emulation!.tell('pull-cable s1');
  const stopped = await examine({ home: branch!.home, language: 'en', progress: () => undefined });
  expect(stopped.running).toBe(false);
  expect(failed(stopped)).toEqual(['modem-1 sim', 'e1-1 alarm']);
  await emulation!.tell('sim-insert m1');
  await emulation!.tell('recover s1');
  const whole = await doctor('--json');
  expect([whole.code, failed(whole.found)]).toEqual([0, []]);
  // Nothing is held any more: the edge starts.
  await branch!.startEdge();
  await untilFailed([], ask);
}, 240_000);
