import { afterEach, describe, expect, test } from 'vitest';
import { conditionWord, SpanLaboratory, spanFixture } from '../../testing/span-laboratory.ts';
import { readFtdmList, readProcSpan, SpanMonitor, type SpanKind } from './index.ts';

const laboratories: SpanLaboratory[] = [];

afterEach(() => {
  for (const each of laboratories.splice(0)) each.stop();
});

function laboratory(...args: ConstructorParameters<typeof SpanLaboratory>): SpanLaboratory {
  const made = new SpanLaboratory(...args);
  laboratories.push(made);
  return made;
}

async function inService(...args: ConstructorParameters<typeof SpanLaboratory>): Promise<SpanLaboratory> {
  const lab = laboratory(...args);
  await lab.until('in-service');
  return lab;
}

describe('what documents and emulator show is read alike', () => {
  const emulated = async (
    kind: SpanKind,
    act: (lab: SpanLaboratory) => void = () => undefined,
  ): Promise<string> => {
    const lab = await inService([kind]);
    act(lab);
    return lab.box.files().get('proc/dahdi/1')!;
  };
  const cases: readonly (readonly [string, string, () => Promise<string>])[] = [
    [
      'a healthy E1',
      'proc-e1.txt',
      () => emulated('e1', ({ emulated: e1 }) => (e1.counters = { ...e1.counters, timingSlips: 2 })),
    ],
    [
      'a pulled cable',
      'proc-e1-cable-pulled.txt',
      () =>
        emulated('e1', ({ emulated: e1 }) => {
          e1.counters = { ...e1.counters, timingSlips: 2 };
          e1.fail('red');
        }),
    ],
  ];
  test.each(cases)('%s', async (_, fixture, make) => {
    const [told, made] = [readProcSpan(spanFixture(fixture)), readProcSpan(await make())];
    expect({ ...made.line, config: made.line.config.toSorted() }).toEqual({
      ...told.line,
      config: told.line.config.toSorted(),
    });
    expect(made.channels).toEqual(told.channels);
  });

  test('FreeTDM lists and dumps with the same words', async () => {
    const lab = await inService();
    const [told] = readFtdmList(spanFixture('ftdm-list.txt'));
    expect(readFtdmList(await lab.box.api('ftdm list'))).toEqual([told]);
    const keys = (text: string): string[] =>
      text.split('\n').flatMap((line) => /^(\w+):/.exec(line)?.[1] ?? []);
    expect(keys(await lab.box.api('ftdm dump e1_1 3'))).toEqual(keys(spanFixture('ftdm-dump-channel.txt')));
  });

  test('dahdi_scan of a T1 without signal', async () => {
    const lab = await inService(['t1']);
    lab.emulated.fail('red');
    expect(lab.box.files().get('dahdi_scan')).toBe(spanFixture('dahdi-scan.txt'));
  });
});

