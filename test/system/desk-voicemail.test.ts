import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inboundQueue } from '@branchline/shared';
import { logInAll } from '../support/agents.ts';
import { agentPin } from '../support/branch-plan.ts';
import { startBranch, testAgent, type Branch } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { buildPage } from '../support/page-build.ts';
import { browserPath, openBrowser, overflow, picture, visit } from './console-browser.ts';

describe.skipIf(browserPath === undefined)('messages of callers, in a browser', () => {
  let browser: Browser;
  let branch: Branch;
  let url: string;
  beforeAll(async () => {
    await buildPage('edge/desk');
    browser = await openBrowser();
    const full = [{ length: 1, exit: { to: 'voicemail' as const } }];
    branch = await startBranch({
      desk: true,
      speed: 1,
      agents: [
        testAgent('1001', { name: 'Li Na', masked: true }),
        testAgent('1003', { name: 'Chen Jing', supervisor: true, inbound: false }),
      ],
      desired: {
        queues: [
          { ...inboundQueue, wrapUpSeconds: 1, name: 'Hotline', overflow: full },
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
      await picture(page, `voicemail-${name}-${width}`);
    }
  };

  test('an agent hears a message, sees to it and is done; the supervisor sees it, and moves the talk to another queue', async () => {
    const li = await open('Li Na · 1001', 'en-US');
    const chen = await open('Chen Jing · 1003', 'zh-CN');
    const first = calls('13900000001');
    await li.page.locator('section.state-talking').waitFor();
    const second = calls('13900000002');
    await chen.page.keyboard.press('v');
    await chen.page.locator('.board td li').first().waitFor();
    const third = calls('13900000003');
    await eventually(
      'the message is taken',
      () => third.heard.some((what) => what.includes('%(500,0,1000)')),
      20_000,
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    third.hangUp();
    const message = li.page.locator('.voicemails li');
    await message.waitFor();
    expect(await message.textContent()).not.toContain('13900000003');
    await chen.page.locator('.voicemails .new').waitFor();
    await message.locator('button').first().click();
    await message.locator('audio').waitFor();
    await eventually('the sound is there', async () =>
      (await li.page.evaluate("document.querySelector('audio').duration > 0.5")) === true ? true : undefined,
    );
    await chen.page.locator('.voicemails .new').waitFor({ state: 'detached' });
    await message.locator('button').nth(1).click();
    await look(li.page, 'desk');
    await chen.page.locator('.voicemails').getByText('Li Na正在处理').waitFor();
    await look(chen.page, 'board');
    await message.locator('button', { hasText: 'Done' }).click();
    await chen.page.locator('.voicemails li.done').waitFor();
    // Nobody serves the other queue: the caller goes on to the phones of the branch, and the agent to who waits.
    await chen.page.locator('.board tr.state-talking select').first().selectOption('experts');
    const moved = await eventually('the move', () =>
      branch.controller.rows('event').find((row) => row.type === 'transferred'),
    );
    expect(moved).toMatchObject({ how: 'taken-over', to: 'queue experts', by: 'agent-1003' });
    for (const caller of [first, second]) caller.hangUp();
    expect([...li.complaints, ...chen.complaints]).toEqual([]);
  });

  test.each(['en-US', 'zh-CN'] as const)(
    'an agent sends digits to the other party, typed and by the keypad (%s)',
    async (language) => {
      const { page, complaints } = await open('Li Na · 1001', language);
      await page.locator('section.state-ready').waitFor();
      const caller = calls('13900000004');
      await page.locator('section.state-talking').waitFor();
      await page.keyboard.press('#');
      await page.locator('#keypad:focus').waitFor();
      await page.keyboard.type('90210');
      await page.locator('.keypad .keys button').last().click();
      await eventually('the digits arrive', () => caller.digits.join('') === '90210#');
      expect(await page.locator('#keypad').inputValue()).toBe('••••••');
      await look(page, `keypad-${language}`);
      await page.locator('#keypad').focus();
      await page.keyboard.press('Escape');
      await page.keyboard.press('x');
      await page.locator('section.state-ready').waitFor();
      expect(complaints).toEqual([]);
    },
  );
});
