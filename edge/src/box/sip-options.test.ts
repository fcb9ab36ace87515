import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { askOptions } from './sip-options.ts';

async function carrier(answer: (request: string) => string | undefined, deadlineMs = 400) {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const text = answer(bytes.toString('latin1'));
    if (text !== undefined) socket.send(text, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const reach = await askOptions(`127.0.0.1:${socket.address().port}`, deadlineMs);
  socket.close();
  return reach;
}
const callId = (request: string): string => /Call-ID: (\w+)/.exec(request)?.[1] ?? '';

test('any final answer to OPTIONS says that a carrier is there, a refusal too', async () => {
  for (const status of [200, 404, 503])
    expect(await carrier((request) => `SIP/2.0 ${status} X\r\nCall-ID: ${callId(request)}\r\n\r\n`)).toEqual({
      answered: true,
      status,
    });
});

test('silence, somebody else’s answer and noise do not', async () => {
  for (const answer of [undefined, 'SIP/2.0 200 OK\r\nCall-ID: other\r\n\r\n', 'HTTP/1.1 200 OK', '\u0000'])
    expect(await carrier(() => answer)).toMatchObject({ answered: false });
});

test('a lost datagram is sent again', async () => {
  let count = 0;
  const reach = await carrier(
    (request) => (++count > 1 ? `SIP/2.0 200 OK\r\nCall-ID: ${callId(request)}\r\n\r\n` : undefined),
    3000,
  );
  expect(reach).toMatchObject({ answered: true });
});

test('a closed port and a name that is none are told as what they are', async () => {
  const refused = await askOptions('127.0.0.1:9', 1000);
  expect(refused).toMatchObject({ answered: false });
  for (const proxy of ['nowhere.invalid', '127.0.0.1:99999'])
    expect(await askOptions(proxy, 3000)).toMatchObject({ answered: false });
});
