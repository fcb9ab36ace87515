import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import {
  defaultCampaign,
  encodeWav,
  idSource,
  unheardLine,
  type CampaignView,
  type LiveSnapshot,
  type User,
} from '@branchline/shared';
import {
  Center,
  branchPlan,
  quietBranch,
  until,
  testPassword as password,
  type Box,
} from '../integration/controller/center.ts';
import {
  browserPath,
  openBrowser,
  overflow,
  picture,
  signInByKeyboard,
  spilled,
  visit,
  type Visit,
} from './console-browser.ts';
import { consolePages } from './console-pages.ts';
import { buildPage } from '../support/page-build.ts';

const newId = idSource();

/** A branch in the middle of its work. */
const busyBranch: LiveSnapshot = {
  ...quietBranch,
  agents: {
    'agent-100': { state: 'talking', since: Date.now() - 65_000, reason: 'customer' },
    'agent-101': { state: 'break', since: Date.now() - 10_000, reason: 'lunch' },
  },
  lines: { 'trunk-1': { ...unheardLine(30), state: 'up', inUse: 12 } },
  calls: { dialing: 1, ringing: 2, waiting: 0, talking: 1, inbound: 0 },
};

/** Names of sixty characters, one of them without a place to break it. */
const longSite = 'Beijing Chaoyang International Customer Contact Centre Nr 12';
const longName = 'BeijingChaoyangInternationalCustomerContactCentre_Building12';

const list = [
  'name,phone',
  ...Array.from({ length: 40 }, (_, i) => `Person ${i},139${String(10_000_000 + i)}`),
  'Person 0 again,13910000000',
  'Nobody,12',
  'No number,',
  'Letters,not a number',
].join('\n');

