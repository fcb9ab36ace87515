import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { inboundQueue, type Queue } from '@branchline/shared';
import { branchPlan, Center, quietBranch, type Box } from '../integration/controller/center.ts';
import { buildPage } from '../support/page-build.ts';
import { arrive as arriveAt, type Arrival } from './console-arrival.ts';
import { browserPath, openBrowser, overflow, picture } from './console-browser.ts';

const sales: Queue = {
  ...inboundQueue,
  id: 'sales',
  name: 'Sales 销售',
  teams: ['day'],
  requires: [{ skill: 'english', level: 5 }],
  overflow: [{ afterSeconds: 60, exit: { to: 'queue', queue: 'inbound' } }],
};

function plan() {
  const base = branchPlan();
  const [first, second] = base.agents;
  const shift = { fromMinute: 540, toMinute: 1080, weekdays: [1, 2, 3, 4, 5] };
  return {
    ...base,
    phones: [...base.phones, { extension: '102', label: 'Desk 3', password: 'phone-secret-102' }],
    agents: [
      {
        ...first!,
        name: '李伟',
        shift,
        teams: ['day'],
        skills: [{ skill: 'english', level: 7 }],
        supervisor: true,
      },
      { ...second!, name: 'Anna Schmidt', queues: ['sales'] },
    ],
    queues: [sales],
  };
}

