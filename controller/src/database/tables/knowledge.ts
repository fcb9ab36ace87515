import type { Generated, JSONColumnType } from 'kysely';
import type { ArticleText } from '@branchline/shared';

export interface ArticleTable {
  id: string;
  /** The one in force. */
  version: number;
  removed: Generated<boolean>;
}

export interface ArticleVersionTable {
  article: string;
  version: number;
  at: number;
  by: string;
  why: string | null;
  settings: JSONColumnType<ArticleText>;
}

export interface KnowledgeTables {
  articles: ArticleTable;
  article_versions: ArticleVersionTable;
}
