// Listening to callees: its CPU beside reading the sound alone, what it does to this thread, how long a verdict takes, how often it is right.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Ear, FingerprintSet, learn, Listener, WavTail, type Fingerprint } from '@branchline/edge/answer';
import { silentLog } from '@branchline/shared/node';
import { announcementTexts, joined, seconds, speak, toWav, tone } from '../answer-set/index.ts';
import { measure, quantile } from '../answer-set/measure.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

const calls = 60;
const frameMs = 20;

export async function run(): Promise<BenchLine[]> {
  const voice = { language: 'cmn', variant: 'f2', speed: 220, pitch: 50 } as const;
  const greeting = Int16Array.from(
    joined(
      seconds(0.3),
      speak('您好，我现在不在，请在听到嘀声后留下您的姓名和电话。', voice),
      tone([1000], 0.4),
    ),
    (sample) => 9000 * sample,
  );
  const announcements = announcementTexts.map(([language, says]) =>
    learn(
      says,
      says,
      Int16Array.from(
        speak(says, { ...voice, language: language === 'en' ? 'en-us' : 'cmn' }),
        (x) => 9000 * x,
      ),
    ),
  );
  const wav = toWav(greeting);
  const set = new FingerprintSet(announcements);
  const read = costOf(() => new WavTail(() => undefined), wav);
  const judged = costOf(() => {
    const ear = new Ear(set, () => undefined);
    ear.answered();
    return ear;
  }, wav);
  const early = costOf(() => new Ear(set, () => undefined), wav);
  const live = await listenLive(greeting, announcements);
  const { falsePositives, found, machineMs, personMs, beeps, matrix } = measure('held-out');
  console.error(JSON.stringify(matrix));
  return [
    benchLine('answer: CPU a call and second, who answered, beside reading alone', judged, read, 'ms/s'),
    benchLine('answer: CPU a call and second, before the answer, beside reading alone', early, read, 'ms/s'),
    benchLine(
      `answer: delay of this thread p99, ${calls} calls, beside the same unheard`,
      live.busy,
      live.idle,
      'ms',
    ),
    benchLine(`answer: verdict after its sound was written p95, ${calls} calls`, live.lateMs, frameMs, 'ms'),
    benchLine('answer: people judged machines, beside the aim', 100 * falsePositives, 2, '%'),
    benchLine('answer: machines found, beside the aim', 100 * found, 85, '%'),
    benchLine('answer: verdict on machines p95, beside the aim', quantile(machineMs, 0.95), 2000, 'ms'),
    benchLine('answer: verdict on people p95, beside that', quantile(personMs, 0.95), 2000, 'ms'),
    benchLine('answer: ends of beeps told, beside all', 100 * beeps, 100, '%'),
  ];
}

/** CPU of a second of sound, ms. */
function costOf(make: () => { push(bytes: Uint8Array): void }, wav: Uint8Array): number {
  const rounds = 20;
  const bytes = 2 * 8 * frameMs;
  for (let i = 0; i < 3; i++) make().push(wav);
  const before = process.cpuUsage();
  for (let i = 0; i < rounds; i++) {
    const to = make();
    for (let at = 0; at < wav.length; at += bytes) to.push(wav.subarray(at, at + bytes));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / ((rounds * wav.length) / 16_000);
}

interface Live {
  readonly busy: number;
  readonly idle: number;
  readonly lateMs: number;
}

/** Many calls that are recorded at once, frame by frame, as FreeSWITCH does. */
async function listenLive(samples: Int16Array, announcements: readonly Fingerprint[]): Promise<Live> {
  const folder = await mkdtemp(join(tmpdir(), 'answer-'));
  const late: number[] = [];
  const startedAt = new Map<string, number>();
  const listener = new Listener({
    recorder: { startRecording: () => Promise.resolve(), stopRecording: () => Promise.resolve() },
    folder,
    announcements,
    onRecognised: (leg, what) => {
      if (what.type === 'verdict') late.push(performance.now() - startedAt.get(leg)! - what.ms);
    },
    log: silentLog,
  });
  // An edge has started long before its first call.
  await pause(3000);
  // The writing is FreeSWITCH's part: it goes on in both.
  const everyone = (heard: boolean) => () =>
    Promise.all(Array.from({ length: calls }, (_, i) => pause(i * 7).then(() => record(`leg-${i}`, heard))));
  const idle = await delayOf(everyone(false));
  const busy = await delayOf(everyone(true));
  await listener.close();
  await rm(folder, { recursive: true, force: true });
  return {
    idle,
    busy,
    lateMs: quantile(
      late.toSorted((a, b) => a - b),
      0.95,
    ),
  };

  async function record(leg: string, heard: boolean): Promise<void> {
    const file = join(folder, `${leg}.wav`);
    writeFileSync(file, toWav(new Int16Array(0)));
    const descriptor = openSync(file, 'a');
    if (heard) listener.listen(leg, 'greeting');
    const begun = performance.now();
    startedAt.set(leg, begun);
    let written = 0;
    while (written < samples.length) {
      await pause(frameMs);
      const until = Math.min(samples.length, Math.floor((performance.now() - begun) / frameMs) * 160);
      const part = samples.subarray(written, until);
      writeSync(descriptor, new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      written = until;
    }
    closeSync(descriptor);
    listener.stop(leg);
  }
}

/** How late this thread's turns were while something went on, p99, ms beyond the resolution of 10 ms. */
async function delayOf(what: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  await what();
  delay.disable();
  return Math.max(0, delay.percentile(99) / 1e6 - 10);
}
