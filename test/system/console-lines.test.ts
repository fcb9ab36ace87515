import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { idSource, unheardLine, type Inventory, type LiveLine, type LiveSnapshot } from '@branchline/shared';
import { Center, branchPlan, quietBranch, type Box } from '../integration/controller/center.ts';
import { buildPage } from '../support/page-build.ts';
import { arrive as arriveAt } from './console-arrival.ts';
import { browserPath, openBrowser, overflow } from './console-browser.ts';

const newId = idSource();
const hour = 3_600_000;
const up = (channels: number): LiveLine => ({
  ...unheardLine(channels),
  state: 'up',
  phase: 'in-service',
  reason: 'in service',
});
const limits = { callsHour: 15, callsDay: 60, minutesDay: 240, minutesMonth: 3000 };

/** One line of every kind, each in another state. */
const lines: Record<string, LiveLine> = {
  'trunk-1': { ...up(30), inUse: 12, since: Date.now() - 9 * hour },
  'e1-1': {
    ...up(30),
    state: 'down',
    phase: 'alarmed',
    reason: 'red alarm: no usable signal',
    fault: 'no-carrier-signal',
    since: Date.now() - 0.2 * hour,
    span: {
      alarms: ['red'],
      dChannel: 'down',
      timeslots: `f${'a'.repeat(15)}s${'a'.repeat(15)}`,
      counters: { bpv: 12, crc4: 3, ebit: 0, fas: 0, irq: 0, slips: 4 },
      slipsPerHour: 0.5,
    },
  },
  'e1-2': {
    ...up(30),
    inUse: 9,
    since: Date.now() - 30 * hour,
    span: {
      alarms: [],
      dChannel: 'up',
      timeslots: `f${'b'.repeat(9)}${'-'.repeat(6)}s${'-'.repeat(14)}o`,
      counters: { bpv: 0, crc4: 0, ebit: 0, fas: 0, irq: 0, slips: 0 },
      slipsPerHour: 0,
    },
  },
  'modem-1': {
    ...up(1),
    phase: 'in-call',
    inUse: 1,
    since: Date.now() - 90_000,
    used: { callsHour: 6, callsDay: 51, minutesDay: 118, minutesMonth: 1904 },
    limits,
    sim: {
      signal: -79,
      operator: 'CHINA MOBILE',
      iccid: '89860012345678901234',
      model: 'Quectel EC20',
      balance: 12.4,
      balanceAt: Date.now() - 2 * hour,
    },
  },
  'sim-7': {
    ...up(1),
    since: Date.now() - 5 * hour,
    fault: 'quarantined',
    held: { limit: 'failures-in-a-row' },
    used: { callsHour: 0, callsDay: 60, minutesDay: 3, minutesMonth: 40 },
    limits,
    sim: { signal: -99, operator: 'CHN-UNICOM', iccid: '89860112345678901234' },
  },
};
const branch: LiveSnapshot = { ...quietBranch, lines };
const inventory: Inventory = {
  at: Date.now(),
  hostname: 'box',
  os: 'Debian 12',
  cpuModel: 'N100',
  cores: 4,
  memoryBytes: 8e9,
  switchVersion: '1.11.1',
  lines: [
    { id: 'trunk-1', kind: 'sip-trunk', channels: 30 },
    { id: 'e1-1', kind: 'e1-card', channels: 30 },
    {
      id: 'e1-2',
      kind: 'e1-card',
      channels: 30,
      device: { model: 'T2XXP (PCI) Card 0 Span 2', driver: 'TE2/0/2' },
    },
    {
      id: 'modem-1',
      kind: 'gsm-modem',
      channels: 1,
      device: { model: 'Quectel EC20', firmware: 'EC20CEFAGR06A15M4G', imei: '861120042000012' },
    },
    { id: 'sim-7', kind: 'gsm-gateway', channels: 1 },
  ],
  phones: [],
};

