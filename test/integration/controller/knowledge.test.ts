import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  check,
  KnowledgeFile,
  type ApiError,
  type ArticleChange,
  type ArticleSummary,
  type ArticleText,
  type ArticleVersion,
} from '@branchline/shared';
import { Center, until, type Person } from './center.ts';
import { ArtifactShelf } from './parts.ts';

let center: Center;
let operations: Person;
let supervisor: Person;

beforeAll(async () => {
  center = await Center.start();
  operations = await center.person('operations', 'operations');
  supervisor = await center.person('supervisor', 'supervisor');
});
afterAll(() => center[Symbol.asyncDispose]());

const text = (change: Partial<ArticleText> = {}): ArticleText => ({
  title: '退款',
  text: '七天内可以退款。',
  language: 'zh-CN',
  campaigns: [],
  queues: [],
  ...change,
});
const create = (settings: ArticleText, by = operations) =>
  by.call<ArticleVersion & ApiError>('POST', '/articles', { settings } satisfies ArticleChange);

test('an article is kept in versions that say who and why, and only those who may change it do', async () => {
  const made = await create(text());
  expect(made).toMatchObject({ status: 201, body: { version: 1, by: 'operations' } });
  const { id } = made.body;
  const settings = text({ title: '如何退款' });
  const change = { settings, why: 'clearer', over: 1 };
  expect((await supervisor.call('PUT', `/articles/${id}`, change)).status).toBe(403);
  expect((await operations.call('PUT', `/articles/${id}`, change)).status).toBe(200);
  expect((await operations.call('PUT', `/articles/${id}`, change)).status).toBe(409);
  const { body: versions } = await supervisor.call<{ items: ArticleVersion[] }>(
    'GET',
    `/articles/${id}/versions`,
  );
  expect(versions.items.map(({ version, by, why }) => [version, by, why])).toEqual([
    [2, 'operations', 'clearer'],
    [1, 'operations', undefined],
  ]);
  const { body: list } = await supervisor.call<{ items: ArticleSummary[] }>('GET', '/articles');
  expect(list.items).toMatchObject([{ id, title: '如何退款', version: 2 }]);
  expect(JSON.stringify(list)).not.toContain('七天');
});

test('branches get what is in force as one file, with what was taken away no longer in it', async () => {
  const shelf = new ArtifactShelf(center.db, { now: () => 0 } as never);
  const delivered = async (): Promise<readonly string[]> => {
    // The controller makes them as well, and of two that make a version at once one gives way.
    await until('the artifact of now', () =>
      shelf.refreshKnowledge().then(
        (made) => !made,
        () => false,
      ),
    );
    const { version, bytes } = (await shelf.current()).find(({ name }) => name === 'knowledge')!;
    const parts: Buffer[] = [];
    for await (const part of shelf.read('knowledge', version, 0, bytes - 1)) parts.push(part);
    const file = check(KnowledgeFile, JSON.parse(Buffer.concat(parts).toString()));
    return file.articles.map(({ title }) => title);
  };
  const { body } = await create(text({ title: 'Fees', language: 'en' }));
  expect(await delivered()).toEqual(['如何退款', 'Fees']);
  expect((await operations.call('DELETE', `/articles/${body.id}`)).status).toBe(200);
  expect(await delivered()).toEqual(['如何退款']);
  expect((await operations.call('DELETE', `/articles/${body.id}`)).status).toBe(404);
});

test('more than branches can hold is refused', async () => {
  const long = text({ text: '长'.repeat(20_000) });
  let last = await create(long);
  for (let i = 0; i < 40 && last.status === 201; i++) last = await create(long);
  expect(last).toMatchObject({ status: 409, body: { code: 'BL_API_CONFLICT' } });
  expect((await create(text({ text: '' }))).status).toBe(400);
});
