import { readProcSpan, SpanMonitor, type SpanSnapshot } from '@branchline/hardware';
import { SpanBox, World } from '@branchline/hardware/emulator';
import { scaledClock } from '@branchline/shared';
import { afterEach, expect, test, vi } from 'vitest';
import { EslClient } from './contract/index.ts';
import { openVirtualLaboratory } from './contract/virtual-laboratory.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A virtual switch above an emulated E1 that runs 20 times as fast. */
async function switchWithSpan(): Promise<{ box: SpanBox; world: World; client: EslClient }> {
  const now = Date.now();
  const world = new World({ clock: scaledClock({ speed: 20, real: now, business: now }), seed: 1 });
  const box = SpanBox.of(world, ['e1'], 1);
  box.start();
  const laboratory = await openVirtualLaboratory({ spans: box });
  const client = await EslClient.connect(laboratory.eslPort, laboratory.password);
  ends.push(
    () => box.stop(),
    () => world.stop(),
    () => laboratory.close(),
    () => client.close(),
  );
  return { box, world, client };
}

test('the event socket answers ftdm commands and tells of alarms, with the words of another alarm', async () => {
  const { box, client } = await switchWithSpan();
  expect(await client.api('ftdm list')).toContain('span: 1 (e1_1)');
  expect(await client.api('ftdm sigstatus get nobody')).toBe('-ERR invalid span nobody\n');
  box.spans[0]!.fail('red');
  const trap = await client.event((event) => event['Event-Name'] === 'TRAP', 'a trap');
  expect(trap).toMatchObject({ condition: 'ftdm-alarm-trap', 'span-name': 'e1_1', alarm: 'blue' });
});

test('a switch without spans knows no ftdm', async () => {
  const laboratory = await openVirtualLaboratory();
  ends.push(() => laboratory.close());
  const client = await EslClient.connect(laboratory.eslPort, laboratory.password);
  ends.push(() => client.close());
  expect(await client.api('ftdm list')).toBe('-ERR ftdm Command not found!\n');
});

test('a monitor over the event socket sees the D-channel go and come back', async () => {
  const { box, world, client } = await switchWithSpan();
  const seen: string[] = [];
  const watch = ({ condition }: SpanSnapshot): void =>
    void seen.push('fault' in condition ? condition.fault : condition.phase);
  const line = readProcSpan(box.files().get('proc/dahdi/1')!);
  const monitor = new SpanMonitor({
    clock: world.clock,
    spans: [{ name: 'e1_1', number: 1, kind: 'e1' }],
    source: { look: () => Promise.resolve({ found: 'reading', reading: line }) },
    ftdm: client,
    listener: { changed: watch, alarm: () => undefined },
  });
  monitor.start();
  ends.push(() => monitor.stop());
  const last = (condition: string): Promise<unknown> =>
    vi.waitFor(() => expect(seen.at(-1)).toBe(condition), { timeout: 15_000, interval: 20 });
  await last('in-service');
  box.spans[0]!.setDChannel(false);
  await last('d-channel-down');
  box.spans[0]!.setDChannel(true);
  await last('in-service');
});
