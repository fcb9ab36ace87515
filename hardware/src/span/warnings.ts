import type { LineRates } from './rates.ts';
import { isTimingWrong, ratesOf } from './rates.ts';
import type { SpanState } from './span-machine.ts';
import type { SpanOptions, SpanWarning, Timeslot } from './span.ts';

/** More than this is no chance error any more. */
const noise: readonly (readonly [keyof LineRates, limit: number, what: string, advice: string])[] = [
  [
    'crcPerMinute',
    10,
    'CRC errors a minute',
    'Check the receiving pair of the cable, and CRC4 against the carrier.',
  ],
  ['ebitPerMinute', 10, 'CRC errors a minute at the far end', 'Check the sending pair of the cable.'],
  ['fasPerMinute', 5, 'framing errors a minute', 'Check the cable, and framing against the carrier.'],
  ['bpvPerMinute', 60, 'code violations a minute', 'Check the cable, and the line code against the carrier.'],
];

/** What is wrong with a span although calls can be made. */
export function warningsOf(
  state: SpanState,
  timeslots: readonly Timeslot[],
  options: SpanOptions,
): SpanWarning[] {
  const { reading } = state;
  if (!reading) return [];
  const rates = ratesOf(state.rates);
  const warnings: SpanWarning[] = [];
  if (isTimingWrong(state.rates))
    warnings.push({
      warning: 'timing-wrong',
      reason: 'timing slips grow without an alarm',
      advice: reading.line.clockSource
        ? 'The clock is taken from this line and does not fit: the far end must be set to give it.'
        : 'Take the clock from the carrier: set the timing of this span in system.conf to 1 or more.',
    });
  for (const [key, limit, what, advice] of noise)
    if (rates[key] > limit)
      warnings.push({ warning: 'line-noise', reason: `more than ${limit} ${what}`, advice });
  if (rates.irqMissesPerMinute > 1)
    warnings.push({
      warning: 'host-busy',
      reason: 'interrupts are missed',
      advice: 'It is this machine, not the line: check its load, and that the card shares no interrupt.',
    });
  if (options.config && !sameWords(options.config, reading.line.config))
    warnings.push({
      warning: 'line-config',
      reason: `the line is set to ${reading.line.config.join('/') || 'nothing'}, ${options.config.join('/')} was ordered`,
      advice: 'Correct system.conf and run dahdi_cfg.',
    });
  const bad = timeslots.filter(({ state: is }) => is === 'alarmed' || is === 'out-of-service');
  if (state.signalling === 'up' && reading.line.alarms.length === 0 && bad.length > 0)
    warnings.push({
      warning: 'bad-channels',
      reason: `timeslots ${bad.map(({ slot }) => slot).join(', ')} take no calls`,
      advice: 'Ask the carrier whether they are blocked; "ftdm reset" of the span frees those blocked here.',
    });
  return warnings;
}

/** Drivers name the same line in different orders. */
function sameWords(one: readonly string[], other: readonly string[]): boolean {
  const inOrder = (words: readonly string[]): string =>
    [...new Set(words.map((word) => word.toUpperCase()))].toSorted().join('/');
  return inOrder(one) === inOrder(other);
}
