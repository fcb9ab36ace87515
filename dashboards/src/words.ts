import { chinese } from './words.zh-CN.ts';

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** Says an English text in the language of the dashboards. @throws RangeError when there is no word for it */
export type Say = (english: string) => string;

export function sayIn(language: Language): Say {
  if (language === 'en') return (english) => english;
  return (english) => {
    const said = chinese[english];
    if (said === undefined) throw new RangeError(`no ${language} text for "${english}"`);
    return said;
  };
}
