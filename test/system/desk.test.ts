import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answerer } from '../virtual-branch/index.ts';
import { logInAll } from '../support/agents.ts';
import { agentPin } from '../support/branch-plan.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { buildPage } from '../support/page-build.ts';
import { browserPath, openBrowser, visit } from './console-browser.ts';

/** Pictures to look at are left here when it is named. */
const pictures = process.env['BRANCHLINE_SCREENSHOTS'];

const answers: Answerer = (_, link) => {
  setTimeout(() => link.ring(), 10);
  setTimeout(() => link.answer(), 40);
  return { released: () => undefined };
};

const script = `Good afternoon {{name}}, this is {{agent}} speaking for Northwind Energy.

I see that your contract ends soon. May I tell you in two minutes what would change?`;

describe.skipIf(browserPath === undefined)('the desk page in a browser', () => {
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
        carrier: answers,
        agents: [testAgent('1001', { name: 'Li Na' }), testAgent('1002', { name: 'Wu Lei' })],
      },
      testCampaign({ script, wrapUpSeconds: 600, mode: 'manual' }),
    );
    const edge = await branch.startEdge();
    await branch.switch.start();
    url = `https://127.0.0.1:${await eventually('the page is there', () => edge.deskPort())}`;
    await logInAll(branch);
    const people = ['+8613800000001', '+8613800000002', '+8613800000003'];
    await branch.controller.send(branch.edge, 'lease', branch.lease(people));
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await branch?.close();
  });

  const picture = async (page: Page, name: string): Promise<void> => {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `desk-${name}.png`) });
  };
  /** By keyboard alone: the name is chosen, the PIN has the focus. */
  const signIn = async (page: Page, name: string): Promise<void> => {
    await page.goto('/');
    await page.locator('select[name=agent]').selectOption({ label: name });
    await page.locator('input[name=pin]').focus();
    await page.keyboard.type(agentPin);
    await page.keyboard.press('Enter');
    await page.locator('.state').waitFor();
  };
  const noOverflow = async (page: Page): Promise<void> => {
    for (const width of [1280, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  test('an agent works a call by keyboard alone: asks, calls, holds, notes, decides', async () => {
    const { page, complaints } = await visit(browser, url, 'en-US');
    await page.goto('/');
    await page.locator('input[name=pin]').waitFor();
    await picture(page, 'sign-in-en');
    await signIn(page, 'Li Na · 1001');
    await page.locator('section.state-ready').waitFor();
    await picture(page, 'ready-en');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Wang' }).waitFor();
    await noOverflow(page);
    await picture(page, 'preview-en');
    await page.keyboard.press('d');
    await page.locator('section.state-talking').waitFor();
    await page.getByText('Good afternoon Wang, this is Li Na').waitFor();
    await page.keyboard.press('h');
    await page.locator('section.state-held').waitFor();
    await page.keyboard.press('h');
    await page.locator('section.state-talking').waitFor();
    await page.keyboard.press('p');
    await page.getByText('recording paused').waitFor();
    await picture(page, 'talking-en');
    await page.keyboard.press('p');
    await page.keyboard.press('n');
    await page.keyboard.type('wants the 3 price list x');
    expect(await page.locator('section.state-talking').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await page.locator('section.state-wrap-up').waitFor();
    await page.locator('.again summary').click();
    await page.getByRole('button', { name: 'In an hour' }).click();
    await picture(page, 'again-en');
    expect(await page.locator('.keys button:disabled').count()).toBeGreaterThan(0);
    await page.keyboard.press('3');
    await page.getByText(/Will be called again/).waitFor();
    await page.keyboard.press('n');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Saved', { exact: true }).waitFor();
    await noOverflow(page);
    await picture(page, 'wrap-up-en');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await page.locator('section.state-ready').waitFor();
    const told = (wanted: string): boolean =>
      branch.controller.rows('event').some(({ type }) => type === wanted);
    expect(await eventually('what was said of the call', () => told('note') && told('disposition'))).toBe(
      true,
    );
    expect(complaints).toEqual([]);
  });

  test('the same in Chinese and dark, and what was typed outlives a restart of the box', async () => {
    const { page, complaints } = await visit(browser, url, 'zh-CN');
    await page.emulateMedia({ colorScheme: 'dark' });
    await signIn(page, 'Wu Lei · 1002');
    await page.getByText('就绪', { exact: true }).first().waitFor();
    await picture(page, 'ready-zh');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Wang' }).waitFor();
    await page.keyboard.press('d');
    await page.locator('section.state-talking').waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('客户要求下周回电');
    branch.config.desk!.port = Number(new URL(url).port);
    await branch.stopEdge();
    await page.getByText('边缘设备没有应答。所见内容').waitFor();
    await picture(page, 'stale-zh');
    expect(await page.locator('textarea').inputValue()).toBe('客户要求下周回电');
    const edge = await branch.startEdge();
    await eventually('the page is back', () => edge.deskPort());
    await page.locator('.stale').waitFor({ state: 'detached' });
    // The call went on meanwhile, and is still this agent's.
    await page.locator('section.state-talking').waitFor();
    expect(await page.locator('textarea').inputValue()).toBe('客户要求下周回电');
    await picture(page, 'talking-zh');
    await page.reload();
    await page.locator('section.state-talking').waitFor();
    expect(await page.locator('textarea').inputValue()).toBe('客户要求下周回电');
    await noOverflow(page);
    expect(complaints).toEqual([]);
  });

  test('a wrong PIN is said, and the next one can be typed at once', async () => {
    const { page } = await visit(browser, url, 'en-US');
    await page.goto('/');
    await page.locator('select[name=agent]').selectOption({ index: 1 });
    await page.locator('input[name=pin]').fill('0000');
    await page.keyboard.press('Enter');
    await page.getByText('That PIN is wrong.').waitFor();
    await page.keyboard.type(agentPin);
    await page.keyboard.press('Enter');
    await page.locator('.state').waitFor();
    expect(await page.locator('.fault').count()).toBe(0);
  });
});
