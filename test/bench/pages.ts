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
import { consolePages } from '../system/console-pages.ts';
import { benchLine, type BenchLine } from './bench-line.ts';
import { fillRecords, millions, numberOf, recordsFolder, rows, sites } from './records.ts';

const samples = 10;
const firstPaintAimMs = 1500;

/** These show nothing from the databases: until somebody asks, or without a box at the site. */
const withoutData = /^\/(why|flows\/.*|sites\/.*\/staff)$/;
/** Nothing is waited for any more: no part of the page is still to come, and what it is opened for has its age. */
const complete = (path: string): string =>
  [
    "document.querySelector('#page h1')",
    "!document.querySelector('#page .ant-skeleton, #page .ant-spin-spinning')",
    ...(withoutData.test(path) ? [] : ["document.querySelector('#page [data-age]')"]),
  ].join(' && ');

/**
 * First useful paint of the console's pages over the records of years: each opened in a fresh tab of somebody who is signed in,
 * with nothing in the browser's cache, until nothing on it is still to come.
 */
export async function run(): Promise<BenchLine[]> {
  if (browserPath === undefined) throw new Error('it needs Debian’s chromium');
  await buildPage('controller/console');
  using records = recordsFolder();
  const filling = await openClickHouse({ folder: records.path }, { log: silentLog, timeoutMs: 600_000 });
  const end = await fillRecords(filling);
  await filling.close();
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
    for (const path of [
      ...consolePages(await things(client)),
      `/calls?number=${encodeURIComponent(numberOf(7))}`,
    ]) {
      const times: number[] = [];
      for (let i = 0; i < samples; i++) times.push(await firstUsefulPaint(browser, client, path));
      times.sort((a, b) => a - b);
      const slowest = times.at(-1)!;
      lines.push(
        benchLine(
          `${millions(rows)} calls: page ${path.replace(/[0-9a-f-]{36}/, ':id')}, slowest of ${samples} first useful paints`,
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
async function firstUsefulPaint(browser: Browser, client: CenterClient, path: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
  try {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(client.cookie) ?? [];
    await context.addCookies([{ name, value, url: client.url }]);
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(`${client.url}${path}`, { waitUntil: 'commit' });
    await page
      .waitForFunction(complete(path), undefined, { timeout: 30_000, polling: 'raf' })
      .catch(async (error: unknown) => {
        throw new Error(`${path} was never complete: ${await page.locator('body').innerText()}`, {
          cause: error,
        });
      });
    // The frame in which it is painted.
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => resolve()))');
    return performance.now() - began;
  } finally {
    await context.close();
  }
}

/** What stands for the ids in the pages' addresses, by the word before them. */
async function things(client: CenterClient): Promise<Readonly<Record<string, string>>> {
  const campaign = await client.post<{ id: string }>('/campaigns', { name: 'Of years' });
  const steps = [{ id: 'agents', kind: 'queue' }];
  const settings = {
    name: 'Of years',
    numbers: [],
    sites: [],
    flow: { start: 'agents', prompts: [], steps },
  };
  const flow = await client.post<{ id: string }>('/flows', { settings });
  const { items } = await client.get<{ items: { id: string }[] }>('/calls?limit=1');
  return { campaigns: campaign.id, flows: flow.id, calls: items[0]!.id, sites: 'site-7' };
}
