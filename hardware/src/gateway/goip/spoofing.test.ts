import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { dialogues } from '../../../testing/dialogue.ts';
import { memoryDatagrams } from '../../../testing/memory-datagrams.ts';
import { pass, settled } from '../../../testing/virtual-time.ts';
import type { GatewayReceived } from '../index.ts';
import { GoipGateway } from './goip-gateway.ts';

const keepAlive = dialogues('goip').find(({ name }) => name === 'keep-alive')!.lines[0]!.text;
const peer = { host: '192.0.2.10', port: 10_991 };
const stranger = { host: '192.0.2.66', port: 4_000 };

async function loggedIn() {
  const clock = new ManualClock();
  const socket = memoryDatagrams(peer);
  const received: GatewayReceived[] = [];
  const gateway = new GoipGateway({
    id: 'gw',
    clock,
    open: socket.open,
    channels: [{ id: 'g1', password: 'goip', host: peer.host }],
    listener: { changed: () => undefined, received: async (_id, each) => void received.push(each) },
  });
  await gateway.start();
  socket.say(keepAlive);
  socket.sent.length = 0;
  return { clock, socket, received, gateway };
}

test('a stranger with the right password is not heard, and not answered', async () => {
  const { socket, received, gateway } = await loggedIn();
  socket.say(keepAlive, stranger);
  socket.say('RECEIVE:1;id:g1;password:goip;srcnum:10086;msg:pay here', stranger);
  await settled();
  expect([socket.sent, received, gateway.refused.unknownSource]).toEqual([[], [], 2]);
});

test('a stranger cannot answer for the gateway', async () => {
  const { socket, gateway } = await loggedIn();
  const sent = gateway.sendMessage('g1', '13900139000', 'hello');
  const session = /^MSG (\d+)/.exec(socket.sent.shift()!)![1]!;
  socket.say(`PASSWORD ${session}`, stranger);
  expect([socket.sent, gateway.refused.unknownSource]).toEqual([[], 1]);
  socket.say('PASSWORD 1');
  expect([socket.sent, gateway.refused.unasked]).toEqual([[], 1]);
  await gateway.stop();
  await expect(sent).rejects.toMatchObject({ code: 'BL_GATEWAY_UNREACHABLE' });
});

test('other channels and other passwords are counted, and change nothing', async () => {
  const { socket, gateway } = await loggedIn();
  socket.say(keepAlive.replace('id:g1', 'id:g9'));
  socket.say(keepAlive.replace('pass:goip', 'pass:guess'));
  expect(socket.sent).toEqual(['reg:1;status:-1;']);
  expect(gateway.refused).toMatchObject({ unknownChannel: 1, wrongPassword: 1 });
  expect(gateway.channels[0]?.condition.phase).toBe('in-service');
});

test('a notice that comes again is acknowledged again and told once', async () => {
  const { socket, received } = await loggedIn();
  for (let i = 0; i < 3; i++) {
    socket.say('RECEIVE:5;id:g1;password:goip;srcnum:10086;msg:once');
    await settled();
  }
  expect(socket.sent).toEqual(['RECEIVE 5 OK', 'RECEIVE 5 OK', 'RECEIVE 5 OK']);
  expect(received).toHaveLength(1);
});

test('what is lost on the way is said again, five times, and then there is a deadline', async () => {
  const { clock, socket, gateway } = await loggedIn();
  const sent = gateway.sendMessage('g1', '13900139000', 'hello');
  const end = sent.catch((error: unknown) => error);
  await pass(clock, 61_000, 500);
  expect(await end).toMatchObject({
    code: 'BL_GATEWAY_TIMEOUT',
    details: { request: 'message', ms: 60_000 },
  });
  expect(socket.sent).toHaveLength(5);
  expect(new Set(socket.sent).size).toBe(1);
});

test('no bytes from anywhere throw, or reach whoever listens', async () => {
  const { socket, received, gateway } = await loggedIn();
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom(peer, stranger), (bytes, from) => socket.say(bytes, from)),
  );
  await settled();
  expect(received).toEqual([]);
  expect(gateway.channels[0]?.condition).toMatchObject({ fault: 'garbage' });
  socket.say(keepAlive);
  expect(gateway.channels[0]?.condition.phase).toBe('in-service');
});
