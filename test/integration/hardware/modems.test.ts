import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  GsmModem,
  serialPort,
  type CallEvent,
  type ModemSnapshot,
  type Received,
} from '@branchline/hardware';
import { scaledClock } from '@branchline/shared';
import { startEmulation, type Emulation } from '../../support/emulation.ts';
import { eventually } from '../../support/eventually.ts';

/** Emulated seconds per real second; the driver's clock runs as fast. */
const speed = 10;
const folders: string[] = [];
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Driven {
  readonly modem: GsmModem;
  readonly calls: CallEvent[];
  readonly received: Received[];
  readonly history: string[];
  readonly shown: () => ModemSnapshot;
}

async function emulate(args: string): Promise<{ emulation: Emulation; links: string }> {
  const links = mkdtempSync(join(tmpdir(), 'modems-'));
  folders.push(links);
  const emulation = await startEmulation(`modem ${args} --links ${links} --speed ${speed}`);
  ends.push(() => emulation.stop());
  return { emulation, links };
}

function drive(path: string): Driven {
  const calls: CallEvent[] = [];
  const received: Received[] = [];
  const history: string[] = [];
  const now = Date.now();
  const modem = new GsmModem({
    id: path,
    open: serialPort(path),
    clock: scaledClock({ speed, real: now, business: now }),
    listener: {
      call: (event) => void calls.push(event),
      received: async (each) => void received.push(each),
      changed: ({ condition }) => {
        const now = condition.phase === 'failed' ? condition.fault : condition.phase;
        if (now !== history.at(-1)) history.push(now);
      },
      warning: () => undefined,
    },
  });
  modem.start();
  ends.push(() => modem.stop());
  return { modem, calls, received, history, shown: () => modem.snapshot };
}

const inService = (driven: Driven): Promise<unknown> =>
  eventually('service', () => driven.shown().condition.phase === 'in-service', 30_000);

test('two modems on ptys call and write to each other', async () => {
  const { links } = await emulate('--count 2 --profile sim800c');
  const [one, two] = [drive(join(links, 'm1')), drive(join(links, 'm2'))] as const;
  await Promise.all([inService(one), inService(two)]);
  one.modem.dial('13800100002');
  await eventually('ringing', () => two.calls[0]?.what === 'incoming');
  expect(two.calls[0]?.call.number).toBe('13800100001');
  two.modem.answer();
  await eventually('answer', () => one.calls.at(-1)?.what === 'answered');
  two.modem.hangUp();
  await eventually('the end', () => one.calls.at(-1)?.what === 'ended' && two.calls.at(-1)?.what === 'ended');
  expect(one.calls.map(({ what }) => what)).toEqual(['alerting', 'answered', 'ended']);
  await one.modem.sendMessage('13800100002', '你好');
  await eventually('the message', () => two.received.length === 1);
  expect(two.received[0]).toMatchObject({ type: 'message', from: '13800100001', text: '你好' });
});

test('a modem that comes back under another number is found by its socket', async () => {
  const { emulation, links } = await emulate('--count 2 --profile generic');
  const one = drive(join(links, 'm1'));
  await inService(one);
  const before = emulation.place('m1');
  await emulation.tell('unplug m1');
  await eventually('absence', () => one.shown().condition.phase === 'absent');
  expect(existsSync(join(links, 'm1'))).toBe(false);
  // Another device takes its number meanwhile.
  await emulation.tell('unplug m2');
  await emulation.tell('plug m2');
  await emulation.tell('plug m1');
  expect(emulation.place('m1')).not.toBe(before);
  await inService(one);
});

test('garbage on one port is named there, ends, and the other modem does not notice', async () => {
  const { emulation, links } = await emulate('--count 2 --profile generic');
  const [one, two] = [drive(join(links, 'm1')), drive(join(links, 'm2'))] as const;
  await Promise.all([inService(one), inService(two)]);
  const [before, quiet] = [one.history.length, two.history.length];
  await emulation.tell('garbage m1 3000');
  await eventually('the fault', () => one.history.slice(before).includes('garbage'));
  await inService(one);
  expect(two.history).toHaveLength(quiet);
  expect(two.shown().condition.phase).toBe('in-service');
});

test('the emulator leaves nothing behind, whoever ends it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  folders.push(folder);
  const socket = join(folder, 'socket');
  const { emulation, links } = await emulate(`--count 4 --control ${socket}`);
  const answer = await new Promise<string>((resolve) => {
    const client = connect(socket, () => client.write('signal m1 9\n'));
    client.once('data', (bytes) => {
      resolve(bytes.toString());
      client.destroy();
    });
  });
  expect(answer).toBe('ok signal m1\n');
  await expect(emulation.tell('signal m1 loud')).rejects.toThrow(/error/);
  await expect(emulation.tell('explode m1')).rejects.toThrow(/no command/);
  const sounds = ['m1-sound', 'm3-sound', 'm4-sound'];
  expect(readdirSync(links).toSorted()).toEqual(['m1', 'm2', 'm3', 'm4', ...sounds].toSorted());
  const place = emulation.place('m1');
  expect(await emulation.stop()).toBe(0);
  expect([readdirSync(links), existsSync(socket), existsSync(place)]).toEqual([[], false, false]);

  // A parent that is killed takes its emulator along: the channel between them closes.
  const orphan = await startEmulation('modem --count 1');
  const gone = new Promise((resolve) => orphan.child.once('exit', resolve));
  orphan.child.disconnect();
  await gone;
});

test('thirty-two modems are driven by one process with time to spare', async () => {
  const { links } = await emulate('--count 32');
  const modems = Array.from({ length: 32 }, (_, i) => drive(join(links, `m${i + 1}`)));
  await Promise.all(modems.map(inService));
  const before = process.cpuUsage();
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const { user, system } = process.cpuUsage(before);
  // Ten times as fast as real time: the share of a core is a tenth of what is measured.
  const share = (user + system) / 1000 / (performance.now() - started) / speed;
  console.log(`32 modems in service: ${(share * 100).toFixed(1)} % of a core in real time`);
  expect(share).toBeLessThan(0.1);
}, 120_000);
