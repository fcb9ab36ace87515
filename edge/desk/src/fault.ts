import i18next from 'i18next';
import { refusalInChinese } from '@branchline/shared';
import { DeskFailure } from './api.ts';
import { en } from './words/en.ts';
import type { useWords } from './words/words.ts';

type T = ReturnType<typeof useWords>['t'];
type KnownFault = Exclude<keyof typeof en.fault, 'away' | 'other' | 'refused'>;
type State = keyof typeof en.state;

const isKnown = (code: string): code is KnownFault => code in en.fault;

/** What a person reads of something that was not done. */
export function faultText(error: unknown, t: T): string {
  if (!(error instanceof DeskFailure) || error.code === undefined) return t('fault.away');
  if (isKnown(error.code)) return t(`fault.${error.code}`);
  const [, reason] = /: (.+)\.$/.exec(error.message) ?? [];
  if (error.code === 'BL_DESK_REFUSED' && reason !== undefined && i18next.language !== 'en') {
    const words = refusalInChinese(reason, (state) =>
      state in en.state ? t(`state.${state as State}`) : state,
    );
    if (words !== undefined) return t('fault.refused', { problem: words });
  }
  return t('fault.other', { problem: error.message });
}

export function faultOfCode(code: string | undefined, t: T): string | undefined {
  return code !== undefined && isKnown(code) ? t(`fault.${code}`) : undefined;
}
