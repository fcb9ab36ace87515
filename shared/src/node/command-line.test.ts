import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { BranchlineError } from '../errors.ts';
import { explained, lastWords } from './command-line.ts';

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const listen = (port: number) =>
  new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });

test('a path that cannot be used and a port that is taken are refusals of the catalogue, with advice', async () => {
  expect(explained(await failure(mkdir('/etc/hostname/x')))).toMatchObject({
    code: 'BL_CONFIG_PATH',
    details: { path: '/etc/hostname/x' },
  });
  const server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const taken = explained(await failure(listen(port)));
  server.close();
  expect(taken).toMatchObject({ code: 'BL_CONFIG_ADDRESS', details: { address: `127.0.0.1:${port}` } });
});

test('the last words of a program say what happened and what to do, without a stack', () => {
  const known = new BranchlineError('BL_CONFIG_PATH', { path: '/x', problem: 'no' });
  expect(explained(known)).toBe(known);
  expect(lastWords(known)).toBe(`${known.message} ${known.advice} (BL_CONFIG_PATH)`);
  expect(lastWords(new TypeError('no such option'))).toBe('no such option');
  expect(lastWords('gone')).toBe('gone');
});
