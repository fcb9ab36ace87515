import { Button, Select, Skeleton, Table, type TableColumnsType } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { RejectedRows as Rejected } from '@branchline/shared';
import { request } from '../api/request.ts';
import { useAddressFilter } from '../parts/address-filter.ts';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { useWords } from '../words/use-words.ts';
import { importsQuery } from './campaign-queries.ts';
import { reasonOfRow } from './reason-words.ts';

const shownRows = 20;
/** Cells shown of a row; lists may have hundreds of columns. */
const shownCells = 6;

/** The first rows that an import has left out, with the reason of each; all of them as a file. The import stands in the address. */
export function RejectedRows({ campaign }: { readonly campaign: string }) {
  const { t, number } = useWords();
  const address = useAddressFilter(['import', 'rule', 'branch']);
  const imports = useQuery(importsQuery(campaign, may(useGrants(), 'import-read')));
  const faulty = (imports.data?.items ?? []).filter((view) => view.rejected > 0);
  const chosen = faulty.find((view) => view.id === address.filter.get('import')) ?? faulty[0];
  const rows = useQuery({
    queryKey: ['rejected', chosen?.id, chosen?.rejected],
    queryFn: ({ signal }) =>
      request<Rejected>('GET', `/imports/${chosen?.id}/rejected?limit=${shownRows}`, undefined, signal),
    enabled: chosen !== undefined,
  });
  if (!chosen) return null;
  return (
    <section className="panel block wide" data-rejected={chosen.id}>
      <h2>
        {t('imports.rejectedTitle')}
        <span className="head-tools">
          <Select
            size="small"
            aria-label={t('imports.file')}
            value={chosen.id}
            onChange={(id) => address.choose({ import: id })}
            options={faulty.map((view) => ({
              value: view.id,
              label: `${view.file} · ${number.count(view.rejected)}`,
            }))}
            popupMatchSelectWidth={false}
          />
          <Button
            size="small"
            href={`/api/v1/imports/${chosen.id}/errors`}
            download={`errors-${chosen.file}`}
          >
            {t('imports.errorsAll', { shown: number.count(chosen.rejected) })}
          </Button>
        </span>
      </h2>
      <Asked question={rows} skeleton={<Skeleton active title={false} paragraph={{ rows: 3 }} />}>
        {(data) => <RowTable data={data} />}
      </Asked>
      {chosen.rejected > shownRows && (
        <p className="quiet">{t('imports.rejectedFirst', { shown: number.count(shownRows) })}</p>
      )}
    </section>
  );
}

type Row = Rejected['items'][number];

function RowTable({ data }: { readonly data: Rejected }) {
  const { t, number } = useWords();
  const width = Math.min(
    shownCells,
    Math.max(data.header.length, ...data.items.map((row) => row.cells.length)),
  );
  const columns: TableColumnsType<Row> = [
    { title: t('imports.row'), width: 84, align: 'right', render: (_, row) => number.count(row.row) },
    {
      title: t('imports.reasonColumn'),
      width: 420,
      render: (_, row) => <span className="bad">{reasonOfRow(t, row.reason)}</span>,
    },
    ...Array.from({ length: width }, (_, at) => ({
      title: data.header[at] ?? '',
      key: `cell ${at}`,
      width: 150,
      ellipsis: true,
      render: (_: unknown, row: Row) => <code>{row.cells[at]}</code>,
    })),
  ];
  return (
    <Table<Row>
      size="small"
      rowKey="row"
      columns={columns}
      dataSource={[...data.items]}
      pagination={false}
      scroll={{ x: 504 + width * 150, y: 320 }}
    />
  );
}
