import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEdge, type Edge, type EdgeConfig } from '@branchline/edge';
import {
  check,
  KnowledgeFile,
  type ApiError,
  type ArticleChange,
  type ArticleSummary,
  type ArticleText,
  type ArticleVersion,
  type DeskHits,
  type EnrolmentView,
} from '@branchline/shared';
import { silentLog, type Log } from '@branchline/shared/node';
import { agentPin } from '../../support/branch-plan.ts';
import { DeskClient } from '../../support/desk-client.ts';
import { branchPlan, Center, until, type Person } from './center.ts';
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

/** A real box of the center, without a switch: what its agents find on their page, and what it warned of. */
class LibraryBox implements AsyncDisposable {
  readonly home: string;
  readonly warnings: string[] = [];
  readonly #log: Log;
  #edge: Edge | undefined;
  #desk: DeskClient | undefined;

  private constructor(home: string) {
    this.home = home;
    const warn = ({ problem = '' }: { readonly problem?: string }): void => void this.warnings.push(problem);
    this.#log = Object.assign(Object.create(silentLog) as Log, { warn, child: () => this.#log });
  }

  static async enrol(): Promise<LibraryBox> {
    await center.site('library');
    const { body } = await center.admin.call<EnrolmentView>('POST', '/sites/library/edges', { id: 'shelf' });
    const plan = branchPlan();
    const agents = plan.agents.map((agent) => ({ ...agent, pin: agentPin }));
    await center.admin.call('PUT', '/edges/shelf/plan', { ...plan, agents });
    const box = new LibraryBox(await mkdtemp(join(tmpdir(), 'branchline-library-')));
    await box.start({ url: body.url, token: body.token, ca: body.ca });
    return box;
  }

  async start(enrolment?: EdgeConfig['enrolment']): Promise<void> {
    const desk = { host: '127.0.0.1', port: 0 };
    const backOff = { firstMs: 50, longestMs: 200 };
    const config = { edge: 'shelf', home: this.home, desk, backOff, ...(enrolment && { enrolment }) };
    const edge = await startEdge(config, this.#log);
    this.#edge = edge;
    const port = await until('the page of the box', () => edge.deskPort());
    const page = await DeskClient.at(this.home, port);
    await until('the people of the plan', async () => (await page.people()).agents.length > 0);
    await page.signIn('agent-100', agentPin);
    this.#desk = page;
  }

  async stop(): Promise<void> {
    await this.#edge?.stop();
    this.#edge = undefined;
  }

  /** From the next start on the center is not to be reached. */
  async cutLink(): Promise<void> {
    const file = join(this.home, 'identity/identity.json');
    const identity = JSON.parse(await readFile(file, 'utf8')) as object;
    const nobody = { mqttUrl: 'mqtts://127.0.0.1:1', edgeUrl: 'https://127.0.0.1:1' };
    await writeFile(file, JSON.stringify({ ...identity, ...nobody }));
  }

  /** Titles of what answers a question. */
  async finds(question: string): Promise<string[]> {
    const path = `/desk/v1/knowledge?q=${encodeURIComponent(question)}`;
    return (await this.#desk!.ask<DeskHits>('GET', path)).items.map(({ title }) => title);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.home, { recursive: true, force: true });
  }
}

test('a box fetches what is in force over HTTPS and its agents find it, with the center gone as well; a changed byte is refused', async () => {
  const written = (title: string) => text({ title, text: 'Look in the cellar.', language: 'en' });
  const change = async (id: string, title: string): Promise<void> => {
    const answer = await operations.call('PUT', `/articles/${id}`, { settings: written(title) });
    expect(answer.status).toBe(200);
  };
  const newest = async (): Promise<number> => {
    const { version } = await center.db
      .selectFrom('artifacts')
      .select(({ fn }) => fn.max('version').as('version'))
      .where('name', '=', 'knowledge')
      .executeTakeFirstOrThrow();
    return version;
  };
  const { id } = (await create(written('Where the meter is'))).body;
  await using box = await LibraryBox.enrol();
  const shelved = (): Promise<string[]> => readdir(join(box.home, 'artifacts'));
  await until('the article at the branch', async () => (await box.finds('meter')).length > 0);
  const first = await newest();
  expect(await shelved()).toContain(`knowledge-${first}`);

  await box.stop();
  await change(id, 'Where the meter stands');
  const damaged = await until('the next version', async () => {
    const version = await newest();
    return version > first ? version : undefined;
  });
  await sql`update artifact_parts set bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1)
    where name = 'knowledge' and version = ${damaged}`.execute(center.db);
  await box.start();
  await until('the refusal of the changed byte', () =>
    box.warnings.find((problem) => problem.includes(`knowledge version ${damaged} arrived damaged`)),
  );
  expect(await box.finds('meter')).toEqual(['Where the meter is']);
  expect(await shelved()).not.toContain(`knowledge-${damaged}`);

  await change(id, 'Where meters stand');
  await until('the version after it', async () => (await box.finds('meters')).length > 0);
  await box.stop();
  await box.cutLink();
  await box.start();
  await until('what the box has kept', async () => (await box.finds('meters')).length > 0);
});

test('more than branches can hold is refused', async () => {
  const long = text({ text: '长'.repeat(20_000) });
  let last = await create(long);
  for (let i = 0; i < 40 && last.status === 201; i++) last = await create(long);
  expect(last).toMatchObject({ status: 409, body: { code: 'BL_API_CONFLICT' } });
  expect((await create(text({ text: '' }))).status).toBe(400);
});
