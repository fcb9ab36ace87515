import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { BranchlineError } from '@branchline/shared';
import { PtyCable } from '../emulator/index.ts';
import { memoryDevice, serialPort, serialSlots, tcpPort, type PortOpener } from './index.ts';

/** The device's end of any kind of port. */
interface Far {
  readonly open: PortOpener;
  readonly received: string[];
  send(text: string): void;
  unplug(): void;
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const kinds: Readonly<Record<string, () => Promise<Far>>> = {
  async memory() {
    const received: string[] = [];
    const device = memoryDevice('m', (bytes) => void received.push(Buffer.from(bytes).toString()));
    return {
      open: device.open,
      received,
      send: (text) => device.send(Buffer.from(text)),
      unplug: () => device.unplug(),
    };
  },
  async 'serial on a pty'() {
    const received: string[] = [];
    let path = '';
    const cable = new PtyCable({
      received: (bytes) => void received.push(Buffer.from(bytes).toString()),
      plugged: (name) => (path = name),
    });
    cable.plug();
    cleanups.push(() => cable.unplug());
    return {
      open: serialPort(path),
      received,
      send: (text) => cable.send(Buffer.from(text)),
      unplug: () => cable.unplug(),
    };
  },
  async TCP() {
    const received: string[] = [];
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (bytes) => void received.push(bytes.toString()));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const unplug = (): void => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
    cleanups.push(unplug);
    return {
      open: tcpPort('127.0.0.1', port),
      received,
      send: (text) => void sockets.at(-1)?.write(text),
      unplug,
    };
  },
};

async function eventually(what: string, probe: () => boolean): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what} did not happen`);
}

describe.each(Object.keys(kinds))('a port: %s', (kind) => {
  test('carries bytes both ways, says once that it closed, and is opened anew', async () => {
    const far = await kinds[kind]!();
    let heard = '';
    const reasons: string[] = [];
    const listener = {
      data: (bytes: Uint8Array) => void (heard += Buffer.from(bytes).toString()),
      closed: (reason: BranchlineError) => void reasons.push(reason.code),
    };
    const port = await far.open(listener);
    port.write(Buffer.from('AT\r'));
    await eventually('receiving', () => far.received.join('') === 'AT\r');
    far.send('\r\nOK\r\n');
    await eventually('answering', () => heard === '\r\nOK\r\n');
    port.close();
    port.close();
    await eventually('closing', () => reasons.length > 0);
    port.write(Buffer.from('lost'));
    const again = await far.open(listener);
    far.send('here');
    await eventually('hearing again', () => heard.endsWith('here'));
    again.write(Buffer.from('!'));
    await eventually('receiving again', () => far.received.join('') === 'AT\r!');
    far.unplug();
    await eventually('noticing', () => reasons.length === 2);
    expect(reasons).toEqual(['BL_PORT_CLOSED', 'BL_PORT_CLOSED']);
    await expect(far.open(listener)).rejects.toMatchObject({ code: 'BL_PORT_UNAVAILABLE' });
  });
});

test('a serial port is not opened twice', async () => {
  const far = await kinds['serial on a pty']!();
  const listener = { data: () => undefined, closed: () => undefined };
  const port = await far.open(listener);
  await expect(far.open(listener)).rejects.toMatchObject({ code: 'BL_PORT_UNAVAILABLE' });
  port.close();
});

test.each(['/dev/ttyUSB0', '/dev/ttyACM12'])('%s is no name for a device', (path) => {
  expect(() => serialPort(path)).toThrow(expect.objectContaining({ code: 'BL_PORT_MOVING_NAME' }));
});

test('nobody reads: a pty that is full does not stop the process', async () => {
  const cable = new PtyCable({ received: () => undefined, plugged: () => undefined });
  cable.plug();
  cleanups.push(() => cable.unplug());
  const started = performance.now();
  for (let i = 0; i < 200; i++) cable.send(Buffer.alloc(1_000, 'x'));
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('devices are listed by socket with their USB ids and interfaces; numbers do not matter', async () => {
  const root = mkdtempSync(join(tmpdir(), 'slots-'));
  cleanups.push(() => rmSync(root, { recursive: true }));
  const [byPath, tty, dev] = ['by-path', 'tty', 'dev'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const usb = join(root, 'devices/usb1/1-2');
  for (const folder of [byPath, tty, dev, usb]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(usb, 'idVendor'), '2c7c\n');
  writeFileSync(join(usb, 'idProduct'), '0125\n');
  for (const [number, name] of [
    [0, 'ttyUSB7'],
    [2, 'ttyUSB3'],
  ] as const) {
    const device = join(usb, `1-2:1.${number}`, name);
    mkdirSync(device, { recursive: true });
    writeFileSync(join(usb, `1-2:1.${number}`, 'bInterfaceNumber'), `0${number}\n`);
    mkdirSync(join(tty, name));
    symlinkSync(device, join(tty, name, 'device'));
    writeFileSync(join(dev, name), '');
    symlinkSync(join(dev, name), join(byPath, `pci-0000:00:14.0-usb-0:2:1.${number}-port0`));
    symlinkSync(join(dev, name), join(byPath, `pci-0000:00:14.0-usbv2-0:2:1.${number}-port0`));
  }
  expect(await serialSlots({ byPath, tty })).toEqual([
    {
      slot: 'pci-0000:00:14.0-usb-0:2',
      usb: { vendor: '2c7c', product: '0125' },
      interfaces: [0, 2].map((number) => ({
        path: join(byPath, `pci-0000:00:14.0-usb-0:2:1.${number}-port0`),
        number,
      })),
    },
  ]);
  expect(await serialSlots({ byPath: join(root, 'none') })).toEqual([]);
});
