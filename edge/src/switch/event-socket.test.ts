import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { EventSocket, type RawEvent } from './event-socket.ts';

let server: Server;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  return new Promise<void>((resolve) => server.close(() => resolve()));
});

const ok = 'Content-Type: command/reply\nReply-Text: +OK accepted\n\n';
const api = (body: string): string =>
  `Content-Type: api/response\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`;

/** A peer that greets, accepts the password `right` and lets the test answer everything else. */
async function peer(
  onCommand: (command: string, socket: Socket) => void,
  greeting = 'Content-Type: auth/request\n\n',
): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write(greeting);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const command = text.slice(0, end);
        text = text.slice(end + 2);
        if (!command.startsWith('auth ')) onCommand(command, socket);
        else
          socket.write(
            command === 'auth right' ? ok : 'Content-Type: command/reply\nReply-Text: -ERR invalid\n\n',
          );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function open(
  port: number,
  options: {
    password?: string;
    onEvent?: (event: RawEvent) => void;
    onClose?: (reason: Error) => void;
    replyTimeoutMs?: number;
  } = {},
) {
  return EventSocket.open({
    host: '127.0.0.1',
    port,
    password: 'right',
    replyTimeoutMs: 1000,
    onClose: () => undefined,
    ...options,
  });
}

test('a wrong password is refused with the code that says so', async () => {
  const port = await peer(() => undefined);
  await expect(open(port, { password: 'wrong' })).rejects.toMatchObject({ code: 'BL_SWITCH_AUTH' });
});

test('an access list that refuses us is told apart from a wrong password', async () => {
  const port = await peer(
    () => undefined,
    'Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n',
  );
  await expect(open(port)).rejects.toMatchObject({ code: 'BL_SWITCH_ACL' });
});

test('an error reply to one command does not shift the replies of those after it', async () => {
  const port = await peer((command, socket) => {
    socket.write(
      command === 'api'
        ? 'Content-Type: command/reply\nReply-Text: -ERR command not found\n\n'
        : api(command.includes('bad') ? '-ERR No such channel!\n' : `+OK ${command}`),
    );
  });
  const socket = await open(port);
  const replies = await Promise.all([
    socket.api('one'),
    socket.command('api'),
    socket.api('bad'),
    socket.api('two'),
  ]);
  expect(replies).toEqual([
    '+OK api one',
    '-ERR command not found',
    '-ERR No such channel!\n',
    '+OK api two',
  ]);
  socket.close();
});

test('a reset rejects every command that waits and tells the owner once', async () => {
  const port = await peer((_, socket) => void setTimeout(() => socket.resetAndDestroy(), 20));
  const reasons: Error[] = [];
  const socket = await open(port, { onClose: (reason) => reasons.push(reason) });
  const results = await Promise.allSettled([socket.api('one'), socket.api('two')]);
  expect(results).toMatchObject([
    { reason: { code: 'BL_SWITCH_DISCONNECTED' } },
    { reason: { code: 'BL_SWITCH_DISCONNECTED' } },
  ]);
  expect(reasons).toHaveLength(1);
  expect(socket.closed).toBe(true);
  await expect(socket.api('three')).rejects.toMatchObject({ code: 'BL_SWITCH_DISCONNECTED' });
});

test('a reply that does not come ends the connection, because later ones could not be matched', async () => {
  const port = await peer(() => undefined);
  const socket = await open(port, { replyTimeoutMs: 80 });
  const [first, second] = await Promise.allSettled([socket.api('status'), socket.api('version')]);
  expect(first).toMatchObject({ reason: { code: 'BL_SWITCH_TIMEOUT' } });
  expect(second).toMatchObject({ reason: { code: expect.stringMatching(/TIMEOUT|DISCONNECTED/) } });
  expect(socket.closed).toBe(true);
});

test('a peer that accepts and never greets does not hang us', async () => {
  const port = await peer(() => undefined, '');
  await expect(open(port, { replyTimeoutMs: 80 })).rejects.toMatchObject({ code: 'BL_SWITCH_TIMEOUT' });
});

test('a line end in an argument is refused before a byte is sent', async () => {
  const seen: string[] = [];
  const port = await peer((command, socket) => {
    seen.push(command);
    socket.write(api('+OK'));
  });
  const socket = await open(port);
  expect(() => socket.api('uuid_kill x\n\napi fsctl shutdown')).toThrow(
    expect.objectContaining({ code: 'BL_SWITCH_ARGUMENT' }),
  );
  await socket.api('status');
  expect(seen).toEqual(['api status']);
  socket.close();
});

test('a bare % in a reply costs this connection and nothing else', async () => {
  const port = await peer(
    (_, socket) => void socket.write('Content-Type: command/reply\nReply-Text: -ERR 100% busy\n\n'),
  );
  const socket = await open(port);
  await expect(socket.command('linger')).rejects.toMatchObject({
    code: 'BL_SWITCH_DISCONNECTED',
    cause: { code: 'BL_SWITCH_FRAME' },
  });
});

test('events in any pieces arrive whole and in order while replies are matched', async () => {
  const events: unknown[] = [];
  const port = await peer((command, socket) => {
    const bytes = Array.from({ length: 50 }, (_, i) => {
      const body = JSON.stringify({ 'Event-Name': 'CHANNEL_ANSWER', n: String(i), agent: `王%20${i} 100%` });
      return Buffer.from(
        `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-json\n\n${body}`,
      );
    });
    const all = Buffer.concat([...bytes.slice(0, 25), Buffer.from(api(command)), ...bytes.slice(25)]);
    for (let i = 0; i < all.byteLength; i += 97) socket.write(all.subarray(i, i + 97));
  });
  const socket = await open(port, { onEvent: (event) => events.push(event['n']) });
  await expect(socket.api('status')).resolves.toBe('api status');
  await expect.poll(() => events).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
  socket.close();
});

test('a slow reader loses nothing that FreeSWITCH still holds', async () => {
  let received = 0;
  const total = 3000;
  const port = await peer((_, socket) => {
    const body = JSON.stringify({ 'Event-Name': 'HEARTBEAT', fill: 'x'.repeat(500) });
    for (let i = 0; i < total; i++)
      socket.write(`Content-Length: ${body.length}\nContent-Type: text/event-json\n\n${body}`);
    socket.write(api('+OK'));
  });
  const socket = await open(port, {
    replyTimeoutMs: 10_000,
    onEvent: () => {
      received++;
      if (received % 300 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
    },
  });
  await socket.api('status');
  expect(received).toBe(total);
  socket.close();
});
