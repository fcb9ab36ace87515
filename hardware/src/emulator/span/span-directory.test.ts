import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@branchline/shared';
import { afterEach, expect, test, vi } from 'vitest';
import { fileSpanSource } from '../../span/index.ts';
import { World } from '../world/index.ts';
import { connectFtdm, serveFtdm, SpanBox, SpanDirectory, type TrapHeaders } from './index.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function boxIn(): { box: SpanBox; clock: ManualClock; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'bl-box-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const clock = new ManualClock();
  const box = SpanBox.of(new World({ clock, seed: 1 }), ['e1', 't1'], 1);
  box.start();
  ends.push(() => box.stop());
  return { box, clock, folder };
}

test('the files follow the spans, vanish with the driver, and nothing is left', async () => {
  const { box, folder } = boxIn();
  const directory = new SpanDirectory(folder, box);
  const source = fileSpanSource({
    proc: join(folder, 'proc/dahdi'),
    sys: join(folder, 'sys/bus/dahdi_spans/devices'),
  });
  const look = async (span: number): Promise<unknown> => {
    const seen = await source.look(span);
    return seen.found === 'reading'
      ? [seen.reading.channels.length, ...seen.reading.line.alarms]
      : seen.found;
  };
  expect([await look(1), await look(2), await look(3)]).toEqual([[31], [24], 'span-missing']);
  box.spans[0]!.fail('blue');
  await vi.waitFor(async () => expect(await look(1)).toEqual([31, 'blue']));
  box.setHalved(true);
  await vi.waitFor(async () => expect(await look(1)).toBe('garbage'));
  box.setDriver(false);
  await vi.waitFor(async () => expect(await look(1)).toBe('driver-missing'));
  expect(readFileSync(join(folder, 'dahdi_scan'), 'utf8')).toContain('Unable to open /dev/dahdi/ctl');
  directory.stop();
  expect(readdirSync(folder)).toEqual([]);
});

test('FreeTDM answers another process in order, tells of traps, and is missed when it is gone', async () => {
  const { box, clock, folder } = boxIn();
  const path = join(folder, 'ftdm.sock');
  const served = await serveFtdm(path, box);
  const link = await connectFtdm(path);
  ends.push(() => link.close());
  const traps: TrapHeaders[] = [];
  link.onTrap((headers) => traps.push(headers));
  clock.advance(3_000);
  const commands = [
    'ftdm sigstatus get e1_1',
    'ftdm sigstatus get x',
    'ftdm\nlist',
    'nothing',
    'ftdm dump t1_2 24',
  ];
  const replies = await Promise.all(commands.map((command) => link.api(command)));
  expect(replies.slice(0, 2)).toEqual(['signaling_status: UP\n', '-ERR invalid span x\n']);
  expect(replies[2]).toContain('span: 2 (t1_2)');
  expect(replies[3]).toBe('-ERR nothing Command not found!\n');
  expect(replies[4]).toContain('physical_chan_id: 55\n');
  box.spans[1]!.fail('yellow');
  await vi.waitFor(() => expect(traps).toHaveLength(24));
  expect(traps[0]).toContainEqual(['alarm', 'rai']);
  await served.stop();
  await vi.waitFor(() => expect(link.api('ftdm list')).rejects.toMatchObject({ code: 'BL_PORT_CLOSED' }));
  expect(existsSync(path)).toBe(false);
  await expect(connectFtdm(path)).rejects.toThrow('ENOENT');
});

test('channels are taken out of service and back by command; wrong commands are refused in the words of FreeTDM', async () => {
  const { box, clock } = boxIn();
  clock.advance(3_000);
  expect(await box.api('ftdm sigstatus set e1_1 3 SUSPENDED')).toBe(
    'Signaling status of channel 3 set to SUSPENDED\n',
  );
  expect(await box.api('ftdm sigstatus get e1_1 3')).toBe('Channel 3 signaling status: SUSPENDED\n');
  expect(await box.api('ftdm reset e1_1')).toBe('+OK\n');
  expect(await box.api('ftdm sigstatus get 1 3')).toBe('Channel 3 signaling status: UP\n');
  expect(await box.api('ftdm stop e1_1')).toBe('+OK\n');
  expect(await box.api('ftdm sigstatus get e1_1')).toBe('signaling_status: DOWN\n');
  expect(await box.api('ftdm core calls')).toBe('\nTotal calls: 0\n');
  for (const [command, reply] of [
    ['ftdm', '-ERR Usage'],
    ['ftdm dump', '-ERR Usage'],
    ['ftdm dump x', '-ERR span x not found'],
    ['ftdm dump e1_1 99', '-ERR invalid channel'],
    ['ftdm sigstatus get', '-ERR Usage'],
    ['ftdm sigstatus get e1_1 16', '-ERR invalid channel'],
    ['ftdm sigstatus set x all UP', '-ERR invalid span'],
    ['ftdm start x', '-ERR span x not found'],
    ['ftdm alarms x 1', '-ERR span x not found'],
  ] as const)
    expect(await box.api(command)).toContain(reply);
});

test('what `ftdm alarms` says is not the state of the alarms', async () => {
  const { box } = boxIn();
  expect(await box.api('ftdm alarms e1_1 1')).toBe('+OK No alarms\n');
  box.spans[0]!.fail('red');
  expect(await box.api('ftdm alarms e1_1 1')).toMatch(/^-ERR Success on 1:\d+$/m);
});
