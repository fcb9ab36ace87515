import type { Kysely, Transaction } from 'kysely';
import {
  BranchlineError,
  mostArticles,
  mostKnowledgeBytes,
  type ArticleChange,
  type ArticleSummary,
  type ArticleText,
  type ArticleVersion,
  type Clock,
  type IdSource,
  type KnowledgeFile,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

interface Row {
  article: string;
  version: number;
  at: number;
  by: string;
  why: string | null;
  settings: ArticleText;
}

const toVersion = ({ article, why, ...rest }: Row): ArticleVersion => ({
  id: article,
  ...rest,
  ...(why !== null && { why }),
});

const columns = ['v.article', 'v.version', 'v.at', 'v.by', 'v.why', 'v.settings'] as const;

const inForce = (db: Db) =>
  db
    .selectFrom('articles as a')
    .innerJoin('article_versions as v', (join) =>
      join.onRef('v.article', '=', 'a.id').onRef('v.version', '=', 'a.version'),
    )
    .where('a.removed', '=', false)
    .select(columns);

/** Every article by its title, without its text. */
export async function listArticles(db: Db): Promise<ArticleSummary[]> {
  const rows = await inForce(db).execute();
  return rows
    .map(({ article: id, version, at, by, settings: { text: _text, ...shown } }) => ({
      id,
      version,
      at,
      by,
      ...shown,
    }))
    .toSorted((a, b) => a.title.localeCompare(b.title));
}

/** @throws BranchlineError `BL_API_NOT_FOUND` */
export async function findArticle(db: Db, id: string): Promise<ArticleVersion> {
  const row = await inForce(db).where('a.id', '=', id).executeTakeFirst();
  if (!row) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'article', id });
  return toVersion(row);
}

/** Versions of an article, newest first. */
export async function readArticleVersions(db: Db, id: string, limit: number): Promise<ArticleVersion[]> {
  const rows = await db
    .selectFrom('article_versions as v')
    .select(columns)
    .where('v.article', '=', id)
    .orderBy('v.version', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toVersion);
}

/** Grows with every change. */
export async function knowledgeRevision(db: Db): Promise<number> {
  const { stored } = await db
    .selectFrom('article_versions')
    .select(({ fn }) => fn.countAll<number>().as('stored'))
    .executeTakeFirstOrThrow();
  const { removed } = await db
    .selectFrom('articles')
    .select(({ fn }) => fn.countAll<number>().as('removed'))
    .where('removed', '=', true)
    .executeTakeFirstOrThrow();
  return stored + removed;
}

/** All articles as branches get them. */
export async function readKnowledge(db: Db): Promise<KnowledgeFile> {
  const rows = await inForce(db).orderBy('a.id').execute();
  return { articles: rows.map(({ article, settings }) => ({ id: article, ...settings })) };
}

/** Who changes an article, and by which clock. */
export interface Author {
  readonly by: string;
  readonly clock: Clock;
}

/** @throws BranchlineError `BL_API_CONFLICT` when there would be more than branches can hold */
export async function createArticle(
  trx: Transaction<Tables>,
  { settings, why }: ArticleChange,
  newId: IdSource,
  author: Author,
): Promise<ArticleVersion> {
  const id = newId();
  await trx.insertInto('articles').values({ id, version: 1 }).execute();
  return store(trx, id, 1, settings, why, author);
}

/** A new version. @throws as {@link createArticle}, `BL_API_NOT_FOUND`, `BL_API_CONFLICT` when there is a newer one */
export async function changeArticle(
  trx: Transaction<Tables>,
  id: string,
  { settings, why, over }: ArticleChange,
  author: Author,
): Promise<ArticleVersion> {
  const found = await lock(trx, id);
  if (over !== undefined && over !== found.version) {
    const { by } = await findArticle(trx, id);
    throw new BranchlineError('BL_API_CONFLICT', {
      problem: `the article "${settings.title}" was changed meanwhile by ${by}`,
    });
  }
  const version = found.version + 1;
  await trx.updateTable('articles').set({ version }).where('id', '=', id).execute();
  return store(trx, id, version, settings, why, author);
}

/** @throws BranchlineError `BL_API_NOT_FOUND` */
export async function removeArticle(trx: Transaction<Tables>, id: string): Promise<void> {
  await lock(trx, id);
  await trx.updateTable('articles').set({ removed: true }).where('id', '=', id).execute();
}

async function lock(trx: Transaction<Tables>, id: string): Promise<{ version: number }> {
  const found = await trx
    .selectFrom('articles')
    .select('version')
    .where('id', '=', id)
    .where('removed', '=', false)
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'article', id });
  return found;
}

async function store(
  trx: Transaction<Tables>,
  article: string,
  version: number,
  settings: ArticleText,
  why: string | undefined,
  { by, clock }: Author,
): Promise<ArticleVersion> {
  const row = { article, version, at: clock.now(), by, why: why ?? null };
  await trx
    .insertInto('article_versions')
    .values({ ...row, settings: JSON.stringify(settings) })
    .execute();
  const all = await readKnowledge(trx);
  if (all.articles.length > mostArticles || Buffer.byteLength(JSON.stringify(all)) > mostKnowledgeBytes)
    throw new BranchlineError('BL_API_CONFLICT', {
      problem: `branches hold ${mostArticles} articles and ${mostKnowledgeBytes / 1024 / 1024} MB of them at most`,
    });
  return toVersion({ ...row, settings });
}
