import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { announcementFile, readAnnouncements } from './announcements.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'announcements-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Four seconds of sound that moves. */
function recording(rate = 8000): Uint8Array {
  const samples = 4 * 8000;
  const file = Buffer.alloc(44 + 2 * samples);
  file.write('RIFF', 0);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  for (let i = 0; i < samples; i++) {
    const step = Math.floor(i / 900);
    const sum = [1, 2, 3].reduce(
      (all, k) => all + Math.sin((2 * Math.PI * (300 * k + ((step * 37 * k) % 290)) * i) / 8000),
      0,
    );
    file.writeInt16LE(Math.round(5000 * sum), 44 + 2 * i);
  }
  return file;
}

test('what was learned from a recording is read again; a damaged file is named and left out', async () => {
  await writeFile(join(folder, 'dead-number.json'), announcementFile(recording(), '您拨打的号码是空号'));
  await writeFile(join(folder, 'broken.json'), '{"says":"空号","points":[[0,999]]}');
  await writeFile(join(folder, 'cut.json'), '{"says":');
  await writeFile(join(folder, 'note.txt'), 'no announcement');
  const problems: string[] = [];
  const found = await readAnnouncements(folder, (error, file) => problems.push(`${file} ${error.code}`));
  expect(found.map(({ name, says }) => [name, says])).toEqual([['dead-number', '您拨打的号码是空号']]);
  expect(problems).toEqual(['broken.json BL_ANNOUNCEMENT_INVALID', 'cut.json BL_ANNOUNCEMENT_INVALID']);
});

test('no folder is no announcement', async () => {
  await mkdir(folder, { recursive: true });
  expect(await readAnnouncements(join(folder, 'none'), () => expect.unreachable())).toEqual([]);
});

test('words that say nothing of the call, and sound that is none, are not learned', () => {
  const refused = expect.objectContaining({ code: 'BL_ANNOUNCEMENT_INVALID' });
  expect(() => announcementFile(recording(), 'hello')).toThrow(refused);
  expect(() => announcementFile(recording(16_000), '空号')).toThrow(refused);
  expect(() => announcementFile(Buffer.from('RIFF'), '空号')).toThrow(refused);
  expect(() => announcementFile(recording().subarray(0, 44), '空号')).toThrow(refused);
});
