import { afterEach, expect, test } from 'vitest';
import { DinstarGateway, GoipGateway, httpAccess, udpPort, type GsmGateway } from '@branchline/hardware';
import { scaledClock } from '@branchline/shared';
import { startEmulation } from '../../support/emulation.ts';
import { eventually } from '../../support/eventually.ts';

/** Emulated seconds per real second; the clients' clock runs as fast. */
const speed = 20;
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const conditions = (gateway: GsmGateway): string[] =>
  gateway.channels.map(({ condition }) => (condition.phase === 'failed' ? condition.fault : condition.phase));

test('gateways of both kinds in one world write to each other, lose their SIMs and find them again', async () => {
  const now = Date.now();
  const clock = scaledClock({ speed, real: now, business: now });
  const texts: string[] = [];
  const listener = {
    changed: () => undefined,
    received: async (channel: string, received: { readonly type: string; readonly text?: string }) =>
      void texts.push(`${channel} ${received.type} ${received.text ?? ''}`.trim()),
  };
  const goip = new GoipGateway({
    id: 'goip',
    clock,
    listener,
    open: udpPort('127.0.0.1', 0),
    channels: [{ id: 'g1', password: 'secret' }],
  });
  await goip.start();
  ends.push(() => goip.stop());
  const emulation = await startEmulation(
    `goip --server 127.0.0.1:${goip.address!.port} --password secret dinstar --ports 1 --speed ${speed}`,
  );
  ends.push(() => emulation.stop());
  const access = httpAccess({
    gateway: 'dinstar',
    user: 'admin',
    password: 'admin',
    url: `http://${emulation.place('d1')}`,
  });
  const dinstar = new DinstarGateway({ id: 'dinstar', clock, listener, access, ports: [0] });
  await dinstar.start();
  ends.push(() => dinstar.stop());
  const both = (): string => [...conditions(goip), ...conditions(dinstar)].join(' ');
  await eventually('service', () => both() === 'in-service in-service', 30_000);
  await goip.sendMessage('g1', '13800120001', 'to the other');
  await dinstar.sendMessage('0', '13800110001', '你好');
  await eventually('messages and reports', () => texts.length === 4, 30_000);
  expect(texts.toSorted()).toEqual(['0 message to the other', '0 report', 'g1 message 你好', 'g1 report']);
  for (const device of ['g1', 'd1-0']) await emulation.tell(`sim-remove ${device}`);
  await eventually('lost SIMs', () => both() === 'sim-missing sim-missing', 30_000);
  for (const device of ['g1', 'd1-0']) await emulation.tell(`sim-insert ${device}`);
  await eventually('service again', () => both() === 'in-service in-service', 30_000);
});
