import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Debian's browser; undefined where it is not installed. */
export const browserPath = existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined;

/** Debian's tool for the certificates that a browser trusts (libnss3-tools); undefined where it is not installed. */
export const certutilPath = existsSync('/usr/bin/certutil') ? '/usr/bin/certutil' : undefined;

/** Makes a folder a home whose browser trusts an authority, as machines of an installation are set up. @param authority file, PEM */
export async function trustAuthority(home: string, authority: string): Promise<void> {
  const folder = join(home, '.pki', 'nssdb');
  await mkdir(folder, { recursive: true });
  const certutil = (...args: string[]) =>
    promisify(execFile)(certutilPath ?? '', ['-d', `sql:${folder}`, ...args]);
  await certutil('-N', '--empty-password');
  await certutil('-A', '-n', 'installation', '-t', 'C,,', '-i', authority);
}

/** @param more arguments of the browser @param home where it finds whom to trust; absent: that of whoever runs this */
export function openBrowser(more: readonly string[] = [], home?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? '',
    ...(home !== undefined && { env: { ...process.env, HOME: home } }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}

/** A page of somebody who has never been here, with everything that its console complained about, and whatever it asked others for. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
  /** Closes the page. @throws Error with what the browser complained about */
  readonly leave: () => Promise<void>;
}

/**
 * @param locale what the browser asks for
 * @param strangers certificates that it was not told to trust are taken, too
 */
export async function visit(
  browser: Browser,
  url: string,
  locale: 'en-US' | 'zh-CN',
  strangers = true,
): Promise<Visit> {
  const viewport = { width: 1280, height: 800 };
  // Away from the sites, whose clocks are others.
  const timezoneId = 'UTC';
  const context = await browser.newContext({
    baseURL: url,
    locale,
    timezoneId,
    viewport,
    ignoreHTTPSErrors: strangers,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused request is what some tests are about; everything else is a defect.
    const expected = /Failed to load resource|ERR_CONNECTION|net::/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !expected) complaints.push(message.text());
  });
  // Everything a page needs comes with it: it works where there is no way out.
  context.on('request', (request) => {
    const asked = request.url();
    if (!/^(?:data|blob):/.test(asked) && new URL(asked).origin !== new URL(url).origin)
      complaints.push(`${asked} is not of this origin`);
  });
  const leave = async (): Promise<void> => {
    await context.close();
    if (complaints.length > 0) throw new Error(`the browser complained: ${complaints.join('; ')}`);
  };
  return { page, context, complaints, leave };
}

/** Signs in with the keyboard alone, from wherever the sign-in page has put the focus. */
export async function signInByKeyboard(page: Page, name: string, password: string): Promise<void> {
  await page.waitForSelector('input[name=name]:focus');
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

/** Leaves a picture to be looked at, where `BRANCHLINE_SCREENSHOTS` names a folder for them. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['BRANCHLINE_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** What of a page reaches out of its panel or its cell, and so lies over what is beside it. */
export function spilled(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll('#page .panel, #page td, #page th')]
      .filter((box) => getComputedStyle(box).overflowX === 'visible' && box.scrollWidth > box.clientWidth + 1)
      .map((box) => box.innerText.slice(0, 80))`,
  );
}

/** How much wider than the window a page is, px: nobody should have to scroll to the side. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  );
}
