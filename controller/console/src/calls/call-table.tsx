import { Table, type TableColumnsType } from 'antd';
import { Link, useNavigate } from 'react-router';
import type { CallView } from '@branchline/shared';
import { OutcomeMark } from '../campaigns/outcome-mark.tsx';
import { dayTime, ownZone, stopwatch } from '../format/times.ts';
import { directionWord, dispositionWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';

/** Calls in rows; a row opens the call. */
export function CallTable(props: {
  readonly rows: readonly CallView[];
  readonly names: ReadonlyMap<string, string>;
  readonly places: ReadonlyMap<string, { readonly name: string; readonly zone: string }>;
}) {
  const { rows, names, places } = props;
  const { t, language } = useWords();
  const navigate = useNavigate();
  const none = <span className="quiet">{t('common.none')}</span>;
  const columns: TableColumnsType<CallView> = [
    {
      title: t('calls.column.at'),
      width: 136,
      render: (_, call) => (
        <Link to={`/calls/${call.id}`}>
          {dayTime(call.at, language, places.get(call.site)?.zone ?? ownZone())}
        </Link>
      ),
    },
    {
      title: t('calls.column.site'),
      width: 116,
      ellipsis: true,
      render: (_, call) => places.get(call.site)?.name ?? call.site,
    },
    {
      title: t('calls.column.customer'),
      width: 146,
      render: (_, call) => (
        <span className="customer">
          <Direction direction={call.direction} />
          {call.customer}
        </span>
      ),
    },
    {
      title: t('calls.column.campaign'),
      ellipsis: true,
      render: (_, call) =>
        call.campaign === undefined ? (
          <span className="quiet">{t('calls.inboundNone')}</span>
        ) : (
          <Link to={`/campaigns/${call.campaign}`}>
            {names.get(call.campaign) ?? call.campaign.slice(0, 8)}
          </Link>
        ),
    },
    {
      title: t('calls.column.agent'),
      width: 94,
      ellipsis: true,
      render: (_, call) => call.agent ?? none,
    },
    { title: t('calls.column.line'), width: 86, ellipsis: true, dataIndex: 'line' },
    {
      title: t('calls.column.outcome'),
      width: 118,
      render: (_, call) => <OutcomeMark outcome={call.outcome} />,
    },
    {
      title: t('calls.column.disposition'),
      width: 112,
      ellipsis: true,
      render: (_, call) => (call.disposition === undefined ? none : dispositionWord(t, call.disposition)),
    },
    {
      title: t('calls.column.talk'),
      width: 62,
      align: 'right',
      render: (_, call) => (call.talkMs > 0 ? stopwatch(call.talkMs) : none),
    },
    {
      title: t('calls.column.duration'),
      width: 78,
      align: 'right',
      render: (_, call) => stopwatch(call.durationMs),
    },
  ];
  return (
    <Table<CallView>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={[...rows]}
      pagination={false}
      scroll={{ x: 1050 }}
      className="calls"
      onRow={(call) => ({
        // The link in the first cell is for the keyboard; the row is a larger target for the mouse.
        onClick: (event) => {
          if (!(event.target as Element).closest('a')) void navigate(`/calls/${call.id}`);
        },
      })}
      sticky={{ offsetHeader: 52 }}
    />
  );
}

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
