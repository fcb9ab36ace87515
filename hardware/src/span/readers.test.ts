import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { BranchlineError } from '@branchline/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spanFixture } from '../../testing/span-laboratory.ts';
import {
  fileSpanSource,
  ftdmCommands,
  readFtdmDump,
  readFtdmList,
  readFtdmSignalling,
  readProcSpan,
  readTrap,
  spanDialString,
} from './index.ts';

describe('/proc/dahdi', () => {
  test('a healthy E1', () => {
    const { line, channels } = readProcSpan(spanFixture('proc-e1.txt'));
    expect(line).toEqual({
      device: 'TE2/0/1',
      description: 'T2XXP (PCI) Card 0 Span 1',
      master: true,
      clockSource: true,
      config: ['CCS', 'HDB3', 'CRC4'],
      alarms: [],
      counters: { bpv: 0, crc4: 0, ebit: 0, fas: 0, irqMisses: 0, timingSlips: 2 },
    });
    expect(channels).toHaveLength(31);
    expect(channels[15]).toEqual({
      channel: 16,
      name: 'TE2/0/1/16',
      signalling: 'HDLCFCS',
      inUse: true,
      alarmed: false,
    });
    expect(channels[0]!.echoCanceller).toEqual({ name: 'MG2', active: false });
  });

  test('an older driver has another order of words; counters that count nothing have no line', () => {
    const { line, channels } = readProcSpan(spanFixture('proc-e1-second-old-driver.txt'));
    expect([line.config, line.master, channels[0]!.channel]).toEqual([['HDB3', 'CCS', 'CRC4'], false, 32]);
    expect(line.counters).toEqual({ bpv: 330, crc4: 12, ebit: 4215, fas: 3, irqMisses: 7, timingSlips: 2 });
  });

  test('alarms of the line and of its channels', () => {
    const { line, channels } = readProcSpan(spanFixture('proc-t1.txt'));
    expect(line.alarms).toEqual(['yellow', 'recovering']);
    expect(channels).toHaveLength(24);
    expect(channels.every(({ alarmed }) => alarmed)).toBe(true);
  });

  test('signalling of two words, flags, and what no alarm is', () => {
    const text = [
      'Span 3: X/1 "a "quoted" card"  ',
      '',
      '\t   1 X/1/1 Hardware-assisted HDLC (In use) (no pcm) ',
      '\t   2 X/1/2 Unconfigured Reserved ',
      '\t   3 X/1/3 Clear Master (In use) (SWEC: MG2) LOOP ',
      '',
    ].join('\n');
    const { line, channels } = readProcSpan(text);
    expect([line.description, line.config]).toEqual(['a "quoted" card', []]);
    expect(channels.map(({ signalling, alarmed }) => [signalling, alarmed])).toEqual([
      ['Hardware-assisted HDLC', false],
      ['Unconfigured', false],
      ['Clear', true],
    ]);
  });

  test('what is cut off, or altered, anywhere is read in part or named, never thrown as something else', () => {
    const whole = spanFixture('proc-e1.txt');
    const cut = fc.tuple(fc.nat(whole.length), fc.nat(whole.length), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(cut, ([from, length, noise]) => {
        const text = whole.slice(0, from) + noise + whole.slice(from + (length % 50));
        try {
          expect(readProcSpan(text).channels.length).toBeLessThanOrEqual(32);
        } catch (error) {
          expect(error).toBeInstanceOf(BranchlineError);
        }
      }),
    );
    expect(() => readProcSpan(whole.slice(0, -10))).toThrow('the last line has no end');
    expect(() => readProcSpan('')).toThrow('cannot be read');
  });
});

