import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import {
  idSource,
  inboundQueue,
  type Command,
  type Inventory,
  type LiveSnapshot,
  type QueueStep,
} from '@branchline/shared';
import { branchPlan, Center, quietBranch, type Box } from '../integration/controller/center.ts';
import { buildPage } from '../support/page-build.ts';
import { arrive as arriveAt, type Arrival } from './console-arrival.ts';
import { browserPath, openBrowser, overflow, picture, type Visit } from './console-browser.ts';

const newId = idSource();
const [talk, wait] = [newId(), newId()];
const since = Date.now() - 95_000;

/** A branch with somebody in each state that matters, and callers in one of two queues. */
const floor: LiveSnapshot = {
  ...quietBranch,
  agents: {
    'agent-100': { state: 'talking', since, reason: 'in a call', call: talk },
    'agent-101': { state: 'break', since, reason: 'lunch' },
    'agent-102': { state: 'offline', since: 0, reason: 'not logged in' },
  },
  queues: {
    inbound: { waiting: 0, ready: 0 },
    sales: { waiting: 3, since, ready: 0, calls: { [wait]: since, [newId()]: since + 40_000 } },
  },
  calls: { dialing: 0, ringing: 1, waiting: 3, talking: 1, inbound: 4 },
};

const inventory: Inventory = {
  at: Date.now(),
  hostname: 'box',
  os: 'Debian 12',
  cpuModel: 'N100',
  cores: 4,
  memoryBytes: 8e9,
  switchVersion: '1.11.1',
  lines: [],
  phones: [
    { extension: '100', registered: true, userAgent: 'Yealink' },
    { extension: '101', registered: true, userAgent: 'Yealink' },
    { extension: '102', registered: false, userAgent: '' },
  ],
};

function plan() {
  const base = branchPlan();
  // Around the clock: who is expected now is late whenever this runs.
  const shift = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
  const third = { id: 'agent-102', name: '王芳', extension: '102', shift };
  return {
    ...base,
    phones: [...base.phones, { extension: '102', label: 'Desk 3', password: 'phone-secret-102' }],
    agents: [
      { ...base.agents[0]!, name: '李伟' },
      { ...base.agents[1]!, name: 'Anna Schmidt' },
      { ...base.agents[0]!, ...third },
    ],
    queues: [{ ...inboundQueue, id: 'sales', name: 'Sales 销售' }],
  };
}

