import type { Browser } from 'playwright-core';
import { testPassword, type Center } from '../integration/controller/center.ts';
import { signInByKeyboard, visit, type Visit } from './console-browser.ts';

/** Who comes to which page of the console. */
export interface Arrival {
  readonly path: string;
  /** The administrator unless named. */
  readonly name?: string;
  readonly width?: number;
  readonly look?: '' | 'dark';
}

/** Somebody opens a page of the console and signs in. */
export async function arrive(
  browser: Browser,
  { controller }: Center,
  locale: 'en-US' | 'zh-CN',
  { path, name = 'admin', width = 1280, look = '' }: Arrival,
): Promise<Visit> {
  const here = await visit(browser, controller.httpUrl, locale);
  const { page } = here;
  if (look) await page.addInitScript(`localStorage.setItem('branchline.appearance', '${look}')`);
  await page.setViewportSize({ width, height: 1000 });
  await page.goto(path);
  const { firstAdmin } = controller;
  await signInByKeyboard(page, name, name === firstAdmin?.name ? firstAdmin.password : testPassword);
  return here;
}
