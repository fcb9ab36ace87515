import type { Language } from '@branchline/shared';
import type { CheckName, CheckResult, Layer } from './check.ts';
import { enWords } from './words-en.ts';
import { zhWords } from './words-zh-CN.ts';

/** Everything the doctor says, in one language. */
export interface Words {
  readonly check: Readonly<Record<CheckName, string>>;
  readonly layer: Readonly<Record<Layer, string>>;
  readonly result: Readonly<Record<CheckResult, string>>;
  readonly head: Readonly<Record<'line' | 'check' | 'result' | 'detail' | 'advice', string>>;
  readonly box: string;
  /** `{name}` is filled in. */
  readonly detail: Readonly<Record<DetailName, string>>;
  readonly advice: Readonly<Record<AdviceName, string>>;
  readonly summary: Readonly<Record<'fine' | 'faults' | 'warnings', string>>;
}

type DetailName =
  | 'edge-runs'
  | 'edge-stopped'
  | 'plan'
  | 'no-plan'
  | 'up'
  | 'down'
  | 'unknown-stopped'
  | 'clock-trusted'
  | 'clock-holdover'
  | 'clock-untrusted'
  | 'disk'
  | 'phones'
  | 'disabled'
  | 'not-permitted'
  | 'waits-for'
  | 'no-limit'
  | 'held'
  | 'span-there'
  | 'no-alarm'
  | 'slips'
  | 'd-channel-up'
  | 'd-channel-unknown'
  | 'answers'
  | 'sim'
  | 'signal'
  | 'signal-unknown'
  | 'network'
  | 'balance'
  | 'balance-unknown'
  | 'works'
  | 'no-fault'
  | 'no-voice'
  | 'starting'
  | 'silent'
  | 'no-number'
  | 'needs-edge'
  | 'rang'
  | 'not-placed'
  | 'heard'
  | 'not-heard';

type AdviceName =
  | 'start-edge'
  | 'plan'
  | 'center'
  | 'clock'
  | 'disk'
  | 'switch'
  | 'overlay'
  | 'phones'
  | 'gsm'
  | 'wait'
  | 'silent'
  | 'weak'
  | 'held'
  | 'call'
  | 'call-refused'
  | 'voice';

const languages: Readonly<Record<Language, Words>> = { en: enWords, 'zh-CN': zhWords };

export function wordsIn(language: Language): Words {
  return languages[language];
}

/** Fills `{name}` in. */
export function fill(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
