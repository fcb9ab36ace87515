import { existsSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { BranchlineError } from '@branchline/shared';
import { alsaPcm } from './alsa-pcm.ts';
import type { PcmListener } from './pcm-port.ts';

const folder = mkdtempSync(join(tmpdir(), 'alsa-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that stands where ALSA's own would: what it was called with is in a file of its name. */
function program(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho "$@" > ${file}.args\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

function listener(): PcmListener & { readonly heard: number[]; readonly ends: BranchlineError[] } {
  const [heard, ends]: [number[], BranchlineError[]] = [[], []];
  return {
    heard,
    ends,
    samples: (samples) => void heard.push(...samples),
    closed: (reason) => void ends.push(reason),
  };
}

const until = async (what: () => boolean): Promise<void> => {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('samples come from one program and go to the other, at 8 kHz, 16 bit, one channel', async () => {
  const played = join(folder, 'played');
  const record = program('record', "printf '\\001\\000\\377\\377'; exec sleep 60");
  const play = program('play', `exec dd of=${played} bs=2 2>/dev/null`);
  const mine = listener();
  const port = await alsaPcm('hw:CARD=Android,DEV=0', { record, play })(mine);
  await until(() => mine.heard.length === 2);
  expect(mine.heard).toEqual([1, -1]);
  port.write(Int16Array.of(258, -2));
  // The program has to start first.
  const read = (): Buffer => (existsSync(played) ? readFileSync(played) : Buffer.alloc(0));
  await until(() => read().length === 4);
  expect([...read()]).toEqual([2, 1, 0xfe, 0xff]);
  for (const file of [record, play])
    expect(readFileSync(`${file}.args`, 'utf8').trim()).toBe(
      '-q -D hw:CARD=Android,DEV=0 -t raw -f S16_LE -r 8000 -c 1 -F 20000 -B 80000',
    );
  port.close();
  port.close();
  expect(mine.ends.map(({ code }) => code)).toEqual(['BL_PORT_CLOSED']);
});

test('a card that is not there is refused with the program’s own words', async () => {
  const record = program('no-card', 'echo "arecord: main:830: audio open error: No such device" >&2; exit 1');
  const play = program('silent', 'exec sleep 60');
  await expect(alsaPcm('hw:9', { record, play })(listener())).rejects.toMatchObject({
    code: 'BL_PORT_UNAVAILABLE',
    message: expect.stringContaining('No such device'),
  });
});

test('a box without the programs says so', async () => {
  const missing = join(folder, 'missing');
  const opened = alsaPcm('hw:0', { record: missing, play: missing })(listener());
  await expect(opened).rejects.toMatchObject({ code: 'BL_PORT_UNAVAILABLE' });
});

test('a card that is unplugged in a call closes the port', async () => {
  const record = program('unplugged', "printf '\\001\\000'; sleep 0.1; echo 'No such device' >&2; exit 1");
  const play = program('silent', 'exec sleep 60');
  const mine = listener();
  await alsaPcm('hw:0', { record, play })(mine);
  await until(() => mine.ends.length === 1);
  expect(mine.ends[0]).toMatchObject({ code: 'BL_PORT_CLOSED' });
});
