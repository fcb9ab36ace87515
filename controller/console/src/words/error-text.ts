import { errorCatalogue, refusalInChinese, type ApiError, type ErrorEntry } from '@branchline/shared';
import type { Language } from '../preferences/language.ts';
import { zhErrors } from './zh-CN-errors.ts';

/** What a person reads of a refusal. */
export interface ErrorText {
  readonly message: string;
  readonly advice: string;
}

const catalogue: Readonly<Record<string, ErrorEntry>> = errorCatalogue;

/**
 * The values a message was filled with: the API sends the finished sentence, its template is in the catalogue. Undefined
 * when the sentence is not of that template.
 */
export function readDetails(template: string, message: string): Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = template
    .split(/(\{\w+\})/)
    .map((part) => {
      if (!/^\{\w+\}$/.test(part)) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(part.slice(1, -1));
      return '(.*?)';
    })
    .join('');
  const found = new RegExp(`^${pattern}$`, 's').exec(message);
  return found ? Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? ''])) : undefined;
}

/**
 * A refusal in a language; what is not translated stays in the controller's own English.
 * @param stateWord an agent's state as people read it
 */
export function errorText(
  refusal: Pick<ApiError, 'code' | 'message' | 'advice'>,
  language: Language,
  stateWord: (state: string) => string = (state) => state,
): ErrorText {
  const own = { message: refusal.message, advice: refusal.advice };
  if (language === 'en') return own;
  const translated = (zhErrors as Readonly<Record<string, ErrorText>>)[refusal.code];
  if (!translated) return own;
  const details = readDetails(catalogue[refusal.code]?.message ?? '', refusal.message) ?? {};
  const reason = details['problem'] && refusalInChinese(details['problem'], stateWord);
  if (reason) details['problem'] = reason;
  const unfilled = translated.message.match(/\{(\w+)\}/g)?.some((place) => !(place.slice(1, -1) in details));
  return {
    message: unfilled
      ? own.message
      : translated.message.replaceAll(/\{(\w+)\}/g, (_, name: string) => details[name] ?? ''),
    advice: translated.advice,
  };
}
