import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultCampaign, inboundQueue, type FormField } from '@branchline/shared';
import type { Answerer } from '../virtual-branch/index.ts';
import { logInAll } from '../support/agents.ts';
import { agentPin } from '../support/branch-plan.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { buildPage } from '../support/page-build.ts';
import { browserPath, openBrowser, overflow, picture, visit } from './console-browser.ts';

const answers: Answerer = (_, link) => {
  setTimeout(() => link.ring(), 10);
  setTimeout(() => link.answer(), 40);
  return { released: () => undefined };
};

const form: FormField[] = [
  { id: 'meter', label: '电表读数', kind: 'number', required: true, min: 0, max: 99_999 },
  { id: 'visit', label: '上门日期', kind: 'date', required: false },
  { id: 'tariff', label: '套餐', kind: 'choice', required: true, choices: ['绿色', '基础'] },
  { id: 'owner', label: '是否业主', kind: 'yes-no', required: false },
  { id: 'remarks', label: '其他情况', kind: 'long-text', required: false },
];

/** What the center would have delivered before the link to it was cut. */
const knowledge = JSON.stringify({
  articles: [
    ['如何办理退款', '客户在签约后十四天内可以申请退款。\n请先核对合同号，再登记退款原因。', 'zh-CN'],
    ['电表读数', '读数从左到右，不含红色数字。', 'zh-CN'],
    ['Changing the tariff', 'A customer may change the tariff once a month.', 'en'],
  ].map(([title, text, language], i) => ({
    id: `01a1fd2c-1181-7000-8000-00000000000${i}`,
    title,
    text,
    language,
    campaigns: [],
    queues: [],
  })),
});

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
        desired: {
          queues: [{ ...inboundQueue, holdSeconds: 10 }],
          artifacts: [
            {
              name: 'knowledge',
              version: 1,
              sha256: createHash('sha256').update(knowledge).digest('hex'),
              bytes: Buffer.byteLength(knowledge),
              url: '/edge/v1/artifacts/knowledge/1',
            },
          ],
        },
      },
      testCampaign({
        script,
        wrapUpSeconds: 600,
        mode: 'manual',
        form,
        dispositions: defaultCampaign.dispositions.map((one) => ({ ...one, asksForm: one.key === '1' })),
      }),
    );
    mkdirSync(join(branch.home, 'artifacts'), { recursive: true });
    writeFileSync(join(branch.home, 'artifacts', 'knowledge-1'), knowledge);
    const edge = await branch.startEdge();
    await branch.switch.start();
    url = `https://127.0.0.1:${await eventually('the page is there', () => edge.deskPort())}`;
    await logInAll(branch);
    // The second agent has a person whom the first has had.
    const people = ['+8613800000001', '+8613800000001', '+8613800000003'];
    await branch.controller.send(branch.edge, 'lease', branch.lease(people));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await branch?.close();
  });

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
      expect(await overflow(page)).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  test('an agent works a call by keyboard alone: asks, calls, holds, notes, decides', async () => {
    const { page, complaints } = await visit(browser, url, 'en-US');
    await page.goto('/');
    await page.locator('input[name=pin]').waitFor();
    await picture(page, 'desk-sign-in-en');
    await signIn(page, 'Li Na · 1001');
    await page.locator('section.state-ready').waitFor();
    await picture(page, 'desk-ready-en');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Wang' }).waitFor();
    await noOverflow(page);
    await picture(page, 'desk-preview-en');
    await page.keyboard.press('d');
    await page.locator('section.state-talking').waitFor();
    await page.getByText('Good afternoon Wang, this is Li Na').waitFor();
    await page.keyboard.press('h');
    await page.locator('section.state-held').waitFor();
    const reminder = page.getByRole('alert').getByText('The customer has been on hold for long.');
    await reminder.waitFor();
    await picture(page, 'desk-hold-reminder-en');
    await page.keyboard.press('h');
    await page.locator('section.state-talking').waitFor();
    await reminder.waitFor({ state: 'detached' });
    await page.keyboard.press('p');
    await page.getByText('recording paused').waitFor();
    await picture(page, 'desk-talking-en');
    await page.keyboard.press('p');
    await page.keyboard.press('n');
    await page.keyboard.type('wants the 3 price list x');
    expect(await page.locator('section.state-talking').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await page.locator('section.state-wrap-up').waitFor();
    await page.locator('.again summary').click();
    await page.getByRole('button', { name: 'In an hour' }).click();
    await page.getByText(/^By the customer’s clock \(Asia\/Shanghai\)/).waitFor();
    await picture(page, 'desk-again-en');
    expect(await page.locator('.keys button:disabled').count()).toBeGreaterThan(0);
    await page.keyboard.press('3');
    await page.getByText(/Will be called again/).waitFor();
    await page.keyboard.press('n');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Saved', { exact: true }).waitFor();
    await noOverflow(page);
    await picture(page, 'desk-wrap-up-en');
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
    await page.getByText('空闲', { exact: true }).first().waitFor();
    await picture(page, 'desk-ready-zh');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Wang' }).waitFor();
    await page.keyboard.press('d');
    await page.locator('section.state-talking').waitFor();
    const earlier = page.locator('.history li').first();
    await earlier.getByText('wants the 3 price list x').waitFor();
    expect(await earlier.locator('strong').count()).toBe(1);
    await noOverflow(page);
    await picture(page, 'desk-history-zh');
    await page.keyboard.press('n');
    await page.keyboard.type('客户要求下周回拨');
    branch.config.desk!.port = Number(new URL(url).port);
    await branch.stopEdge();
    await page.getByText('网点主机没有应答。所见内容').waitFor();
    await picture(page, 'desk-stale-zh');
    expect(await page.locator('#note').inputValue()).toBe('客户要求下周回拨');
    const edge = await branch.startEdge();
    await eventually('the page is back', () => edge.deskPort());
    await page.locator('.stale').waitFor({ state: 'detached' });
    // The call went on meanwhile, and is still this agent's.
    await page.locator('section.state-talking').waitFor();
    expect(await page.locator('#note').inputValue()).toBe('客户要求下周回拨');
    await picture(page, 'desk-talking-zh');
    // Something is looked up meanwhile, with the center out of reach.
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.locator('#knowledge').pressSequentially('退款申请');
    await page.locator('#knowledge-hits mark').first().waitFor();
    expect(await page.locator('#knowledge-hits li').count()).toBe(1);
    await picture(page, 'desk-knowledge-found-zh');
    await page.keyboard.press('Enter');
    await page.locator('.knowledge article').getByText('请先核对合同号').waitFor();
    await picture(page, 'desk-knowledge-zh');
    await noOverflow(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.locator('.knowledge').waitFor({ state: 'detached' });
    expect(await page.locator('#note').inputValue()).toBe('客户要求下周回拨');
    // The form is filled in by keyboard alone: what is missing is shown and has the focus.
    await page.keyboard.press('1');
    await page.getByText('请先填写表单').waitFor();
    expect(await page.locator('.fields .fault').count()).toBe(2);
    await page.keyboard.type('471x');
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    await page.getByText('请填写数字').waitFor();
    await picture(page, 'desk-form-zh');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('1');
    await page.keyboard.press('Tab');
    await page.reload();
    await page.locator('section.state-talking').waitFor();
    expect(await page.locator('#note').inputValue()).toBe('客户要求下周回拨');
    expect(await page.locator('#form-meter').inputValue()).toBe('4711');
    await page.keyboard.press('f');
    await page.locator('#form-tariff').selectOption('绿色');
    await page.locator('#form-tariff').press('Escape');
    await page.keyboard.press('1');
    await page.locator('.keys button[aria-pressed=true]').waitFor();
    const row = await eventually('the answers', () =>
      branch.controller.rows('event').find(({ type }) => type === 'form'),
    );
    expect(row).toMatchObject({
      answers: [
        { field: 'meter', answer: '4711' },
        { field: 'tariff', answer: '绿色' },
      ],
    });
    await noOverflow(page);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['en-US', 'Sign in for training', 'These customers are simulated', 'Leave the training', 'Hello?'],
    ['zh-CN', '进入培训', '客户均为模拟', '退出培训', '喂？'],
  ] as const)(
    'training is marked as such, and led in and out of from the sign-in page (%s)',
    async (locale, enter, banner, leave, hello) => {
      const { page, complaints } = await visit(browser, url, locale);
      await signIn(page, 'Li Na · 1001');
      await page.keyboard.press('q');
      await page.locator('section.state-offline').waitFor();
      await page.locator('.top .quiet-button').last().click();
      await page.locator('input[name=pin]').fill(agentPin);
      await page.getByRole('button', { name: enter }).click();
      await page.getByText(banner).waitFor();
      const rows = () => branch.controller.rows('agent').filter(({ agent }) => agent === 'agent-1001');
      await eventually('the end of work', () => rows().at(-1)?.to === 'offline');
      const before = rows().length;
      await page.keyboard.press('s');
      await page.locator('section.state-talking').waitFor();
      await page.locator('.says').getByText(hello).waitFor();
      expect(await page.title()).toMatch(/Training|培训/);
      await noOverflow(page);
      await picture(page, `desk-training-${locale.slice(0, 2)}`);
      await page.keyboard.press('x');
      await page.locator('section.state-wrap-up').waitFor();
      await page.getByRole('button', { name: leave }).click();
      await page.locator('input[name=pin]').waitFor();
      expect(await page.title()).not.toMatch(/Training|培训/);
      expect(rows()).toHaveLength(before);
      await picture(page, `desk-sign-in-${locale.slice(0, 2)}`);
      expect(complaints).toEqual([]);
    },
  );

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
