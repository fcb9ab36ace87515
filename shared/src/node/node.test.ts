import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import Type from 'typebox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DncList, dncDigest, encodeDncList } from './dnc-list.ts';
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
