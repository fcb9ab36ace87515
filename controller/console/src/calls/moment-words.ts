import type { CallMoment } from '@branchline/shared';
import { stopwatch } from '../format/times.ts';
import {
  agentStateWord,
  causeWord,
  dispositionWord,
  lineWord,
  outcomeWord,
  reasonWord,
} from '../words/known-words.ts';
import type { T } from '../words/use-words.ts';

/** A moment of a call in a sentence, and what else is known of it. */
export interface MomentWords {
  readonly text: string;
  readonly detail?: string;
}

/**
 * @param time writes an instant as the site's clock shows it
 * @param siteName of a site by its id
 */
export function momentWords(
  t: T,
  moment: CallMoment,
  time: (at: number) => string,
  siteName: (id: string) => string,
): MomentWords {
  switch (moment.what) {
    case 'attempt':
      return {
        text: t('calls.story.attempt', { ordinal: moment.ordinal, number: moment.number }),
        ...(moment.dueAt > 0 && { detail: t('calls.story.attemptDue', { due: time(moment.dueAt) }) }),
      };
    case 'try': {
      const { ordinal, line, outcome } = moment.try;
      return {
        text: t('calls.story.try', { ordinal, line: lineWord(t, line), outcome: outcomeWord(t, outcome) }),
        ...(moment.thisCall && { detail: t('calls.story.tryThis') }),
      };
    }
    case 'line-chosen': {
      const { line, by, passed } = moment;
      const lines = passed.map(({ line: other, verdict }) =>
        t('calls.story.pair', { name: other, value: t(`calls.story.verdict.${verdict}`) }),
      );
      return {
        text: t(`calls.story.lineChosen.${by}`, { line }),
        ...(lines.length > 0 && { detail: lines.join(t('calls.story.next')) }),
      };
    }
    case 'arrived':
      return { text: t('calls.story.arrived') };
    case 'came-from-site':
      return { text: t('calls.story.cameFromSite', { site: siteName(moment.site) }) };
    case 'talked-away':
      return {
        text: t('calls.story.talkedAway', {
          site: siteName(moment.site),
          lasting: stopwatch(moment.to - moment.at),
        }),
        detail: t('calls.story.talkedAwayDetail'),
      };
    case 'early':
      return { text: t('calls.story.early') };
    case 'answered':
      return { text: t('calls.story.answered') };
    case 'bridged':
      return { text: t('calls.story.bridged') };
    case 'segment': {
      const { kind, from, to, agent = '' } = moment.segment;
      return { text: t(`calls.story.segment.${kind}`, { lasting: stopwatch(to - from), agent }) };
    }
    case 'agent': {
      const { agent, from, to, reason } = moment;
      const states = { from: agentStateWord(t, from), to: agentStateWord(t, to) };
      const { choice } = moment;
      const why = choice && [
        t(`calls.story.chosenBy.${choice.by}`),
        ...(choice.ahead ? [t(`calls.story.ahead.${choice.ahead}`)] : []),
      ];
      return {
        text: t('calls.story.agent', { agent, ...states, reason: reasonWord(t, reason) }),
        ...(why && { detail: why.join(t('calls.story.next')) }),
      };
    }
    case 'ended': {
      const { by, cause, q850, sipStatus } = moment;
      const who = by in byWords ? t(`calls.story.by.${by as By}`) : by;
      const why = causeWord(t, cause, { q850, sipStatus });
      return {
        text:
          why === undefined
            ? t('calls.story.ended', { by: who })
            : t('calls.story.endedWhy', { by: who, why }),
        detail:
          sipStatus === 0
            ? t('calls.story.endedHow', { cause, q850 })
            : t('calls.story.endedSip', { cause, q850, sip: sipStatus }),
      };
    }
    case 'disposition': {
      const { agent, code, by } = moment;
      const how = by === 'phone' || by === 'api' ? t(`calls.story.how.${by}`) : by;
      return {
        text: t('calls.story.disposition', { agent, disposition: dispositionWord(t, code), by: how }),
      };
    }
    case 'note':
      return { text: t('calls.story.note', { agent: moment.agent }), detail: moment.text };
    case 'form': {
      const answers = moment.answers.map(({ label, answer }) =>
        t('calls.story.pair', { name: label, value: answerWord(t, answer) }),
      );
      return {
        text: t('calls.story.form', { agent: moment.agent }),
        detail: answers.join(t('calls.story.next')),
      };
    }
    case 'recording-notice':
      return { text: t('calls.story.recordingNotice') };
    case 'recording-paused':
      return { text: t('calls.story.recordingPaused', { lasting: stopwatch(moment.to - moment.at) }) };
    case 'transferred': {
      const { how, to, by } = moment;
      return {
        text: t(`calls.story.transferred.${how}`, { by, to: to === undefined ? '' : targetWord(t, to) }),
      };
    }
    case 'monitored': {
      const { mode, extension, agent = '', by } = moment;
      return { text: t(`calls.story.monitored.${mode}`, { by, extension, agent }) };
    }
    case 'supervised':
      return { text: t('calls.story.supervised', { by: moment.by }) };
    case 'gate-refused': {
      const { wanted, number, rule, until } = moment;
      const what = { what: t(`why.refused.${wanted}`), number, rule: t(`why.rule.${rule}`) };
      return {
        text: t('calls.story.refused', what),
        ...(until !== undefined && { detail: t('calls.story.refusedUntil', { until: time(until) }) }),
      };
    }
    case 'digits-sent':
      return { text: t('calls.story.digitsSent', { agent: moment.agent, count: moment.count }) };
    case 'voicemail-handled':
      return { text: t(`calls.story.message.${moment.act}`, { agent: moment.agent }) };
    case 'survey':
      return { text: t('calls.story.survey', { question: moment.question, answer: moment.answer }) };
    case 'attempt-ended':
      return { text: t('calls.story.attempt_ended', { outcome: outcomeWord(t, moment.outcome) }) };
  }
}

/** `yes` and `no` are kept as such; what people wrote and chose stays as it is. */
function answerWord(t: T, answer: string): string {
  return answer === 'yes' || answer === 'no' ? t(`calls.story.${answer}`) : answer;
}

const byWords = { customer: 0, agent: 0, system: 0, network: 0, unknown: 0 };
type By = keyof typeof byWords;

/** `queue <id>`, `agent <id>`, `phone <extension>` or `number <masked>` in words. */
function targetWord(t: T, to: string): string {
  const [kind = '', id = ''] = to.split(' ');
  return kind === 'queue' || kind === 'agent' || kind === 'phone' || kind === 'number'
    ? t(`calls.story.target.${kind}`, { id })
    : to;
}