describe('every fault ends in its condition and comes back', () => {
  const lineFaults = [
    ['red', 'no-signal'],
    ['yellow', 'remote-alarm'],
    ['blue', 'upstream-failed'],
    ['loop', 'looped'],
  ] as const;
  test.each(lineFaults)('%s', async (alarm, fault) => {
    const lab = await inService();
    lab.emulated.fail(alarm);
    await lab.until(fault, 5_000);
    expect(new Set(lab.states())).toEqual(new Set(['framing', 'signalling', 'alarmed']));
    await lab.pass(10_000);
    lab.emulated.recover();
    await lab.pass(1_500);
    expect(lab.span.line!.alarms).toEqual(['recovering']);
    expect(lab.condition).toBe(fault);
    await lab.until('in-service', 20_000);
    expect(lab.states().filter((state) => state === 'idle')).toHaveLength(30);
    expect(lab.alarms.map(([, entry]) => entry.clearedAt === undefined)).toEqual([true, false]);
    const [entry] = lab.span.history;
    expect(entry!.alarms).toContain(alarm);
    expect(entry!.clearedAt! - entry!.openedAt).toBeGreaterThan(13_000);
  });

  test('a pulled cable takes the D-channel after 2–3 s and the calls with it', async () => {
    const lab = await inService();
    lab.world.plan.set('13900139000', { alertAfterMs: 500, answerAfterMs: 1_000 });
    lab.emulated.dial('13900139000');
    await lab.until('in-call', 10_000);
    lab.emulated.fail('red');
    await lab.pass(1_900);
    expect([lab.emulated.dChannelUp, lab.emulated.calls.channels.at(-1)!.state]).toEqual([true, 'UP']);
    await lab.pass(1_200);
    expect([lab.emulated.dChannelUp, lab.emulated.calls.channels.at(-1)!.state]).toEqual([false, 'DOWN']);
    expect(['27', '38', '41']).toContain(lab.emulated.calls.channels.at(-1)!.cause);
  });

  test('a D-channel that is down without an alarm is found by asking', async () => {
    const lab = await inService();
    lab.emulated.setDChannel(false);
    expect(lab.span.signalling).toBe('up');
    await lab.until('d-channel-down', 6_000);
    expect(lab.span.signalling).toBe('down');
    expect(lab.span.line!.alarms).toEqual([]);
    lab.emulated.setDChannel(true);
    await lab.until('in-service', 10_000);
  });

  test('a driver that is reloaded is missing for as long as it takes, and its counters begin anew', async () => {
    const lab = await inService();
    lab.emulated.counters = { ...lab.emulated.counters, crc4: 500 };
    await lab.pass(2_000);
    lab.box.reload();
    await lab.until('driver-missing', 2_000);
    await lab.until('in-service', 20_000);
    expect(lab.span.rates.crcPerMinute).toBe(0);
    expect(lab.span.line!.counters.crc4).toBe(0);
  });

  test('files that end in the middle are garbage after three of them, and never a crash', async () => {
    const lab = await inService();
    lab.box.setHalved(true);
    await lab.pass(1_500);
    expect(lab.condition).toBe('in-service');
    await lab.until('garbage', 5_000);
    lab.box.setHalved(false);
    await lab.until('in-service', 5_000);
  });

  test('a FreeTDM that does not answer is named, and asked again', async () => {
    const lab = await inService();
    lab.box.faults.mute = true;
    await lab.until('freetdm-silent', 60_000);
    expect(lab.span.signalling).toBe('unknown');
    expect(lab.states().filter((state) => state === 'out-of-service')).toHaveLength(30);
    lab.box.faults.mute = false;
    await lab.until('in-service', 30_000);
  });

  test('a span that FreeTDM does not know is another thing than a switch without FreeTDM', async () => {
    const lab = laboratory(['e1'], { spans: [{ name: 'other', number: 1, kind: 'e1' }] });
    await lab.until('freetdm-unknown-span', 10_000);
    const without = laboratory(['e1'], {
      ftdm: { api: () => Promise.resolve('-ERR ftdm Command not found!\n') },
    });
    await without.until('freetdm-silent', 20_000);
    expect([lab.span, without.span].map(({ condition }) => condition.phase)).toEqual([
      'signalling-down',
      'signalling-down',
    ]);
  });

  test('a T1 where an E1 was ordered is told as what it is', async () => {
    const lab = laboratory(['t1'], { spans: [{ name: 't1_1', number: 1, kind: 'e1' }] });
    await lab.until('garbage', 10_000);
    expect(lab.span.condition.reason).toContain('24 channels where an E1 has 31');
  });

  test('a span that is not there does not disturb the one that is', async () => {
    const spans = [
      { name: 'e1_1', number: 1, kind: 'e1' },
      { name: 'e1_2', number: 2, kind: 'e1' },
    ] as const;
    const lab = laboratory(['e1'], { spans });
    await lab.until('in-service');
    expect(lab.monitor.spans.map(conditionWord)).toEqual(['in-service', 'span-missing']);
  });

  test('wrong timing is warned of by its slips, without an alarm, and so is a noisy line', async () => {
    const lab = await inService();
    lab.emulated.setWrongTiming(true);
    await lab.pass(60_000);
    expect(lab.span.warnings.map(({ warning }) => warning)).toEqual(['timing-wrong']);
    expect(lab.span.rates.slipsPerHour).toBeGreaterThan(300);
    lab.emulated.setWrongTiming(false);
    lab.emulated.setNoise(true);
    await lab.pass(640_000);
    expect(lab.span.warnings.map(({ warning }) => warning)).toEqual([
      'line-noise',
      'line-noise',
      'line-noise',
    ]);
    expect([lab.condition, lab.alarms]).toEqual(['in-service', []]);
    lab.emulated.setNoise(false);
    await lab.pass(640_000);
    expect(lab.span.warnings).toEqual([]);
  });

  test('one bad channel, all channels busy, a restart of the channels', async () => {
    const lab = await inService();
    lab.emulated.calls.setBadSlot(5);
    await lab.pass(6_000);
    expect(lab.states()[5]).toBe('out-of-service');
    expect(lab.span.warnings.map(({ reason }) => reason)).toEqual(['timeslots 5 take no calls']);
    const [bad] = lab.emulated.calls.channels.filter(({ slot }) => slot === 5);
    expect(lab.emulated.dial('1', [bad!])).toBe(44);
    lab.emulated.calls.setBadSlot(undefined);
    lab.emulated.calls.setAllBusy(true);
    await lab.pass(6_000);
    expect(lab.states().filter((state) => state === 'busy')).toHaveLength(30);
    expect(lab.emulated.dial('1')).toBe(34);
    lab.emulated.calls.setAllBusy(false);
    await lab.until('in-service', 10_000);
    lab.emulated.calls.restart();
    await lab.pass(500);
    expect(lab.emulated.calls.channels.every(({ state }) => state === 'RESTART')).toBe(true);
    await lab.until('in-service', 10_000);
    expect(lab.span.warnings).toEqual([]);
  });
});

