import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { silentLog } from '@branchline/shared/node';
import { openClickHouse } from '../integration/stores/parts.ts';
// @boundaries-ignore the private engine, over records that were made before
import { startPrivateClickHouse } from '../../controller/src/ingest/private-clickhouse/private-clickhouse.ts';
import { CenterClient } from '../support/center-client.ts';
import { freePorts } from '../support/free-port.ts';
import { runController, type Installation } from '../support/installation.ts';
import { buildPage } from '../support/page-build.ts';
import { browserPath, openBrowser } from '../system/console-browser.ts';
import { benchLine, type BenchLine } from './bench-line.ts';
import { fillRecords, millions, numberOf, recordsFolder, rows, sites } from './records.ts';

const samples = 10;
const firstPaintAimMs = 1500;

/** What a page is opened for: until this is there, nobody can use it. */
const pages: readonly { readonly name: string; readonly path: string; readonly useful: string }[] = [
  { name: 'overview', path: '/', useful: '.ant-table-row' },
  { name: 'wallboard', path: '/wallboard', useful: '.wallboard-sites tbody tr' },
  { name: 'calls', path: '/calls', useful: 'table.calls tbody tr' },
  {
    name: 'calls of a number',
    path: `/calls?number=${encodeURIComponent(numberOf(7))}`,
    useful: 'table.calls tbody tr',
  },
  { name: 'site', path: '/sites/site-7', useful: '.site-page' },
];

/**
 * First useful paint of the console's pages over the records of years: each opened in a fresh tab of somebody who is signed in,
 * with nothing in the browser's cache, until what it is opened for is on the screen.
 */
export async function run(): Promise<BenchLine[]> {
  if (browserPath === undefined) throw new Error('it needs Debian’s chromium');
  await buildPage('controller/console');
  using records = recordsFolder();
  const filling = await openClickHouse({ folder: records.path }, { log: silentLog, timeoutMs: 600_000 });
  let end: number;
  try {
    end = await fillRecords(filling);
  } finally {
    await filling.close();
  }
  const clickHouse = await startPrivateClickHouse({ folder: records.path, log: silentLog });
  const folder = mkdtempSync(join(tmpdir(), 'branchline-bench-pages-'));
  const [http, edge, mqtt] = (await freePorts(3)) as [number, number, number];
  // The controller's day is that of the last call.
  const clock = { speed: 1, real: Date.now(), business: end };
  const installation: Installation = { folder, ports: { http, edge, mqtt }, clock };
  const address = new URL(clickHouse.url);
  address.username = clickHouse.user;
  address.password = clickHouse.token;
  const controller = runController(installation, {
    env: { CLICKHOUSE_URL: address.href, BRANCHLINE_REQUESTS_PER_MINUTE: '1000000' },
  });
  let browser: Browser | undefined;
  try {
    const { admin } = (await controller.ready) as { admin: { name: string; password: string } };
    const client = new CenterClient(`http://127.0.0.1:${http}`);
    await client.signIn(admin.name, admin.password);
    for (let i = 0; i < sites; i++)
      await client.post('/sites', {
        id: `site-${i}`,
        name: `Site ${i}`,
        zone: 'Asia/Shanghai',
        region: 'CN',
      });
    browser = await openBrowser();
    const lines: BenchLine[] = [];
    for (const { name, path, useful } of pages) {
      const times: number[] = [];
      for (let i = 0; i < samples; i++) times.push(await firstUsefulPaint(browser, client, path, useful));
      times.sort((a, b) => a - b);
      const slowest = times.at(-1)!;
      lines.push(
        benchLine(
          `${millions(rows)} calls: page ${name}, slowest of ${samples} first useful paints`,
          slowest,
          firstPaintAimMs,
          'ms',
        ),
      );
    }
    return lines;
  } finally {
    await browser?.close();
    await controller.stop();
    await clickHouse.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @returns ms from the address to what makes the page useful */
async function firstUsefulPaint(
  browser: Browser,
  client: CenterClient,
  path: string,
  useful: string,
): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(client.cookie) ?? [];
    await context.addCookies([{ name, value, url: client.url }]);
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(`${client.url}${path}`, { waitUntil: 'commit' });
    await page.waitForSelector(useful, { timeout: 30_000 });
    // The frame in which it is painted.
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => resolve()))');
    return performance.now() - began;
  } finally {
    await context.close();
  }
}
