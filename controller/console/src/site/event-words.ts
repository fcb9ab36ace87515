import type { EventRow, SiteEvent } from '@branchline/shared';
import { faultWord } from '../lines/line-words.ts';
import type { T } from '../words/use-words.ts';

type Detail<Type extends EventRow['type']> = Partial<Extract<EventRow, { type: Type }>>;

/**
 * What a box noticed, in words; of a newer box, whose kind is not known here, as it was reported.
 * @param time writes an instant as the site's clocks show it
 */
export function eventWords(t: T, { type, detail }: SiteEvent, time: (at: number) => string): string {
  switch (type) {
    case 'config-applied': {
      const { version = '' } = detail as Detail<'config-applied'>;
      return t('sitePage.event.applied', { version });
    }
    case 'config-rejected': {
      const { version = '', code = '', problem = '' } = detail as Detail<'config-rejected'>;
      return t('sitePage.event.rejected', { version, code, problem });
    }
    case 'switch': {
      const { state = 'connected', lostCalls = 0 } = detail as Detail<'switch'>;
      return t(`sitePage.event.${state}`, { lostCalls });
    }
    case 'line': {
      const { line = '', state, reason = '' } = detail as Detail<'line'>;
      return t(state === 'up' ? 'sitePage.event.lineUp' : 'sitePage.event.lineDown', { line, reason });
    }
    case 'line-fault': {
      const { line = '', fault = '', state, reason = '', openedAt = 0 } = detail as Detail<'line-fault'>;
      const about = { line, fault: faultWord(t, fault) };
      return state === 'closed'
        ? t('sitePage.event.faultClosed', { ...about, openedAt: time(openedAt) })
        : t('sitePage.event.faultOpened', { ...about, reason });
    }
    case 'sms-received': {
      const { line = '', from = '', text } = detail as Detail<'sms-received'>;
      return text === undefined
        ? t('sitePage.event.messageHidden', { line, from })
        : t('sitePage.event.message', { line, from, text });
    }
    case 'clock': {
      const { trust = 'untrusted', driftMs = 0 } = detail as Detail<'clock'>;
      return t('sitePage.event.clock', { trust: t(`site.clock.${trust}`), drift: `${driftMs} ms` });
    }
    case 'ledger': {
      const { state, openCalls = 0, openAttempts = 0 } = detail as Detail<'ledger'>;
      return state === 'new'
        ? t('sitePage.event.ledgerNew')
        : t('sitePage.event.ledgerRecovered', { openCalls, openAttempts });
    }
    default:
      return `${type} ${JSON.stringify(detail)}`;
  }
}
