import { useRef, useState } from 'react';
import { App, Button, Flex, Skeleton, Table, type TableColumnsType } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DncChange, DncUpload, DncUploaded, UploadedDncList } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { uploadDoNotCall, type UploadProgress } from '../api/upload.ts';
import { DropZone } from '../campaigns/drop-zone.tsx';
import { reasonOfRow } from '../campaigns/reason-words.ts';
import { UploadBar } from '../campaigns/upload-bar.tsx';
import { dateTime, ownZone } from '../format/times.ts';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { ListWishes } from './list-wishes.tsx';
import { scopeWord } from './entry-words.ts';

/** Whole lists: upload with progress, what came of each, and taking them back. */
export function UploadedLists() {
  const { t } = useWords();
  const grants = useGrants();
  const [chosen, setChosen] = useState<File>();
  const { upload, last, send, breakOff } = useUpload();
  const question = useQuery({
    queryKey: ['dnc', 'lists'],
    queryFn: ({ signal }) => request<{ items: UploadedDncList[] }>('GET', '/dnc/lists', undefined, signal),
  });
  const sending = upload && upload.progress.sent < upload.progress.total;
  return (
    <section className="panel block">
      <h2>{t('dnc.lists')}</h2>
      <Flex vertical gap={12}>
        {may(grants, 'dnc-add') && (
          <DropZone
            disabled={upload !== undefined}
            hint={upload ? t('imports.busy') : t('dnc.hint')}
            take={setChosen}
          />
        )}
        {chosen && (
          <ListWishes
            file={chosen}
            close={() => setChosen(undefined)}
            take={(wish) => {
              setChosen(undefined);
              send(chosen, wish);
            }}
          />
        )}
        {upload && (
          <>
            <UploadBar file={upload.file} progress={upload.progress} view={undefined} cancel={breakOff} />
            {!sending && <p className="quiet">{t('dnc.storing')}</p>}
          </>
        )}
        {last && last.errors.length > 0 && <LeftOut errors={last.errors} />}
        <Asked question={question} skeleton={<Skeleton active title={false} paragraph={{ rows: 3 }} />}>
          {({ items }: { items: UploadedDncList[] }) =>
            items.length > 0 ? (
              <ListTable items={items} />
            ) : (
              !upload && <Vacancy title={t('dnc.noLists')} advice={t('dnc.noListsAdvice')} />
            )
          }
        </Asked>
      </Flex>
    </section>
  );
}

function ListTable({ items }: { readonly items: UploadedDncList[] }) {
  const { t, number, language } = useWords();
  const columns: TableColumnsType<UploadedDncList> = [
    { title: t('dnc.file'), dataIndex: 'file' },
    { title: t('dnc.scope'), render: (_, list) => scopeWord(t, list) },
    { title: t('dnc.reason'), dataIndex: 'reason' },
    { title: t('dnc.at'), render: (_, { at }) => dateTime(at, language, ownZone()) },
    { title: t('dnc.by'), dataIndex: 'by' },
    ...(['added', 'known', 'rejected'] as const).map((key) => ({
      title: t(`dnc.${key}`),
      key,
      align: 'right' as const,
      render: (_: unknown, list: UploadedDncList) => number.count(list[key]),
    })),
    { key: 'undo', align: 'right', render: (_, list) => <TakeBack list={list} /> },
  ];
  return (
    <Table<UploadedDncList>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={items}
      pagination={false}
      scroll={{ x: 'max-content' }}
    />
  );
}

function TakeBack({ list }: { readonly list: UploadedDncList }) {
  const { t, language, error } = useWords();
  const grants = useGrants();
  const { modal, notification } = App.useApp();
  const client = useQueryClient();
  const { mutateAsync, isPending } = useMutation({
    mutationFn: () => request<DncChange>('POST', `/dnc/lists/${list.id}/undo`),
    onError: (problem) => {
      const refusal = refusalOf(problem);
      const text = error(refusal);
      notification.error({ title: text.message, description: `${text.advice} (${refusal.code})` });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['dnc'] }),
  });
  if (list.undoneAt !== undefined)
    return (
      <span className="quiet">{t('dnc.undone', { at: dateTime(list.undoneAt, language, ownZone()) })}</span>
    );
  if (!may(grants, 'dnc-remove')) return null;
  return (
    <Button
      size="small"
      type="link"
      loading={isPending}
      onClick={() =>
        void modal.confirm({
          title: t('dnc.undoTitle', { file: list.file }),
          content: t('dnc.undoText'),
          okText: t('dnc.undo'),
          okButtonProps: { danger: true },
          cancelText: t('common.cancel'),
          onOk: () => mutateAsync().catch(() => undefined),
        })
      }
    >
      {t('dnc.undo')}
    </Button>
  );
}

function LeftOut({ errors }: { readonly errors: DncUploaded['errors'] }) {
  const { t, number } = useWords();
  return (
    <>
      <h3>{t('dnc.firstRejected')}</h3>
      <Table<DncUploaded['errors'][number]>
        size="small"
        rowKey="row"
        columns={[
          { title: t('dnc.row'), width: 84, align: 'right', render: (_, { row }) => number.count(row) },
          {
            title: t('dnc.why'),
            render: (_, { reason }) => <span className="bad">{reasonOfRow(t, reason)}</span>,
          },
        ]}
        dataSource={[...errors]}
        pagination={false}
        scroll={{ y: 240 }}
      />
    </>
  );
}

function useUpload() {
  const { t, number, error } = useWords();
  const { message, notification } = App.useApp();
  const client = useQueryClient();
  const [upload, setUpload] = useState<{ readonly file: string; readonly progress: UploadProgress }>();
  const [last, setLast] = useState<DncUploaded>();
  const stop = useRef<AbortController>(undefined);
  const send = async (file: File, wish: DncUpload): Promise<void> => {
    const abort = new AbortController();
    stop.current = abort;
    setLast(undefined);
    setUpload({ file: file.name, progress: { sent: 0, total: file.size } });
    try {
      const done = await uploadDoNotCall(
        file,
        wish,
        (progress) => setUpload({ file: file.name, progress }),
        abort.signal,
      );
      setLast(done);
      const counts = {
        added: number.count(done.added),
        known: number.count(done.known),
        rejected: number.count(done.rejected),
      };
      void message.success(t('dnc.done', { file: file.name, ...counts }));
    } catch (problem) {
      if (abort.signal.aborted) void message.info(t('dnc.cancelled'));
      else {
        const refusal = refusalOf(problem);
        const text = error(refusal);
        notification.error({
          title: text.message,
          description: `${text.advice} (${refusal.code})`,
          duration: 0,
        });
      }
    } finally {
      setUpload(undefined);
      await client.invalidateQueries({ queryKey: ['dnc'] });
    }
  };
  return {
    upload,
    last,
    send: (file: File, wish: DncUpload) => void send(file, wish),
    breakOff: () => stop.current?.abort(),
  };
}
