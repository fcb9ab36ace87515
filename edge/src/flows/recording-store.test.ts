import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeWav, type PromptRecording } from '@branchline/shared';
import { RecordingStore } from './recording-store.ts';

let folder: string;
let asked: string[];
let center: Map<string, Buffer>;
let store: RecordingStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'branchline-'));
  asked = [];
  center = new Map();
  store = new RecordingStore({
    folder,
    download: (path) => {
      asked.push(path);
      const found = center.get(path);
      return found ? Promise.resolve(found) : Promise.reject(new Error('no center'));
    },
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A recording that the center has. */
function recorded(prompt: string, hertz: number, seconds = 0.5): PromptRecording {
  const samples = Float32Array.from(
    { length: 16_000 * seconds },
    (_, i) => 0.4 * Math.sin((2 * Math.PI * hertz * i) / 16_000),
  );
  const wav = Buffer.from(encodeWav({ rate: 16_000, samples }));
  const sha256 = createHash('sha256').update(wav).digest('hex');
  center.set(`/edge/v1/recordings/${sha256}`, wav);
  return { prompt, language: 'en', sha256, bytes: wav.byteLength };
}
const files = async (rate: number): Promise<string[]> =>
  (await readdir(join(folder, String(rate)))).toSorted();

test('a recording is fetched once, and is there for narrow and wide calls', async () => {
  const welcome = recorded('welcome', 440);
  await store.keep([welcome]);
  await store.keep([welcome]);
  expect(asked).toHaveLength(1);
  const [wide, narrow] = await Promise.all(
    [16_000, 8000].map(async (rate) => readFile(join(folder, String(rate), (await files(rate))[0]!))),
  );
  expect(createHash('sha256').update(wide!).digest('hex')).toBe(welcome.sha256);
  expect([narrow!.readUInt32LE(24), narrow!.byteLength]).toEqual([8000, 44 + (wide!.byteLength - 44) / 2]);
});

test('without the center what is on the disk is kept, and what was damaged there is fetched when the center is back', async () => {
  const welcome = recorded('welcome', 440);
  await store.keep([welcome]);
  const [file] = await files(16_000);
  const away = new Map(center);
  center.clear();
  await store.keep([welcome]);
  await writeFile(join(folder, '16000', file!), 'damaged');
  await expect(store.keep([welcome])).rejects.toThrow('no center');
  for (const [path, wav] of away) center.set(path, wav);
  await store.keep([welcome]);
  expect((await readFile(join(folder, '16000', file!))).byteLength).toBe(welcome.bytes);
});

test('what is not what it was said to be is refused and not kept', async () => {
  const welcome = recorded('welcome', 440);
  center.set(`/edge/v1/recordings/${welcome.sha256}`, Buffer.from('something else'));
  await expect(store.keep([welcome])).rejects.toMatchObject({ code: 'BL_ARTIFACT_HASH' });
  await expect(readdir(join(folder, '16000'))).rejects.toThrow('ENOENT');
});

test('recordings that nothing names any more are deleted', async () => {
  const [first, second] = [recorded('welcome', 440), recorded('welcome', 660)];
  await store.keep([first, second]);
  await store.forget([second]);
  for (const rate of [8000, 16_000]) expect(await files(rate)).toEqual([`${second.sha256.slice(0, 32)}.wav`]);
});
