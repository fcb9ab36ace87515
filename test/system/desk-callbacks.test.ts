import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logInAll } from '../support/agents.ts';
import { agentPin } from '../support/branch-plan.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { buildPage } from '../support/page-build.ts';
import { browserPath, openBrowser, overflow, picture, visit } from './console-browser.ts';

describe.skipIf(browserPath === undefined)('promised calls, in a browser', () => {
  let browser: Browser;
  let branch: Branch;
  let url: string;
  beforeAll(async () => {
    await buildPage('edge/desk');
    browser = await openBrowser();
    branch = await startBranch(
      {
        desk: true,
        speed: 1,
        agents: [testAgent('1001', { name: 'Li Na', masked: true, mode: 'ring' })],
        carrier: (_, link) => {
          const timer = setTimeout(() => link.answer(), 50);
          return { released: () => clearTimeout(timer) };
        },
      },
      testCampaign({ wrapUpSeconds: 600 }),
    );
    const edge = await branch.startEdge();
    await branch.switch.start();
    url = `https://127.0.0.1:${await eventually('the page is there', () => edge.deskPort())}`;
    await logInAll(branch);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await branch?.close();
  });

  test('an agent sees what they promised, moves it and takes it back, and that the phone has gone', async () => {
    const pages = [];
    for (const language of ['en-US', 'zh-CN'] as const) {
      const { page } = await visit(browser, url, language);
      await page.goto('/');
      await page.locator('select[name=agent]').selectOption({ label: 'Li Na · 1001' });
      await page.locator('input[name=pin]').fill(agentPin);
      await page.keyboard.press('Enter');
      await page.locator('.state').waitFor();
      pages.push(page);
    }
    const [page, chinese] = pages as [(typeof pages)[0], (typeof pages)[0]];
    await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001']));
    await page.locator('section.state-talking').waitFor();
    await page.keyboard.press('x');
    await page.locator('section.state-wrap-up').waitFor();
    const phone = branch.switch.phone('1001');
    await eventually('the phone is down', () => phone.call === undefined);
    phone.dial('*172359');
    const list = page.locator('.callbacks li');
    await list.waitFor();
    expect(await list.textContent()).not.toContain('13800000001');
    await chinese.locator('.callbacks li').getByRole('button', { name: '改时间' }).click();
    await list.getByRole('button', { name: 'Take back' }).click();
    for (const width of [1920, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await chinese.setViewportSize({ width, height: 900 });
      expect(await overflow(page)).toBe(0);
      expect(await overflow(chinese)).toBe(0);
      await picture(page, `callbacks-en-${width}`);
      await picture(chinese, `callbacks-zh-${width}`);
    }
    const before = await list.locator('time').textContent();
    await chinese.getByRole('button', { name: '一小时后' }).first().click();
    await eventually('the new time', async () => (await list.locator('time').textContent()) !== before);
    await list.getByRole('button', { name: 'Yes, take it back' }).click();
    await eventually('nothing promised', async () => (await list.count()) === 0);
    phone.unregister();
    await page.getByText('Your phone is not connected').waitFor();
    await chinese.getByText('您的话机未连接').waitFor();
    await picture(page, 'phone-gone-en');
    await picture(chinese, 'phone-gone-zh');
  });
});