describe.skipIf(!browserPath)('the lines page (skipped where /usr/bin/chromium is missing)', () => {
  let center: Center;
  let browser: Browser;
  let box: Box;

  beforeAll(async () => {
    await buildPage('controller/console');
    center = await Center.start();
    await center.site('beijing');
    box = await center.enrol('beijing', 'beijing-1');
    await center.admin.call('PUT', '/edges/beijing-1/plan', branchPlan());
    await box.connect();
    await box.publish('inventory', inventory);
    const now = Date.now();
    const day = Array.from({ length: 140 }, (_, i) => now - i * 10 * 60_000).toReversed();
    await box.send(
      'line',
      day.flatMap((at, i) =>
        (['modem-1', 'e1-1'] as const).map((line) => ({
          id: newId(),
          at,
          line,
          kind: line === 'e1-1' ? ('e1-card' as const) : ('gsm-modem' as const),
          state: 'up' as const,
          inUse: line === 'e1-1' ? Math.round(15 + 10 * Math.sin(i / 12)) : i % 2,
          channels: line === 'e1-1' ? 30 : 1,
          used: { callsHour: 0, callsDay: 0, minutesDay: 0, minutesMonth: 0 },
          ...(line === 'e1-1' ? { slipsPerHour: i > 100 ? 4 : 0 } : { signal: -85 + (i % 9), balance: 12.4 }),
          downMs: 0,
        })),
      ),
    );
    const fault = (
      at: number,
      line: string,
      name: 'no-carrier-signal' | 'sim-missing',
      openedAt: number,
      state: 'opened' | 'closed',
    ) => ({
      id: newId(),
      at,
      type: 'line-fault' as const,
      line,
      fault: name,
      state,
      reason: name === 'sim-missing' ? 'the SIM was taken out' : 'red alarm: no usable signal',
      openedAt,
    });
    await box.send('event', [
      fault(now - 3 * hour, 'modem-1', 'sim-missing', now - 3 * hour, 'opened'),
      fault(now - 2.9 * hour, 'modem-1', 'sim-missing', now - 3 * hour, 'closed'),
      fault(now - 0.2 * hour, 'e1-1', 'no-carrier-signal', now - 0.2 * hour, 'opened'),
    ]);
    box.keepLive(branch);
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await center?.[Symbol.asyncDispose]();
  });

  const arrive = async (locale: 'en-US' | 'zh-CN', width = 1280) => {
    const here = await arriveAt(browser, center, locale, { path: '/sites/beijing/lines', width });
    await here.page.waitForSelector('.line-card');
    await here.page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
    return here;
  };

  it.each([
    ['en-US', 1280, 'No signal on the span (red alarm)', 'In a call', 'Quarantined', 'GSM modem'],
    ['zh-CN', 1920, '中继无信号（红色告警）', '通话中', '已隔离', 'GSM 模块'],
  ] as const)(
    'shows every kind of line with what is wrong and what to do (%s, %i px)',
    async (locale, width, red, inCall, quarantined, modem) => {
      const { page, leave } = await arrive(locale, width);
      await page.locator('.event-rows tr').nth(1).waitFor();
      const card = (name: string) =>
        page.locator('.line-card', { has: page.locator('h3', { hasText: name }) });
      expect(await card('e1-1').innerText()).toContain(red);
      expect(await card('e1-1').locator('.timeslots li').count()).toBe(32);
      expect(await card('e1-1').locator('.slot-alarmed').count()).toBe(30);
      expect(await card('e1-2').locator('.slot-busy').count()).toBe(9);
      const facts = await card('modem-1').innerText();
      for (const fact of [
        inCall,
        modem,
        'CHINA MOBILE',
        '-79 dBm',
        '12.40',
        '51 / 60',
        'EC20CEFAGR06A15M4G',
        '861120042000012',
      ])
        expect(facts).toContain(fact);
      expect(await card('sim-7').innerText()).toContain(quarantined);
      await card('modem-1')
        .locator('.health-chart path.measure[d^=M]')
        .first()
        .waitFor({ state: 'attached' });
      expect(await overflow(page)).toBe(0);
      expect(await page.locator('#page [data-age=stale]').count()).toBe(0);
      await leave();
    },
  );

  it('lets an administrator enable GSM lines only with a reason, and keeps it with the name', async () => {
    const { page, leave } = await arrive('en-US');
    await page.getByRole('button', { name: 'Enable GSM lines…' }).click();
    const submit = page.locator('.gsm-form').getByRole('button', { name: 'Enable GSM lines…' });
    await page.locator('#gsm-why').fill('short');
    expect(await submit.isDisabled()).toBe(true);
    await page.locator('#gsm-why').fill('own SIMs, agreed with the operator on 12 March');
    await submit.click();
    await page.locator('.ant-modal-confirm').getByRole('button', { name: 'OK' }).click();
    await page
      .getByText('GSM lines were enabled by admin: own SIMs, agreed with the operator on 12 March')
      .waitFor();
    await leave();
  });

  it('sends a line’s orders to its box', async () => {
    const { page, leave } = await arrive('en-US');
    const card = page.locator('.line-card', { has: page.locator('h3', { hasText: 'sim-7' }) });
    await card.getByRole('button', { name: 'End the quarantine' }).click();
    await expect
      .poll(() => box.received.filter(({ channel }) => channel === 'command').map(({ payload }) => payload), {
        timeout: 10_000,
      })
      .toContainEqual(expect.objectContaining({ verb: 'line-release', args: { line: 'sim-7' } }));
    await leave();
  });

  it('changes limits and prices of a line by keyboard, with faults at their fields, a reason, and who it was', async () => {
    const { page, leave } = await arrive('en-US');
    const card = page.locator('.line-card', { has: page.locator('h3', { hasText: 'trunk-1' }) });
    await card.getByRole('button', { name: 'Settings…' }).press('Enter');
    const drawer = page.getByRole('dialog');
    const field = (name: string) => drawer.getByLabel(name, { exact: true });
    await drawer.getByRole('switch', { name: 'Limits of its own' }).press('Space');
    await field('Calls per hour').fill('0');
    await field('Rest after so many calls').fill('20');
    await drawer.getByRole('switch', { name: 'Calls are charged' }).press('Space');
    await field('Price per minute').fill('0.15');
    await field('Why is this changed?').press('Enter');
    await drawer.getByText('At least 1.').waitFor();
    await drawer.getByText('This is needed.').waitFor();
    await drawer.getByText('Say why, for those who look at it later.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('policy_callsPerHour');
    await field('Calls per hour').fill('40');
    await field('Rest for').fill('300');
    await field('Why is this changed?').fill('the carrier asked for it');
    await field('Why is this changed?').press('Enter');
    await drawer.waitFor({ state: 'detached' });
    await page.getByText('Versions of the plan').click();
    const newest = page.locator('.plan-history tr').first();
    await expect
      .poll(() => newest.innerText(), { timeout: 5000 })
      .toMatch(/admin\s+the carrier asked for it\s+trunk-1/);
    const desired = () => box.all('desired').at(-1)?.lines[0];
    await expect.poll(desired, { timeout: 10_000 }).toMatchObject({
      policy: { callsPerHour: 40, rest: { afterCalls: 20, seconds: 300 } },
      tariff: { currency: 'CNY', perMinute: 150_000, perCall: 0, stepSeconds: 60 },
    });
    await leave();
  });

  it('joins a box to other sites by its address in the overlay, and leaves it alone again', async () => {
    const { page, leave } = await arrive('zh-CN');
    const drawer = page.getByRole('dialog');
    const change = async (address: string, why: string): Promise<void> => {
      await page.getByRole('button', { name: '其他网点…' }).press('Enter');
      await drawer.getByLabel('叠加网络地址', { exact: true }).fill(address);
      await drawer.getByLabel('为什么修改？', { exact: true }).fill(why);
      await drawer.getByLabel('为什么修改？', { exact: true }).press('Enter');
    };
    await change('10.99.0.3', '接入其他站点');
    await drawer.getByText('格式不正确。').waitFor();
    await drawer.getByLabel('叠加网络地址', { exact: true }).fill('10.99.0.3/16');
    await drawer.getByLabel('为什么修改？', { exact: true }).press('Enter');
    await drawer.waitFor({ state: 'detached' });
    const overlay = () => box.all('desired').at(-1)?.overlay;
    await expect.poll(overlay, { timeout: 10_000 }).toEqual({ address: '10.99.0.3/16', port: 5070 });
    await change('', '不再接入');
    await drawer.waitFor({ state: 'detached' });
    await expect.poll(overlay, { timeout: 10_000 }).toBeUndefined();
    await leave();
  });

  it('explains a change that came too late, and keeps what was entered', async () => {
    const { page, leave } = await arrive('zh-CN');
    await page.getByRole('button', { name: '路由…' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: '添加路由' }).click();
    await drawer.getByLabel('前缀').last().fill('86');
    const why = drawer.getByLabel('为什么修改？');
    await why.fill('试用新线路');
    await why.press('Enter');
    await drawer.getByText('格式不正确').first().waitFor();
    await drawer.getByLabel('前缀').last().fill('+86');
    await drawer.getByRole('combobox', { name: '线路', exact: true }).last().fill('trunk-1');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await center.admin.call('PUT', '/edges/beijing-1/plan?why=meanwhile', branchPlan());
    await why.press('Enter');
    await drawer.getByText('was changed meanwhile by admin').waitFor();
    await drawer.getByText('BL_API_CONFLICT').waitFor();
    expect(await drawer.getByLabel('前缀').last().inputValue()).toBe('+86');
    await leave();
  });
});
