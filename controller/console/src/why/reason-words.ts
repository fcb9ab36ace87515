import { whyCodes, type WhyReason, type WhyValue } from '@branchline/shared';
import { stopwatch } from '../format/times.ts';
import type { NumberFormat } from '../format/numbers.ts';
import { causeWord, dispositionWord, modeWord, outcomeWord, verdictWords } from '../words/known-words.ts';
import { en } from '../words/en.ts';
import type { T } from '../words/use-words.ts';

/** How the reader's language writes what a reason names. */
export interface ReasonSpeech {
  readonly t: T;
  readonly number: NumberFormat;
  /** Writes an instant. */
  readonly time: (at: number) => string;
}

type Params = WhyReason['params'];

const writers: Record<WhyValue, (value: string | number, speech: ReasonSpeech, params: Params) => string> = {
  text: String,
  count: (value, { number }) => number.count(Number(value)),
  share: (value, { number }) => number.rate(Number(value)),
  instant: (value, { time }) => time(Number(value)),
  millis: (value) => stopwatch(Number(value)),
  outcome: (value, { t }) => outcomeWord(t, String(value)),
  cause: (value, { t }) => causeWord(t, String(value)) ?? String(value),
  disposition: (value, { t }) => dispositionWord(t, String(value)),
  rule: (value, { t }) =>
    value in en.why.rule ? t(`why.rule.${value as keyof typeof en.why.rule}`) : String(value),
  mode: (value, { t }) => modeWord(t, String(value)),
  'refused-call': (value, { t }) =>
    value in en.why.refused ? t(`why.refused.${value as keyof typeof en.why.refused}`) : String(value),
  verdicts: (value, { t }) =>
    verdictWords(
      t,
      String(value)
        .split(',')
        .map((each) => each.split(':') as [string, string]),
    ),
  hangup: (value, { t }) =>
    value in en.calls.story.by
      ? t(`calls.story.by.${value as keyof typeof en.calls.story.by}`)
      : String(value),
  standing: (value, { t }) =>
    value in en.campaign.standing
      ? t(`campaign.standing.${value as keyof typeof en.campaign.standing}`)
      : String(value),
  because: (value, speech, params) => {
    if (!(value in en.campaign.because)) return String(value);
    const shareOf = (name: string): string => writers.share(params[name] ?? 0, speech, params);
    return speech.t(`campaign.because.${value as keyof typeof en.campaign.because}`, {
      risk: shareOf('risk'),
      allowed: shareOf('allowed'),
      share: shareOf('share'),
    });
  },
};

/** A reason in a sentence; one of a newer controller is shown as its code. */
export function reasonSentence(speech: ReasonSpeech, { code, params }: WhyReason): string {
  const kinds: Readonly<Record<string, WhyValue>> = whyCodes[code] ?? {};
  const written: Record<string, string> = {};
  for (const [name, value] of Object.entries(params))
    written[name] = writers[kinds[name] ?? 'text'](value, speech, params);
  return speech.t(`why.reason.${code}`, { ...written, defaultValue: code });
}