describe.skipIf(!browserPath)('the floor in a browser (skipped where /usr/bin/chromium is missing)', () => {
  let center: Center;
  let browser: Browser;
  let boxes: readonly Box[];
  let beat: ReturnType<typeof setInterval>;
  /** What the box of Beijing answers to an order. */
  let answer: { status: 'done' } | { status: 'failed'; error: { code: string; message: string } };
  let speaking = true;
  const answered = new Set<string>();
  const open: Visit[] = [];

  const orders = (): Command[] =>
    boxes.flatMap((box) => box.all('command')).filter(({ verb }) => verb !== 'live-snapshot');

  const arrive = async (locale: 'en-US' | 'zh-CN', how: Partial<Arrival> = {}): Promise<Page> => {
    const here = await arriveAt(browser, center, locale, { path: '/floor', ...how });
    open.push(here);
    await here.page.waitForSelector('[data-agent=agent-100]');
    await here.page.getByText('Sales 销售').first().waitFor();
    return here.page;
  };

  beforeAll(async () => {
    await buildPage('controller/console');
    center = await Center.start();
    const made: Box[] = [];
    for (const site of ['beijing', 'shanghai']) {
      await center.site(site);
      const box = await center.enrol(site, `${site}-1`);
      await center.admin.call('PUT', `/edges/${site}-1/plan`, plan());
      await box.connect();
      await box.publish('inventory', inventory);
      made.push(box);
    }
    boxes = made;
    const step = (name: QueueStep, waitedMs = 0, daysAgo = 0) => ({
      id: newId(),
      at: Date.now() - daysAgo * 86_400_000 - 1000,
      type: 'queue' as const,
      call: newId(),
      conversation: newId(),
      queue: 'sales',
      step: name,
      waitedMs,
      targetMs: 20_000,
    });
    await boxes[0]!.send('event', [
      ...Array.from({ length: 9 }, () => step('connected', 4000)),
      step('abandoned', 60_000),
      step('connected', 4000, 1),
      step('abandoned', 60_000, 1),
    ]);
    const speak = (): void => {
      if (speaking) for (const box of boxes) void box.live(floor).catch(() => undefined);
      for (const { id } of boxes[0]!.all('command').filter(({ verb }) => verb !== 'live-snapshot')) {
        if (answered.has(id)) continue;
        answered.add(id);
        void boxes[0]!.publish('result', { id, at: Date.now(), ...answer });
      }
    };
    answer = { status: 'done' };
    speak();
    beat = setInterval(speak, 500);
    await center.person('bei', 'supervisor', 'beijing');
    await center.person('aud', 'auditor', 'beijing');
    browser = await openBrowser();
  });

  afterEach(() => Promise.all(open.splice(0).map((here) => here.leave())));

  afterAll(async () => {
    clearInterval(beat);
    await browser?.close();
    await center?.[Symbol.asyncDispose]();
  });

  it.each([
    [
      'en-US',
      1280,
      '',
      /李伟\s*100\s*beijing\s*Talking\s*\d:\d\d\s*in a call/,
      /Sales 销售.*3.*\d:\d\d/s,
      '90%',
    ],
    [
      'zh-CN',
      1920,
      'dark',
      /李伟\s*100\s*beijing\s*通话中\s*\d:\d\d\s*通话/,
      /Sales 销售.*3.*\d:\d\d/s,
      '90%',
    ],
    ['en-US', 1920, 'dark', /李伟/, /Sales/, '90%'],
    ['zh-CN', 1280, '', /李伟/, /Sales/, '90%'],
  ] as const)(
    'shows agents, queues and who waits at every site, with the day of each queue (%s, %i px, %s)',
    async (locale, width, look, agent, queue, level) => {
      const page = await arrive(locale, { width, look });
      const row = page.locator('[data-agent=agent-100]');
      await expect.poll(() => row.count()).toBe(2);
      expect(await row.first().innerText()).toMatch(agent);
      expect(await page.locator('[data-agent=agent-102]').first().innerText()).toContain(
        locale === 'en-US' ? 'late since 00:00' : '迟到，应于 00:00 到岗',
      );
      const sales = page.locator('[data-queue=sales]').first();
      await expect.poll(() => sales.innerText(), { timeout: 10_000 }).toContain(level);
      expect(await sales.innerText()).toMatch(queue);
      // Yesterday stands below, small.
      expect(await sales.locator('.figure small').allInnerTexts()).toEqual(['50%', '1']);
      expect(await page.locator('[data-calls=waiting] tbody tr').count()).toBe(4);
      await page.locator('#page [data-age=fresh]').first().waitFor();
      expect(await overflow(page)).toBe(0);
      await picture(page, `floor-${locale}-${width}-${look || 'light'}`);
    },
  );

  it('finds agents by state and name, keeps that in the address, and shows one site alone', async () => {
    const page = await arrive('en-US', { path: '/floor?site=beijing' });
    expect(await page.locator('[data-agent]').count()).toBe(3);
    await page.getByRole('button', { name: 'Break 1' }).click();
    await expect.poll(() => page.locator('[data-agent]').count()).toBe(1);
    await page.getByRole('button', { name: 'Break 1' }).click();
    await page.getByLabel('Name or extension').fill('anna');
    await expect.poll(() => page.locator('[data-agent]').count()).toBe(1);
    await page.reload();
    await page.waitForSelector('[data-agent=agent-101]');
    expect(await page.locator('[data-agent]').count()).toBe(1);
  });

  it('forces a state by keyboard alone, asks first, and shows what the box made of it', async () => {
    const page = await arrive('en-US', { name: 'bei' });
    const menu = page.getByRole('button', { name: 'Actions for Anna Schmidt' });
    await menu.focus();
    // From row to row with the arrows.
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Actions for 李伟');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=menuitem]:focus');
    await page.keyboard.press('Enter');
    await page.getByText('The agent gets calls again').waitFor();
    const before = orders().length;
    await page.waitForSelector('.floor-act-send:focus');
    await picture(page, 'floor-sure-en');
    await page.keyboard.press('Enter');
    await page.locator('[data-order=done]', { hasText: 'Anna Schmidt: Make ready' }).waitFor();
    expect(orders().slice(before)).toMatchObject([
      { verb: 'agent-ready', args: { agent: 'agent-101' }, by: 'bei' },
    ]);
  });

  it('says in words why an order failed', async () => {
    answer = {
      status: 'failed',
      error: { code: 'BL_COMMAND_FAILED', message: 'The command call-hangup failed: it is over.' },
    };
    try {
      const page = await arrive('zh-CN', { path: '/floor?site=beijing' });
      await page.getByRole('button', { name: '对李伟的操作' }).click();
      await page.getByRole('menuitem', { name: '挂断' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '挂断' }).click();
      const failed = page.locator('[data-order=failed]');
      await failed.waitFor();
      expect(await failed.innerText()).toContain('命令 call-hangup 失败：it is over。');
      expect(await failed.innerText()).toContain('BL_COMMAND_FAILED');
      await picture(page, 'floor-failed-zh');
    } finally {
      answer = { status: 'done' };
    }
  });

  it('lets a supervisor listen, speak and leave on a phone of the branch, and remembers the phone', async () => {
    const page = await arrive('en-US', { path: '/floor?site=beijing', name: 'bei' });
    const before = orders().length;
    const listen = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for 李伟' }).click();
      await page.getByRole('menuitem', { name: 'Listen' }).click();
    };
    await listen();
    const send = page.getByRole('dialog').getByRole('button', { name: 'Listen' });
    expect(await send.isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'Phone that rings' }).click();
    await page.getByTitle('102 · Desk 3 · not registered').waitFor();
    await page.getByTitle('101 · Desk 2').click();
    await send.click();
    await page.waitForSelector('[data-heard=listen]');
    await page.locator('.monitor-bar').getByText('Whisper').click();
    await page.waitForSelector('[data-heard=whisper]');
    await picture(page, 'floor-heard-en');
    await page.getByRole('button', { name: 'Leave the call' }).click();
    await page.waitForSelector('[data-heard]', { state: 'detached' });
    expect(orders().slice(before)).toMatchObject(
      ['listen', 'whisper', 'stop'].map((mode) => ({
        verb: 'call-monitor',
        args: { call: talk, extension: '101', mode },
        by: 'bei',
      })),
    );
    await page.reload();
    await page.waitForSelector('[data-agent=agent-100]');
    await listen();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Listen' }).isEnabled()).toBe(true);
  });

  it('moves who waits to another queue, and takes a call over to a phone', async () => {
    const page = await arrive('zh-CN', { path: '/floor?site=beijing' });
    const before = orders().length;
    await page.getByRole('button', { name: '对“Sales 销售”的来电的操作' }).first().click();
    await page.getByRole('menuitem', { name: '移到其他队列' }).click();
    await page.getByRole('combobox', { name: '队列' }).click();
    // Not to where the caller is.
    expect(await page.locator('.ant-select-item-option').allInnerTexts()).toEqual(['Inbound']);
    await page.getByTitle('Inbound').click();
    await picture(page, 'floor-move-zh');
    await page.getByRole('dialog').getByRole('button', { name: '转交通话' }).click();
    await page.locator('[data-order=done]').waitFor();
    await page.getByRole('button', { name: '对李伟的操作' }).click();
    await page.getByRole('menuitem', { name: '接管通话' }).click();
    await page.getByRole('combobox', { name: '振铃的话机' }).click();
    await page.getByTitle('101 · Desk 2').click();
    await page.getByRole('dialog').getByRole('button', { name: '接管通话' }).click();
    await expect.poll(() => page.locator('[data-order=done]').count()).toBe(2);
    expect(orders().slice(before)).toMatchObject([
      { verb: 'call-transfer', args: { call: wait, to: { queue: 'inbound' } } },
      { verb: 'call-transfer', args: { call: talk, to: { phone: '101' } } },
    ]);
  });

  it('offers nothing to who may not steer, and nothing of other sites', async () => {
    const page = await arrive('en-US', { name: 'aud' });
    expect(await page.locator('[data-agent=agent-100]').count()).toBe(1);
    expect(await page.locator('.row-menu').count()).toBe(0);
  });

  it('says which branches went silent, and takes their orders away', async () => {
    const page = await arrive('en-US');
    await page.locator('.row-menu').first().waitFor();
    speaking = false;
    try {
      await expect.poll(() => page.locator('[data-old="2"]').count(), { timeout: 20_000 }).toBe(1);
      boxes[1]!.disconnect();
      await expect
        .poll(() => page.locator('[data-agent=agent-100]').nth(1).locator('.row-menu').count(), {
          timeout: 10_000,
        })
        .toBe(0);
      await picture(page, 'floor-stale-en');
    } finally {
      speaking = true;
    }
  });
});
