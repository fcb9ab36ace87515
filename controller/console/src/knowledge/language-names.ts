import type { ArticleText } from '@branchline/shared';

/** Each language by its own name. */
export const languageNames: Readonly<Record<ArticleText['language'], string>> = {
  'zh-CN': '中文',
  en: 'English',
};
