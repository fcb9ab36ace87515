import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { agentPin } from '../support/branch-plan.ts';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { buildPage } from '../support/page-build.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { browserPath, certutilPath, openBrowser, picture, trustAuthority, visit } from './console-browser.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing =
  'missing' in found ? found.missing : browserPath === undefined ? 'no chromium' : sippMissing();
const binary = 'binary' in found ? found.binary : '';

/** A microphone that beeps once a second, allowed without a question; ICE over loopback, where this FreeSWITCH is. */
const media = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
];

const strangers = certutilPath === undefined;
const notes = [
  ...(missing === undefined ? [] : [`skipped: ${missing}`]),
  ...(strangers ? ['certificates are not looked at: no certutil'] : []),
];

describe.skipIf(missing !== undefined)(
  `a phone in the desk page on a real FreeSWITCH${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`,
  () => {
    let branch: RealBranch;
    let browser: Browser;
    beforeAll(() => buildPage('edge/desk'), 120_000);
    afterEach(async () => {
      await browser?.close();
      await branch.close();
    });

    const open = async (mode: 'ring' | 'nailed', locale: 'en-US' | 'zh-CN' = 'en-US', before?: string) => {
      branch = await openRealBranch(
        binary,
        [testAgent('1001', { mode, name: 'Li Na' })],
        { fallbackGroup: ['1001'] },
        { record: true },
        { '1001': { vendor: 'browser' } },
      );
      // The page, and the phone's way to FreeSWITCH, by a browser that was told of the installation's authority and ignores nothing.
      if (!strangers) await trustAuthority(branch.home, join(branch.home, 'identity', 'ca.pem'));
      browser = await openBrowser(media, strangers ? undefined : branch.home);
      await branch.startEdge();
      await branch.startSwitch();
      branch.parties.carrier(branch.ports.carrier);
      const url = `https://127.0.0.1:${branch.ports.desk}`;
      const { page, complaints } = await visit(browser, url, locale, strangers);
      await page.addInitScript(keepConnections);
      if (before !== undefined) await page.addInitScript(before);
      await eventually('the page is there', () =>
        page.goto('/').then(
          () => true,
          () => false,
        ),
      );
      await page.locator('input[name=pin]:focus').waitFor();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.type('Li Na');
      await page.keyboard.press('Tab');
      await page.keyboard.type(agentPin);
      await page.keyboard.press('Enter');
      await page.locator('.softphone').waitFor();
      // Until the box is linked to FreeSWITCH the page warns.
      await page.locator('.warnings').waitFor({ state: 'detached' });
      return { page, complaints };
    };

    test('a customer rings in the page, the key answers, each hears the other, and the talk is recorded', async () => {
      const { page, complaints } = await open('ring');
      await page.locator('.softphone-registered').waitFor();
      await eventually('FreeSWITCH knows the way', async () =>
        /1001.*wss/.test(await branch.cli('show registrations')),
      );
      await page.keyboard.press('s');
      await page.locator('section.state-ready').waitFor();
      await picture(page, 'softphone-registered-en');
      const customer = branch.parties.inbound(branch.ports.carrier + 1, branch.ports.external, [14_000]);
      await page.locator('.softphone-ringing').waitFor();
      await picture(page, 'softphone-ringing-en');
      await page.keyboard.press('y');
      await page.locator('.softphone-talking').waitFor();
      await page.locator('section.state-talking').waitFor();
      // 440 Hz is what the customer says.
      await eventually('the agent hears the customer', async () => {
        const hz = (await page.evaluate(loudestTone)) as number;
        return Math.abs(hz - 440) < 30;
      });
      await picture(page, 'softphone-talking-en');
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await page.keyboard.press('m');
      await page.getByRole('button', { name: 'Unmute' }).waitFor();
      await new Promise((resolve) => setTimeout(resolve, 3500));
      await page.keyboard.press('x');
      await page.locator('.softphone-registered').waitFor();
      const call = await eventually('the record', () => branch.controller.rows('call')[0]);
      expect(call).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1001' });
      // The beeps of the browser's own microphone are louder than anything that could have come back from the line.
      const wav = await readFile(call.recording!.file);
      const [heard, said] = channelPeaks(wav);
      expect(heard).toBeGreaterThan(4000);
      expect(said).toBeGreaterThan(2 * heard);
      // Muted in the end: two seconds with the customer alone.
      const [stillHeard, stillSaid] = channelPeaks(wav.subarray(-2 * 8000 * 4));
      expect(stillHeard).toBeGreaterThan(4000);
      expect(stillSaid).toBeLessThan(100);
      await customer.done;
      expect(complaints).toEqual([]);
    });

    test('a nailed-up agent’s page answers by itself, comes back after a reload and after FreeSWITCH was killed', async () => {
      const { page, complaints } = await open('nailed', 'zh-CN');
      await page.locator('.softphone-registered').waitFor();
      await page.keyboard.press('s');
      await page.locator('.softphone-talking').waitFor();
      await page.locator('section.state-ready').waitFor();
      await branch.lease(['+8613800000001']);
      await page.locator('section.state-talking').waitFor();
      await eventually('the agent hears the customer', async () => {
        const hz = (await page.evaluate(loudestTone)) as number;
        return Math.abs(hz - 440) < 30;
      });
      await picture(page, 'softphone-talking-zh');
      await page.keyboard.press('x');
      await page.locator('section.state-wrap-up').waitFor();
      await page.locator('.softphone-talking').waitFor();
      await page.keyboard.press('r');
      await page.reload();
      await page.locator('.softphone-talking').waitFor({ timeout: 60_000 });
      await page.locator('section.state-ready').waitFor();
      await branch.killSwitch();
      await page.locator('.softphone-connecting, .softphone [role=alert]').first().waitFor();
      await picture(page, 'softphone-away-zh');
      await branch.startSwitch();
      await page.locator('.softphone-talking').waitFor({ timeout: 60_000 });
      await page.locator('section.state-ready').waitFor({ timeout: 30_000 });
      expect(complaints).toEqual([]);
    });

    test('without a microphone no call can come and the page says what to do; a second tab leaves the phone to the first', async () => {
      const { page } = await open('ring', 'zh-CN', refuseOnce);
      await page.locator('.softphone-microphone-refused').waitFor();
      await picture(page, 'softphone-refused-zh');
      expect(await branch.cli('show registrations')).not.toContain('1001');
      await page.getByRole('button', { name: '重试' }).click();
      await page.locator('.softphone-microphone-missing').waitFor();
      await page.getByRole('button', { name: '重试' }).click();
      await page.locator('.softphone-registered').waitFor();
      await page.locator('.softphone summary').click();
      const microphones = page.getByLabel('麦克风', { exact: true });
      expect(await microphones.locator('option').count()).toBeGreaterThan(1);
      await microphones.selectOption({ index: 1 });
      await page.locator('.softphone-registered').waitFor();
      await picture(page, 'softphone-devices-zh');
      const second = await page.context().newPage();
      await second.goto('/');
      await second.locator('.softphone-elsewhere').waitFor();
      await page.close();
      await second.locator('.softphone-registered').waitFor();
    });
  },
);

