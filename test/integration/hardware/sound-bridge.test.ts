import { createSocket, type Socket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  GsmModem,
  pcm,
  readRtp,
  renderRtp,
  serialPort,
  SoundBridge,
  type CallEvent,
  loudestTone,
  type HeardTone,
} from '@branchline/hardware';
import { toneOf } from '@branchline/hardware/emulator';
import { systemClock, type BranchlineError } from '@branchline/shared';
import { startEmulation, type Emulation } from '../../support/emulation.ts';
import { eventually } from '../../support/eventually.ts';

const number = '13900139000';
const said = 1_200;
let emulation: Emulation;
let modem: GsmModem;
let bridge: SoundBridge;
let events: CallEvent[];
let problems: string[];

beforeAll(async () => {
  emulation = await startEmulation('modem --profile huawei');
  await emulation.tell(`plan ${number} alert 300 answer 600`);
  modem = new GsmModem({
    id: 'modem-1',
    open: serialPort(emulation.place('m1')),
    clock: systemClock,
    listener: {
      call: (event) => events.push(event),
      changed: () => undefined,
      received: async () => undefined,
      warning: () => undefined,
    },
  });
  modem.start();
  await inService();
});
afterAll(async () => {
  await modem.stop();
  await emulation.stop();
});
beforeEach(() => {
  [events, problems] = [[], []];
  bridge = new SoundBridge({ clock: systemClock, log: (problem) => problems.push(problem) });
});
afterEach(() => bridge.stop());

const inService = () =>
  eventually('the modem is in service', () => modem.snapshot.condition.phase === 'in-service', 20_000);

/** FreeSWITCH's end of the sound: says a tone in real time and keeps what it hears. */
async function party(): Promise<{ socket: Socket; heard(): Int16Array; speak(port: number): () => void }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  let samples: number[] = [];
  socket.on('message', (bytes) => (samples = [...samples, ...readRtp(bytes)!.samples].slice(-pcm.rate)));
  return {
    socket,
    heard: () => Int16Array.from(samples),
    speak(port) {
      const startedAt = performance.now();
      let sequence = 0;
      const timer = setInterval(() => {
        for (; sequence * pcm.frameMs < performance.now() - startedAt; sequence++) {
          const frame = Int16Array.from(
            { length: pcm.frameSamples },
            (_, i) => 8_000 * Math.sin((2 * Math.PI * said * (sequence * pcm.frameSamples + i)) / pcm.rate),
          );
          const packet = { sequence, timestamp: sequence * pcm.frameSamples, samples: frame };
          socket.send(renderRtp(packet, 1), port, '127.0.0.1');
        }
      }, 5);
      return () => clearInterval(timer);
    },
  };
}

test('a tone goes both ways through a process of its own; when that is killed, the call hears of it by name and the next one works', async () => {
  const fs = await party();
  const lost: BranchlineError[] = [];
  const talk = async (name: string) => {
    const sound = await bridge.open(name, emulation.place('m1-sound'), {
      lost: (reason) => lost.push(reason),
    });
    sound.connect({ host: '127.0.0.1', port: fs.socket.address().port });
    const quiet = fs.speak(sound.port);
    modem.dial(number);
    await eventually('it is answered', () => events.some(({ what }) => what === 'answered'), 5_000);
    await eventually(
      'the far end is heard',
      () => loudestTone(fs.heard()).frequency === toneOf(number) && loudestTone(fs.heard()).share > 0.4,
      10_000,
    );
    await eventually(
      'the far end hears',
      async () => {
        const heard = JSON.parse(await emulation.tell(`heard ${number}`)) as HeardTone;
        return heard.frequency === said && heard.share > 0.4;
      },
      10_000,
    );
    return { sound, quiet };
  };

  const first = await talk('one');
  process.kill(bridge.pid!, 'SIGKILL');
  await eventually('the loss is told', () => lost.length === 1);
  first.quiet();
  expect(lost[0]).toMatchObject({ code: 'BL_SOUND_BRIDGE' });
  expect(problems[0]).toContain('SIGKILL');
  modem.hangUp();
  await inService();

  events = [];
  const second = await talk('two');
  second.quiet();
  second.sound.close();
  fs.socket.close();
  expect(lost.length).toBe(1);
});

test('a process that crashes again and again is not started without a pause', async () => {
  const opened = () => bridge.open('x', emulation.place('m1-sound'), { lost: () => undefined });
  await opened();
  process.kill(bridge.pid!, 'SIGKILL');
  await eventually('it is gone', () => bridge.pid === undefined);
  await opened();
  process.kill(bridge.pid!, 'SIGKILL');
  await eventually('it is gone', () => bridge.pid === undefined);
  await expect(opened()).rejects.toMatchObject({ code: 'BL_SOUND_BRIDGE' });
  await eventually('it may be started again', () => opened().then(() => true), 5_000);
});

test('a sound port that is not there is refused by name, and unplugging in a call is told', async () => {
  const refused = bridge.open('one', '/dev/pts/does-not-exist', { lost: () => undefined });
  await expect(refused).rejects.toMatchObject({ code: 'BL_SOUND_REFUSED' });
  const lost: BranchlineError[] = [];
  await bridge.open('two', emulation.place('m1-sound'), { lost: (reason) => lost.push(reason) });
  await emulation.tell('unplug m1');
  await eventually('the loss is told', () => lost.length === 1);
  expect(lost[0]).toMatchObject({ code: 'BL_SOUND_LOST' });
  await emulation.tell('plug m1');
});
