import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultCampaign, inboundQueue, type FormField } from '@branchline/shared';
import { logInAll } from '../support/agents.ts';
import { agentPin } from '../support/branch-plan.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { buildPage } from '../support/page-build.ts';
import { browserPath, openBrowser, picture, visit } from './console-browser.ts';

const form: FormField[] = [
  { id: 'meter', label: 'Meter reading', kind: 'number', required: true, min: 0, max: 99_999 },
  { id: 'tariff', label: 'Tariff', kind: 'choice', required: true, choices: ['Green', 'Basic'] },
];

/** Goes on with Tab until something has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} cannot be reached by Tab`);
}

describe.skipIf(browserPath === undefined)('the desk page without a mouse', () => {
  let browser: Browser;
  let branch: Branch;
  let url: string;
  beforeAll(async () => {
    await buildPage('edge/desk');
    browser = await openBrowser();
    const campaign = testCampaign({
      // It serves callers and dials nobody.
      status: 'draft',
      name: 'Northwind hotline',
      script: 'Good afternoon, this is {{agent}}.',
      form,
      dispositions: defaultCampaign.dispositions.map((one) => ({ ...one, asksForm: one.key === '1' })),
    });
    branch = await startBranch(
      {
        desk: true,
        speed: 1,
        agents: [testAgent('1001', { name: 'Li Na' }), testAgent('1002', { name: 'Wu Lei', inbound: false })],
        desired: { queues: [{ ...inboundQueue, wrapUpSeconds: 600, campaign: campaign.id }] },
      },
      campaign,
    );
    const edge = await branch.startEdge();
    await branch.switch.start();
    url = `https://127.0.0.1:${await eventually('the page is there', () => edge.deskPort())}`;
    for (const phone of await logInAll(branch)) phone.policy = { kind: 'answer', afterMs: 100 };
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await branch?.close();
  });

  test('a whole shift with callers of a queue: script, note, form, outcome, callback, hold, transfer, break', async () => {
    const { page, complaints } = await visit(browser, url, 'en-US');
    await page.addInitScript(
      `addEventListener('pointerdown', () => console.error('somebody has pointed'), true)`,
    );
    const { keyboard } = page;
    const state = (name: string) => page.locator(`section.state-${name}`).waitFor();
    const call = (callerId: string) =>
      branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId });

    await page.goto('/');
    await page.locator('input[name=pin]:focus').waitFor();
    await keyboard.press('Shift+Tab');
    await keyboard.type('Li Na');
    await keyboard.press('Tab');
    await keyboard.type(agentPin);
    await keyboard.press('Enter');
    await state('ready');
    await keyboard.press('q');
    await state('offline');
    await keyboard.press('s');
    await state('ready');
    await page.locator('.warnings').waitFor({ state: 'detached' });

    call('13900000001');
    await state('talking');
    await page.getByText('Good afternoon, this is Li Na.').waitFor();
    await keyboard.press('h');
    await state('held');
    await keyboard.press('h');
    await state('talking');
    await keyboard.press('n');
    await keyboard.type('asks for the tariff');
    await keyboard.press('Control+Enter');
    await page.getByText('Saved', { exact: true }).waitFor();
    await keyboard.press('Escape');
    // What is missing is said, and has the focus.
    await keyboard.press('1');
    await page.locator('#form-meter:focus').waitFor();
    await keyboard.type('4711');
    await tabTo(page, '#form-tariff');
    await keyboard.type('Green');
    await keyboard.press('Escape');
    await picture(page, 'desk-queue-campaign-en');
    await keyboard.press('1');
    await page.locator('.keys button[aria-pressed=true]').waitFor();
    await keyboard.press('x');
    await state('wrap-up');
    await keyboard.press('r');
    await state('ready');

    const second = call('13900000002');
    await state('talking');
    second.hangUp();
    await state('wrap-up');
    await tabTo(page, '.again summary');
    await keyboard.press('Enter');
    await tabTo(page, '.again .buttons button');
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await keyboard.press('3');
    await page.getByText(/Will be called again/).waitFor();
    await keyboard.press('r');
    await state('ready');
    await page.locator('.callbacks').getByText('Northwind hotline').waitFor();

    call('13900000003');
    await state('talking');
    await keyboard.press('t');
    await keyboard.type('Wu Lei');
    await keyboard.press('Escape');
    await keyboard.press('g');
    await state('wrap-up');
    await keyboard.press('r');
    await state('ready');

    await tabTo(page, '.state select');
    await keyboard.type('Lunch');
    await state('break');
    await keyboard.press('Escape');
    await keyboard.press('r');
    await state('ready');
    await keyboard.press('q');
    await state('offline');
    await tabTo(page, '.top .quiet-button:last-child');
    await keyboard.press('Enter');
    await page.locator('input[name=pin]').waitFor();

    const rows = await eventually('what was said', () => {
      const said = branch.controller.rows('event');
      return said.filter(({ type }) => type === 'disposition').length === 2 && said;
    });
    expect(rows.filter(({ type }) => type === 'disposition')).toMatchObject([
      { code: 'interested' },
      { code: 'call-again', callbackFor: 'own' },
    ]);
    expect(rows.filter(({ type }) => type === 'form')).toMatchObject([
      { answers: [{ answer: '4711' }, { answer: 'Green' }] },
    ]);
    expect(rows.filter(({ type }) => type === 'note')).toMatchObject([{ text: 'asks for the tariff' }]);
    expect(rows.filter(({ type }) => type === 'transferred')).toMatchObject([
      { how: 'blind', to: 'agent agent-1002' },
    ]);
    expect(complaints).toEqual([]);
  });
});
