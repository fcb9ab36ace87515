import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'controller/console');

/** Debian's browser; undefined where it is not installed. */
export const browserPath = existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined;

/** Builds the console when it was never built or its sources are newer: a running center serves the files that are there. */
export function buildConsole(): void {
  const built = join(folder, 'dist/index.html');
  const newest = Math.max(newestIn(join(folder, 'src')), newestIn(join(root, 'shared/src')));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  const { status, stderr } = spawnSync(
    join(root, 'node_modules/.bin/vite'),
    ['build', '--logLevel', 'warn'],
    {
      cwd: folder,
      encoding: 'utf8',
      // The tests' own NODE_ENV would make React's development build: several times slower, and not what is served.
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  if (status !== 0) throw new Error(`the console could not be built:\n${stderr}`);
}

function newestIn(path: string): number {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).reduce(
    (newest, name) => Math.max(newest, statSync(join(path, name)).mtimeMs),
    0,
  );
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page of somebody who has never been here, with everything that its console complained about. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
}

/** @param locale what the browser asks for */
export async function visit(browser: Browser, url: string, locale: 'en-US' | 'zh-CN'): Promise<Visit> {
  const context = await browser.newContext({ baseURL: url, locale, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused request is what some tests are about; everything else is a defect.
    const expected = /Failed to load resource|ERR_CONNECTION|net::/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !expected) complaints.push(message.text());
  });
  return { page, context, complaints };
}

/** Signs in with the keyboard alone, from wherever the sign-in page has put the focus. */
export async function signInByKeyboard(page: Page, name: string, password: string): Promise<void> {
  await page.waitForSelector('input[name=name]:focus');
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}
