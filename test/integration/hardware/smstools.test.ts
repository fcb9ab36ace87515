import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulation, type Emulation } from '../../support/emulation.ts';
import { eventually } from '../../support/eventually.ts';

const missing = spawnSync('smsd', ['-V']).error !== undefined;

/** A second stranger, written by others than the first: it polls, where gammu asks once. */
describe.skipIf(missing)(
  `Debian's smsd (smstools) on two emulated modems${missing ? ' (smstools is not installed)' : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'smstools-'));
    const place = (name: string): string => join(folder, name);
    let emulation: Emulation;
    let daemon: ChildProcess;

    beforeAll(async () => {
      emulation = await startEmulation('modem --count 2 --speed 20 --seed 7');
      const folders = ['outgoing', 'checked', 'incoming', 'failed', 'sent'];
      for (const name of folders) mkdirSync(place(name));
      const settings = [
        'devices = GSM1, GSM2',
        ...folders.map((name) => `${name} = ${place(name)}`),
        `logfile = ${place('smsd.log')}`,
        `infofile = ${place('smsd.working')}`,
        `pidfile = ${place('smsd.pid')}`,
        'loglevel = 7',
        'delaytime = 1',
        'errorsleeptime = 1',
        'autosplit = 3',
        'incoming_utf8 = yes',
        '[GSM1]',
        `device = ${emulation.place('m1')}`,
        'incoming = no',
        'baudrate = 115200',
        '[GSM2]',
        `device = ${emulation.place('m2')}`,
        'incoming = yes',
        'outgoing = no',
        'baudrate = 115200',
      ];
      writeFileSync(place('smsd.conf'), `${settings.join('\n')}\n`);
      daemon = spawn('smsd', ['-t', '-c', place('smsd.conf')], { cwd: folder, stdio: 'ignore' });
    });
    afterAll(async () => {
      const gone = new Promise((resolve) => daemon.once('exit', resolve));
      daemon.kill('SIGTERM');
      const timer = setTimeout(() => daemon.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
      await emulation.stop();
      rmSync(folder, { recursive: true });
    });

    const filesOf = (name: string): Buffer[] =>
      readdirSync(place(name)).map((file) => readFileSync(join(place(name), file)));
    const send = (file: string, text: string): void => {
      // A file that is not whole must not be seen: it is made elsewhere and moved by its name.
      writeFileSync(place(`outgoing/${file}.LOCK`), '');
      writeFileSync(place(`outgoing/${file}`), `To: 8613800100002\nAlphabet: UTF-8\n\n${text}`);
      rmSync(place(`outgoing/${file}.LOCK`));
    };

    test('finds signal, network and identity', async () => {
      const log = await eventually(
        'a first look',
        () => {
          const text = readFileSync(place('smsd.log'), 'utf8');
          return text.includes('Modem is registered to the network') ? text : undefined;
        },
        30_000,
      );
      expect(log).toContain('-77 dBm');
    });

    test('sends from one modem what it receives on the other, also long and in Chinese', async () => {
      send('latin', 'hello from a second stranger');
      const long = '这是一条很长的短信，它必须分成几个部分才能发送。'.repeat(5);
      send('chinese', long);
      // It leaves Chinese as the network brought it: UCS-2, the high byte first.
      const bodies = [Buffer.from('hello from a second stranger'), Buffer.from(long, 'utf16le').swap16()];
      const received = await eventually(
        'both messages',
        () => {
          const files = filesOf('incoming');
          return bodies.every((body) => files.some((file) => file.includes(body))) ? files : undefined;
        },
        60_000,
      );
      for (const file of received)
        expect(file.toString('latin1')).toMatch(/From: 13800100001[^]*IMSI: 46001\d{10}/);
      await eventually('the files being called sent', () => filesOf('sent').length === 2, 20_000);
      expect(filesOf('failed')).toEqual([]);
    });
  },
);
