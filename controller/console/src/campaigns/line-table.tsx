import { Table, type TableColumnsType } from 'antd';
import { mostLines, type LineFigures } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { useWords } from '../words/use-words.ts';
import { useSites } from './campaign-queries.ts';
import { OutcomeBar } from './outcome-bar.tsx';

/** What came of the tries on each line: a line that answers less than its neighbours has something. */
export function LineTable({ lines }: { readonly lines: readonly LineFigures[] }) {
  const { t, number } = useWords();
  const sites = useSites();
  const names = new Map(sites.data?.items.map(({ id, name }) => [id, name]));
  const siteName = ({ site }: LineFigures): string => names.get(site) ?? site;
  if (lines.length === 0) return <p className="quiet">{t('campaign.linesNone')}</p>;
  const columns: TableColumnsType<LineFigures> = [
    {
      title: t('overview.column.site'),
      ellipsis: true,
      sorter: (a, b) => siteName(a).localeCompare(siteName(b)),
      render: (_, row) => siteName(row),
    },
    {
      title: t('campaign.line'),
      dataIndex: 'line',
      ellipsis: true,
      sorter: (a, b) => a.line.localeCompare(b.line),
    },
    {
      title: t('campaign.tries'),
      width: 76,
      align: 'right',
      sorter: (a, b) => a.tries - b.tries,
      render: (_, row) => <span data-line-tries={`${row.site} ${row.line}`}>{number.count(row.tries)}</span>,
    },
    {
      title: t('campaign.answerRate'),
      width: 92,
      align: 'right',
      sorter: (a, b) => share(a.answered, a.tries) - share(b.answered, b.tries),
      render: (_, row) => number.rate(share(row.answered, row.tries)),
    },
    {
      title: t('campaign.outcomes'),
      width: '34%',
      render: (_, row) => <OutcomeBar outcomes={row.outcomes} words={3} />,
    },
  ];
  return (
    <>
      <Table<LineFigures>
        size="small"
        rowKey={(row) => `${row.site} ${row.line}`}
        columns={columns}
        dataSource={[...lines]}
        pagination={lines.length > 8 ? { pageSize: 8, size: 'small', showSizeChanger: false } : false}
        scroll={{ x: 520 }}
      />
      {lines.length >= mostLines && (
        <p className="quiet">{t('campaign.linesMost', { shown: number.count(mostLines) })}</p>
      )}
    </>
  );
}
