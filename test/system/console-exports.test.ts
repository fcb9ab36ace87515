import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unheardLine, type SiteHistory, type Wallboard } from '@branchline/shared';
import { sampleCall, sampleMetric } from '../integration/stores/parts.ts';
import { branchPlan, Center, newId, quietBranch, until } from '../integration/controller/center.ts';
import { buildPage } from '../support/page-build.ts';
import { arrive } from './console-arrival.ts';
import { browserPath, openBrowser, overflow, picture } from './console-browser.ts';

describe.skipIf(!browserPath)(
  'what is taken along from the console, and what machines said (skipped where /usr/bin/chromium is missing)',
  () => {
    let center: Center;
    let browser: Browser;
    const now = Date.now();
    const call = newId();

    beforeAll(async () => {
      await buildPage('controller/console');
      center = await Center.start();
      await center.site('harbour');
      const box = await center.enrol('harbour', 'harbour-1');
      await center.admin.call('PUT', '/edges/harbour-1/plan', branchPlan());
      await box.connect();
      box.keepLive({ ...quietBranch, lines: { 'trunk-1': { ...unheardLine(30), state: 'up' } } });
      await box.send('metric', [{ ...sampleMetric(1), at: now - 1000 }]);
      const ended = {
        outcome: 'BUSY',
        hangupBy: 'network',
        cause: 'USER_BUSY',
        q850: 17,
        sipStatus: 486,
      } as const;
      await box.send('call', [{ ...sampleCall(1, { startedAt: now - 60_000, ...ended }), id: call }]);
      await box.send('event', [
        { id: newId(), type: 'line', line: 'trunk-1', state: 'down', reason: 'gateway FAIL_WAIT' },
        {
          id: newId(),
          type: 'line-fault',
          line: 'modem-1',
          fault: 'sim-missing',
          state: 'opened',
          reason: 'no SIM in the slot',
          openedAt: now - 5000,
        },
      ]);
      await until('the call and the day', async () => {
        const board = await center.admin.call<Wallboard>('GET', '/wallboard');
        const day = await center.admin.call<SiteHistory>('GET', '/sites/harbour/history');
        return board.body.sites?.length === 1 && day.body.events?.length === 2 && day.body.health.length > 0;
      });
      const here = { by: 'li-na', call, here: true };
      await box.send('event', [
        { id: newId(), type: 'monitored', mode: 'whisper', extension: '100', agent: 'agent-101', ...here },
        { id: newId(), type: 'supervised', act: 'force', agent: 'agent-101', state: 'break', by: 'li-na' },
      ]);
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await center?.[Symbol.asyncDispose]();
    });

    const exported = async (page: Page, path: string, name: string, button: string): Promise<string> => {
      await page.goto(path);
      const arriving = page.waitForEvent('download');
      await page.getByRole('link', { name: button }).click();
      const download = await arriving;
      expect(download.suggestedFilename()).toBe(name);
      expect({ path, overflow: await overflow(page) }).toEqual({ path, overflow: 0 });
      return readFile(await download.path(), 'utf8');
    };

    it.each([
      [
        'en-US',
        'Export CSV',
        'Changed the plan of a box',
        'the number is busy',
        'the registration failed',
        'no SIM in the slot',
        ['Listened to a call at the branch, or spoke into it', 'Set the state of an agent at the branch'],
      ],
      [
        'zh-CN',
        '导出 CSV',
        '修改主机的配置方案',
        '用户忙',
        '注册失败',
        '卡槽中没有 SIM 卡',
        ['在网点监听通话或插话', '在网点设置坐席状态'],
      ],
    ] as const)('in %s', async (locale, button, act, cause, registration, sim, atBranch) => {
      const { page, leave } = await arrive(browser, center, locale, { path: '/wallboard' });
      await page.waitForSelector('.wallboard-figures');
      const board = await exported(page, '/wallboard?site=harbour', 'wallboard.csv', button);
      expect(board).toContain(',today,,harbour,');
      await picture(page, `exports-wallboard-${locale}`);

      const audit = await exported(page, '/audit?action=plan', 'audit.csv', button);
      expect(audit).toContain(',plan.write,');
      expect(audit).not.toContain(',site.create,');
      await page.getByRole('cell', { name: act }).first().waitFor();
      await page.goto('/audit');
      await page.getByRole('cell', { name: act }).first().waitFor();
      await picture(page, `exports-audit-${locale}`);

      await page.goto('/audit?action=branch');
      for (const done of atBranch) {
        const entry = page.getByRole('row').filter({ has: page.getByRole('cell', { name: done }) });
        expect(await entry.first().innerText()).toMatch(/agent li-na.*harbour/s);
      }
      await picture(page, `exports-branch-acts-${locale}`);

      expect(await exported(page, '/sites/harbour', 'health-harbour.csv', button)).toContain(
        'harbour-1,0.25,',
      );
      const events = page.locator('.event-rows', { hasText: 'FAIL_WAIT' });
      expect(await events.innerText()).toContain(registration);
      expect(await events.innerText()).toContain(sim);
      await picture(page, `exports-site-${locale}`);

      const lines = await exported(page, '/sites/harbour/lines', 'lines-harbour.csv', button);
      expect(lines).toContain('harbour-1,trunk-1,1,');
      await page.getByText(sim).first().waitFor();
      await picture(page, `exports-lines-${locale}`);

      await exported(page, '/people', 'people.csv', button).then((people) =>
        expect(people).toMatch(/^admin,[^,]*,admin,\*,false,/m),
      );
      await picture(page, `exports-people-${locale}`);
      const { body } = await center.admin.call<{ id: string }>('POST', '/campaigns', {
        name: `Herbst ${locale}`,
      });
      const figures = await exported(page, `/campaigns/${body.id}`, 'campaign.csv', button);
      expect(figures).toBe('\u{feff}hour,site,line,outcome,disposition,count\r\n');
      await picture(page, `exports-campaign-${locale}`);

      await page.goto(`/calls/${call}`);
      await page.waitForSelector('.timeline');
      const told = await page.locator('.timeline').innerText();
      expect(told).toContain(cause);
      expect(told).toContain('USER_BUSY · Q.850 17 · SIP 486');
      await picture(page, `exports-call-${locale}`);
      await leave();
    });
  },
);
