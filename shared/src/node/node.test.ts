import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import Type from 'typebox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DncList, dncDigest, encodeDncChanges, encodeDncList } from './dnc-list.ts';
import { openDocument } from './durable-file.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'shared-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const Settings = Type.Object({ n: Type.Integer() });

test('a document survives being truncated: the previous version comes back', async () => {
  const file = join(folder, 'settings.json');
  const document = await openDocument(file, Settings, { n: 0 });
  for (const n of [1, 2]) {
    document.data = { n };
    await document.write();
  }
  expect((await openDocument(file, Settings, { n: 0 })).data).toEqual({ n: 2 });
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, 5));
  expect((await openDocument(file, Settings, { n: 0 })).data).toEqual({ n: 1 });
});

test('a document and its predecessor both damaged is an error that names the file, not a silent reset', async () => {
  const file = join(folder, 'settings.json');
  await writeFile(file, '{"n":');
  await expect(openDocument(file, Settings, { n: 0 })).rejects.toMatchObject({
    code: 'BL_CONFIG_UNREADABLE',
    details: { file },
  });
  await writeFile(file, '{"n":"three"}');
  await expect(openDocument(file, Settings, { n: 0 })).rejects.toMatchObject({
    code: 'BL_CONFIG_UNREADABLE',
  });
});

test('a list with its changes says what a list made anew would say, and takes no changes of another', () => {
  const some = fc.uniqueArray(
    fc.integer({ min: 0, max: 60 }).map((n) => `+86139000000${String(n).padStart(2, '0')}`),
  );
  fc.assert(
    fc.property(some, some, some, (before, added, removed) => {
      const gone = removed.filter((number) => !added.includes(number));
      const base = encodeDncList(before.map((number) => dncDigest(number)));
      const sha256 = createHash('sha256').update(base).digest('hex');
      const changes = encodeDncChanges(sha256, [
        ...added.map((number) => ({ digest: dncDigest(number), listed: true })),
        ...gone.map((number) => ({ digest: dncDigest(number), listed: false })),
      ]);
      const list = new DncList(base, changes);
      for (const number of [...before, ...added, ...removed])
        expect(list.has(number)).toBe(
          added.includes(number) || (before.includes(number) && !gone.includes(number)),
        );
      expect(() => new DncList(encodeDncList([dncDigest('+1')]), changes)).toThrow(/not the changes/);
      expect(() => new DncList(base, changes.subarray(0, -1))).toThrow(/not the changes/);
    }),
  );
});

test('an entry for a beginning holds for every number that begins so, and for no other', () => {
  const list = new DncList(encodeDncList([dncDigest('+1201*'), dncDigest('+44770*', 'GB')]));
  expect([list.has('+12015550123'), list.has('+12025550123'), list.has('+120')]).toEqual([
    true,
    false,
    false,
  ]);
  expect([list.has('+447700900123', 'GB'), list.has('+447700900123')]).toEqual([true, false]);
});

test('a do-not-call list finds what was listed and nothing else, for all campaigns or one', () => {
  const number = fc.integer({ min: 10_000_000_000, max: 19_999_999_999 }).map((n) => `+86${n}`);
  fc.assert(
    fc.property(fc.uniqueArray(number, { maxLength: 60 }), number, (listed, other) => {
      const list = new DncList(
        encodeDncList(
          [...listed, ...listed].map((each, i) => dncDigest(each, i % 3 === 0 ? 'k' : undefined)),
        ),
      );
      for (const each of listed) expect(list.has(each) || list.has(each, 'k')).toBe(true);
      if (!listed.includes(other)) expect(list.has(other, 'k')).toBe(false);
    }),
  );
  const one = new DncList(encodeDncList([dncDigest('+8613900000000', 'k')]));
  expect([
    one.has('+8613900000000', 'k'),
    one.has('+8613900000000', 'other'),
    one.has('+8613900000000'),
  ]).toEqual([true, false, false]);
});

test('bytes that are no list are refused', () => {
  expect(() => new DncList(Buffer.from('garbage'))).toThrow(
    expect.objectContaining({ code: 'BL_CONFIG_INVALID' }),
  );
});