describe.skipIf(!browserPath)('the console in a browser (skipped where /usr/bin/chromium is missing)', () => {
  let center: Center;
  let browser: Browser;
  const boxes: Box[] = [];
  const open: Visit[] = [];

  const arrive = async (locale: 'en-US' | 'zh-CN', path = '/'): Promise<Visit> => {
    const here = await visit(browser, center.controller.httpUrl, locale);
    open.push(here);
    await here.page.goto(path);
    return here;
  };
  const admin = (page: Page): Promise<void> =>
    signInByKeyboard(
      page,
      center.controller.firstAdmin?.name ?? '',
      center.controller.firstAdmin?.password ?? '',
    );
  /** One of each thing that has a page of its own, by the word before its id. */
  let made: Promise<Readonly<Record<string, string>>> | undefined;
  const things = () => (made ??= makeThings(center, boxes[0]!));
  const text = (page: Page, selector: string): Promise<string> => page.locator(selector).first().innerText();

  beforeAll(async () => {
    await buildPage('controller/console');
    center = await Center.start();
    for (const site of ['beijing', 'shanghai']) {
      await center.site(site, site === 'beijing' ? longSite : site);
      const box = await center.enrol(site, `${site}-1`);
      await center.admin.call('PUT', `/edges/${site}-1/plan`, branchPlan());
      await box.connect();
      box.keepLive(busyBranch);
      boxes.push(box);
    }
    await center.person('bei', 'supervisor', 'beijing');
    browser = await openBrowser();
  });

  afterEach(() => Promise.all(open.splice(0).map((here) => here.leave())));

  afterAll(async () => {
    await browser?.close();
    await center?.[Symbol.asyncDispose]();
  });

  it('refuses a wrong password in the chosen language, keeps the focus, and lets the right one in', async () => {
    const { page } = await arrive('en-US');
    await signInByKeyboard(page, 'admin', 'wrong');
    await page.waitForSelector('.sign-in-fault');
    expect(await text(page, '.sign-in-fault')).toContain('User name or password is wrong.');
    expect(await text(page, '.sign-in-fault')).toContain('BL_AUTH_WRONG');
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByText('用户名或密码错误。').waitFor();
    expect(await text(page, '.sign-in-fault')).toContain('账号需等待一分钟');
    await page.locator('input[name=password]').fill(center.controller.firstAdmin?.password ?? '');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-site=beijing]');
    // The choice outlives the visit.
    await page.reload();
    await page.getByRole('link', { name: '总览' }).waitFor();
  });

  it('brings whoever was signed out back to the page they wanted', async () => {
    const { page } = await arrive('en-US', '/calls?site=beijing');
    await page.waitForURL(/\/login\?back=/);
    await admin(page);
    await page.waitForURL(/\/calls\?site=beijing$/);
    await page.getByText('No call fits the filter').waitFor();
    await page.getByRole('button', { name: /Signed in as/ }).click();
    await page.getByText('Sign out').click();
    await page.waitForURL(/\/login/);
    await page.goto('/campaigns');
    await page.waitForURL(/\/login\?back=/);
    expect(new URL(page.url()).searchParams.get('back')).toBe('/campaigns');
  });

  it.each([
    {
      locale: 'en-US',
      title: 'Right now',
      state: 'Online',
      live: 'Live',
      break: /agent-101: Break for .*\(lunch\)/,
    },
    { locale: 'zh-CN', title: '当前', state: '在线', live: '实时', break: /agent-101：小休 .*（午餐）/ },
  ] as const)('shows every site, line and agent live ($locale)', async (words) => {
    const { page } = await arrive(words.locale);
    await admin(page);
    await page.waitForSelector('[data-link=live]');
    expect(await text(page, '[data-link]')).toBe(words.live);
    await page.getByText(words.title).waitFor();
    expect(await page.locator('[data-site]').count()).toBe(2);
    expect(await text(page, '[data-site=beijing]')).toContain(words.state);
    expect(await text(page, '[data-site=beijing] .lines')).toContain('12/30');
    const pause = page.locator('[data-site=beijing] [data-agent=agent-101]');
    expect(await pause.getAttribute('data-state')).toBe('break');
    expect(await pause.getAttribute('title')).toMatch(words.break);
    // Timers run by themselves.
    const timer = page.locator('[data-site=beijing] [data-agent=agent-100] time');
    const before = await timer.innerText();
    await expect.poll(() => timer.innerText(), { timeout: 5000 }).not.toBe(before);
  });

  it('finds a site by name and keeps the filter in the address', async () => {
    const { page } = await arrive('en-US');
    await admin(page);
    await page.getByLabel('Filter sites by name').fill('SHANG');
    await expect.poll(() => page.locator('[data-site]').count()).toBe(1);
    expect(page.url()).toContain('site=SHANG');
    await page.getByText('Table', { exact: true }).click();
    await page.reload();
    await page.waitForSelector('.ant-table-row');
    expect(await page.locator('.ant-table-row').count()).toBe(1);
  });

  it('takes a campaign from its form over a list with bad rows to dialing', async () => {
    const { page } = await arrive('en-US', '/campaigns');
    await admin(page);
    await page.getByText('No campaign yet').waitFor();
    await page.getByRole('button', { name: 'New campaign' }).first().click();
    await page.waitForSelector('.ant-drawer input:focus');
    // What the schema refuses is said at its field, and nothing is sent.
    await page.getByLabel('Ring for').fill('5');
    await page.getByRole('button', { name: 'Create campaign' }).last().click();
    await page.getByText('This is needed.').waitFor();
    await page.getByText('At least 15.').waitFor();
    await page.getByLabel('Ring for').fill('25');
    await page.getByLabel('Name', { exact: true }).fill('Autumn 秋季');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
    await page.getByRole('heading', { name: 'Autumn 秋季' }).waitFor();

    await page.locator('input[type=file]').setInputFiles({
      name: 'autumn.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(list),
    });
    // What the first rows would become is shown first.
    await page.waitForSelector('[data-preview="41"]');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.waitForSelector('[data-import]');
    await expect.poll(() => text(page, '[data-count=rejected]')).toBe('3');
    expect(await text(page, '[data-count=rows]')).toBe('44');
    expect(await text(page, '[data-count=imported]')).toBe('40');
    expect(await text(page, '[data-count=duplicates]')).toBe('1');
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: /rejected rows/ }).click();
    const errors = await readFile(await (await coming).path(), 'utf8');
    expect(errors).toContain('reason');
    expect(errors.trim().split('\n')).toHaveLength(4);
    expect(errors).toContain('not a number');

    // The first of them stand on the page, with the reason in words.
    const rejected = page.locator('[data-rejected]');
    await rejected.getByText('"not a number" is no phone number of region CN.').waitFor();
    await rejected.getByText('It has no phone number.').waitFor();
    expect(await rejected.locator('tbody tr.ant-table-row').count()).toBe(3);
    await page.getByText('40 leads left.').waitFor();
    await page.getByText('Nobody is dialed while the campaign does not run.').waitFor();

    await expect.poll(() => text(page, '[data-leads=ready]')).toContain('40');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForSelector('[data-status=running]');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.waitForSelector('[data-status=paused]');
    // The end is asked about first.
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.locator('.ant-modal-confirm-title', { hasText: 'for good?' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('[data-status=paused]').count()).toBe(1);
  });

  it.each(['en-US', 'zh-CN'] as const)(
    'shows who was promised a call, what the gate refused, and who is dialed (%s)',
    async (locale) => {
      const dispositions = defaultCampaign.dispositions.map((one) =>
        one.code === 'call-again' ? { ...one, callback: { delaySeconds: 5400, for: 'own' as const } } : one,
      );
      const made = await center.admin.call<CampaignView>('POST', '/campaigns', {
        name: `Leads ${locale}`,
        dispositions,
        filter: [
          { field: 'city', compare: 'in', values: ['上海', 'Beijing'] },
          { of: 'attempts', compare: '<', values: ['3'] },
          { of: 'outcome', compare: 'in', values: ['BUSY', 'NO_ANSWER'] },
        ],
        quotas: [{ disposition: 'interested', leads: 200 }],
      });
      const { id } = made.body;
      const tail = locale === 'en-US' ? 1 : 2;
      await center.admin.upload(id, `phone,city\n1380001000${tail},Beijing\n1380002000${tail},上海\n`);
      const [lead] = await center.db.selectFrom('leads').select('id').where('campaign', '=', id).execute();
      if (!lead) throw new Error('no lead');
      const at = Date.now() - 60_000;
      await center.db
        .updateTable('leads')
        .set({ callback_at: at, callback_edge: 'beijing-1', callback_agent: 'agent-100' })
        .where('id', '=', lead.id)
        .execute();
      const refused = {
        number: `+861380001000${tail}`,
        rule: 'frequency-cap' as const,
        reason: '5 calls a day',
      };
      await center.db
        .insertInto('gate_refusals')
        .values({
          lead: lead.id,
          campaign: id,
          at,
          edge: 'beijing-1',
          until: at + 3_600_000,
          rules: null,
          ...refused,
        })
        .execute();
      const { page } = await arrive(locale, `/campaigns/${id}`);
      await admin(page);
      await page.waitForSelector('[data-callbacks-due="1"]');
      await page.waitForSelector('[data-refused=frequency-cap]');
      await picture(page, `console-leads-${locale}`);
      await page.locator('input[type=file]').setInputFiles({
        name: 'foreign.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`Kontakt,Ort\n1380003000${tail},Beijing\n`),
      });
      // No heading gives the numbers away: whoever uploads says which column they are in, and that is remembered.
      const modal = page.locator('.ant-modal');
      await modal.locator('[data-preview="0"], [data-preview="1"]').waitFor();
      await picture(page, `console-list-${locale}`);
      await page.keyboard.press('Escape');
      await modal.waitFor({ state: 'hidden' });
      // A long list is read to its end behind what its beginning shows; what its own status means is asked.
      const rows = Array.from(
        { length: 12_000 },
        (_, i) => `86,137${tail}${String(i).padStart(7, '0')},HOTLED`,
      );
      await page.locator('input[type=file]').setInputFiles({
        name: 'vicidial.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`phone_code,phone_number,status\n86,13600000000,NEW\n${rows.join('\n')}\n`),
      });
      await modal.getByText('HOTLED', { exact: true }).first().waitFor();
      await modal.getByText(/12,001/).waitFor();
      await picture(page, `console-statuses-${locale}`);
      await page.keyboard.press('Escape');
      await page
        .getByRole('button', { name: locale === 'en-US' ? 'Settings' : '设置' })
        .first()
        .click();
      await page.waitForSelector('.ant-drawer input:focus');
      await page.locator('#gate_manualOnly').scrollIntoViewIfNeeded();
      await picture(page, `console-gate-${locale}`);
      await page.locator('.filter-row').first().scrollIntoViewIfNeeded();
      expect(await page.locator('.filter-row').count()).toBe(4);
      await picture(page, `console-choice-${locale}`);
    },
  );

  it.each(['en-US', 'zh-CN'] as const)(
    'gives a priority to all who fit, after saying how many they are, and to one (%s)',
    async (locale) => {
      const made = await center.admin.call<CampaignView>('POST', '/campaigns', { name: `Rank ${locale}` });
      const { id } = made.body;
      const tail = locale === 'en-US' ? 1 : 2;
      await center.admin.upload(id, `phone\n1380005000${tail}\n1380006000${tail}\n`);
      const [lead] = await center.db.selectFrom('leads').select('id').where('campaign', '=', id).execute();
      if (!lead) throw new Error('no lead');
      const { page } = await arrive(locale, `/campaigns/${id}`);
      await admin(page);
      await page.getByRole('spinbutton', { name: /list\.csv/ }).fill('7');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => center.db.selectFrom('imports').select('weight').where('campaign', '=', id).execute())
        .toEqual([{ weight: 7 }]);
      const modal = page.locator('.ant-modal');
      const words =
        locale === 'en-US'
          ? {
              open: 'Priorities',
              add: 'Add a condition',
              count: 'Count them',
              give: 'Give it',
              value: 'Value',
            }
          : { open: '优先级', add: '添加条件', count: '统计人数', give: '设置', value: '值' };
      await page.getByRole('button', { name: words.open, exact: true }).click();
      await modal.getByRole('spinbutton').fill('80');
      await modal.getByRole('button', { name: words.add }).click();
      await modal.getByRole('button', { name: words.count }).click();
      // Nothing was said yet: the row says what it lacks, and nobody is counted.
      await modal.locator('.ant-form-item-explain-error').first().waitFor();
      await modal.locator('.condition-row .ant-form-item').first().click();
      await page.locator('.ant-select-item-option').nth(1).click();
      await modal.locator('.condition-row').getByLabel(words.value).fill('0');
      await page.keyboard.press('Enter');
      await picture(page, `console-rank-${locale}`);
      await modal.getByRole('button', { name: words.count }).click();
      const asked = page.locator('.ant-modal-confirm');
      await asked.locator('.ant-modal-confirm-title').getByText('2').waitFor();
      await picture(page, `console-ranked-${locale}`);
      await asked.getByRole('button', { name: words.give }).click();
      await expect
        .poll(() => center.db.selectFrom('leads').select('priority').where('campaign', '=', id).execute())
        .toEqual([{ priority: 80 }, { priority: 80 }]);
      await page.goto(`${new URL(page.url()).origin}/why?lead=${lead.id}`);
      const rank = page.getByRole('spinbutton');
      await rank.waitFor();
      expect(await rank.inputValue()).toBe('80');
      await rank.fill('95');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => center.db.selectFrom('leads').select('priority').where('id', '=', lead.id).execute())
        .toEqual([{ priority: 95 }]);
      await picture(page, `console-lead-rank-${locale}`);
    },
  );

  it.each(['en-US', 'zh-CN'] as const)(
    'makes a form for agents, says what a question lacks and shows how it will look (%s)',
    async (locale) => {
      const made = await center.admin.call<CampaignView>('POST', '/campaigns', { name: `Form ${locale}` });
      const { id } = made.body;
      const { page } = await arrive(locale, `/campaigns/${id}`);
      await admin(page);
      await page
        .getByRole('button', { name: locale === 'en-US' ? 'Settings' : '设置' })
        .first()
        .click();
      await page.waitForSelector('.ant-drawer input:focus');
      const drawer = page.locator('.ant-drawer');
      const words =
        locale === 'en-US'
          ? { add: 'Add a question', question: 'Question', kind: 'Kind of answer', choice: 'Choice' }
          : { add: '添加问题', question: '问题', kind: '填写方式', choice: '选项' };
      const options = locale === 'en-US' ? 'What can be chosen' : '可选项';
      await drawer.getByRole('button', { name: words.add }).click();
      const row = drawer.locator('.question-row');
      await row.getByLabel(words.question).fill('套餐');
      await row.getByLabel(words.kind).click();
      await page.locator('.ant-select-item', { hasText: words.choice }).click();
      await drawer
        .getByRole('button', { name: locale === 'en-US' ? 'Save settings' : '保存设置' })
        .last()
        .click();
      await drawer
        .getByText(locale === 'en-US' ? 'At least two answers to choose from.' : '至少需要两个可选项。')
        .waitFor();
      await drawer.getByLabel(options).click();
      for (const answer of ['绿色', '基础']) {
        await page.keyboard.type(answer);
        await page.keyboard.press('Enter');
      }
      await drawer.locator('.form-preview').getByText('套餐').waitFor();
      // What was put right is no longer called wrong.
      await drawer.locator('.ant-form-item-explain-error').waitFor({ state: 'detached' });
      await picture(page, `console-form-${locale}`);
      await drawer
        .getByRole('button', { name: locale === 'en-US' ? 'Save settings' : '保存设置' })
        .last()
        .click();
      await drawer.waitFor({ state: 'detached' });
      const saved = await center.admin.call<CampaignView>('GET', `/campaigns/${id}`);
      expect(saved.body.settings.form).toMatchObject([
        { label: '套餐', kind: 'choice', required: false, choices: ['绿色', '基础'] },
      ]);
    },
  );

  it.each([
    ['en-US', 'dark'],
    ['zh-CN', 'light'],
  ] as const)('shows every page whole at 1280 and 1920 px, in %s, %s', async (locale, colorScheme) => {
    const { page } = await arrive(locale);
    await page.emulateMedia({ colorScheme });
    await page.reload();
    await admin(page);
    await page.waitForSelector('[data-site=beijing]');
    await page.waitForSelector(`html[data-appearance=${colorScheme}]`);
    const wholeAt = async (width: number, path: string): Promise<void> => {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))',
      );
      const found = { path, width, overflow: await overflow(page), spilled: await spilled(page) };
      expect(found).toEqual({ path, width, overflow: 0, spilled: [] });
      await picture(
        page,
        `console-whole-${locale}-${width}-${colorScheme}${path.replaceAll(/[^a-z]+/g, '-')}`,
      );
    };
    const whole = async (path: string): Promise<void> => {
      for (const width of [1280, 1920]) await wholeAt(width, path);
    };
    for (const path of [...consolePages(await things()), '/why?site=beijing', '/flows/new', '/nowhere']) {
      await page.goto(path);
      await page.waitForSelector('#page h1, #page [data-site], #page .vacancy');
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
      await whole(path);
      const faults = await page.locator('.error-panel, [data-outdated], main.bare').count();
      expect({ path, faults }).toEqual({ path, faults: 0 });
      // Every page says how old what it shows is; but for those that have asked for nothing, and drafts.
      if (['/why', '/nowhere'].includes(path) || path.startsWith('/flows/')) continue;
      const age = page.locator('#page [data-age]').first();
      await age.waitFor().catch(() => {
        throw new Error(`${path} does not say how old it is`);
      });
      const stale = await page.locator('#page [data-age=stale]').count();
      expect({ path, stale }).toEqual({ path, stale: 0 });
    }
    // What is behind a page at no address of its own.
    await page.goto('/prompts');
    await page
      .getByLabel(locale === 'en-US' ? 'Versions of' : /greeting.*的版本/)
      .first()
      .click();
    await page.locator('.ant-drawer .ant-drawer-body').getByText('by the studio').waitFor();
    await whole('/prompts versions');
    // The page before all others.
    await page.context().clearCookies();
    await page.goto('/login');
    await page.waitForSelector('input[name=name]:focus');
    await whole('/login');
  });

  it.each(['en-US', 'zh-CN'] as const)(
    'shows how many callees found nobody by each definition, from counts that can be taken away ($0)',
    async (locale) => {
      const found = await center.admin.call<{ items: { id: string; name: string }[] }>('GET', '/campaigns');
      let id = found.body.items.find(({ name }) => name === 'Evidence')?.id;
      if (id === undefined) {
        id = (await center.admin.call<{ id: string }>('POST', '/campaigns', { name: 'Evidence' })).body.id;
        const ends = [
          ...Array.from({ length: 20 }, (_, i) => ({ outcome: 'ANSWERED', waited: i === 0 ? 2500 : 300 })),
          { outcome: 'ABANDONED', waited: 2100 },
          { outcome: 'CANCELLED', waited: 5000 },
          ...Array.from({ length: 4 }, () => ({ outcome: 'MACHINE', waited: 3000 })),
        ];
        await boxes[0]!.send(
          'call',
          ends.map(({ outcome, waited }) => answeredCall(id!, outcome, waited)),
        );
      }
      const { page } = await arrive(locale, '/evidence');
      await admin(page);
      const panel = page.locator(`[data-campaign="${id}"]`);
      await panel.waitFor();
      const count = (name: string) => panel.locator(`[data-count=${name}]`).innerText();
      expect(await Promise.all(['answered', 'machines', 'connected', 'abandoned'].map(count))).toEqual([
        '26',
        '4',
        '20',
        '1',
      ]);
      const rate = () => panel.locator('[data-rate]').innerText();
      // 1 of 22; 3 of 22; (1 + 0.5 × 4) of (3 + 20).
      await expect.poll(rate).toBe('4.55%');
      await page.getByText(locale === 'en-US' ? 'United States' : '美国').click();
      await expect.poll(rate).toBe('13.64%');
      await page.goto(`/evidence?definition=uk&misjudged=0.5&campaign=${id}`);
      await panel.waitFor();
      await expect.poll(rate).toBe('13.04%');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: locale === 'en-US' ? 'Export' : '导出' }).click(),
      ]);
      const csv = await readFile(await download.path(), 'utf8');
      expect(csv.split('\r\n')[1]).toContain('26,4,0,20,1,1,0,1,0,0.04545,0.13636,0.13043,0.5');
    },
  );

  it.each([
    {
      locale: 'en-US',
      number: '13912345678',
      sentences: [
        'The call comes in.',
        'The call is answered.',
        'The customer talks with agent-100 for 0:47.',
        'The call ends, by the customer: hung up in the ordinary way.',
      ],
    },
    {
      locale: 'zh-CN',
      number: '13912345679',
      sentences: [
        '来电进入。',
        '电话接通。',
        '客户与 agent-100 通话 0:47。',
        '通话结束，挂断方：客户，正常挂断。',
      ],
    },
  ] as const)('finds a call by its number and tells it from beginning to end ($locale)', async (told) => {
    const startedAt = Date.now() - 60_000;
    const id = newId();
    await boxes[0]!.send('call', [
      {
        id,
        conversation: newId(),
        direction: 'inbound',
        customer: told.number,
        callerId: '01088880000',
        line: 'trunk-1',
        agent: 'agent-100',
        startedAt,
        answeredAt: startedAt + 2000,
        bridgedAt: startedAt + 3000,
        endedAt: startedAt + 50_000,
        outcome: 'ANSWERED',
        hangupBy: 'customer',
        cause: 'NORMAL_CLEARING',
        q850: 16,
        sipStatus: 200,
        legs: [
          {
            id: newId(),
            role: 'customer',
            startedAt,
            endedAt: startedAt + 50_000,
            cause: 'NORMAL_CLEARING',
          },
        ],
        segments: [{ kind: 'agent', from: startedAt + 3000, to: startedAt + 50_000, agent: 'agent-100' }],
        evidence: 'live',
      },
    ]);
    const written = `+86 ${told.number.replace(/^(...)(....)/, '$1-$2-')}`;
    const { page } = await arrive(told.locale, `/calls?number=${encodeURIComponent(written)}`);
    await admin(page);
    await page.locator('.calls a[href^="/calls/"]').first().click();
    await page.waitForSelector('.timeline');
    expect(new URL(page.url()).pathname).toBe(`/calls/${id}`);
    const timeline = await page.locator('.timeline').innerText();
    for (const sentence of told.sentences) expect(timeline).toContain(sentence);
    // No sentence of the other language, and none that lacks what it speaks of.
    expect(timeline).not.toMatch(told.locale === 'zh-CN' ? /\b(?:the|call|customer)\b/i : /\p{Script=Han}/u);
    expect(timeline).not.toMatch(/\{\{|calls\.story/);
    await picture(page, `console-story-${told.locale}`);
  });

  it.each([
    ['en-US', 'Line'],
    ['zh-CN', '线路'],
  ] as const)('shows that calls are narrowed to a line, and takes that away (%s)', async (locale, label) => {
    const { page } = await arrive(locale, '/calls?line=trunk-away');
    await admin(page);
    const line = page.getByRole('searchbox', { name: label, exact: true });
    await line.waitFor();
    expect(await line.inputValue()).toBe('trunk-away');
    await picture(page, `console-calls-line-${locale}`);
    await line.fill('');
    await line.press('Enter');
    await page.waitForURL(/\/calls$/);
  });

  it.each([
    {
      locale: 'en-US',
      name: 'admin',
      lines: ['beijing trunk-1', 'shanghai trunk-2'],
      attempts: '3',
      partial: 0,
    },
    { locale: 'zh-CN', name: 'bei', lines: ['beijing trunk-1'], attempts: '2', partial: 1 },
  ] as const)(
    'shows pace, lines and people of a campaign, each reader within the own sites ($locale)',
    async (words) => {
      const found = await center.admin.call<{ items: { id: string; name: string }[] }>('GET', '/campaigns');
      let id = found.body.items.find(({ name }) => name === 'Figures')?.id;
      if (id === undefined) {
        id = (await center.admin.call<{ id: string }>('POST', '/campaigns', { name: 'Figures' })).body.id;
        for (const [i, outcomes] of [['ANSWERED', 'ABANDONED'], ['BUSY']].entries())
          await boxes[i]!.send(
            'attempt',
            outcomes.map((outcome) => {
              const startedAt = Date.now() - 1000;
              const tried = {
                ordinal: 1,
                number: '+8613912345678',
                startedAt,
                endedAt: startedAt + 900,
                outcome,
              };
              return {
                ...tried,
                id: newId(),
                campaign: id,
                lead: newId(),
                lease: newId(),
                dueAt: startedAt,
                deadNumbers: [],
                tries: [{ ...tried, id: newId(), line: `trunk-${i + 1}` }],
              };
            }),
          );
      }
      const { page } = await arrive(words.locale, `/campaigns/${id}`);
      await (words.name === 'admin' ? admin(page) : signInByKeyboard(page, words.name, password));
      await page.locator('[data-pace-hour=attempts]', { hasText: words.attempts }).waitFor();
      expect(await text(page, '[data-pace-day=abandoned]')).toBe('1');
      const shown = page.locator('[data-line-tries]');
      const lines = await Promise.all(
        words.lines.map((_, i) => shown.nth(i).getAttribute('data-line-tries')),
      );
      expect(await shown.count()).toBe(words.lines.length);
      expect(lines).toEqual(words.lines);
      expect(await text(page, '[data-reach-step=answered]')).toContain('2');
      expect(await text(page, '[data-reach-step=talked]')).toContain('1');
      expect(await page.getByText('仅统计您的网点').count()).toBe(words.partial);
    },
  );

  it.each([
    {
      locale: 'en-US',
      name: 'Why',
      lead: /^"Why" has not been started\./,
      site: `No campaign that you may see runs at ${longSite}.`,
      none: 'No campaign that you may see has this number',
      copy: 'Copy',
      copied: 'Why copy',
    },
    {
      locale: 'zh-CN',
      name: 'Why 2',
      lead: /^活动“Why 2”尚未启动。/,
      site: `您可见的活动中没有在 ${longSite} 运行的。`,
      none: '您可见的活动中没有这个号码',
      copy: /^复\s?制$/,
      copied: 'Why 2 副本',
    },
  ] as const)(
    'says why a number, a campaign and a site are not dialed, by keyboard ($locale)',
    async (words) => {
      const { name, locale } = words;
      const made = await center.admin.call<{ id: string }>('POST', '/campaigns', { name });
      const { id } = made.body;
      const number = locale === 'en-US' ? '13812345670' : '13812345671';
      await center.admin.upload(id, `phone\n${number}\n`);
      const { page } = await arrive(locale, '/why');
      await admin(page);
      await page.waitForSelector('search input:focus');
      await page.keyboard.type(number);
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/why\?about=/);
      await page.waitForSelector('[data-reason=campaign-draft]');
      expect(await text(page, '.why li')).toMatch(words.lead);
      await page.getByRole('searchbox').or(page.locator('search input')).first().fill('13812349999');
      await page.keyboard.press('Enter');
      await page.getByText(words.none).waitFor();
      await page.goto(`/why?site=beijing`);
      await page.getByText(words.site).waitFor();
      await page.goto('/why?lead=01a1fd54-c197-7000-8000-02dda7938da1');
      await page.getByText('BL_API_NOT_FOUND').waitFor();
      await page.goto(`/campaigns/${id}`);
      await page.locator('[data-penetration="0"]').waitFor();
      await page.getByRole('button', { name: words.copy }).click();
      await page.waitForSelector('#name:focus');
      expect(await page.locator('#name').inputValue()).toBe(words.copied);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.copied }).waitFor();
      const { body } = await center.admin.call<{ items: { name: string }[] }>('GET', '/campaigns');
      expect(body.items.filter((each) => each.name === words.copied)).toHaveLength(1);
    },
  );

  it('adds a person, who then stands in the audit log', async () => {
    const { page } = await arrive('zh-CN', '/people');
    await admin(page);
    await page.getByRole('button', { name: '新建人员' }).click();
    await page.locator('#name').fill('li-si');
    await page.locator('#displayName').fill('李四');
    await page.locator('#password').fill('short');
    await page
      .getByRole('button', { name: '保 存' })
      .or(page.getByRole('button', { name: '保存' }))
      .first()
      .click();
    await page.waitForSelector('.ant-form-item-explain-error');
    await page.locator('#password').fill('a long enough one');
    await page.locator('#password').press('Enter');
    await page.getByRole('button', { name: 'li-si' }).waitFor();
    await page.goto('/audit?target=li-si');
    await page.getByText('✓ 日志链完整').waitFor();
    expect(await page.getByText('user li-si').count()).toBeGreaterThan(0);
  });

  it.each([
    {
      locale: 'en-US',
      name: 'must-en',
      on: 'On since',
      left: '10 recovery codes left.',
      wrong: 'The code is wrong, or it was used before.',
      recovery: 'Use a recovery code',
      leftAfter: '9 recovery codes left.',
    },
    {
      locale: 'zh-CN',
      name: 'must-zh',
      on: '起启用',
      left: '剩余 10 个恢复码。',
      wrong: '验证码错误，或已被使用过。',
      recovery: '使用恢复码',
      leftAfter: '剩余 9 个恢复码。',
    },
  ] as const)(
    'lets whoever must have an authenticator app in through its enrolment alone, by keys ($locale)',
    async (words) => {
      await center.admin.call('POST', '/users', {
        name: words.name,
        displayName: words.name,
        password,
        grants: [{ role: 'auditor' }],
        totpRequired: true,
      });
      const { page } = await arrive(words.locale, '/calls');
      await signInByKeyboard(page, words.name, password);
      await page.locator('.enrolment input:focus').waitFor();
      expect(await page.locator('.nav').count()).toBe(0);
      await page.keyboard.type(password);
      await page.keyboard.press('Enter');
      await page.locator('.code-field:focus').waitFor();
      expect(await page.locator('.ant-qrcode svg').count()).toBe(1);
      const secret = (await text(page, '[data-secret]')).replaceAll(' ', '');
      const code = (steps: number): string =>
        new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
      await page.keyboard.type(code(40));
      await page.keyboard.press('Enter');
      await page.getByText(words.wrong).waitFor();
      const spent = code(-1);
      await page.keyboard.type(spent);
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-recovery]:focus');
      const kept = await page.locator('[data-recovery] li').allInnerTexts();
      expect(kept).toHaveLength(10);
      const coming = page.waitForEvent('download');
      await page.locator('.enrolment a[download]').click();
      expect((await readFile(await (await coming).path(), 'utf8')).trim().split('\n')).toEqual(kept);
      await page.locator('[data-recovery]').focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      // On to where they wanted to go.
      await page.waitForSelector('.nav');
      expect(new URL(page.url()).pathname).toBe('/calls');
      await page.keyboard.press('g');
      await page.keyboard.press('m');
      await page.getByText(words.on).waitFor();
      await page.getByText(words.left).waitFor();

      await page.context().clearCookies();
      await page.goto('/login');
      await signInByKeyboard(page, words.name, password);
      const field = page.locator('input[name=code][autocomplete=one-time-code]:focus');
      await field.waitFor();
      await page.keyboard.type(spent);
      await page.keyboard.press('Enter');
      await page.getByText(words.wrong).waitFor();
      await page.keyboard.type(code(0));
      await page.keyboard.press('Enter');
      await page.waitForSelector('.nav');

      await page.context().clearCookies();
      await page.goto('/account');
      await signInByKeyboard(page, words.name, password);
      await field.waitFor();
      await page.getByRole('button', { name: words.recovery }).press('Enter');
      await field.waitFor();
      await page.keyboard.type(kept[0] ?? '');
      await page.keyboard.press('Enter');
      await page.getByText(words.leftAfter).waitFor();
    },
  );

  it('shows an administrator who has an authenticator app, and resets it for a lost phone', async () => {
    const { page } = await arrive('en-US', '/people');
    await admin(page);
    await page.locator('[data-factor=must-en]', { hasText: /^on$/ }).waitFor();
    expect(await text(page, '[data-factor=bei]')).toBe('off');
    await page.getByRole('button', { name: 'must-en' }).click();
    await page.getByRole('button', { name: 'Reset the authenticator app' }).click();
    await page.locator('.ant-modal-confirm').getByRole('button', { name: 'Reset' }).click();
    await page.locator('[data-factor=must-en]', { hasText: 'demanded, not set up' }).waitFor();
    // A demand that comes while somebody is at work holds at once.
    const other = await arrive('en-US', '/account');
    await signInByKeyboard(other.page, 'bei', password);
    await other.page.getByRole('heading', { name: 'My account' }).waitFor();
    const { body } = await center.admin.call<{ items: { id: string; name: string }[] }>('GET', '/users');
    const { id = '' } = body.items.find((user) => user.name === 'bei') ?? {};
    await center.admin.call('PATCH', `/users/${id}`, { totpRequired: true });
    await other.page.getByRole('link', { name: 'Calls', exact: true }).click();
    await other.page.locator('.enrol-first').waitFor();
    await center.admin.call('PATCH', `/users/${id}`, { totpRequired: false });
  });

  it.each([
    ['en-US', 'clerk-en', 'never', 'Revoke'],
    ['zh-CN', 'clerk-zh', '从未使用', '撤销'],
  ] as const)(
    'lists the API tokens of everybody and takes one away (%s)',
    async (locale, name, never, revoke) => {
      const clerk = await center.person(name, 'auditor', 'shanghai');
      await clerk.call('POST', '/tokens', { label: `report ${locale}` });
      const { page } = await arrive(locale, '/people');
      await admin(page);
      const row = page.locator('.all-tokens tr', { hasText: `report ${locale}` });
      await row.waitFor();
      for (const told of [name, 'shanghai', never]) expect(await row.innerText()).toContain(told);
      await picture(page, `console-tokens-${locale}`);
      await row.getByRole('button', { name: revoke }).click();
      await page.locator('.ant-modal-confirm').getByRole('button', { name: revoke }).click();
      await row.waitFor({ state: 'detached' });
      const left = await clerk.call<{ items: unknown[] }>('GET', '/tokens');
      expect(left.body.items).toEqual([]);
    },
  );

  it.each([
    ['en-US', 'Take a line out of quarantine'],
    ['zh-CN', '解除线路隔离'],
  ] as const)(
    'tells commands of a site in words, with what they are called on the wire (%s)',
    async (locale, word) => {
      const given = { verb: 'line-release', args: { line: 'trunk-1' } };
      expect((await center.admin.call('POST', '/edges/shanghai-1/commands', given)).status).toBeLessThan(300);
      const { page } = await arrive(locale, '/sites/shanghai');
      await admin(page);
      const row = page.locator('.event-rows tr', { hasText: word }).first();
      await row.waitFor();
      expect(await row.innerText()).toContain('line-release');
      await picture(page, `console-commands-${locale}`);
    },
  );

  it.each([
    ['en-US', 'Campaigns now', '3 · 2.6 expected'],
    ['zh-CN', '当前活动', '3 · 预计 2.6'],
  ] as const)(
    'shows how a site paces each campaign: agents, calls, abandons that were expected and that came (%s)',
    async (locale, title, drops) => {
      const settings = { name: `Paced ${locale}`, sites: ['shanghai'] };
      const { body: campaign } = await center.admin.call<CampaignView>('POST', '/campaigns', settings);
      boxes[1]!.keepLive({
        ...busyBranch,
        campaigns: {
          [campaign.id]: {
            status: 'running',
            standing: { code: 'dialing' },
            pacing: {
              ready: 2,
              freeChannels: 18,
              dialed: 1,
              because: 'risk',
              answerShare: 0.31,
              risk: 0.02,
              allowedRisk: 0.04,
              answeredToday: 120,
              abandonedToday: 3,
              expectedToday: 2.6,
              unspent: 0.6,
            },
            dialing: 3,
            waiting: 0,
            talking: 1,
            leadsHeld: 57,
            attempts: 400,
            answered: 120,
            abandoned: 3,
            refused: 0,
          },
        },
      });
      const { page } = await arrive(locale, '/sites/shanghai');
      await admin(page);
      const panel = page.locator('section', { has: page.getByRole('heading', { name: title }) });
      const row = panel.locator('tr', { hasText: settings.name });
      await row.waitFor();
      for (const shown of ['3 · 0 · 1', '18', '57', '2.5%', drops, '0.6'])
        expect(await row.innerText()).toContain(shown);
      await picture(page, `console-site-pacing-${locale}`);
      await row.getByRole('link', { name: settings.name }).click();
      await page.waitForURL(new RegExp(`/campaigns/${campaign.id}$`));
      await page.locator('h1', { hasText: settings.name }).waitFor();
      await page.locator('[data-drops="3"]').waitFor();
      await picture(page, `console-campaign-pacing-${locale}`);
      boxes[1]!.keepLive(busyBranch);
    },
  );

  it('is worked by keys, and says which', async () => {
    const { page } = await arrive('en-US');
    await admin(page);
    await page.waitForSelector('[data-site]');
    // The first thing the Tab key reaches leads past the navigation, and what has the focus is outlined.
    await page.goto('/calls?outcome=BUSY');
    await page.waitForSelector('#page h1');
    await page.keyboard.press('Tab');
    await page.locator('.skip:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#page:focus').waitFor();
    await page.keyboard.press('Tab');
    const outline = await page.evaluate<string>(
      '[getComputedStyle(document.activeElement), getComputedStyle(document.activeElement.parentElement), getComputedStyle(document.activeElement.closest(".ant-picker") ?? document.activeElement)].map((s) => s.outlineStyle + s.boxShadow).join()',
    );
    expect(outline).toMatch(/solid|rgb/);
    // The way there has not changed the address.
    expect(new URL(page.url()).search).toBe('?outcome=BUSY');
    await page.keyboard.press('Escape');
    await page.locator('#page').focus();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.waitForURL(/\/campaigns$/);
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.waitForURL(/\/calls$/);
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Go to campaigns').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.goto('/nowhere');
    await page.getByText('There is no such page').waitFor();
    expect(await page.title()).toBe('There is no such page · Branchline');
  });

  it('shows a campaign that does not exist as an error with its code, and offers a retry', async () => {
    const { page } = await arrive('zh-CN', '/campaigns/01a1fd54-c197-7000-8000-02dda7938da1');
    await admin(page);
    await page.getByText('BL_API_NOT_FOUND').waitFor();
    expect(await text(page, '.error-panel')).toContain('不存在');
    await page.getByRole('button', { name: '重试' }).waitFor();
  });

  it('lets a supervisor of one site see that site alone, and change nothing', async () => {
    const { page } = await arrive('en-US');
    await signInByKeyboard(page, 'bei', password);
    await page.waitForSelector('[data-site=beijing]');
    expect(await page.locator('[data-site]').count()).toBe(1);
    await page.getByRole('link', { name: 'Campaigns' }).first().click();
    await page.getByText('Autumn 秋季').waitFor();
    expect(await page.getByRole('button', { name: 'New campaign' }).count()).toBe(0);
    await page.getByText('Autumn 秋季').click();
    await page.getByText('This account may look at campaigns, not change them.').waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).count()).toBe(0);
    // Other rights are there without the page being opened again.
    const { body } = await center.admin.call<{ items: User[] }>('GET', '/users');
    const { id } = body.items.find(({ name }) => name === 'bei')!;
    await center.admin.call('PATCH', `/users/${id}`, { grants: [{ role: 'engineer', site: 'beijing' }] });
    await page.getByRole('link', { name: 'Campaigns' }).first().waitFor({ state: 'detached' });
    expect(await page.getByText('Autumn 秋季').count()).toBe(0);
  });

  it('says that what it shows is old when the controller is gone, and goes on showing it', async () => {
    const { page } = await arrive('en-US');
    await admin(page);
    await page.waitForSelector('[data-link=live]');
    const wall = await arrive('zh-CN', '/wallboard');
    await admin(wall.page);
    await wall.page.waitForSelector('#page [data-age=fresh]');
    // Pages that were never opened are fetched ahead, for exactly this moment.
    await page.waitForTimeout(3000);
    await center.controller.stop();
    await page.waitForSelector('[data-link=stale]');
    expect(await text(page, '.stale-banner')).toContain('The controller has been silent for');
    expect(await text(wall.page, '#page [data-age=stale]')).toMatch(/^数据过期：\d+ 秒前$/);
    expect(await page.locator('.overview.dimmed [data-site=beijing]').count()).toBe(1);
    await page.getByRole('link', { name: 'Calls', exact: true }).click();
    await page.getByText('BL_CONSOLE_UNREACHABLE').first().waitFor();
  });
});

