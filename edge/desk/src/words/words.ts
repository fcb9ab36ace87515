import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { en, type Words } from './en.ts';
import { zhCN } from './zh-CN.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'desk';
    resources: { desk: Words };
  }
}

export type Language = 'en' | 'zh-CN';
const key = 'branchline-desk-language';

function choose(): Language {
  const remembered = localStorage.getItem(key);
  if (remembered === 'en' || remembered === 'zh-CN') return remembered;
  return navigator.languages.some((each) => each.startsWith('zh')) ? 'zh-CN' : 'en';
}

/** Both languages come with the page: it has to work without anything else. */
export async function startWords(): Promise<void> {
  const language = choose();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'desk',
    ns: ['desk'],
    resources: { en: { desk: en }, 'zh-CN': { desk: zhCN } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

export async function otherLanguage(): Promise<void> {
  const language: Language = i18next.language === 'en' ? 'zh-CN' : 'en';
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(key, language);
}

export function useWords() {
  const { t, i18n } = useTranslation('desk');
  return { t, language: i18n.language };
}
