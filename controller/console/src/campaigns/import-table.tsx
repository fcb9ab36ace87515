import { Table, Tooltip, type TableColumnsType } from 'antd';
import type { ImportView } from '@branchline/shared';
import { dayTime, ownZone } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';
import { UndoButton } from './undo-button.tsx';

/** What came of each list. */
export function ImportTable(props: {
  readonly views: readonly ImportView[];
  readonly writer: boolean;
  /** A list is on its way in or out. */
  readonly busy: boolean;
}) {
  const { views, writer, busy } = props;
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
      width: 96,
      align: 'right',
      render: (_, view) => (
        <span className="links">
          {view.errorsKept > 0 && (
            <a
              href={`/api/v1/imports/${view.id}/errors`}
              download={`errors-${view.file}`}
              aria-label={t('imports.errorsOf', { file: view.file })}
              title={
                view.errorsKept < view.rejected
                  ? t('imports.errorsFirst', {
                      kept: number.count(view.errorsKept),
                      rejected: number.count(view.rejected),
                    })
                  : undefined
              }
            >
              {t('imports.errors')}
            </a>
          )}
          {writer && <UndoButton view={view} busy={busy} />}
        </span>
      ),
    },
  ];
  return (
    <Table<ImportView>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={[...views]}
      expandable={{
        showExpandColumn: false,
        expandedRowKeys: views.filter((view) => view.kept).map((view) => view.id),
        expandedRowRender: undoneRow,
      }}
      pagination={views.length > 5 ? { pageSize: 5, size: 'small' } : false}
      scroll={{ x: 560 }}
    />
  );
}

function undoneRow(view: ImportView) {
  return <Undone view={view} />;
}

/** What an undo took back, and what it left. */
function Undone({ view }: { readonly view: ImportView }) {
  const { t, number } = useWords();
  if (!view.kept) return null;
  const { lent, worked } = view.kept;
  return (
    <span className="quiet" data-undone={view.id}>
      {t('imports.takenBack', { taken: number.count(view.takenBack) })}
      {lent + worked > 0 &&
        ` ${t('imports.kept', { lent: number.count(lent), worked: number.count(worked) })}`}
    </span>
  );
}