/** An outbound call that was answered: with an agent after so long, or over then. */
function answeredCall(campaign: string, outcome: string, waited: number) {
  const startedAt = Date.now() - 60_000;
  const [answeredAt, endedAt] = [startedAt + 5000, startedAt + 5000 + waited];
  const talked = outcome === 'ANSWERED';
  return {
    id: newId(),
    conversation: newId(),
    direction: 'outbound',
    campaign,
    customer: '+8613912345678',
    callerId: '01088880000',
    line: 'trunk-1',
    startedAt,
    answeredAt,
    ...(talked && { bridgedAt: endedAt, agent: 'agent-100' }),
    endedAt: talked ? endedAt + 20_000 : endedAt,
    outcome,
    hangupBy: talked ? 'customer' : 'system',
    cause: 'NORMAL_CLEARING',
    q850: 16,
    sipStatus: 200,
    legs: [],
    segments: [],
    evidence: 'live',
  };
}

/** A campaign, a flow, a call and a recording of a prompt; the site is there. */
async function makeThings(center: Center, box: Box): Promise<Readonly<Record<string, string>>> {
  const { admin } = center;
  const campaign = await admin.call<{ id: string }>('POST', '/campaigns', { name: longName });
  const prompts = [{ name: 'greeting', en: 'Welcome.', 'zh-CN': '您好。' }];
  const steps = [
    { id: 'greeting', kind: 'prompt', prompt: 'greeting', next: 'agents' },
    { id: 'agents', kind: 'queue' },
  ];
  const flow = await admin.call<{ id: string }>('POST', '/flows', {
    settings: {
      name: 'One of each',
      numbers: [],
      sites: [],
      flow: { start: 'greeting', prompts, steps },
    },
  });
  expect(flow.status).toBe(201);
  const sound = new FormData();
  const samples = Float32Array.from(
    { length: 44_100 },
    (_, i) => 0.3 * Math.sin((2 * Math.PI * 440 * i) / 44_100),
  );
  const wav = encodeWav({ rate: 44_100, samples });
  sound.append('file', new Blob([new Uint8Array(wav)], { type: 'audio/wav' }), 'greeting.wav');
  expect((await admin.call('PUT', '/prompts/greeting/en?why=by%20the%20studio', sound)).status).toBeLessThan(
    300,
  );
  const call = answeredCall(campaign.body.id, 'ANSWERED', 300);
  await box.send('call', [call]);
  await until('the call', async () => (await admin.call('GET', `/calls/${call.id}`)).status === 200);
  return { campaigns: campaign.body.id, flows: flow.body.id, calls: call.id, sites: 'beijing' };
}
