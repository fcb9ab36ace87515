import Type, { type Static } from 'typebox';
import { closed, Id, Label, Name, oneOf } from './primitives.ts';

/** What an article says and where it helps. */
export const ArticleText = closed({
  title: Label,
  /** Paragraphs of plain text, parted by line breaks. */
  text: Type.String({ minLength: 1, maxLength: 20_000 }),
  language: oneOf(['zh-CN', 'en']),
  /** Found first during calls of these; none of both: as good for any call as for another. */
  campaigns: Type.Array(Id, { maxItems: 50, uniqueItems: true }),
  queues: Type.Array(Name, { maxItems: 50, uniqueItems: true }),
});
export type ArticleText = Static<typeof ArticleText>;

export const Article = closed({ id: Id, ...ArticleText.properties });
export type Article = Static<typeof Article>;

/** Articles there may be, and the bytes that all of them take as an artifact. */
export const mostArticles = 500;
export const mostKnowledgeBytes = 2 * 1024 * 1024;

/** The artifact `knowledge`, as JSON. */
export const KnowledgeFile = closed({ articles: Type.Array(Article, { maxItems: mostArticles }) });
export type KnowledgeFile = Static<typeof KnowledgeFile>;