describe.skipIf(!browserPath)(
  'people and queues of a site (skipped where /usr/bin/chromium is missing)',
  () => {
    let center: Center;
    let browser: Browser;
    let box: Box;
    let hotline: string;

    beforeAll(async () => {
      await buildPage('controller/console');
      center = await Center.start();
      await center.site('beijing');
      box = await center.enrol('beijing', 'beijing-1');
      await center.admin.call('PUT', '/edges/beijing-1/plan?why=opened', plan());
      const made = await center.admin.call<{ id: string }>('POST', '/campaigns', { name: '售后热线' });
      hotline = made.body.id;
      await box.connect();
      box.keepLive(quietBranch);
      await center.person('eva', 'supervisor', 'beijing');
      await center.person('ops', 'operations', 'beijing');
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await center?.[Symbol.asyncDispose]();
    });

    const arrive = async (locale: 'en-US' | 'zh-CN', how: Partial<Arrival> = {}) => {
      const here = await arriveAt(browser, center, locale, {
        path: '/sites/beijing/staff',
        name: 'eva',
        ...how,
      });
      await here.page.waitForSelector('[data-queue=inbound]');
      return here;
    };
    const desired = () => box.all('desired').at(-1);

    it.each([
      [
        'en-US',
        1280,
        '',
        'Settings of Anna Schmidt',
        'Settings of Sales 销售',
        /Nailed-up.*inbound.*day.*english 7.*09:00–18:00/s,
      ],
      [
        'zh-CN',
        1920,
        'dark',
        '“Anna Schmidt”的设置',
        '“Sales 销售”的设置',
        /常连.*呼入.*day.*english 7.*09:00–18:00/s,
      ],
    ] as const)(
      'shows who works there and which queues, whole (%s, %i px)',
      async (locale, width, look, agent, queue, row) => {
        const { page, leave } = await arrive(locale, { width, look });
        expect(await page.locator('[data-agent=agent-100]').innerText()).toMatch(row);
        expect(await page.locator('[data-queue=sales]').innerText()).toContain('english ≥ 5');
        expect(await overflow(page)).toBe(0);
        await page.locator('#page [data-age=fresh]').first().waitFor();
        await picture(page, `staff-page-${locale}`);
        await page.getByRole('button', { name: agent }).click();
        await page.waitForSelector('.ant-drawer #name');
        await page.waitForTimeout(400);
        await picture(page, `staff-agent-${locale}`);
        await page.keyboard.press('Escape');
        await page.waitForSelector('.ant-drawer #name', { state: 'detached' });
        await page.getByRole('button', { name: queue }).click();
        await page.waitForSelector('.ant-drawer #targetSeconds');
        await page.waitForTimeout(400);
        await picture(page, `staff-queue-${locale}`);
        await leave();
      },
    );

    it('adds an agent by keyboard, with faults at their fields, a PIN that is never shown, and who it was', async () => {
      const { page, leave } = await arrive('en-US');
      await page.getByRole('button', { name: 'Add an agent' }).press('Enter');
      const drawer = page.getByRole('dialog');
      const field = (name: string) => drawer.getByLabel(name, { exact: true });
      const why = field('Why is this changed?');
      await field('PIN').fill('12');
      await why.fill('new colleague');
      await why.press('Enter');
      await drawer.getByText('This is needed.').first().waitFor();
      await drawer.getByText('Not in the form expected here.').first().waitFor();
      await picture(page, 'staff-faults');
      await field('Name').fill('王芳');
      await field('Short name').fill('wang');
      await field('PIN').fill('4711');
      await drawer.getByRole('button', { name: 'Add a skill' }).press('Enter');
      await field('Skill').fill('english');
      await why.press('Enter');
      await drawer.waitFor({ state: 'detached' });
      await page.waitForSelector('[data-agent=wang]');
      await expect.poll(() => desired()?.agents.length, { timeout: 10_000 }).toBe(3);
      // The first phone that nobody has was proposed.
      expect(desired()?.agents[2]).toMatchObject({
        id: 'wang',
        extension: '102',
        skills: [{ skill: 'english', level: 5 }],
      });
      expect(desired()?.agents[2]?.pin).toContain('BEGIN AGE');
      await page.getByText('Versions of the plan').click();
      const newest = page.locator('.plan-history tr').first();
      await expect.poll(() => newest.innerText(), { timeout: 5000 }).toMatch(/eva\s+new colleague\s+\+ wang/);
      await page.getByRole('button', { name: 'Settings of 王芳' }).click();
      expect(await field('PIN').inputValue()).toBe('');
      await leave();
    });

    it('changes the built-in queue and adds a way out, of which it says what is missing', async () => {
      const { page, leave } = await arrive('zh-CN', { name: 'ops' });
      await page.getByRole('button', { name: '“Inbound”的设置' }).click();
      const drawer = page.getByRole('dialog');
      const field = (name: string) => drawer.getByLabel(name, { exact: true });
      await field('目标接起时间').fill('15');
      await field('外呼活动').click();
      await page.getByTitle('售后热线').click();
      await drawer.getByRole('button', { name: '添加去向' }).click();
      const why = field('为什么修改？');
      await why.fill('溢出');
      await why.press('Enter');
      await drawer.getByText('请填写等待多久，或多少人等待时。').waitFor();
      await field('等待超过').fill('45');
      await field('转到').click();
      await page.getByTitle('队列“Sales 销售”').click();
      await why.press('Enter');
      await drawer.waitFor({ state: 'detached' });
      await expect
        .poll(() => desired()?.queues?.find(({ id }) => id === 'inbound'), { timeout: 10_000 })
        .toMatchObject({
          targetSeconds: 15,
          campaign: hotline,
          overflow: [{ afterSeconds: 45, exit: { to: 'queue', queue: 'sales' } }],
        });
      await leave();
    });

    it.each([
      [
        'en-US',
        ['Settings of Sales 销售', 'Add a way out', 'After', 'Goes to', 'Why is this changed?'],
        'Another site',
        'Other sites are reached over the overlay',
      ],
      [
        'zh-CN',
        ['“Sales 销售”的设置', '添加去向', '等待超过', '转到', '为什么修改？'],
        '其他网点',
        '其他网点经由叠加网络到达',
      ],
    ] as const)(
      'sends callers to another site as soon as the box has an address there (%s)',
      async (locale, [settings, add, after, goes, reason], site, fault) => {
        await center.admin.call('PUT', '/edges/beijing-1/plan?why=alone', plan());
        const { page, leave } = await arrive(locale, { name: 'ops' });
        const drawer = page.getByRole('dialog');
        const addWayOut = async (): Promise<void> => {
          await page.getByRole('button', { name: settings }).click();
          await drawer.getByRole('button', { name: add }).click();
          await drawer.getByLabel(after, { exact: true }).last().fill('30');
          await drawer.getByLabel(goes, { exact: true }).last().click();
          await page.getByTitle(site).last().click();
          await drawer.getByLabel(reason, { exact: true }).fill('help');
          await page.keyboard.press('Enter');
        };
        await addWayOut();
        await drawer.getByText(fault).waitFor();
        await picture(page, `staff-other-site-${locale}`);
        const overlay = { address: '10.99.0.1/16', port: 5070 };
        await center.admin.call('PUT', '/edges/beijing-1/plan?why=overlay', { ...plan(), overlay });
        await page.reload();
        await addWayOut();
        await drawer.waitFor({ state: 'detached' });
        await expect
          .poll(() => desired()?.queues?.find(({ id }) => id === 'sales')?.overflow, { timeout: 10_000 })
          .toContainEqual({ afterSeconds: 30, exit: { to: 'site' } });
        await leave();
      },
    );

    it.each([
      ['en-US', 'Change', 'Add a number', 'Number', 'Why is this changed?', 'Not in the form expected here.'],
      ['zh-CN', '更改', '添加号码', '号码', '为什么修改？', '格式不正确。'],
    ] as const)('states who goes before others (%s)', async (locale, change, add, number, reason, fault) => {
      const { page, leave } = await arrive(locale);
      await page.getByRole('button', { name: change, exact: true }).press('Enter');
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('button', { name: add }).press('Enter');
      const typed = drawer.getByLabel(number, { exact: true }).last();
      await typed.fill('139 1234');
      const why = drawer.getByLabel(reason);
      await why.fill('contract');
      await why.press('Enter');
      await drawer.getByText(fault).waitFor();
      await picture(page, `staff-vips-${locale}`);
      const own = locale === 'en-US' ? '+86 139-1234-5678' : '+86 139-8765-4321';
      await typed.fill(own);
      await why.press('Enter');
      await drawer.waitFor({ state: 'detached' });
      await page.getByText(own.replaceAll(/[ -]/g, '')).first().waitFor();
      await expect
        .poll(() => desired()?.vips?.map((vip) => vip.number), { timeout: 10_000 })
        .toContain(own.replaceAll(/[ -]/g, ''));
      await leave();
    });

    it('explains a change that came too late, and a queue that is still needed', async () => {
      const { page, leave } = await arrive('en-US');
      await page.getByRole('button', { name: 'Remove Sales 销售' }).click();
      const drawer = page.getByRole('dialog');
      const why = drawer.getByLabel('Why is this changed?');
      await why.fill('no longer sold');
      await why.press('Enter');
      await drawer.getByText('there is no queue sales').waitFor();
      await picture(page, 'staff-needed');
      await center.admin.call('PUT', '/edges/beijing-1/plan?why=meanwhile', plan());
      await why.press('Enter');
      await drawer.getByText('was changed meanwhile by admin').waitFor();
      expect(await why.inputValue()).toBe('no longer sold');
      await leave();
    });
  },
);
