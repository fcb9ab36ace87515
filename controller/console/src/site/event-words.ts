import type { ApiError, EventRow, SiteEvent } from '@branchline/shared';
import { faultWord, lineReason } from '../lines/line-words.ts';
import type { T } from '../words/use-words.ts';

type Detail<Type extends EventRow['type']> = Partial<Extract<EventRow, { type: Type }>>;

/** What was noticed in a sentence, and the machine's word for it. */
export interface EventWords {
  readonly text: string;
  readonly code?: string;
}

/** How the reader's language writes what events name. */
export interface EventSpeech {
  readonly t: T;
  /** Writes an instant as the site's clocks show it. */
  readonly time: (at: number) => string;
  /** Writes what was refused. */
  readonly error: (refusal: Pick<ApiError, 'code' | 'message' | 'advice'>) => { readonly message: string };
}

/** What a box noticed, in words; of a newer box, whose kind is not known here, as it was reported. */
export function eventWords({ t, time, error }: EventSpeech, { type, detail }: SiteEvent): EventWords {
  switch (type) {
    case 'config-applied': {
      const { version = '' } = detail as Detail<'config-applied'>;
      return { text: t('sitePage.event.applied', { version }) };
    }
    case 'config-rejected': {
      const { version = '', code = '', problem = '' } = detail as Detail<'config-rejected'>;
      const { message } = error({ code, message: problem, advice: '' });
      return { text: t('sitePage.event.rejected', { version, problem: message }), code };
    }
    case 'switch': {
      const { state = 'connected', lostCalls = 0 } = detail as Detail<'switch'>;
      return { text: t(`sitePage.event.${state}`, { lostCalls }) };
    }
    case 'line': {
      const { line = '', state, reason = '' } = detail as Detail<'line'>;
      const { text, ...rest } = lineReason(t, reason);
      const name = state === 'up' ? 'sitePage.event.lineUp' : 'sitePage.event.lineDown';
      return { text: t(name, { line, reason: text }), ...rest };
    }
    case 'line-fault': {
      const { line = '', fault = '', state, reason = '', openedAt = 0 } = detail as Detail<'line-fault'>;
      const about = { line, fault: faultWord(t, fault) };
      if (state === 'closed')
        return { text: t('sitePage.event.faultClosed', { ...about, openedAt: time(openedAt) }) };
      const { text, ...rest } = lineReason(t, reason);
      return { text: t('sitePage.event.faultOpened', { ...about, reason: text }), ...rest };
    }
    case 'sms-received': {
      const { line = '', from = '', text } = detail as Detail<'sms-received'>;
      return {
        text:
          text === undefined
            ? t('sitePage.event.messageHidden', { line, from })
            : t('sitePage.event.message', { line, from, text }),
      };
    }
    case 'gate-refused': {
      const { what = 'outside', number = '', rule } = detail as Detail<'gate-refused'>;
      const words = { what: t(`why.refused.${what}`), rule: rule ? t(`why.rule.${rule}`) : '' };
      return { text: t('sitePage.event.refused', { ...words, number }), code: rule ?? '' };
    }
    case 'phone-lost': {
      const { agent = '', extension = '', how = 'no-media' } = detail as Detail<'phone-lost'>;
      return { text: t(`sitePage.event.phoneLost.${how}`, { agent, extension }) };
    }
    case 'clock': {
      const { trust = 'untrusted', driftMs = 0 } = detail as Detail<'clock'>;
      return {
        text: t('sitePage.event.clock', { trust: t(`site.clock.${trust}`), drift: `${driftMs} ms` }),
      };
    }
    case 'ledger': {
      const { state, openCalls = 0, openAttempts = 0 } = detail as Detail<'ledger'>;
      return {
        text:
          state === 'new'
            ? t('sitePage.event.ledgerNew')
            : t('sitePage.event.ledgerRecovered', { openCalls, openAttempts }),
      };
    }
    default:
      return { text: `${type} ${JSON.stringify(detail)}` };
  }
}
