import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulation, type Emulation } from '../../support/emulation.ts';
import { eventually } from '../../support/eventually.ts';

const run = promisify(execFile);
const missing = spawnSync('gammu', ['--version']).error !== undefined;

/** A stranger's client, written for real modems: what it believes is what a modem would have said. */
describe.skipIf(missing)(
  `Debian's gammu on an emulated modem${missing ? ' (gammu is not installed)' : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'gammu-'));
    let emulation: Emulation;

    beforeAll(async () => {
      emulation = await startEmulation('modem --count 3 --speed 20 --seed 7');
      await emulation.tell('plan 10086 busy');
    });
    afterAll(async () => {
      await emulation.stop();
      rmSync(folder, { recursive: true });
    });

    const gammu = async (id: string, ...args: readonly string[]): Promise<string> => {
      const settings = join(folder, `${id}.rc`);
      writeFileSync(settings, `[gammu]\ndevice = ${emulation.place(id)}\nconnection = at115200\n`);
      // It tells its failures on the standard output, too.
      const { stdout } = await run('gammu', ['-c', settings, ...args], {
        timeout: 60_000,
        env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: folder },
      }).catch((error: Error & { stdout: string }) => error);
      return stdout;
    };

    test('identifies it', async () => {
      const text = await gammu('m1', 'identify');
      expect(text).toMatch(/Manufacturer +: Huawei/);
      expect(text).toMatch(/Model +: E173/);
      expect(text).toMatch(/IMEI +: 86301234\d{7}/);
      expect(text).toMatch(/SIM IMSI +: 46000\d{10}/);
      expect(await gammu('m2', 'identify')).toMatch(/SIMCOM/);
    });

    test('reads network and signal', async () => {
      const network = await eventually('registration', async () => {
        const text = await gammu('m1', 'networkinfo');
        return text.includes('home network') ? text : undefined;
      });
      expect(network).toMatch(/Name in phone +: "CHINA MOBILE"/);
      expect(network).toMatch(/LAC 18DB, CID 00F3A1C2/);
      await emulation.tell('signal m1 25');
      expect(await gammu('m1', 'monitor', '1')).toMatch(/Signal strength +: -63 dBm/);
    });

    test('sends a message to the other modem, which another gammu reads; long ones in Chinese too', async () => {
      const long = '这是一条很长的短信，它必须分成几个部分才能发送。'.repeat(5);
      expect(await gammu('m1', 'sendsms', 'TEXT', '13800100002', '-text', 'hello from a stranger')).toMatch(
        /OK/,
      );
      expect(
        await gammu('m1', 'sendsms', 'TEXT', '13800100002', '-unicode', '-len', '400', '-text', long),
      ).toMatch(/OK/);
      const inbox = await eventually(
        'delivery',
        async () => {
          const text = await gammu('m2', 'geteachsms');
          return text.includes('hello from a stranger') && text.includes('才能发') ? text : undefined;
        },
        30_000,
      );
      expect(inbox).toMatch(/Remote number +: "13800100001"/);
      expect(inbox.replaceAll('\n', '')).toContain(long);
    });

    test('asks for the balance and reads the answer', async () => {
      await gammu('m1', 'sendsms', 'TEXT', '10086', '-text', 'YE');
      const inbox = await eventually(
        'the answer',
        async () => {
          const text = await gammu('m1', 'geteachsms');
          return text.includes('话费余额') ? text : undefined;
        },
        30_000,
      );
      expect(inbox).toMatch(/话费余额\d+\.\d{2}元/);
      await gammu('m1', 'deleteallsms', '1');
      expect(await gammu('m1', 'geteachsms')).not.toContain('话费余额');
    });

    test('sees that the SIM is gone, and that it is back', async () => {
      expect(await gammu('m3', 'getsecuritystatus')).toContain('Nothing to enter');
      await emulation.tell('sim-remove m3');
      expect(await gammu('m3', 'getsecuritystatus')).toContain('Can not access SIM card');
      await emulation.tell('sim-insert m3');
      expect(await gammu('m3', 'getsecuritystatus')).toContain('Nothing to enter');
    });
  },
);
