import Type, { type Static } from 'typebox';
import { ArticleText } from '../contract/knowledge.ts';
import { closed, Count, Id, Instant, Label } from '../contract/primitives.ts';

/** An article as it is stored, or a new version of it. */
export const ArticleChange = closed({
  settings: ArticleText,
  /** The reason, for those who look at the versions. */
  why: Type.Optional(Label),
  /** The version that it was made from; refused when there is a newer one. */
  over: Type.Optional(Count),
});
export type ArticleChange = Static<typeof ArticleChange>;

/** One version of an article: who stored it, when and why. */
export const ArticleVersion = closed({
  id: Id,
  version: Count,
  at: Instant,
  by: Label,
  why: Type.Optional(Label),
  settings: ArticleText,
});
export type ArticleVersion = Static<typeof ArticleVersion>;

/** An article in the list. */
export const ArticleSummary = closed({
  id: Id,
  version: Count,
  at: Instant,
  by: Label,
  ...Type.Omit(ArticleText, ['text']).properties,
});
export type ArticleSummary = Static<typeof ArticleSummary>;
