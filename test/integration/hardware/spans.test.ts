import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fileSpanSource, SpanMonitor } from '@branchline/hardware';
import { connectFtdm } from '@branchline/hardware/emulator';
import { scaledClock } from '@branchline/shared';
import { startEmulation } from '../../support/emulation.ts';
import { eventually } from '../../support/eventually.ts';

/** Emulated seconds per real second; the monitor's clock runs as fast. */
const speed = 20;
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

test('spans of another process lose their cable, their D-channel and their driver, and come back', async () => {
  const now = Date.now();
  const clock = scaledClock({ speed, real: now, business: now });
  const emulation = await startEmulation(`span --count 2 --speed ${speed}`);
  ends.push(() => emulation.stop());
  const folder = emulation.place('s1');
  expect(emulation.place('s2')).toBe(folder);
  const ftdm = await connectFtdm(join(folder, 'ftdm.sock'));
  ends.push(() => ftdm.close());
  const history: string[] = [];
  const monitor = new SpanMonitor({
    clock,
    spans: [
      { name: 'e1_1', number: 1, kind: 'e1', config: ['hdb3', 'ccs', 'crc4'] },
      { name: 'e1_2', number: 2, kind: 'e1' },
    ],
    source: fileSpanSource({
      proc: join(folder, 'proc/dahdi'),
      sys: join(folder, 'sys/bus/dahdi_spans/devices'),
    }),
    ftdm,
    listener: {
      changed: () => undefined,
      alarm: (span, { alarms, clearedAt }) =>
        void history.push(`${span} ${alarms.join('+')} ${clearedAt === undefined ? 'opened' : 'cleared'}`),
    },
  });
  ftdm.onTrap((headers) => monitor.trap(Object.fromEntries(headers)));
  monitor.start();
  ends.push(() => monitor.stop());
  const both = (wanted: string): Promise<unknown> =>
    eventually(
      wanted,
      () =>
        monitor.spans
          .map(({ condition }) => ('fault' in condition ? condition.fault : condition.phase))
          .join(' ') === wanted,
      30_000,
    );
  await both('in-service in-service');
  await emulation.tell('dial s2 13900139000');
  await both('in-service in-call');
  await emulation.tell('pull-cable s2');
  await both('in-service no-signal');
  await emulation.tell('recover s2');
  await both('in-service in-service');
  expect(history).toEqual(['e1_2 red+los opened', 'e1_2 red+los cleared']);
  await emulation.tell('d-channel-down s1');
  await both('d-channel-down in-service');
  await emulation.tell('d-channel-down s1 off');
  await both('in-service in-service');
  await emulation.tell('driver s1 off');
  await both('driver-missing driver-missing');
  await emulation.tell('driver s1 on');
  await both('in-service in-service');
  expect(monitor.spans[0]!.warnings).toEqual([]);
  await expect(emulation.tell('all-colours s1')).rejects.toThrow('is no command');
  expect(await emulation.stop()).toBe(0);
  expect(existsSync(folder)).toBe(false);
});