describe('files', () => {
  let folder = '';
  const source = (): ReturnType<typeof fileSpanSource> =>
    fileSpanSource({ proc: join(folder, 'proc'), sys: join(folder, 'sys') });
  const sysfs = async (alarms: string): Promise<void> => {
    await mkdir(join(folder, 'sys/span-1'), { recursive: true });
    await writeFile(join(folder, 'sys/span-1/alarms'), alarms);
  };
  const alarmsSeen = async (): Promise<unknown> => {
    const look = await source().look(1);
    return look.found === 'reading' ? look.reading.line.alarms : look.found;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bl-span-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('no driver, no span, no file but a folder, too much of one', async () => {
    expect(await source().look(1)).toMatchObject({ found: 'driver-missing' });
    await mkdir(join(folder, 'proc/2'), { recursive: true });
    expect(await source().look(1)).toMatchObject({ found: 'span-missing' });
    expect(await source().look(2)).toMatchObject({ found: 'garbage' });
    await writeFile(join(folder, 'proc/1'), 'x'.repeat(70_000));
    expect(await source().look(1)).toMatchObject({
      found: 'garbage',
      problem: expect.stringContaining('70000'),
    });
  });

  test('sysfs tells the alarms in bits, and more of them; /proc counts where it tells nothing', async () => {
    await mkdir(join(folder, 'proc'));
    await writeFile(join(folder, 'proc/1'), spanFixture('proc-e1-cable-pulled.txt'));
    expect(await alarmsSeen()).toEqual(['red']);
    await sysfs('0x108\n');
    expect(await alarmsSeen()).toEqual(['red', 'los']);
    await sysfs('0x635');
    expect(await alarmsSeen()).toEqual(['blue', 'yellow', 'recovering', 'not-open', 'lfa', 'lmfa']);
    await sysfs('0x0\n');
    expect(await alarmsSeen()).toEqual([]);
    for (const garbage of ['', '0x', 'RED', '0xgg', '8']) {
      await sysfs(garbage);
      expect(await alarmsSeen()).toEqual(['red']);
    }
  });
});

describe('FreeTDM', () => {
  test('lists spans; physical_status is that of channel 1, and analog lines have no signalling', () => {
    expect(readFtdmList(spanFixture('ftdm-list.txt'))).toEqual([
      { number: 1, name: 'e1_1', type: 'isdn', firstChannelAlarmed: false, signalling: 'up', channels: 31 },
      { number: 2, name: 'analog', type: 'analog', firstChannelAlarmed: true, channels: 4 },
    ]);
  });

  test('dumps a channel with its call; the history below it is none of its lines', () => {
    expect(readFtdmDump(spanFixture('ftdm-dump-channel.txt'))).toEqual([
      {
        channel: 3,
        physical: 3,
        type: 'B',
        state: 'UP',
        alarmed: false,
        signalling: 'up',
        from: '02088880000',
        to: '13900139000',
        session: '5b1f6c2e-0b0f-4b7e-9a53-6d4ab4f0a111',
      },
    ]);
  });

  test('tells the state of the D-channel', () => {
    expect(readFtdmSignalling('signaling_status: UP\n')).toBe('up');
    expect(readFtdmSignalling('signaling_status: DOWN')).toBe('down');
    expect(readFtdmSignalling('signaling_status: SUSPENDED\n')).toBe('suspended');
  });

  test.each([
    ['BL_SPAN_REFUSED', '-ERR invalid span x\n'],
    ['BL_SPAN_REFUSED', '-ERR failed to read span signaling status: no such thing'],
    ['BL_SPAN_REFUSED', '-ERR Usage: ftdm sigstatus <args>'],
    ['BL_SPAN_GARBAGE', 'signaling_status: PERHAPS'],
    ['BL_SPAN_GARBAGE', 'signaling_status: constructor'],
    ['BL_SPAN_GARBAGE', '+OK'],
    ['BL_SPAN_GARBAGE', ''],
  ])('answers %s', (code, text) => {
    for (const read of [readFtdmSignalling, readFtdmList, readFtdmDump])
      expect(() => read(text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('no reply makes a reader fail in another way', () => {
    const whole = spanFixture('ftdm-dump-channel.txt');
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(30), fc.string({ maxLength: 8 }), (from, length, noise) => {
        try {
          readFtdmDump(whole.slice(0, from) + noise + whole.slice(from + length));
        } catch (error) {
          expect(error).toBeInstanceOf(BranchlineError);
        }
      }),
    );
  });

  test('is only told what cannot be another command', () => {
    expect([ftdmCommands.list(), ftdmCommands.dump('e1_1'), ftdmCommands.signalling('e1_1')]).toEqual([
      'ftdm list',
      'ftdm dump e1_1',
      'ftdm sigstatus get e1_1',
    ]);
    expect(ftdmCommands.setSignalling('e1_1', 5, 'SUSPENDED')).toBe('ftdm sigstatus set e1_1 5 SUSPENDED');
    expect(ftdmCommands.setSignalling('e1_1', 'all', 'UP')).toBe('ftdm sigstatus set e1_1 all UP');
    expect(Object.values(ftdmCommands).join(' ')).not.toContain('ftdm alarms');
    const refused = expect.objectContaining({ code: 'BL_SPAN_ARGUMENT' }) as Error;
    for (const name of ['', '1', 'a b', 'a\nshutdown', 'a\0', 'a/b', 'a${x}', '-a', 'é', 'a'.repeat(64)])
      for (const make of [
        ftdmCommands.dump,
        ftdmCommands.signalling,
        ftdmCommands.start,
        ftdmCommands.stop,
        ftdmCommands.reset,
      ])
        expect(() => make(name)).toThrow(refused);
    for (const channel of [0, -1, 1.5, Number.NaN, 10_000])
      expect(() => ftdmCommands.setSignalling('a', channel, 'UP')).toThrow(refused);
  });

  test('is dialed with what cannot be another dial string', () => {
    expect(spanDialString('e1_1', 3, '10086')).toBe('freetdm/e1_1/3/10086');
    expect(
      ['up', 'down', 'round-up', 'round-down'].map((way) => spanDialString('g', way as 'up', '1')),
    ).toEqual(['freetdm/g/a/1', 'freetdm/g/A/1', 'freetdm/g/r/1', 'freetdm/g/R/1']);
    const refused = expect.objectContaining({ code: 'BL_SPAN_ARGUMENT' }) as Error;
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (/^[0-9*#]{1,32}$/.test(text)) return;
        expect(() => spanDialString('g', 'up', text)).toThrow(refused);
      }),
    );
    for (const number of ['', '+8613900139000', '1,2', '1|2', '1}', '1 2', '1\n2', '1'.repeat(33)])
      expect(() => spanDialString('g', 'down', number)).toThrow(refused);
    for (const over of ['0', '1', 'a/b', '{x=1}g'])
      expect(() => spanDialString(over, 'up', '1')).toThrow(refused);
  });

  test('sends traps whose words for the alarm are other alarms’: only whether there is one is read', () => {
    const trap = { 'Event-Name': 'TRAP', 'span-name': 'e1_1', 'span-number': '1', 'chan-number': '7' };
    for (const alarm of ['blue', 'rai', 'red', ['ais', 'general'], undefined])
      expect(readTrap({ ...trap, condition: 'ftdm-alarm-trap', alarm })).toEqual({
        span: 'e1_1',
        channel: 7,
        alarmed: true,
      });
    expect(readTrap({ ...trap, condition: 'ftdm-alarm-clear' })).toMatchObject({ alarmed: false });
    const others = [
      {},
      { from: '10086', body: 'x' },
      { ...trap, condition: 'x' },
      { condition: 'ftdm-alarm-trap' },
      { ...trap, condition: 'ftdm-alarm-trap', 'chan-number': 'x' },
    ];
    for (const other of others) expect(readTrap(other)).toBeUndefined();
  });
});
