import { Table, Tooltip, type TableColumnsType } from 'antd';
import type { ImportView } from '@branchline/shared';
import { dayTime, ownZone } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';

/** What came of each list. */
export function ImportTable({ views }: { readonly views: readonly ImportView[] }) {
  const { t, language, number, error } = useWords();
  const count = (key: 'rows' | 'imported' | 'duplicates' | 'rejected') => ({
    title: t(`imports.${key}`),
    align: 'right' as const,
    width: 72,
    render: (_: unknown, view: ImportView) => <span data-count={key}>{number.count(view[key])}</span>,
  });
  const columns: TableColumnsType<ImportView> = [
    {
      title: t('imports.file'),
      render: (_, view) => (
        <span data-import={view.id}>
          <strong>{view.file}</strong>
          <br />
          <span className="quiet nowrap">{dayTime(view.startedAt, language, ownZone())}</span>
        </span>
      ),
    },
    {
      title: t('campaigns.column.status'),
      width: 84,
      render: (_, view) => {
        const tag = <span className={`status status-${view.state}`}>{t(`imports.state.${view.state}`)}</span>;
        if (!view.error) return tag;
        const text = error(view.error);
        return (
          <Tooltip title={`${text.message} ${text.advice} (${view.error.code})`}>
            <span>{tag}</span>
          </Tooltip>
        );
      },
    },
    count('rows'),
    count('imported'),
    count('duplicates'),
    count('rejected'),
    {
      key: 'errors',
      width: 84,
      align: 'right',
      render: (_, view) =>
        view.rejected > 0 && (
          <a
            href={`/api/v1/imports/${view.id}/errors`}
            download={`errors-${view.file}`}
            aria-label={t('imports.errorsOf', { file: view.file })}
          >
            {t('imports.errors')}
          </a>
        ),
    },
  ];
  return (
    <Table<ImportView>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={[...views]}
      pagination={views.length > 5 ? { pageSize: 5, size: 'small' } : false}
      scroll={{ x: 560 }}
    />
  );
}
