import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeWav, encodeWav, idSource } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { Speech } from './speech.ts';

let folder: string;
let speech: Speech;
let heard: [string, string | undefined][];
let begun: string[];
let files: string[];
let stopped: string[];

/** Words as tones: a faithful recogniser of very few words. */
function wordOf(wav: Uint8Array): string | undefined {
  const sound = decodeWav(wav);
  if ('problem' in sound) return undefined;
  const { samples, rate } = sound;
  const loud = samples.filter((each) => Math.abs(each) > 0.1).length / 8000;
  const crossings = samples.filter(
    (each, i) => i > 0 && each >= 0 && samples[i - 1]! < 0 && each > 0.01,
  ).length;
  const hertz = crossings / Math.max(0.01, loud * 1.1);
  return rate === 8000 ? (hertz > 700 ? 'message' : 'sales') : undefined;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'branchline-'));
  [heard, begun, files, stopped] = [[], [], [], []];
  speech = new Speech({
    folder,
    ids: idSource(),
    log: silentLog,
    recorder: {
      startRecording: (_leg, file) => {
        files.push(file);
        // The sizes of a recording that is being made are not known.
        writeFileSync(file, encodeWav({ rate: 8000, samples: new Float32Array() }));
        return Promise.resolve();
      },
      stopRecording: (_leg, file) => Promise.resolve(void stopped.push(file)),
    },
    recogniser: { recognise: (wav) => Promise.resolve(wordOf(wav)) },
    onSpeaks: (call) => begun.push(call),
    onHeard: (call, text) => heard.push([call, text]),
  });
});
afterEach(async () => {
  speech.stop('call-1');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await rm(folder, { recursive: true, force: true });
});

const pcm = (seconds: number, hertz: number): Uint8Array =>
  encodeWav({
    rate: 8000,
    samples: Float32Array.from(
      { length: 8000 * seconds },
      (_, i) => (hertz === 0 ? 0 : 0.4) * Math.sin((2 * Math.PI * hertz * i) / 8000),
    ),
  }).subarray(44);
const listen = (turn: number): void =>
  speech.listen({ call: 'call-1', leg: 'leg-1', words: ['sales', 'message'], turn });
const until = async (ready: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !ready(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ready()).toBe(true);
};

test('a word is heard in a recording that grows, turn after turn, in one recording that nobody else finds', async () => {
  listen(1);
  appendFileSync(files[0]!, pcm(0.5, 0));
  appendFileSync(files[0]!, pcm(0.5, 400));
  appendFileSync(files[0]!, pcm(1, 0));
  await until(() => heard.length === 1);
  expect([begun, heard]).toEqual([['call-1'], [['call-1', 'sales']]]);
  expect(existsSync(files[0]!)).toBe(false);
  listen(2);
  expect(files).toHaveLength(1);
  speech.stop('call-1');
  expect(stopped).toEqual(files);
  expect(await readdir(folder)).toEqual([]);
});

test('what was said in a turn before is no answer in this one', async () => {
  let recognised: (word: string) => void = () => undefined;
  speech = new Speech({
    folder,
    ids: idSource(),
    log: silentLog,
    recorder: {
      startRecording: (_leg, file) =>
        Promise.resolve(
          writeFileSync(
            file,
            Buffer.concat([
              encodeWav({ rate: 8000, samples: new Float32Array() }),
              pcm(0.5, 0),
              pcm(0.5, 400),
              pcm(1, 0),
            ]),
          ),
        ),
      stopRecording: () => Promise.resolve(),
    },
    recogniser: { recognise: () => new Promise((resolve) => (recognised = resolve)) },
    onSpeaks: (call) => begun.push(call),
    onHeard: (call, text) => heard.push([call, text]),
  });
  listen(1);
  await until(() => begun.length === 1);
  listen(2);
  recognised('sales');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard).toEqual([]);
});

test('a leg that cannot be recorded costs nothing', async () => {
  speech = new Speech({
    folder,
    ids: idSource(),
    log: silentLog,
    recorder: {
      startRecording: () => Promise.reject(new Error('gone')),
      stopRecording: () => Promise.resolve(),
    },
    recogniser: { recognise: () => Promise.resolve('sales') },
    onSpeaks: (call) => begun.push(call),
    onHeard: (call, text) => heard.push([call, text]),
  });
  listen(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([begun, heard]).toEqual([[], []]);
});
