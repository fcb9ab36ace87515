import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import {
  forPages,
  openClickHouse,
  startPrivateClickHouse,
  type ClickHouse,
  type PrivateClickHouse,
} from './parts.ts';
import { pause, temporaryFolder } from './support.ts';

const folder = temporaryFolder('frozen');
let server: PrivateClickHouse;

beforeAll(async () => {
  server = await startPrivateClickHouse({ folder: folder.path, log: silentLog });
});
afterAll(async () => {
  await server?.stop();
  folder[Symbol.dispose]();
});

function open(): Promise<ClickHouse> {
  const url = new URL(server.url);
  url.username = server.user;
  url.password = server.token;
  return openClickHouse({ url: url.href }, { log: silentLog });
}

function send(signal: 'SIGSTOP' | 'SIGCONT'): void {
  if (server.pid === undefined) throw new Error('no private ClickHouse runs');
  process.kill(server.pid, signal);
}

test('whoever looks at a page is told in time that ClickHouse does not answer; an export waits for it', async () => {
  const clickHouse = await open();
  const pages = forPages(clickHouse, 500);
  const ask = 'SELECT 1 AS one';
  expect(await pages.query(ask)).toEqual([{ one: 1 }]);
  send('SIGSTOP');
  try {
    const exported = clickHouse.query(ask);
    const began = performance.now();
    // More than there are connections: those that wait for one are told as well.
    const answers = await Promise.allSettled(Array.from({ length: 25 }, () => pages.query(ask)));
    expect(performance.now() - began).toBeLessThan(5000);
    for (const answer of answers)
      expect(answer).toMatchObject({
        status: 'rejected',
        reason: { code: 'BL_CLICKHOUSE_UNREACHABLE', details: { problem: 'no answer within 0.5 s' } },
      });
    expect(await Promise.race([exported, pause(200)])).toBeUndefined();
    send('SIGCONT');
    expect(await exported).toEqual([{ one: 1 }]);
    expect(await pages.query(ask)).toEqual([{ one: 1 }]);
  } finally {
    send('SIGCONT');
    await clickHouse.close();
  }
});

test('a query that takes long by itself is given up for a page, which says so, and the engine is free again', async () => {
  const clickHouse = await open();
  const slow = 'SELECT sum(sleepEachRow(0.5)) AS slept FROM numbers(40) SETTINGS max_block_size = 1';
  await expect(forPages(clickHouse, 300).query(slow)).rejects.toMatchObject({
    code: 'BL_CLICKHOUSE_SLOW',
    details: { seconds: 0.3 },
  });
  expect(await forPages(clickHouse).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await clickHouse.close();
});
