import type { LineFaultView } from '@branchline/shared';
import { dayTime, stopwatch } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';
import { faultAdvice, faultWord, lineReason } from './line-words.ts';

/** What was wrong, the latest first, and what to do about what still is. */
export function FaultRows(props: {
  readonly faults: readonly LineFaultView[];
  readonly zone: string;
  readonly now: number;
}) {
  const { faults, zone, now } = props;
  const { t, language } = useWords();
  if (faults.length === 0) return <p className="quiet">{t('lines.noFaults')}</p>;
  return (
    <table className="event-rows">
      <tbody>
        {faults.map(({ edge, line, fault, reason, openedAt, closedAt }) => (
          <tr key={`${edge} ${line} ${fault} ${openedAt}`}>
            <td className="quiet">{dayTime(openedAt, language, zone)}</td>
            <td>
              {edge} · {line}
            </td>
            <td className={closedAt === undefined ? 'bad' : ''}>{faultWord(t, fault)}</td>
            <td>
              {closedAt === undefined
                ? `${t('lines.lasts')} ${stopwatch(now - openedAt)}`
                : t('lines.lasted', { time: stopwatch(closedAt - openedAt) })}
            </td>
            <td>
              <LineReason reason={reason} />
              {closedAt === undefined && <div className="quiet">{faultAdvice(t, fault)}</div>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LineReason({ reason }: { readonly reason: string }) {
  const { t } = useWords();
  const { text, code } = lineReason(t, reason);
  return (
    <>
      {text}
      {code !== undefined && <small className="quiet"> {code}</small>}
    </>
  );
}