describe('calls and events', () => {
  test('a call is shown on its timeslot, our own from above, theirs from below', async () => {
    const lab = await inService(['e1', 'e1']);
    const [, second] = lab.box.spans;
    lab.world.plan.set('13900139000', { alertAfterMs: 500, answerAfterMs: 1_000 });
    second!.dial('13900139000');
    second!.callIn('02012345678');
    await lab.pass(6_000);
    const { timeslots } = lab.monitor.spans[1]!;
    const busy = timeslots.filter(({ state }) => state === 'busy');
    expect(busy.map(({ slot, channel, call }) => [slot, channel, call!.from, call!.to])).toEqual([
      [1, 32, '02012345678', '02088880000'],
      [31, 62, '02088880000', '13900139000'],
    ]);
    expect(conditionWord(lab.monitor.spans[0]!)).toBe('in-service');
  });

  test('a span is not in service before FreeTDM has said so, unless there is none', async () => {
    const lab = laboratory(['e1'], { ftdm: { api: () => new Promise(() => undefined) } });
    await lab.pass(5_000);
    expect([lab.condition, lab.span.condition.reason]).toEqual(['waiting', 'FreeTDM has not answered yet']);
    const { clock, source } = lab;
    const monitor = new SpanMonitor({
      clock,
      source,
      spans: [{ name: 'e1_1', number: 1, kind: 'e1' }],
      listener: { changed: () => undefined, alarm: () => undefined },
    });
    monitor.start();
    await lab.pass(1_000);
    monitor.stop();
    expect(monitor.spans[0]!.condition).toEqual({ phase: 'in-service', reason: '0 in use, 30 free' });
  });

  test('the listener hears of changes only', async () => {
    const lab = await inService();
    await lab.pass(6_000);
    const before = lab.changes.length;
    for (let crc4 = 1; crc4 <= 5; crc4++) {
      lab.emulated.counters = { ...lab.emulated.counters, crc4 };
      await lab.pass(1_000);
    }
    expect(lab.span.line!.counters.crc4).toBe(5);
    expect(lab.changes).toHaveLength(before);
  });

  test('an alarm shorter than the debounce is counted and raises no fault', async () => {
    const lab = await inService(['e1'], { debounceMs: 20_000 });
    lab.emulated.fail('red');
    await lab.pass(1_500);
    expect(lab.states().filter((state) => state === 'alarmed')).toHaveLength(30);
    lab.emulated.recover();
    await lab.pass(10_000);
    expect([lab.span.briefAlarms, lab.span.history, lab.alarms]).toEqual([1, [], []]);
    expect(lab.changes.map(conditionWord)).not.toContain('no-signal');
  });

  test('TRAP events call a red line blue over DAHDI; the monitor looks for itself at once', async () => {
    const lab = await inService(['e1'], { lookEveryMs: 60_000 });
    const traps: Readonly<Record<string, string>>[] = [];
    lab.box.onTrap((headers) => void traps.push(Object.fromEntries(headers)));
    lab.emulated.fail('red');
    expect(traps).toHaveLength(31);
    expect(traps[0]).toMatchObject({ condition: 'ftdm-alarm-trap', 'span-name': 'e1_1', alarm: 'blue' });
    await lab.pass(500);
    expect(lab.span.line!.alarms).toEqual(['red', 'los']);
    traps.length = 0;
    lab.emulated.recover();
    expect(traps[0]).toMatchObject({ condition: 'ftdm-alarm-trap', alarm: 'red' });
    await lab.pass(8_000);
    expect(traps.at(-1)!['condition']).toBe('ftdm-alarm-clear');
    expect(lab.span.line!.alarms).toEqual([]);
  });

  test('a FreeTDM that hangs is asked one question at a time, whatever traps come', async () => {
    let asked = 0;
    const lab = laboratory(['e1'], {
      ftdm: {
        api: () => {
          asked++;
          return new Promise(() => undefined);
        },
      },
    });
    for (let i = 0; i < 20; i++) {
      lab.monitor.trap({ condition: 'ftdm-alarm-trap', 'span-name': 'e1_1', 'chan-number': '1' });
      await lab.pass(300);
    }
    expect(asked).toBe(1);
  });

  test('stopped in the middle of a look and started again, it looks once a second as before', async () => {
    let looks = 0;
    const source = {
      look: () => {
        looks++;
        return Promise.resolve({ found: 'span-missing', problem: '' } as const);
      },
    };
    const lab = laboratory(['e1'], { source });
    lab.monitor.stop();
    lab.monitor.start();
    lab.monitor.start();
    await lab.pass(10_500);
    expect(looks).toBeLessThanOrEqual(12);
    lab.monitor.stop();
    const before = looks;
    await lab.pass(5_000);
    expect(looks).toBe(before);
  });

  test('two runs of one seed are the same', async () => {
    const story = async (): Promise<string> => {
      const lab = await inService();
      lab.emulated.setNoise(true);
      lab.emulated.dial('13900139000');
      lab.emulated.fail('yellow');
      await lab.pass(20_000);
      return JSON.stringify([lab.changes, lab.alarms]);
    };
    expect(await story()).toBe(await story());
  });
});
