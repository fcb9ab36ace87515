import type { SpanFacts } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';

const kinds = {
  f: 'framing',
  s: 'signalling',
  '-': 'idle',
  b: 'busy',
  a: 'alarmed',
  o: 'out',
} as const;

/** A span as it is on the wire: one box per timeslot, its alarms and its counters. */
export function Timeslots({ span }: { readonly span: SpanFacts }) {
  const { t, number } = useWords();
  const { alarms, counters, dChannel, slipsPerHour, timeslots } = span;
  const facts: readonly (readonly [name: string, value: string, bad: boolean])[] = [
    [t('lines.alarms'), alarms.join(' ').toUpperCase() || t('lines.noAlarms'), alarms.length > 0],
    [t('lines.dChannel'), t(`lines.dChannelState.${dChannel}`), dChannel === 'down'],
    [t('lines.slips'), number.pace(slipsPerHour), slipsPerHour > 0],
    [t('lines.crc'), number.count(counters.crc4), false],
    [t('lines.bpv'), number.count(counters.bpv), false],
  ];
  return (
    <>
      <ol className="timeslots" aria-label={t('lines.timeslots')}>
        {timeslots.split('').map((letter, slot) => {
          const kind = kinds[letter as keyof typeof kinds] ?? 'out';
          return (
            <li key={slot} className={`slot-${kind}`} title={`${slot}: ${t(`lines.slot.${kind}`)}`}>
              <span className="unseen">{t(`lines.slot.${kind}`)}</span>
              {slot}
            </li>
          );
        })}
      </ol>
      <dl className="facts">
        {facts.map(([name, value, bad]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={bad ? 'bad' : ''}>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
