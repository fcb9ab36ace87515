import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { BranchlineError, ManualClock } from '@branchline/shared';
import { pcm, type PcmListener } from './pcm-port.ts';
import { readRtp, renderRtp, type RtpPacket } from './rtp.ts';
import { SoundPath } from './sound-path.ts';

const clock = new ManualClock();
const frame = (value: number): Int16Array => new Int16Array(pcm.frameSamples).fill(value);
let fs: Socket;
afterEach(() => fs.close());

interface Laboratory {
  readonly path: SoundPath;
  readonly modem: PcmListener;
  readonly written: Int16Array[];
  readonly lost: string[];
  /** Packets that came to FreeSWITCH's port. */
  readonly packets: RtpPacket[];
  /** Lets datagrams arrive. */
  readonly settle: () => Promise<void>;
}

async function laboratory(): Promise<Laboratory> {
  fs = createSocket('udp4');
  await new Promise<void>((resolve) => fs.bind(0, '127.0.0.1', resolve));
  const packets: RtpPacket[] = [];
  fs.on('message', (bytes) => packets.push(readRtp(bytes)!));
  let modem: PcmListener | undefined;
  const written: Int16Array[] = [];
  const lost: string[] = [];
  const path = await SoundPath.open({
    clock,
    lost: (problem) => lost.push(problem),
    open: async (listener) => {
      modem = listener;
      return { write: (samples) => written.push(samples), close: () => undefined };
    },
  });
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
  return { path, modem: modem!, written, lost, packets, settle };
}

test('FreeSWITCH gets a packet every 20 ms by the clock; the modem gets a frame for each of its own', async () => {
  const { path, modem, written, packets, settle } = await laboratory();
  path.connect({ host: '127.0.0.1', port: fs.address().port });
  for (let i = 0; i < 50; i++) {
    modem.samples(frame(4_032));
    fs.send(renderRtp({ sequence: i, timestamp: 160 * i, samples: frame(1_008) }, 1), path.port, '127.0.0.1');
    clock.advance(20);
    if (i % 5 === 4) await settle();
  }
  const report = path.close();
  expect(packets.length).toBe(51);
  expect(packets.map(({ sequence }) => sequence)).toEqual(packets.map((_, i) => i));
  expect(packets.at(-1)!.samples).toEqual(frame(4_032));
  expect(written.length).toBe(50);
  expect(written.at(-1)).toEqual(frame(1_008));
  expect(report.missing).toBe(0);
});

test('a stall of the process is made up for with five packets at most', async () => {
  const { path, packets, settle } = await laboratory();
  path.connect({ host: '127.0.0.1', port: fs.address().port });
  await settle();
  const before = packets.length;
  // One late look at the clock instead of ten: the timer that was due fires after it.
  const late = clock.monotonic.bind(clock);
  clock.monotonic = () => late() + 200;
  clock.advance(20);
  clock.monotonic = late;
  await settle();
  path.close();
  expect(packets.length - before).toBe(5);
});

test('lost packets become silence of their length, late and foreign ones nothing', async () => {
  const { path, modem, written, settle } = await laboratory();
  const stranger = createSocket('udp4');
  path.connect({ host: '127.0.0.1', port: fs.address().port });
  const send = async (...sequences: readonly number[]): Promise<void> => {
    for (const sequence of sequences)
      fs.send(renderRtp({ sequence, timestamp: 0, samples: frame(1_008) }, 1), path.port, '127.0.0.1');
    await settle();
  };
  await send(65_534, 65_535);
  modem.samples(frame(0));
  stranger.send(renderRtp({ sequence: 0, timestamp: 0, samples: frame(5_000) }, 1), path.port, '127.0.0.1');
  await send(2, 1);
  for (let i = 0; i < 4; i++) modem.samples(frame(0));
  const report = path.close();
  stranger.close();
  expect(report.missing).toBe(2);
  expect(written.map(([sample]) => sample)).toEqual([1_008, 1_008, 0, 0, 1_008]);
});

test('a modem that goes is told once; a path that was closed tells nothing', async () => {
  const { path, modem, lost } = await laboratory();
  const gone = new BranchlineError('BL_PORT_CLOSED', { port: 'm1', problem: 'unplugged' });
  modem.closed(gone);
  path.close();
  modem.closed(gone);
  expect(lost).toEqual([gone.message]);
});
