/** Articles that agents look things up in. */
export {
  changeArticle,
  createArticle,
  findArticle,
  knowledgeRevision,
  listArticles,
  readArticleVersions,
  readKnowledge,
  removeArticle,
  type Author,
} from './article-book.ts';
