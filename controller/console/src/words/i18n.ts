import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { chooseLanguage, rememberedLanguage, type Language } from '../preferences/language.ts';
import type { Words } from './en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: Words };
  }
}

async function load(language: Language): Promise<object> {
  return language === 'en' ? (await import('./en.ts')).en : (await import('./zh-CN.ts')).zhCN;
}

/** Loads the words of the language to begin with; others are loaded when somebody wants them. */
export async function startWords(): Promise<void> {
  const language = chooseLanguage(rememberedLanguage(), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    // Never show a key: what is missing would be caught by a test before.
    fallbackLng: false,
    defaultNS: 'console',
    ns: ['console'],
    resources: { [language]: { console: await load(language) } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

/** Switches the whole page to a language. */
export async function switchLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'console')) {
    i18next.addResourceBundle(language, 'console', await load(language));
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
