import type { Kysely } from 'kysely';
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
        const principal = principalOf(request);
        const { title } = request.body.settings;
        const made = await execute(
          principal,
          { action: 'article.write' },
          `article ${title}`,
          (trx, note) => {
            note(request.body);
            return createArticle(trx, request.body, newId, { by: principal.name, clock: clocks.business });
          },
        );
        void bell.ring('knowledge', true);
        return reply.code(201).send(made);
      },
    );
    api.put(
      '/articles/:id',
      {
        schema: { params: ById, body: ArticleChange, response: { 200: ArticleVersion } },
        config: { action: 'article.write' },
      },
      async (request) => {
        const { id } = request.params;
        const principal = principalOf(request);
        const made = await execute(principal, { action: 'article.write' }, `article ${id}`, (trx, note) => {
          note(request.body);
          return changeArticle(trx, id, request.body, { by: principal.name, clock: clocks.business });
        });
        void bell.ring('knowledge', true);
        return made;
      },
    );
    api.delete(
      '/articles/:id',
      { schema: { params: ById, response: { 200: ArticleVersion } }, config: { action: 'article.write' } },
      async (request) => {
        const { id } = request.params;
        const principal = principalOf(request);
        const removed = await findArticle(db, id);
        await execute(principal, { action: 'article.write' }, `article ${id}`, (trx, note) => {
          note({ title: removed.settings.title });
          return removeArticle(trx, id);
        });
        void bell.ring('knowledge', true);
        return removed;
      },
    );
  };
}
