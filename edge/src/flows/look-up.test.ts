import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { lookUp } from './look-up.ts';

let server: Server;
let url: string;
beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What comes back when nothing is ever late. */
const answered = async (answer: (response: ServerResponse) => void): Promise<string | undefined> => {
  server.on('request', (_, response) => answer(response));
  return lookUp(url, 'customer.level', new ManualClock(), 2000);
};

test.each<[string | undefined, unknown]>([
  ['gold', { customer: { level: 'gold' } }],
  ['7', { customer: { level: 7 } }],
  [undefined, { customer: {} }],
  [undefined, { customer: { level: ['gold'] } }],
  [undefined, 'gold'],
])('gives %j of %j', async (value, json) => {
  expect(await answered((response) => response.end(JSON.stringify(json)))).toBe(value);
});

test('gives nothing of what is no JSON, no success, or longer than an answer should be', async () => {
  const answers = ['<html>', '500', `{"customer":{"level":"gold"},"x":"${'x'.repeat(70_000)}"}`];
  server.on('request', (_, response) => {
    const next = answers.shift()!;
    response.statusCode = next === '500' ? 500 : 200;
    response.end(next);
  });
  while (answers.length > 0)
    expect(await lookUp(url, 'customer.level', new ManualClock(), 2000)).toBeUndefined();
});

test('waits as long as its deadline is by the clock it was given, and no longer, however far the answer has come', async () => {
  const clock = new ManualClock();
  const asked = once(server, 'request') as Promise<[unknown, ServerResponse]>;
  let over = false;
  const value = lookUp(url, 'customer.level', clock, 2000).finally(() => (over = true));
  const [, response] = await asked;
  response.write('{"customer":');
  clock.advance(1999);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(over).toBe(false);
  clock.advance(1);
  expect(await value).toBeUndefined();
});
