import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { encodeWav, type FlowVersion, type PromptVersion } from '@branchline/shared';
import { Center } from '../integration/controller/center.ts';
import { buildPage } from '../support/page-build.ts';
import { arrive as arriveAt } from './console-arrival.ts';
import { browserPath, openBrowser, overflow, picture } from './console-browser.ts';

describe.skipIf(!browserPath)('the editor of flows (skipped where /usr/bin/chromium is missing)', () => {
  let center: Center;
  let browser: Browser;

  beforeAll(async () => {
    await buildPage('controller/console');
    center = await Center.start();
    await center.site('beijing');
    browser = await openBrowser([
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await center?.[Symbol.asyncDispose]();
  });

  const arrive = (locale: 'en-US' | 'zh-CN') => arriveAt(browser, center, locale, { path: '/flows' });
  const node = (page: Page, name: string) => page.locator('.flow-node:not(.flow-again)', { hasText: name });
  const stored = async (): Promise<FlowVersion[]> => {
    const { body } = await center.admin.call<{ items: { id: string }[] }>('GET', '/flows');
    return Promise.all(
      body.items.map(async ({ id }) => (await center.admin.call<FlowVersion>('GET', `/flows/${id}`)).body),
    );
  };

  it('draws a new flow, says what is wrong with it, walks a call through it and stores it', async () => {
    const { page, leave } = await arrive('en-US');
    await page.getByText('No flow yet').waitFor();
    await page.getByRole('button', { name: 'New flow' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('Hotline');
    expect(await page.locator('.flow-node:not(.flow-again)').count()).toBe(4);

    // A step that nothing leads to and that says nothing.
    await page.getByLabel('Add a step').click();
    await page.locator('.ant-select-item', { hasText: 'Survey' }).click();
    await page.getByText('The flow cannot be saved yet').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await picture(page, 'flow-problems-en');
    await page.getByLabel('Prompt "survey" in English').fill('How did we do?');
    // What is heard while something is looked up, and by nobody who does not wait for it.
    await page.getByLabel('Add a step').click();
    await page.locator('.ant-select-item', { hasText: 'Look-up' }).click();
    await page.getByRole('button', { name: 'Say something meanwhile' }).click();
    await page.getByLabel('Prompt "lookup" in English').fill('One moment, please.');
    await picture(page, 'flow-lookup-en');
    await page.getByRole('button', { name: 'Remove this step' }).click();
    await node(page, 'menu').click();
    await page.getByLabel('Another key').fill('5');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel('key 5', { exact: true }).click();
    await page.locator('.ant-select-item', { hasText: 'survey' }).last().click();
    await page.getByText('The flow cannot be saved yet').waitFor({ state: 'detached' });

    await page.getByRole('tab', { name: 'Simulator' }).click();
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByText('"Welcome. For an agent press one, to leave a message press two."').waitFor();
    await page.getByRole('button', { name: '1', exact: true }).click();
    await page.locator('.flow-log-end', { hasText: 'The caller waits for an agent.' }).waitFor();
    expect(await page.locator('.flow-here').innerText()).toContain('agents');
    await picture(page, 'flow-simulator-en');
    // In the evening nobody is there.
    await page.getByLabel('Local time of the call').fill('2026-11-18T20:00');
    await page.getByRole('button', { name: 'Call again' }).click();
    await page.getByText('"Please speak after the tone."').waitFor();
    await page.getByRole('button', { name: 'The prompt is over' }).click();
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.locator('.flow-log-end', { hasText: 'A message was left.' }).waitFor();

    await page.getByLabel('Reason of the change').fill('first');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/flows\/[0-9a-f-]{36}$/);
    const [flow] = await stored();
    expect(flow).toMatchObject({ version: 1, by: 'admin', why: 'first', settings: { name: 'Hotline' } });
    expect(flow!.settings.flow.steps.map(({ id }) => id)).toContain('survey');
    await leave();
  });

  it('shows versions, takes an older one over, and renames a step with its ways, in Chinese', async () => {
    const { page, leave } = await arrive('zh-CN');
    await page.getByRole('link', { name: 'Hotline' }).click();
    await node(page, 'agents').click();
    await page.getByLabel('添加步骤').click();
    await page.locator('.ant-select-item', { hasText: '查询' }).click();
    await page.getByRole('button', { name: '等待时播放提示音' }).waitFor();
    await picture(page, 'flow-lookup-zh');
    await page.getByRole('button', { name: '删除此步骤' }).click();
    await node(page, 'agents').click();
    await page.getByLabel('步骤名称').fill('people');
    await page.getByLabel('步骤名称').press('Enter');
    await node(page, 'people').waitFor();
    await page.getByLabel('修改原因').fill('改名');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('版本 2 已保存').waitFor();
    await picture(page, 'flow-zh');
    const [flow] = await stored();
    expect(flow).toMatchObject({ version: 2, why: '改名' });
    const menu = flow!.settings.flow.steps.find(({ id }) => id === 'menu');
    expect(menu).toMatchObject({ keys: { 1: 'people' }, otherwise: 'people' });
    await page.getByRole('tab', { name: '版本' }).click();
    await page.getByRole('button', { name: '采用' }).last().click();
    await node(page, 'agents').waitFor();
    expect(await overflow(page)).toBe(0);
    await leave();
  });

  it('records a prompt and uploads another, lets both be heard before and after, and plays them in a walked call', async () => {
    const { page, leave } = await arrive('en-US');
    const samples = Float32Array.from(
      { length: 66_150 },
      (_, i) => 0.3 * Math.sin((2 * Math.PI * 440 * i) / 44_100),
    );
    const wav = Buffer.from(encodeWav({ rate: 44_100, samples }));
    const recordings = async (): Promise<PromptVersion[]> =>
      (await center.admin.call<{ items: PromptVersion[] }>('GET', '/prompts')).body.items;
    await page.getByRole('link', { name: 'Prompts' }).click();
    await page.getByText('No prompt has a recording yet').waitFor();
    await page.getByRole('button', { name: 'New recording' }).first().click();
    const drawer = page.locator('.ant-drawer');
    await drawer.getByLabel('Prompt', { exact: true }).fill('welcome');
    const file = drawer.locator('input[type=file]');
    await file.setInputFiles({ name: 'noise.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('no sound') });
    await drawer.getByText('BL_PROMPT_FORMAT').waitFor();
    await file.setInputFiles({ name: 'welcome.wav', mimeType: 'audio/wav', buffer: wav });
    await drawer.getByText('1.5 s').waitFor();
    expect(await drawer.locator('audio').count()).toBe(2);
    await picture(page, 'prompt-drawer-en');
    await drawer.getByLabel('Reason of the change').fill('by the studio');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Version 1 is saved').waitFor();
    await page.locator('tr', { hasText: 'welcome' }).getByText('Chinese').waitFor();

    // The same prompt with the microphone.
    await page.getByRole('button', { name: 'Replace' }).click();
    await drawer.getByRole('button', { name: 'Record' }).click();
    await page.waitForTimeout(1500);
    await drawer.getByRole('button', { name: 'Stop' }).click();
    await drawer.getByLabel('As callers hear it').waitFor();
    await drawer.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Version 2 is saved').waitFor();
    await page.getByLabel('Versions of "welcome", Chinese').click();
    await page.getByText('by the studio').waitFor();
    await picture(page, 'prompt-versions-en');
    await page.getByRole('button', { name: 'Use again' }).click();
    await page.getByText('version 1 again').waitFor();
    expect(await recordings()).toMatchObject([
      { prompt: 'welcome', language: 'zh-CN', version: 3, ms: 1500 },
    ]);

    // A walked caller hears it.
    const heard = page.waitForResponse((response) =>
      response.url().endsWith('/welcome/zh-CN/versions/3/sound'),
    );
    await page.goto('/flows/new');
    await page.getByRole('tab', { name: 'Simulator' }).click();
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    expect((await heard).status()).toBe(200);
    await leave();
  });

  it('shows the prompts whole, in Chinese, and removes one', async () => {
    const { page, leave } = await arrive('zh-CN');
    await page.getByRole('link', { name: '提示音' }).click();
    await page.getByRole('button', { name: '更换' }).waitFor();
    await picture(page, 'prompts-zh');
    await page.getByRole('button', { name: '删除' }).click();
    await page.locator('.ant-modal').getByRole('button', { name: '删除' }).click();
    await page.getByText('还没有提示音录音').waitFor();
    expect((await center.admin.call<{ items: unknown[] }>('GET', '/prompts')).body.items).toEqual([]);
    await leave();
  });

  it.each([
    ['en-US', 'New article', 'Title', 'Text', 'Save article', 'Who changed it'],
    ['zh-CN', '新建文章', '标题', '正文', '保存文章', '修改记录'],
  ] as const)('keeps the knowledge base (%s)', async (locale, create, title, text, save, versions) => {
    const { page, leave } = await arrive(locale);
    await page.locator('#page h1').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.getByRole('button', { name: create }).first().click();
    const drawer = page.locator('.ant-drawer');
    const saving = drawer.getByRole('button', { name: save }).last();
    await page.waitForSelector('.ant-drawer input:focus');
    await saving.click();
    await drawer.locator('.ant-form-item-explain-error').first().waitFor();
    await drawer.getByLabel(title, { exact: true }).fill(`退款 ${locale}`);
    await drawer.getByLabel(text, { exact: true }).fill('十四天内可以退款。');
    await saving.click();
    await page.getByRole('button', { name: `退款 ${locale}` }).click();
    await drawer.getByText(versions).waitFor();
    await drawer.getByText('十四天内可以退款。').waitFor();
    await picture(page, `knowledge-${locale}`);
    await page.keyboard.press('Escape');
    const { body } = await center.admin.call<{ items: { title: string }[] }>('GET', '/articles');
    expect(body.items.map((each) => each.title)).toContain(`退款 ${locale}`);
    await leave();
  });
});
