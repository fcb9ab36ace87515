import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inboundQueue } from '@branchline/shared';
import { logInAll } from '../support/agents.ts';
import { agentPin } from '../support/branch-plan.ts';
import { startBranch, testAgent, type Branch } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { buildPage } from '../support/page-build.ts';
import { browserPath, openBrowser, overflow, picture, visit } from './console-browser.ts';

describe.skipIf(browserPath === undefined)(
  'calls handed on, and the supervisor’s board, in a browser',
  () => {
    let browser: Browser;
    let branch: Branch;
    let url: string;
    beforeAll(async () => {
      await buildPage('edge/desk');
      browser = await openBrowser();
      branch = await startBranch({
        desk: true,
        speed: 1,
        agents: [
          testAgent('1001', { name: 'Li Na', outside: true }),
          testAgent('1002', { name: 'Wu Lei', outside: true }),
          testAgent('1003', { name: 'Chen Jing', supervisor: true, inbound: false }),
        ],
        desired: {
          queues: [
            { ...inboundQueue, wrapUpSeconds: 1, name: 'Hotline' },
            { ...inboundQueue, id: 'experts', name: 'Experts', teams: ['experts'] },
          ],
        },
      });
      const edge = await branch.startEdge();
      await branch.switch.start();
      url = `https://127.0.0.1:${await eventually('the page is there', () => edge.deskPort())}`;
      await logInAll(branch);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await branch?.close();
    });

    const calls = (callerId: string) =>
      branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId });
    const open = async (name: string, language: 'en-US' | 'zh-CN') => {
      const visited = await visit(browser, url, language);
      const { page } = visited;
      await page.goto('/');
      await page.locator('select[name=agent]').selectOption({ label: name });
      await page.locator('input[name=pin]').fill(agentPin);
      await page.keyboard.press('Enter');
      await page.locator('.state').waitFor();
      return visited;
    };
    const look = async (page: Page, name: string): Promise<void> => {
      for (const width of [1920, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await overflow(page)).toBe(0);
        await picture(page, `board-${name}-${width}`);
      }
    };

    test('an agent asks a colleague, has all three talk, and leaves the customer to them, by keyboard', async () => {
      const li = await open('Li Na · 1001', 'en-US');
      const wu = await open('Wu Lei · 1002', 'zh-CN');
      const caller = calls('13900000001');
      const [asks, asked] = await Promise.race([
        li.page
          .locator('section.state-talking')
          .waitFor()
          .then(() => [li, wu] as const),
        wu.page
          .locator('section.state-talking')
          .waitFor()
          .then(() => [wu, li] as const),
      ]);
      const other = asks === li ? '1002' : '1001';
      await asks.page.keyboard.press('t');
      expect(await asks.page.evaluate('document.activeElement.id')).toBe('hand-over');
      await asks.page.locator('#hand-over').selectOption(`phone:${other}`);
      // One target at a time: a number takes the place of the colleague, and the other way round.
      await asks.page.locator('#hand-over-outside').fill('13800138000');
      expect(await asks.page.locator('#hand-over').inputValue()).toBe('');
      await asks.page.locator('#hand-over').selectOption(`phone:${other}`);
      expect(await asks.page.locator('#hand-over-outside').inputValue()).toBe('');
      await look(asks.page, 'hand-over');
      await asks.page.keyboard.press('Escape');
      await asks.page.keyboard.press('a');
      await asks.page.locator('.consult').waitFor();
      await asked.page.locator('.consult').waitFor();
      await asks.page.locator('button[aria-keyshortcuts=w]').waitFor();
      await look(asks.page, 'consult');
      expect(await asked.page.locator('button[aria-keyshortcuts=x]').count()).toBe(0);
      await look(asked.page, 'consulted');
      await asks.page.keyboard.press('w');
      await asks.page.locator('button[aria-keyshortcuts=w]').waitFor({ state: 'detached' });
      await asks.page.keyboard.press('c');
      await asks.page.locator('section.state-talking').waitFor({ state: 'detached' });
      await asked.page.locator('.consult').waitFor({ state: 'detached' });
      await asked.page.locator('section.state-talking').waitFor();
      await asked.page.keyboard.press('k');
      await asks.page.locator('.parked button').waitFor();
      await look(asks.page, 'parked');
      await asks.page.locator('section.state-ready').waitFor();
      await asks.page.locator('.parked button').click();
      await asks.page.locator('section.state-talking').waitFor();
      caller.hangUp();
      expect([...li.complaints, ...wu.complaints]).toEqual([]);
    });

    test.each(['en-US', 'zh-CN'] as const)(
      'a supervisor has the branch on one page and acts there (%s)',
      async (language) => {
        const { page, complaints } = await open('Chen Jing · 1003', language);
        if (language === 'zh-CN') await page.emulateMedia({ colorScheme: 'dark' });
        const callers = [calls('13900000002'), calls('13900000003'), calls('13900000004')];
        await page.keyboard.press('v');
        await page.locator('.board tr.state-talking').nth(1).waitFor();
        await page.locator('.board td li').first().waitFor();
        await page.locator('.board tr.state-talking .buttons button').first().click();
        await page.locator('.board .listener').waitFor();
        await look(page, `whole-${language}`);
        await page.locator('.board tr.state-talking .buttons button[aria-pressed=true]').waitFor();
        await page.locator('.board tr.state-talking .buttons button').nth(3).click();
        await page.locator('.board .listener').waitFor({ state: 'detached' });
        await page.locator('.writing input').fill('the offer ends today');
        await page.keyboard.press('Enter');
        const { page: reader } = await open('Li Na · 1001', language);
        await reader.locator('.messages').getByText('the offer ends today').first().waitFor();
        await look(reader, `message-${language}`);
        await reader.locator('.messages button').first().click();
        await reader.locator('.messages').waitFor({ state: 'detached' });
        await reader.close();
        // Nobody serves the other queue: the caller goes on to the phones of the branch.
        await page.locator('.board td li select').first().selectOption('experts');
        await page.locator('.board td li').waitFor({ state: 'detached' });
        // Before it is the way to another queue.
        await page.locator('.board tr.state-talking').first().locator('select').last().selectOption('break');
        for (const caller of callers) caller.hangUp();
        await page.locator('.board tr.state-break').waitFor();
        await page.locator('.board tr.state-break select').last().selectOption('ready');
        await page.locator('.board tr.state-ready').nth(2).waitFor();
        expect(complaints).toEqual([]);
      },
    );
  },
);
