import { memo } from 'react';
import { Link, useNavigate } from 'react-router';
import type { CallView } from '@branchline/shared';
import { OutcomeMark } from '../campaigns/outcome-mark.tsx';
import { dayTime, ownZone, stopwatch } from '../format/times.ts';
import { directionWord, dispositionWord, lineWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';

type Names = ReadonlyMap<string, string>;
type Places = ReadonlyMap<string, { readonly name: string; readonly zone: string }>;

/** Columns with their widths in pixels; those without share what is left. */
const columns = [
  ['at', 136],
  ['site', 116],
  ['customer', 146],
  ['campaign', undefined],
  ['agent', 94],
  ['line', 86],
  ['outcome', 118],
  ['disposition', 112],
  ['talk', 62],
  ['duration', 78],
] as const;

/** Calls in rows; a row opens the call. A table of the document: it is there several times sooner than one of the component library. */
export function CallTable(props: {
  readonly rows: readonly CallView[];
  readonly names: Names;
  readonly places: Places;
}) {
  const { rows, names, places } = props;
  const { t } = useWords();
  return (
    <table className="calls">
      <colgroup>
        {columns.map(([name, width]) => (
          <col key={name} width={width} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {columns.map(([name]) => (
            <th key={name} scope="col" className={`call-${name}`}>
              {t(`calls.column.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((call) => (
          <CallRow
            key={call.id}
            call={call}
            campaign={call.campaign === undefined ? undefined : names.get(call.campaign)}
            place={places.get(call.site)}
          />
        ))}
      </tbody>
    </table>
  );
}

const CallRow = memo(function CallRow(props: {
  readonly call: CallView;
  readonly campaign: string | undefined;
  readonly place: { readonly name: string; readonly zone: string } | undefined;
}) {
  const { call, campaign, place } = props;
  const { t, language } = useWords();
  const navigate = useNavigate();
  const none = <span className="quiet">{t('common.none')}</span>;
  const disposition = call.disposition && dispositionWord(t, call.disposition);
  return (
    <tr
      // The link in the first cell is for the keyboard; the row is a larger target for the mouse.
      onClick={(event) => {
        if (!(event.target as Element).closest('a')) void navigate(`/calls/${call.id}`);
      }}
    >
      <td>
        <Link to={`/calls/${call.id}`}>{dayTime(call.at, language, place?.zone ?? ownZone())}</Link>
      </td>
      <td>{place?.name ?? call.site}</td>
      <td>
        <span className="customer">
          <Direction direction={call.direction} />
          {call.customer}
        </span>
      </td>
      <td>
        {call.campaign === undefined ? (
          <span className="quiet">{t('calls.inboundNone')}</span>
        ) : (
          <Link to={`/campaigns/${call.campaign}`} title={campaign}>
            {campaign ?? call.campaign.slice(0, 8)}
          </Link>
        )}
      </td>
      <td>{call.agent ?? none}</td>
      <td title={lineWord(t, call.line)}>{lineWord(t, call.line)}</td>
      <td>
        <OutcomeMark outcome={call.outcome} />
      </td>
      <td title={disposition}>{disposition ?? none}</td>
      <td className="call-talk">{call.talkMs > 0 ? stopwatch(call.talkMs) : none}</td>
      <td className="call-duration">{stopwatch(call.durationMs)}</td>
    </tr>
  );
});

/** Which way a call went: an arrow for the eye, a word for everybody else. */
export function Direction({ direction }: { readonly direction: string }) {
  const { t } = useWords();
  const word = directionWord(t, direction);
  return (
    <span className={`direction-${direction}`} title={word}>
      <span aria-hidden>{direction === 'inbound' ? '↙' : '↗'}</span>
      <span className="unseen">{word}</span>
    </span>
  );
}
