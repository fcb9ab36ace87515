import { isOneOf, libpriSwitches, libpriTons, overlaps } from './words.ts';

/** Two names for one parameter. */
export const libpriAliases: ReadonlyMap<string, string> = new Map([
  ['mode', 'node'],
  ['dialect', 'switch'],
  ['layer1', 'l1'],
  ['ton', 'dp'],
  ['digit_timeout', 't302'],
  ['restart_timeout', 't316'],
  ['msn', 'local-number'],
]);

/** Words of the Sangoma stack that people write for libpri. */
export const sangomaWords: ReadonlyMap<string, string> = new Map([
  ['switchtype', 'switch'],
  ['signalling', 'node'],
  ['overlap', 'overlapdial'],
  ['channel-restart-timeout', 't316'],
]);

const opts = ['none', 'suggest_channel', 'omit_display', 'omit_redirecting_number', 'aoc'] as const;
const debugFlags =
  `q921_raw q921_dump q921_state q921_all q931_dump q931_state q931_anomaly q931_all apdu aoc config
all none`.split(/\s+/);

type Check = (value: string) => boolean;
const among =
  (words: readonly string[]): Check =>
  (value) =>
    isOneOf(words, value.toLowerCase());
const someOf =
  (words: readonly string[]): Check =>
  (value) =>
    value.split(/[\s,|]+/).every((word) => isOneOf(words, word.toLowerCase()));
const between =
  (low: number, high: number): Check =>
  (value) =>
    /^\d{1,6}$/.test(value) && Number(value) >= low && Number(value) <= high;

/** Every parameter there is → what it may be, and what to do when it is something else. */
export const libpriParams: ReadonlyMap<string, readonly [Check, advice: string]> = new Map(
  Object.entries<readonly [Check, advice: string]>({
    node: [among(['cpe', 'user', 'net', 'network']), 'Use cpe towards a carrier, net towards a PBX.'],
    switch: [
      among(libpriSwitches),
      `Every other word silently means DMS-100. Use ${libpriSwitches.join(', ')}; in China and Europe euroisdn.`,
    ],
    l1: [among(['alaw', 'ulaw', 'mulaw']), 'Everything but alaw means µ-law: write alaw on an E1.'],
    dp: [among(libpriTons), `Use ${libpriTons.join(', ')}.`],
    overlapdial: [among(overlaps), `Use ${overlaps.join(', ')}.`],
    opts: [someOf(opts), `Use ${opts.join(', ')}.`],
    t302: [between(3, 30), '3 to 30 seconds.'],
    t316: [between(10, 300), '10 to 300 seconds.'],
    restart_attempts: [between(1, 10), '1 to 10.'],
    idle_restart_interval: [
      (value) => value === '0' || between(10, 86_400)(value),
      '0 for off, or 10 to 86400 seconds.',
    ],
    service_message_support: [
      among(['true', 'false', 'yes', 'no', 'on', 'off', '1', '0']),
      'Use true or false.',
    ],
    'local-number': [(value) => /^[0-9*#+]{1,32}$/.test(value), 'Digits of the number that is ours.'],
    debug: [someOf(debugFlags), `Use ${debugFlags.join(', ')}.`],
    dialplan: [(value) => value !== '', 'Write XML.'],
    context: [(value) => /^[\w.-]+$/.test(value), 'Name a context of the dialplan.'],
  }),
);
