import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallView, CampaignView } from '@branchline/shared';
import { sampleAttempt, sampleCall } from '../integration/stores/parts.ts';
import { branchPlan, Center, newId, quietBranch, until, type Box } from '../integration/controller/center.ts';
import { buildPage } from '../support/page-build.ts';
import { arrive } from './console-arrival.ts';
import { browserPath, openBrowser, overflow, picture } from './console-browser.ts';

describe.skipIf(!browserPath)(
  'calls, plans and hours in a browser (skipped where /usr/bin/chromium is missing)',
  () => {
    let center: Center;
    let browser: Browser;
    let box: Box;
    let campaign: string;
    const now = Date.now();
    const calls = Array.from({ length: 12 }, (_, i) => ({
      ...sampleCall(i + 1, { startedAt: now - (i + 1) * 60_000, outcome: i === 0 ? 'BUSY' : 'ANSWERED' }),
      id: newId(),
    }));

    beforeAll(async () => {
      await buildPage('controller/console');
      center = await Center.start();
      await center.site('harbour');
      await center.site('quiet');
      box = await center.enrol('harbour', 'harbour-1');
      await center.admin.call('PUT', '/edges/harbour-1/plan', branchPlan());
      const changed = { ...branchPlan(), vips: [{ number: '+8613900000001', level: 5 }] };
      const put = await center.admin.call('PUT', '/edges/harbour-1/plan?why=by%20letter', changed);
      if (put.status >= 300) throw new Error(`the plan was refused with ${put.status}`);
      await box.connect();
      box.keepLive(quietBranch);
      campaign = (await center.admin.call<CampaignView>('POST', '/campaigns', { name: 'Autumn' })).body.id;
      const at = now - 10_000;
      await box.send('call', calls);
      await box.send(
        'attempt',
        (['ANSWERED', 'ANSWERED', 'BUSY', 'REFUSED'] as const).map((outcome, i) => ({
          ...sampleAttempt(i + 1, { campaign, outcome, startedAt: at, endedAt: at }),
          id: newId(),
        })),
      );
      await until('calls and attempts', async () => {
        const found = await center.admin.call<{ items: CallView[] }>('GET', '/calls?site=harbour');
        const { outcomes } = (await center.admin.call<CampaignView>('GET', `/campaigns/${campaign}`)).body;
        return found.body.items.length === calls.length && outcomes['REFUSED'] === 1;
      });
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await center?.[Symbol.asyncDispose]();
    });

    it.each([
      {
        locale: 'en-US',
        busy: 'Busy',
        none: 'No call has ended here yet.',
        all: 'Calls of this site',
        versions: 'Versions of the plan',
      },
      {
        locale: 'zh-CN',
        busy: '占线',
        none: '该网点还没有已结束的通话。',
        all: '该网点的通话',
        versions: '配置方案的历史版本',
      },
    ] as const)(
      'a site shows its latest calls, with their outcomes and ways to all of them, and what its plans changed ($locale)',
      async (words) => {
        const { page, leave } = await arrive(browser, center, words.locale, { path: '/sites/harbour' });
        const rows = page.locator('[data-latest-calls] tbody tr');
        await rows.first().waitFor();
        expect(await rows.count()).toBe(10);
        expect(await rows.first().innerText()).toContain(words.busy);
        const links = await rows
          .locator('a')
          .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
        expect(links).toEqual(calls.slice(0, 10).map(({ id }) => `/calls/${id}`));
        await page.getByText(words.versions).click();
        await page.locator('.plan-history[open] tr', { hasText: 'by letter' }).waitFor();
        expect(await overflow(page)).toBe(0);
        await picture(page, `console-site-calls-${words.locale}`);
        await page.locator('[data-latest-calls]').getByRole('link', { name: words.all }).click();
        await page.waitForURL(/\/calls\?site=harbour$/);

        // A site without calls says so.
        await page.goto('/sites/quiet');
        await page.locator('[data-latest-calls]').getByText(words.none).waitFor();
        await leave();
      },
    );

    it('a site whose calls cannot be had says so there and nowhere else, and asks again', async () => {
      const { page, leave } = await arrive(browser, center, 'zh-CN', { path: '/sites/quiet' });
      await page.locator('[data-latest-calls] .quiet').first().waitFor();
      await page.route(/\/api\/v1\/calls\?/, (route) => route.abort());
      await page.goto('/sites/harbour');
      await page.locator('[data-latest-calls] .error-panel').waitFor();
      expect(await page.locator('.error-panel').count()).toBe(1);
      await picture(page, 'console-site-calls-away');
      await page.unroute(/\/api\/v1\/calls\?/);
      await page.locator('[data-latest-calls] tbody tr').first().waitFor();
      await leave();
    });

    it.each([
      ['en-US', 'Outcomes of each hour', ['Answered 2', 'Busy 1', 'Refused by a rule 1']],
      ['zh-CN', '每小时的结果', ['接通 2', '占线 1', '规则拒拨 1']],
    ] as const)('a campaign tells the outcomes of each hour (%s)', async (locale, title, outcomes) => {
      const { page, leave } = await arrive(browser, center, locale, { path: `/campaigns/${campaign}` });
      await page.getByText(title).click();
      const rows = page.locator('[data-outcomes-at]');
      await rows.first().waitFor();
      expect(await rows.count()).toBe(1);
      for (const outcome of outcomes) expect(await rows.first().innerText()).toContain(outcome);
      expect(await overflow(page)).toBe(0);
      await picture(page, `console-campaign-hours-${locale}`);
      await leave();
    });
  },
);
