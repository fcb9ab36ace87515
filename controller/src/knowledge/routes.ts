import type { FastifyRequest } from 'fastify';
import type { Kysely, Transaction } from 'kysely';
import {
  ArticleChange,
  ArticleSummary,
  ArticleVersion,
  closed,
  Id,
  page,
  pageQuery,
  type IdSource,
} from '@branchline/shared';
import type { Clocks } from '../clocks.ts';
import type { Execute } from '../compliance/index.ts';
import type { Tables } from '../database/index.ts';
import { principalOf, type Routes } from '../http/index.ts';
import type { ControllerBell } from '../rings.ts';
import {
  changeArticle,
  createArticle,
  findArticle,
  listArticles,
  readArticleVersions,
  removeArticle,
  type Author,
} from './index.ts';

export interface KnowledgeContext {
  readonly db: Kysely<Tables>;
  readonly execute: Execute;
  readonly clocks: Clocks;
  readonly newId: IdSource;
  readonly bell: ControllerBell;
}

const ById = closed({ id: Id });

/** The knowledge base of all branches: list, versions, changes. */
export function knowledgeRoutes(context: KnowledgeContext): Routes {
  const { db, execute, clocks, newId, bell } = context;
  /** In the name of whoever asks; branches get what is then in force. */
  const write = async <T>(
    request: FastifyRequest,
    article: string,
    noted: object,
    work: (trx: Transaction<Tables>, author: Author) => Promise<T>,
  ): Promise<T> => {
    const principal = principalOf(request);
    const act = { action: 'article.write' } as const;
    const written = await execute(principal, act, `article ${article}`, (trx, note) => {
      note(noted);
      return work(trx, { by: principal.name, clock: clocks.business });
    });
    void bell.ring('knowledge', true);
    return written;
  };
  return (api) => {
    api.get(
      '/articles',
      { schema: { response: { 200: page(ArticleSummary) } }, config: { action: 'article.read' } },
      async () => ({ items: await listArticles(db) }),
    );
    api.get(
      '/articles/:id/versions',
      {
        schema: {
          params: ById,
          querystring: closed({ limit: pageQuery.limit }),
          description: 'Versions of an article, newest first.',
          response: { 200: page(ArticleVersion) },
        },
        config: { action: 'article.read' },
      },
      async (request) => {
        const { id } = await findArticle(db, request.params.id);
        return { items: await readArticleVersions(db, id, request.query.limit ?? 100) };
      },
    );
    api.post(
      '/articles',
      {
        schema: { body: ArticleChange, response: { 201: ArticleVersion } },
        config: { action: 'article.write' },
      },
      async (request, reply) => {
        const { body } = request;
        const made = await write(request, body.settings.title, body, (trx, author) =>
          createArticle(trx, body, newId, author),
        );
        return reply.code(201).send(made);
      },
    );
    api.put(
      '/articles/:id',
      {
        schema: { params: ById, body: ArticleChange, response: { 200: ArticleVersion } },
        config: { action: 'article.write' },
      },
      (request) => {
        const { body, params } = request;
        return write(request, params.id, body, (trx, author) => changeArticle(trx, params.id, body, author));
      },
    );
    api.delete(
      '/articles/:id',
      { schema: { params: ById, response: { 200: ArticleVersion } }, config: { action: 'article.write' } },
      async (request) => {
        const removed = await findArticle(db, request.params.id);
        const { id, settings } = removed;
        await write(request, id, { title: settings.title }, (trx) => removeArticle(trx, id));
        return removed;
      },
    );
  };
}
