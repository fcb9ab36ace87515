import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Debian's browser; undefined where it is not installed. */
export const browserPath = existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined;

/** @param more arguments of the browser */
export function openBrowser(more: readonly string[] = []): Promise<Browser> {
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
      ...more,
    ],
  });
}

/** A page of somebody who has never been here, with everything that its console complained about. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
  /** Closes the page. @throws Error with what the browser complained about */
  readonly leave: () => Promise<void>;
}

/** @param locale what the browser asks for */
export async function visit(browser: Browser, url: string, locale: 'en-US' | 'zh-CN'): Promise<Visit> {
  const viewport = { width: 1280, height: 800 };
  // Away from the sites, whose clocks are others.
  const timezoneId = 'UTC';
  // A branch's own certificate is its installation's: this browser has not been told to trust it.
  const context = await browser.newContext({
    baseURL: url,
    locale,
    timezoneId,
    viewport,
    ignoreHTTPSErrors: true,
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
