import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import Type from 'typebox';
import { BranchlineError } from '@branchline/shared';
import { askDoor, doorPath, isHeld, openDoor, TestCallResult, type Door } from './index.ts';

let home: string;
let door: Door | undefined;
let drained: [string, boolean][];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'door-'));
  drained = [];
});
afterEach(async () => {
  await door?.close();
  door = undefined;
  await rm(home, { recursive: true, force: true });
});

async function open(): Promise<void> {
  door = await openDoor({
    home,
    status: () => Promise.reject(new TypeError('boom')),
    phones: () => [],
    drain: (line, off) => {
      if (line === 'nobody') throw new BranchlineError('BL_API_NOT_FOUND', { what: 'line', id: line });
      drained.push([line, off]);
    },
    testCall: (line, number) =>
      Promise.resolve({ line, number, outcome: 'heard', reason: 'x', levelDb: -12 }),
  });
}

/** Says some bytes to the door. @returns the first line of its answer */
function say(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(doorPath(home), () => socket.end(bytes));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });
}

const post = (path: string) => askDoor(home, 'POST', path, Type.Object({}));

test('only its own account may open the door', async () => {
  await open();
  const { mode } = await stat(doorPath(home));
  expect(mode & 0o777).toBe(0o600);
});

test('orders reach the edge, and what it refuses comes back with its reason', async () => {
  await open();
  await post('/lines/carrier-a/drain');
  await post('/lines/carrier-a/resume');
  expect(drained).toEqual([
    ['carrier-a', true],
    ['carrier-a', false],
  ]);
  await expect(post('/lines/nobody/drain')).rejects.toMatchObject({
    code: 'BL_COMMAND_FAILED',
    message: expect.stringContaining('no line "nobody"') as string,
  });
  const call = await askDoor(home, 'POST', '/lines/e1/test-call?number=%2B8610', TestCallResult);
  expect(call).toMatchObject({ line: 'e1', number: '+8610' });
});

test.each([
  ['GET /nothing HTTP/1.1', 404],
  ['GET //[ HTTP/1.1', 404],
  ['GET /lines/e1/drain HTTP/1.1', 404],
  ['POST /lines/E%201/drain HTTP/1.1', 404],
  ['POST /lines/e1/test-call HTTP/1.1', 400],
  ['POST /lines/e1/test-call?number=110;rm HTTP/1.1', 400],
  ['GET /status HTTP/1.1', 500],
  ['what is this', 400],
])('%s is refused with %d, and the door stays open', async (request, status) => {
  await open();
  expect(await say(`${request}\r\nHost: edge\r\nConnection: close\r\n\r\n`)).toContain(` ${status} `);
  await post('/lines/e1/drain');
  expect(drained).toHaveLength(1);
});

test('a second one does not take the door of the first', async () => {
  await open();
  await expect(openDoor({ home } as never)).rejects.toMatchObject({ code: 'BL_EDGE_RUNNING' });
  await post('/lines/e1/drain');
});

test('the socket of one that was killed is nobody, and is taken over', async () => {
  const program = `require('net').createServer().listen(${JSON.stringify(doorPath(home))}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', program]);
  expect((await stat(doorPath(home))).isSocket()).toBe(true);
  expect(await isHeld(home)).toBe(false);
  await open();
  expect(await isHeld(home)).toBe(true);
});

test('a home with a long path has a door as well', async () => {
  home = join(home, 'a'.repeat(120));
  expect(Buffer.byteLength(doorPath(home))).toBeLessThan(108);
  await open();
  await post('/lines/e1/drain');
  expect(drained).toHaveLength(1);
});

test('an edge that hangs is named after the deadline', async () => {
  door = await openDoor({
    home,
    status: () => new Promise(() => undefined),
    phones: () => [],
    drain: () => undefined,
    testCall: () => new Promise(() => undefined),
  });
  await expect(askDoor(home, 'GET', '/status', Type.Object({}), 100)).rejects.toMatchObject({
    code: 'BL_EDGE_SILENT',
  });
});
