import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { Center } from '../integration/controller/center.ts';
import { buildPage } from '../support/page-build.ts';
import { arrive as arriveAt } from './console-arrival.ts';
import { browserPath, openBrowser, overflow, picture } from './console-browser.ts';

describe.skipIf(!browserPath)(
  'numbers that are not called (skipped where /usr/bin/chromium is missing)',
  () => {
    let center: Center;
    let browser: Browser;

    beforeAll(async () => {
      await buildPage('controller/console');
      center = await Center.start();
      await center.person('rui', 'auditor');
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await center?.[Symbol.asyncDispose]();
    });

    const arrive = async (locale: 'en-US' | 'zh-CN', name = 'admin') => {
      const here = await arriveAt(browser, center, locale, { path: '/do-not-call', name });
      await here.page.locator('h2').first().waitFor();
      return here;
    };
    const list = (name: string, text: string) => ({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    });
    const listed = async (number: string): Promise<number> =>
      (await center.admin.call<{ items: unknown[] }>('GET', `/dnc?number=${encodeURIComponent(number)}`)).body
        .items.length;

    it('finds, lists and takes off one number', async () => {
      const { page, leave } = await arrive('en-US');
      await page.getByText('No number is listed').waitFor();
      await page.getByLabel('Number, e.g. +8613900000001').fill('+8613900000077');
      await page.keyboard.press('Enter');
      await page.getByText('This number is not listed').waitFor();
      await page.getByRole('button', { name: 'Do not call this number' }).click();
      await page.getByRole('cell', { name: '+8613900000077' }).waitFor();
      expect(await listed('+8613900000077')).toBe(1);
      expect(new URL(page.url()).searchParams.get('number')).toBe('+8613900000077');
      await picture(page, 'dnc-number-en');
      await page.getByRole('button', { name: 'Call again' }).click();
      await page.getByRole('dialog').getByLabel('Open the leads again').check();
      await picture(page, 'dnc-remove-en');
      await page.getByRole('dialog').getByRole('button', { name: 'Call again' }).click();
      await page.getByText('Leads that are opened again').waitFor();
      await page.getByText('This number is not listed').waitFor();
      expect(await listed('+8613900000077')).toBe(0);
      await leave();
    });

    it('uploads a list, tells what did not fit, and takes it back', async () => {
      const { page, leave } = await arrive('zh-CN');
      await page
        .locator('input[type=file]')
        .setInputFiles(list('complaints.csv', 'phone\n13900000001\n13900000002\nnobody\n13900000001\n'));
      await page.getByRole('dialog').getByText('complaints.csv 是什么名单').waitFor();
      await picture(page, 'dnc-choose-zh');
      await page.getByRole('button', { name: '加入名单' }).click();
      await page.getByText('前几行不符合要求的内容').waitFor();
      await page.getByRole('cell', { name: 'complaints.csv' }).waitFor();
      await picture(page, 'dnc-lists-zh');
      expect(await listed('+8613900000002')).toBe(1);
      await page.getByRole('button', { name: '撤回' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '撤回' }).click();
      await page.getByText(/已于 .* 撤回/).waitFor();
      expect(await listed('+8613900000002')).toBe(0);
      expect(await overflow(page)).toBe(0);
      await leave();
    });

    it('shows the list to its end, and says in words what an agent was asked for', async () => {
      const numbers = Array.from({ length: 60 }, (_, i) => `+861390000${String(1000 + i)}`);
      const reason = 'asked not to be called again';
      await center.admin.call('POST', '/dnc', { numbers, reason });
      const { page, leave } = await arrive('zh-CN');
      await page.getByRole('cell', { name: '+8613900001000' }).waitFor();
      expect(await page.getByRole('cell', { name: '客户要求不再致电' }).count()).toBe(50);
      expect(await page.getByRole('cell', { name: '+8613900001059' }).count()).toBe(0);
      await page.getByRole('button', { name: '加载更多' }).click();
      await page.getByRole('cell', { name: '+8613900001059' }).waitFor();
      expect(await page.getByRole('button', { name: '加载更多' }).count()).toBe(0);
      await leave();
    });

    it('shows how far an upload is; one that is broken off lists nothing', async () => {
      const { page, leave } = await arrive('en-US');
      const slow = await page.context().newCDPSession(page);
      await slow.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: 60_000,
      });
      const rows = Array.from({ length: 60_000 }, (_, i) => `+86139${String(10_000_000 + i)}`);
      await page.locator('input[type=file]').setInputFiles(list('long.csv', `phone\n${rows.join('\n')}\n`));
      await page.getByRole('button', { name: 'List the numbers' }).click();
      const bar = page.locator('output.upload');
      await bar.getByText('long.csv').waitFor();
      await bar
        .getByText(/Sending/)
        .first()
        .waitFor();
      await picture(page, 'dnc-sending-en');
      await bar.getByRole('button', { name: 'Cancel' }).click();
      await page
        .getByText('Broken off. Nothing of it is listed, unless it stands among the lists already.')
        .waitFor();
      await bar.waitFor({ state: 'detached' });
      expect(await listed('+8613910000000')).toBe(0);
      await leave();
    });

    it('is to be read by auditors, and not changed', async () => {
      const { page, leave } = await arrive('en-US', 'rui');
      await page.getByText('Uploaded lists').waitFor();
      expect(await page.locator('input[type=file]').count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Take back' }).count()).toBe(0);
      await leave();
    });
  },
);
