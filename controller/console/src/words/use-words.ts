import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import type { ApiError } from '@branchline/shared';
import { numberFormat, type NumberFormat } from '../format/numbers.ts';
import { languages, type Language } from '../preferences/language.ts';
import { errorText, type ErrorText } from './error-text.ts';

export type T = TFunction;

/** Everything a component needs to speak the person's language. */
export interface Speech {
  readonly t: T;
  readonly language: Language;
  readonly number: NumberFormat;
  readonly error: (refusal: Pick<ApiError, 'code' | 'message' | 'advice'>) => ErrorText;
}

export function useWords(): Speech {
  const { t, i18n } = useTranslation('console');
  const language = languages.find((candidate) => candidate === i18n.language) ?? 'en';
  return {
    t,
    language,
    number: numberFormat(language),
    error: (refusal) =>
      errorText(refusal, language, (state) => t(`agent.${state as 'ready'}`, { defaultValue: state })),
  };
}
