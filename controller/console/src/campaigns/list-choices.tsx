import { useState } from 'react';
import { Alert, InputNumber, Modal, Select, Skeleton, Table } from 'antd';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import {
  DedupeScope,
  LeadStanding,
  type ColumnMapping,
  type Dedupe,
  type ImportPreview,
} from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import {
  beginningOf,
  isShort,
  listForm,
  tryList,
  type ListWish,
  type UploadProgress,
} from '../api/upload.ts';
import { share } from '../format/numbers.ts';
import { Meter } from '../parts/meter.tsx';
import { useWords } from '../words/use-words.ts';
import { reasonOfRow } from './reason-words.ts';

/** What a list would become, its beginning at once and the whole of it when it has been read, and how it is to be read: its columns, and what counts as a duplicate. */
export function ListChoices(props: {
  readonly campaign: string;
  readonly file: File;
  readonly take: (wish: ListWish) => void;
  readonly close: () => void;
}) {
  const { campaign, file, take, close } = props;
  const { t, error } = useWords();
  const [dedupe, setDedupe] = useState<Dedupe>({ scope: 'campaign' });
  const [mapping, setMapping] = useState<ColumnMapping>();
  const question = useQuery({
    queryKey: ['list-preview', campaign, file.name, file.lastModified, file.size, dedupe, mapping],
    queryFn: async ({ signal }) =>
      request<ImportPreview>(
        'POST',
        `/campaigns/${campaign}/imports/preview`,
        listForm(await beginningOf(file), file.name, { mapping, dedupe }),
        signal,
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const preview = question.data;
  const wish = { mapping: mapping ?? preview?.remembered, dedupe };
  const readable = preview !== undefined && preview.phones.length > 0;
  const whole = useDryRun(campaign, file, wish, readable && !question.isFetching && !isShort(file));
  const problem = question.error ?? whole.error;
  const refusal = problem && error(refusalOf(problem));
  return (
    <Modal
      open
      width={760}
      title={t('imports.choose', { file: file.name })}
      okText={t('imports.send')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !readable, autoFocus: true }}
      onOk={() => take(wish)}
      onCancel={close}
    >
      <DedupeFields value={dedupe} onChange={setDedupe} />
      {refusal && <Alert type="error" title={refusal.message} description={refusal.advice} />}
      {preview ? (
        <>
          <Columns preview={preview} mapping={mapping ?? preview.remembered ?? {}} change={setMapping} />
          <Statuses preview={whole.data ?? preview} mapping={wish.mapping ?? {}} change={setMapping} />
          <Outlook preview={whole.data ?? preview} whole={isShort(file) || whole.data !== undefined} />
          {whole.reading && <Meter value={whole.part} tone="accent" label={t('imports.trying')} />}
        </>
      ) : (
        question.isPending && <Skeleton active title={false} paragraph={{ rows: 4 }} />
      )}
    </Modal>
  );
}

/** Asks what the whole list would become; broken off when something else is asked, or nothing any more. */
function useDryRun(campaign: string, file: File, wish: ListWish, wanted: boolean) {
  const [progress, setProgress] = useState<UploadProgress>({ sent: 0, total: file.size });
  const { data, error, isFetching } = useQuery({
    queryKey: ['list-dry-run', campaign, file.name, file.lastModified, file.size, wish],
    queryFn: ({ signal }) => tryList(campaign, file, wish, setProgress, signal),
    enabled: wanted,
    retry: false,
  });
  return { data, error, reading: isFetching, part: share(progress.sent, progress.total) ?? 0 };
}

function DedupeFields(props: { readonly value: Dedupe; readonly onChange: (value: Dedupe) => void }) {
  const { value, onChange } = props;
  const { t } = useWords();
  const { scope, days } = value;
  return (
    <div className="form-row">
      <label>
        {t('imports.dedupe')}
        <Select
          style={{ width: '100%' }}
          value={scope}
          onChange={(chosen) => onChange(chosen === 'list' ? { scope: chosen } : { ...value, scope: chosen })}
          options={DedupeScope.enum.map((one) => ({ value: one, label: t(`imports.scope.${one}`) }))}
        />
      </label>
      <label>
        {t('imports.dedupeDays')}
        <InputNumber
          style={{ width: '100%' }}
          min={1}
          max={3650}
          precision={0}
          disabled={scope === 'list'}
          placeholder={t('imports.dedupeEver')}
          value={days ?? null}
          onChange={(chosen) => onChange(chosen === null ? { scope } : { scope, days: chosen })}
        />
      </label>
    </div>
  );
}

/** Which column is what, as it was found or is said. */
function Columns(props: {
  readonly preview: ImportPreview;
  readonly mapping: ColumnMapping;
  readonly change: (mapping: ColumnMapping) => void;
}) {
  const { preview, mapping, change } = props;
  const { t } = useWords();
  const options = preview.columns
    .filter((name) => name.trim() !== '')
    .map((name) => ({ value: name, label: name }));
  const found = {
    name: preview.fields.find(({ name }) => name === 'name')?.column,
    zone: preview.zone,
    priority: preview.priority,
  };
  return (
    <>
      {preview.remembered && <p className="form-hint">{t('imports.remembered')}</p>}
      <div className="form-row four">
        <label>
          {t('imports.column.phones')}
          <Select
            mode="multiple"
            style={{ width: '100%' }}
            value={mapping.phones ?? preview.phones}
            options={options}
            onChange={(phones) => {
              const { phones: _, ...rest } = mapping;
              change(phones.length > 0 ? { ...rest, phones } : rest);
            }}
          />
        </label>
        {(['name', 'zone', 'priority'] as const).map((what) => (
          <label key={what}>
            {t(`imports.column.${what}`)}
            <Select
              style={{ width: '100%' }}
              value={mapping[what] ?? found[what] ?? null}
              placeholder={t('common.none')}
              options={options}
              onChange={(column: string) => change({ ...mapping, [what]: column })}
            />
          </label>
        ))}
      </div>
    </>
  );
}

/** What statuses mean that a center has made itself in the dialer that the list comes from. */
function Statuses(props: {
  readonly preview: ImportPreview;
  readonly mapping: ColumnMapping;
  readonly change: (mapping: ColumnMapping) => void;
}) {
  const { preview, mapping, change } = props;
  const { t } = useWords();
  const { statuses = {} } = mapping;
  const names = [...new Set([...Object.keys(statuses), ...(preview.unknownStatuses ?? [])])].toSorted();
  if (names.length === 0) return null;
  return (
    <>
      <p className="form-hint">{t('imports.statusesHint')}</p>
      <div className="form-row four">
        {names.map((name) => (
          <label key={name}>
            {name}
            <Select
              style={{ width: '100%' }}
              value={statuses[name] ?? null}
              placeholder={t('common.none')}
              options={LeadStanding.enum.map((value) => ({ value, label: t(`imports.standing.${value}`) }))}
              onChange={(meant: LeadStanding) =>
                change({ ...mapping, statuses: { ...statuses, [name]: meant } })
              }
            />
          </label>
        ))}
      </div>
    </>
  );
}

/** Counts and the first rows. */
function Outlook({ preview, whole }: { readonly preview: ImportPreview; readonly whole: boolean }) {
  const { t, number } = useWords();
  const [rows, leads, duplicates, rejected] = [
    preview.rows,
    preview.leads - preview.duplicates,
    preview.duplicates,
    preview.rejected,
  ].map((count) => number.count(count));
  return (
    <>
      <p data-preview={preview.leads}>
        {t(whole ? 'imports.outlookWhole' : 'imports.outlook', { rows, leads, duplicates, rejected })}
      </p>
      <Table<ImportPreview['samples'][number]>
        size="small"
        rowKey="row"
        dataSource={preview.samples.slice(0, 8)}
        pagination={false}
        scroll={{ x: 'max-content' }}
        columns={[
          ...preview.columns.slice(0, 6).map((title, i) => ({
            key: String(i),
            title,
            render: (_: unknown, row: ImportPreview['samples'][number]) => row.cells[i],
          })),
          {
            key: 'number',
            title: t('imports.column.phones'),
            render: (_, row) =>
              row.number ?? <span className="bad">{reasonOfRow(t, row.problem ?? '')}</span>,
          },
        ]}
      />
    </>
  );
}
