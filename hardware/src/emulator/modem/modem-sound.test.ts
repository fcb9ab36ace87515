import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { bytesOf, loudestTone, pcm, SampleReader } from '../../audio/index.ts';
import type { ProfileId } from '../../modem/index.ts';
import { makeSim, toneOf, withCheckDigit, World } from '../world/index.ts';
import { EmulatedModem } from './emulated-modem.ts';
import { personality } from './personality.ts';

const number = '13900139000';
let clock: ManualClock;
let world: World;
let heard: number[];
let emulated: EmulatedModem;

function plug(profile: ProfileId, ppm = 0): void {
  clock = new ManualClock();
  world = new World({ clock, seed: 1 });
  world.plan.set(number, { alertAfterMs: 500, answerAfterMs: 1_000, release: { afterMs: 9_000, cause: 16 } });
  heard = [];
  const reader = new SampleReader();
  const cable = { send: () => undefined, plug: () => undefined, unplug: () => undefined };
  const speaks = personality(profile);
  emulated = new EmulatedModem({
    id: 'm1',
    world,
    cable,
    soundCable: { ...cable, send: (bytes) => void heard.push(...reader.push(bytes)) },
    ppm,
    personality: speaks,
    sim: makeSim(1),
    imei: withCheckDigit(`${speaks.tac}100000`),
    seed: 1,
  });
  emulated.plug();
  clock.advance(60_000);
}

const command = (text: string): void => {
  emulated.receive(Buffer.from(`${text}\r`));
  clock.advance(200);
};

beforeEach(() => plug('sim7600'));

test.each<[ProfileId, string[], string[]]>([
  ['huawei', [], ['AT^DDSETEX=2']],
  ['sim7600', [], ['AT+CPCMREG=1']],
  ['ec20', ['AT+QPCMV=1,0'], []],
])(
  '%s: sound begins when its command and a call are there, and ends with the call',
  (profile, before, after) => {
    plug(profile);
    before.forEach(command);
    command(`ATD${number};`);
    if (after.length > 0) expect(heard).toEqual([]);
    after.forEach(command);
    clock.advance(3_000);
    expect(loudestTone(Int16Array.from(heard.slice(-8_000)))).toMatchObject({ frequency: toneOf(number) });
    clock.advance(20_000);
    const total = heard.length;
    clock.advance(5_000);
    expect(heard.length).toBe(total);
  },
);

test('frames come at the pace of the modem’s own clock', () => {
  plug('huawei', 10_000);
  command(`ATD${number};`);
  command('AT^DDSETEX=2');
  const before = heard.length;
  clock.advance(4_000);
  expect((heard.length - before) / (4_000 * (pcm.rate / 1_000))).toBeCloseTo(1.01, 2);
});

test('what the program says is heard at the far end while the call is up, and not after it', () => {
  command(`ATD${number};`);
  command('AT+CPCMREG=1');
  clock.advance(2_000);
  const tone = Int16Array.from(
    { length: 1_600 },
    (_, i) => 8_000 * Math.sin((2 * Math.PI * 880 * i) / 8_000),
  );
  emulated.receiveSound(bytesOf(tone));
  const voice = world.voices.get(number)!;
  expect(voice.heard.frequency).toBe(880);
  command('AT+CHUP');
  emulated.receiveSound(bytesOf(new Int16Array(8_000)));
  expect(voice.heard.frequency).toBe(880);
});

test('the command to stop it stops it', () => {
  command(`ATD${number};`);
  command('AT+CPCMREG=1');
  command('AT+CPCMREG=0');
  const total = heard.length;
  expect(total).toBeGreaterThan(0);
  clock.advance(1_000);
  expect(heard.length).toBe(total);
});
