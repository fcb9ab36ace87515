import { Table, type TableColumnsType } from 'antd';
import type { SiteView } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { hourOfDay } from '../format/times.ts';
import { Meter } from '../parts/meter.tsx';
import { StackedBar } from '../parts/stacked-bar.tsx';
import { useWords } from '../words/use-words.ts';
import { SiteAge, SiteDot } from './site-state.tsx';
import { agentStates, callPhases, summarize, type SiteSummary } from './site-summary.ts';

interface Row {
  readonly site: SiteView;
  readonly summary: SiteSummary;
}

/** Many sites, one line each; only the lines in sight are drawn. */
export function SiteTable({ sites, at }: { readonly sites: readonly SiteView[]; readonly at: number }) {
  const { t, number, language } = useWords();
  const rows = sites.map((site): Row => ({ site, summary: summarize(site) }));
  const columns: TableColumnsType<Row> = [
    {
      title: t('overview.column.site'),
      width: 214,
      sorter: (a, b) => a.site.name.localeCompare(b.site.name),
      render: (_, { site, summary }) => (
        <span className="site-cell">
          <SiteDot summary={summary} />
          <strong>{site.name}</strong>
          <span className="quiet">{hourOfDay(at, language, site.zone)}</span>
        </span>
      ),
    },
    {
      title: t('overview.column.age'),
      width: 72,
      render: (_, { summary }) => <SiteAge summary={summary} />,
    },
    ...callPhases.map((phase) => ({
      title: t(`phase.${phase}`),
      width: 84,
      align: 'right' as const,
      sorter: (a: Row, b: Row) => a.summary.calls[phase] - b.summary.calls[phase],
      render: (_: unknown, { summary }: Row) => (
        <span className={summary.calls[phase] === 0 ? 'quiet' : ''}>
          {number.count(summary.calls[phase])}
        </span>
      ),
    })),
    {
      title: t('overview.column.agents'),
      width: 132,
      render: (_, { summary }) => (
        <StackedBar
          label={agentStates.map((state) => `${t(`agent.${state}`)} ${summary.agents[state]}`).join(', ')}
          parts={agentStates.map((state) => ({
            key: state,
            value: summary.agents[state],
            color: `var(--${state})`,
            label: `${t(`agent.${state}`)} ${summary.agents[state]}`,
          }))}
        />
      ),
    },
    {
      title: t('overview.column.lines'),
      width: 116,
      sorter: (a, b) => a.summary.channelsInUse - b.summary.channelsInUse,
      render: (_, { summary }) => (
        <span className="lines-cell">
          <Meter value={share(summary.channelsInUse, summary.channels)} tone="accent" />
          {summary.channelsInUse}/{summary.channels}
        </span>
      ),
    },
    {
      title: t('site.outbox'),
      width: 96,
      align: 'right',
      sorter: (a, b) => a.summary.outbox - b.summary.outbox,
      render: (_, { summary }) => number.count(summary.outbox),
    },
    {
      title: t('overview.column.load'),
      width: 58,
      align: 'right',
      render: (_, { summary }) => number.rate(summary.cpu),
    },
  ];
  return (
    <div className="panel">
      <Table<Row>
        virtual
        size="small"
        rowKey={(row) => row.site.id}
        columns={columns}
        dataSource={rows}
        pagination={false}
        scroll={{ x: 1030, y: Math.min(640, 44 + rows.length * 40) }}
        rowClassName={({ summary }) => (summary.state !== 'online' || summary.stale ? 'dimmed' : '')}
      />
    </div>
  );
}
