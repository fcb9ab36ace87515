import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { encodeWav, systemClock } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { Recogniser } from './recogniser.ts';

let server: Server | undefined;
let asked: string[] = [];
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  asked = [];
});

const wav = encodeWav({ rate: 8000, samples: new Float32Array(800) });

async function open(answer: RequestListener, change: { now?: () => number; deadlineMs?: number } = {}) {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push(Buffer.concat(chunks).toString('latin1'));
      answer(request, response);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server!.once('listening', resolve));
  const { now, ...rest } = change;
  return new Recogniser({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/transcribe`,
    real: now ? { ...systemClock, now } : systemClock,
    log: silentLog,
    ...rest,
  });
}
const says =
  (body: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(JSON.stringify(body));

test('a recording goes out as a form with the words that are expected, and a word comes back', async () => {
  const recogniser = await open(says({ text: ' Sales, please ', confidence: 0.9, model: 'any' }));
  expect(await recogniser.recognise(wav, ['sales', 'message'])).toBe('Sales, please');
  expect(asked[0]).toContain('name="file"; filename="answer.wav"');
  expect(asked[0]).toContain('RIFF');
  expect(asked[0]).toContain('sales, message');
});

test.each<[string, RequestListener, number]>([
  ['who is not sure', says({ text: 'sales', confidence: 0.3 }), 1000],
  ['silence', says({ text: '  ' }), 1000],
  ['an error', says({ text: 'sales' }, 500), 1000],
  ['another form', says({ words: ['sales'] }), 1000],
  ['a confidence beyond all doubt', says({ text: 'sales', confidence: 7 }), 1000],
  ['no JSON', (_, response) => response.end('sales'), 1000],
  ['an endless answer', (_, response) => response.end(`{"text":"${'x'.repeat(100_000)}"}`), 1000],
  ['no answer in time', () => undefined, 100],
])('%s is no word', async (_, answer, deadlineMs) => {
  const recogniser = await open(answer, { deadlineMs });
  expect(await recogniser.recognise(wav, ['sales'])).toBeUndefined();
});

test('one that fails again and again is left alone, then tried once', async () => {
  let at = 0;
  let works = false;
  const recogniser = await open(
    (request, response) => says({ text: 'sales' }, works ? 200 : 503)(request, response),
    {
      now: () => at,
    },
  );
  for (let i = 0; i < 20; i++) await recogniser.recognise(wav, ['sales']);
  const tried = asked.length;
  expect(tried).toBeLessThan(10);
  at += 11_000;
  works = true;
  const both = await Promise.all([recogniser.recognise(wav, []), recogniser.recognise(wav, [])]);
  expect(both).toEqual(['sales', undefined]);
  expect(asked).toHaveLength(tried + 1);
  expect(await recogniser.recognise(wav, [])).toBe('sales');
});
