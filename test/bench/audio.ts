// What the process that moves the sound of modem calls costs: CPU a call with eight calls, beside one call alone.
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { bytesOf, pcm, SoundBridge, type CallSound } from '@branchline/hardware';
import { PtyCable } from '@branchline/hardware/emulator';
import { systemClock } from '@branchline/shared';
import { benchLine, type BenchLine } from './bench-line.ts';

const calls = 8;
const measureMs = 10_000;
/** `/proc/<pid>/stat` counts in hundredths of a second on Linux. */
const tickMs = 10;

export async function run(): Promise<BenchLine[]> {
  return [benchLine('audio: CPU a call, 8 calls', await costOf(calls), await costOf(1), 'ms/s')];
}

/** CPU of the process a call, ms in each second. */
async function costOf(count: number): Promise<number> {
  const bridge = new SoundBridge({ clock: systemClock, log: (problem) => console.error(problem) });
  const stops = await Promise.all(Array.from({ length: count }, (_, i) => call(bridge, i)));
  try {
    await pause(1_000);
    const before = await cpuMs(bridge.pid!);
    await pause(measureMs);
    return ((await cpuMs(bridge.pid!)) - before) / (measureMs / 1000) / count;
  } finally {
    for (const stop of stops) stop();
    await bridge.stop();
  }
}

/** A modem that sends frames in real time, and a FreeSWITCH that sends back what it gets. */
async function call(bridge: SoundBridge, index: number): Promise<() => void> {
  const places: string[] = [];
  const cable = new PtyCable({
    received: () => undefined,
    plugged: (path) => places.push(path),
    backlog: 1_600,
  });
  cable.plug();
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const sound: CallSound = await bridge.open(`call-${index}`, places[0]!, {
    lost: (reason) => console.error(reason.message),
  });
  socket.on('message', (packet) => socket.send(packet, sound.port, '127.0.0.1'));
  sound.connect({ host: '127.0.0.1', port: socket.address().port });
  const frame = bytesOf(Int16Array.from({ length: pcm.frameSamples }, (_, i) => 100 * i));
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (; sent * pcm.frameMs < performance.now() - startedAt; sent++) cable.send(frame);
  }, pcm.frameMs / 2);
  return () => {
    clearInterval(timer);
    sound.close();
    socket.close();
    cable.unplug();
  };
}

async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