/** In the page: keeps what the page listens with. */
const keepConnections = `window.connections = [];
  const Own = RTCPeerConnection;
  window.RTCPeerConnection = class extends Own {
    constructor(...args) { super(...args); window.connections.push(this); }
  };`;

/** In the page: the microphone is refused once, then missing once. */
const refuseOnce = `const own = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const refusals = ['NotAllowedError', 'NotFoundError'];
  navigator.mediaDevices.getUserMedia = (wanted) => {
    const refusal = refusals.shift();
    return refusal ? Promise.reject(new DOMException('refused', refusal)) : own(wanted);
  };`;

/** In the page: the loudest frequency of what it hears, Hz; 0 for silence. */
const loudestTone = `(async () => {
  const live = window.connections.at(-1)?.getReceivers()[0]?.track;
  if (!live) return 0;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 4096;
  context.createMediaStreamSource(new MediaStream([live])).connect(analyser);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  const hz = bins[loudest] > -70 ? (loudest * context.sampleRate) / analyser.fftSize : 0;
  await context.close();
  return hz;
})()`;

/** Loudest sample of the customer's and of the agent's channel. */
function channelPeaks(wav: Buffer): [number, number] {
  const peak: [number, number] = [0, 0];
  for (let i = 44; i + 4 <= wav.byteLength; i += 4) {
    peak[0] = Math.max(peak[0], Math.abs(wav.readInt16LE(i)));
    peak[1] = Math.max(peak[1], Math.abs(wav.readInt16LE(i + 2)));
  }
  return peak;
}
