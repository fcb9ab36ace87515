import { connect as connectTcp } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import mqtt from 'mqtt';
import { idSource, topicOf, type StreamName } from '@branchline/shared';
import { randomBytes } from './switch-garbage.ts';

/** What a box shows at the broker's door; PEM. */
export interface BoxPapers {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const newId = idSource();

/** CONNECT of MQTT 3.1.1 with a clean session (OASIS MQTT 3.1.1, 3.1). */
function connectPacket(clientId: string): Buffer {
  const id = Buffer.from(clientId);
  const rest = Buffer.concat([Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, id.length]), id]);
  return Buffer.concat([Buffer.from([0x10, rest.length]), rest]);
}

/** What is no MQTT, or not quite. */
export function packets(clientId: string): readonly Buffer[] {
  const hello = connectPacket(clientId);
  return [
    randomBytes(11, 10_000),
    Buffer.from('GET / HTTP/1.1\r\nHost: broker\r\n\r\n'),
    hello.subarray(0, 7),
    // A length field of five bytes, and a packet of 256 MB of which nothing comes.
    Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]),
    Buffer.concat([hello, randomBytes(12, 5000)]),
    Buffer.concat([hello, hello]),
    // PUBLISH with a topic longer than the packet, with a wildcard in it, with QoS 3; SUBSCRIBE to nothing.
    Buffer.concat([hello, Buffer.from([0x30, 4, 0xff, 0xff, 1, 2])]),
    Buffer.concat([hello, Buffer.from([0x30, 4, 0, 2, 0x23, 0x2b])]),
    Buffer.concat([hello, Buffer.from([0x36, 5, 0, 1, 0x61, 0, 1])]),
    Buffer.concat([hello, Buffer.from([0x82, 2, 0, 1])]),
  ];
}

/** Says bytes on a bare TCP connection, and leaves. */
export async function sayPlainly(port: number, bytes: Buffer): Promise<void> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(bytes);
  await wait(50);
  socket.destroy();
}

/** Says bytes inside TLS, with papers or without, and leaves. */
export async function sayInside(port: number, bytes: Buffer, papers?: Partial<BoxPapers>): Promise<void> {
  const socket = connectTls({ port, host: 'localhost', ...papers, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(bytes);
  await wait(100);
  socket.destroy();
}

const streams: readonly StreamName[] = ['optout', 'call', 'attempt', 'event', 'agent', 'metric', 'line'];

/** Messages that are no message of the contract, on topics where there should be some. */
export function badMessages(edge: string): readonly (readonly [topic: string, payload: Buffer | string])[] {
  const topics = [
    ...(['state', 'inventory', 'live', 'reported', 'result', 'ask'] as const).map((name) =>
      topicOf(name, edge),
    ),
    ...streams.map((stream) => topicOf('out', edge, stream)),
  ];
  const payloads: (Buffer | string)[] = [
    randomBytes(13, 2000),
    '',
    'null',
    '[]',
    '"x"',
    '{',
    '{}',
    '{"__proto__":{"admin":true},"constructor":7}',
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    JSON.stringify({ status: 'online', session: 7, at: 'now', rows: 'none', id: null }),
    Buffer.alloc(300 * 1024, 'x'),
  ];
  const batch = (more: object): string =>
    JSON.stringify({ epoch: newId(), from: 1, to: 1, rows: [{}], ...more });
  const batches = [
    batch({}),
    batch({ rows: [null] }),
    batch({ rows: [{ seq: 1, at: 1, clock: 'trusted', id: newId() }] }),
    batch({ to: 500 }),
    batch({ from: 5, to: 1 }),
    batch({ from: 2 ** 53, to: 2 ** 53 }),
    batch({ epoch: "'; DROP TABLE leads; --" }),
    batch({ rows: Array.from({ length: 1000 }, () => '\u0000'), to: 1000 }),
    batch({ extra: true }),
  ];
  return [
    ...topics.flatMap((topic) => payloads.map((payload) => [topic, payload] as const)),
    ...streams.flatMap((stream) => batches.map((text) => [topicOf('out', edge, stream), text] as const)),
  ];
}

/** Messages on topics that this box has no right to. */
export function foreignMessages(other: string): readonly (readonly [topic: string, payload: string])[] {
  return [
    [topicOf('state', other), '{"status":"lost"}'],
    [topicOf('out', other, 'attempt'), '{}'],
    [topicOf('lease', other), '{}'],
    ['bl/v1/controller/state', '{"online":false}'],
    ['$SYS/x', 'x'],
    ['x', 'x'],
  ];
}

/**
 * Publishes as a box with papers, again with a new session whenever the broker has had enough.
 * @returns how often it was put out
 */
export async function publishAll(
  port: number,
  edge: string,
  papers: BoxPapers,
  messages: readonly (readonly [topic: string, payload: Buffer | string])[],
): Promise<number> {
  let endings = 0;
  let client: mqtt.MqttClient | undefined;
  for (const [topic, payload] of messages) {
    if (!client?.connected) {
      client?.end(true);
      client = mqtt.connect(`mqtts://localhost:${port}`, {
        ...papers,
        clientId: edge,
        clean: true,
        reconnectPeriod: 0,
      });
      client.on('error', () => undefined);
      const present = client;
      await new Promise<void>((resolve, reject) => {
        present.once('connect', () => resolve());
        present.once('close', () => reject(new Error('the broker refuses a box with valid papers')));
      });
      present.once('close', () => endings++);
    }
    const present = client;
    let leave = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      leave = resolve;
      present.once('close', leave);
    });
    await Promise.race([
      client.publishAsync(topic, payload, { qos: 1 }).catch(() => undefined),
      closed,
      wait(2000),
    ]);
    present.off('close', leave);
  }
  await wait(100);
  const putOut = endings;
  client?.end(true);
  return putOut;
}
