import { recall, remember } from './stored.ts';

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/**
 * The language to begin with.
 * @param remembered the person's own choice, if there was one
 * @param wanted what the browser asks for, best first (BCP 47)
 */
export function chooseLanguage(remembered: Language | undefined, wanted: readonly string[]): Language {
  if (remembered) return remembered;
  const first = wanted.find((tag) => /^(?:zh|en)\b/i.test(tag));
  return first && /^zh/i.test(first) ? 'zh-CN' : 'en';
}

/** The choice of a person, or of whoever used this browser last. */
export function rememberedLanguage(user?: string): Language | undefined {
  return recall(user === undefined ? 'language' : `language.${user}`, languages);
}

export function rememberLanguage(language: Language, user?: string): void {
  remember('language', language);
  if (user !== undefined) remember(`language.${user}`, language);
}
