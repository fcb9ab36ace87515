import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unheardLine, type CallView, type Readiness } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { startPrivateClickHouse, type PrivateClickHouse } from '../integration/stores/parts.ts';
import { branchPlan, Center, newId, quietBranch, until, type Box } from '../integration/controller/center.ts';
import { buildPage } from '../support/page-build.ts';
import { arrive } from './console-arrival.ts';
import { browserPath, openBrowser, overflow, picture, type Visit } from './console-browser.ts';

const code = 'BL_CLICKHOUSE_UNREACHABLE';

/** What the pages say to do, in both languages. */
const advice = {
  'en-US': 'Calls go on and records wait in the inbox; they are written when it is back.',
  'zh-CN': '通话不受影响，记录暂存于收件箱，恢复后写入。',
} as const;

function call(customer: string) {
  const now = Date.now();
  return {
    id: newId(),
    conversation: newId(),
    direction: 'inbound',
    customer,
    callerId: '',
    line: 'trunk-1',
    startedAt: now - 60_000,
    endedAt: now,
    outcome: 'ANSWERED',
    hangupBy: 'customer',
    cause: 'NORMAL_CLEARING',
    q850: 16,
    sipStatus: 200,
    legs: [],
    segments: [],
    evidence: 'live',
  };
}

describe.skipIf(!browserPath)(
  'the console while something is away (skipped where /usr/bin/chromium is missing)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'branchline-clickhouse-'));
    let server: PrivateClickHouse;
    let center: Center;
    let box: Box;
    let browser: Browser;
    let campaign = '';
    const before = call('13912340001');
    const open: Visit[] = [];

    const start = async (): Promise<void> => {
      server = await startPrivateClickHouse({ folder, log: silentLog });
    };
    const come = async (locale: 'en-US' | 'zh-CN', path: string): Promise<Page> => {
      const here = await arrive(browser, center, locale, { path });
      open.push(here);
      await here.page.waitForSelector('.nav');
      return here.page;
    };
    const found = async (number: string): Promise<number> => {
      const answer = await center.admin.call<{ items: CallView[] }>('GET', `/calls?number=${number}`);
      return answer.status === 200 ? answer.body.items.length : -1;
    };

    beforeAll(async () => {
      await buildPage('controller/console');
      await start();
      const url = new URL(server.url);
      url.username = server.user;
      url.password = server.token;
      center = await Center.start({ clickHouse: { url: url.href } });
      await center.site('harbour');
      box = await center.enrol('harbour', 'harbour-1');
      await center.admin.call('PUT', '/edges/harbour-1/plan', branchPlan());
      await box.connect();
      box.keepLive({ ...quietBranch, lines: { 'trunk-1': { ...unheardLine(30), state: 'up' } } });
      campaign = (await center.admin.call<{ id: string }>('POST', '/campaigns', { name: 'Outage' })).body.id;
      await box.send('call', [before]);
      await until('a call from before', async () => (await found(before.customer)) === 1);
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await center?.[Symbol.asyncDispose]();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('says so with advice on each page that reads it, leaves the others alone, and comes back by itself', async () => {
      const kept = {
        overview: await come('en-US', '/'),
        wallboard: await come('en-US', '/wallboard'),
        floor: await come('zh-CN', '/floor'),
        calls: await come('zh-CN', '/calls'),
        story: await come('en-US', `/calls/${before.id}`),
      };
      await kept.overview.waitForSelector('[data-site=harbour]');
      await kept.wallboard.waitForSelector('#page .wallboard-figures');
      await kept.floor.waitForSelector('#page .wallboard-figures');
      await kept.calls.locator(`a[href="/calls/${before.id}"]`).first().waitFor();
      await kept.story.waitForSelector('.timeline');

      await server.stop();

      // What was shown stays, and is called old.
      for (const page of Object.values(kept))
        await page.waitForSelector(`[data-outdated=${code}]`, { timeout: 30_000 });
      for (const board of [kept.wallboard, kept.floor]) {
        await board.waitForSelector('#page [data-age=stale]');
        expect(await board.locator('.wallboard-figures').count()).toBe(1);
      }
      expect(await kept.wallboard.locator('[data-outdated]').innerText()).toContain(advice['en-US']);
      expect(await kept.floor.locator('[data-outdated]').innerText()).toContain(advice['zh-CN']);
      await kept.overview.waitForSelector('.tile-group.dimmed [data-age=stale]', { timeout: 30_000 });
      // The branch is talked with all the same.
      expect(await kept.overview.locator('[data-link=live]').count()).toBe(1);
      for (const [name, page] of Object.entries(kept)) await picture(page, `outage-kept-${name}`);

      // Records are taken in meanwhile.
      const during = call('13912340002');
      await box.send('call', [during]);

      // Whoever comes now is told, too; nothing looks like a day on which nothing happened.
      for (const locale of ['en-US', 'zh-CN'] as const) {
        const page = await come(locale, '/wallboard');
        for (const path of [
          '/wallboard',
          '/floor',
          '/',
          '/calls',
          `/calls/${before.id}`,
          '/evidence',
          `/campaigns/${campaign}`,
          '/sites/harbour',
          '/sites/harbour/lines',
          `/why?call=${before.id}`,
        ]) {
          await page.goto(path);
          const told = page.locator('.error-panel, [data-outdated]', { hasText: code }).first();
          await told.waitFor().catch(() => {
            throw new Error(`${path} does not say that ClickHouse is away`);
          });
          expect({ path, text: await told.innerText() }).toMatchObject({
            text: expect.stringContaining(advice[locale]) as string,
          });
          expect({ path, overflow: await overflow(page) }).toEqual({ path, overflow: 0 });
          await picture(page, `outage-${locale}-${path.replaceAll(/[^a-z]+/g, '-')}`);
        }
        for (const path of [
          '/campaigns',
          '/flows',
          '/prompts',
          '/knowledge',
          '/do-not-call',
          '/people',
          '/audit',
          '/account',
          '/sites/harbour/staff',
          '/why?site=harbour',
        ]) {
          await page.goto(path);
          await page.waitForSelector('#page h1');
          await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
          expect({ path, faults: await page.locator('.error-panel, [data-outdated]').count() }).toEqual({
            path,
            faults: 0,
          });
        }
        // What steers work goes on: a campaign is started and paused.
        await page.goto(`/campaigns/${campaign}`);
        await page
          .getByRole('button', { name: locale === 'en-US' ? 'Settings' : '设置' })
          .first()
          .waitFor();
        expect(await page.locator('#page h1').innerText()).toBe('Outage');
      }
      const late = await come('en-US', '/wallboard');
      await late.waitForSelector('.error-panel');
      const ready = (await (await fetch(`${center.controller.httpUrl}/readyz`)).json()) as Readiness;
      expect(ready.parts['clickhouse']?.ok).toBe(false);

      await start();

      // Nobody reloads anything.
      for (const page of [...Object.values(kept), late])
        await page.locator('[data-outdated], .error-panel').waitFor({ state: 'detached', timeout: 30_000 });
      for (const board of [kept.wallboard, kept.floor, late, kept.overview])
        await expect.poll(() => board.locator('#page [data-age=stale]').count(), { timeout: 15_000 }).toBe(0);
      await late.waitForSelector('.wallboard-figures');
      // The call that was reported meanwhile is there, once, on the page that was open all the time.
      await kept.calls.locator(`a[href="/calls/${during.id}"]`).first().waitFor({ timeout: 30_000 });
      expect(await found(during.customer)).toBe(1);
      expect(await found(before.customer)).toBe(1);
      await Promise.all(open.splice(0).map((here) => here.leave()));
    }, 480_000);

    it.each(['en-US', 'zh-CN'] as const)(
      'marks on the wall which site is offline and since when (%s)',
      async (locale) => {
        const page = await come(locale, '/wallboard');
        await page.waitForSelector('.wallboard-figures');
        if (!box.connected) await box.connect();
        await page.waitForSelector('[data-offline]', { state: 'detached' });
        box.disconnect();
        const told = page.locator('[data-offline="1"]');
        await told.waitFor();
        expect(await told.innerText()).toMatch(
          locale === 'en-US' ? /harbour Lost, last seen .*\d\d:\d\d/ : /harbour 失联，最后在线 .*\d\d:\d\d/,
        );
        expect(await overflow(page)).toBe(0);
        await picture(page, `outage-offline-${locale}`);
      },
    );

    it('says on the first day of a controller that it has no figures yet, instead of zeros', async () => {
      await server.stop();
      const other = await Center.start({ clickHouse: { url: server.url } });
      try {
        await other.site('harbour');
        const { page, leave } = await arrive(browser, other, 'en-US', { path: '/' });
        await page.waitForSelector(`[data-outdated=${code}]`);
        expect(await page.locator('.tile-group').nth(1).locator('.tile-value').allInnerTexts()).toEqual(
          Array.from({ length: 5 }, () => '—'),
        );
        await leave();
      } finally {
        await other[Symbol.asyncDispose]();
        await start();
      }
    });
  },
);
