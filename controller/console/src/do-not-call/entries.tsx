import { App, Button, Checkbox, Flex, Input, Skeleton, Table, type TableColumnsType } from 'antd';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { DncChange, DncEntry } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { dateTime, ownZone } from '../format/times.ts';
import { useAddressFilter } from '../parts/address-filter.ts';
import { DataAge } from '../parts/data-age.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { byWord, reasonWord, scopeWord } from './entry-words.ts';

/** The list in the order of the numbers, or the entries of one number; the number stands in the address. */
export function Entries() {
  const { t, language } = useWords();
  const grants = useGrants();
  const { filter, choose } = useAddressFilter(['number']);
  const number = filter.get('number') ?? '';
  const question = useInfiniteQuery({
    queryKey: ['dnc', number],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50' });
      if (number !== '') query.set('number', number);
      if (pageParam) query.set('cursor', pageParam);
      return request<{ items: DncEntry[]; next?: string }>(
        'GET',
        `/dnc?${query.toString()}`,
        undefined,
        signal,
      );
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : 30_000),
    placeholderData: keepPreviousData,
  });
  const change = useChange();
  const columns: TableColumnsType<DncEntry> = [
    { title: t('calls.column.customer'), dataIndex: 'number', render: (text: string) => <code>{text}</code> },
    { title: t('dnc.scope'), render: (_, entry) => scopeWord(t, entry) },
    { title: t('dnc.reason'), render: (_, entry) => reasonWord(t, entry.reason) },
    { title: t('dnc.since'), render: (_, { addedAt }) => dateTime(addedAt, language, ownZone()) },
    { title: t('dnc.by'), render: (_, entry) => byWord(t, entry.by) },
    {
      key: 'remove',
      align: 'right',
      render: (_, { number: listed, campaign }) =>
        may(grants, 'dnc-remove') && (
          <RemoveButton number={listed} onRemove={(reopen) => change.remove(listed, campaign, reopen)} />
        ),
    },
  ];
  return (
    <section className="panel block">
      <Flex vertical gap={12}>
        <Flex justify="space-between" align="center">
          <Input.Search
            key={number}
            style={{ maxWidth: 420 }}
            allowClear
            defaultValue={number}
            placeholder={t('dnc.number')}
            aria-label={t('dnc.number')}
            enterButton={t('dnc.find')}
            onSearch={(text) => choose({ number: text.trim() || undefined })}
          />
          <DataAge askedAt={question.dataUpdatedAt} limitMs={90_000} />
        </Flex>
        <Asked
          question={{
            data: question.data?.pages.flatMap((page) => page.items),
            error: question.error,
            refetch: question.refetch,
          }}
          skeleton={<Skeleton active title={false} paragraph={{ rows: 4 }} />}
        >
          {(items: readonly DncEntry[]) =>
            items.length > 0 ? (
              <>
                <Table<DncEntry>
                  size="small"
                  rowKey={({ number: id, campaign, register }) => `${id} ${campaign ?? register ?? ''}`}
                  columns={columns}
                  dataSource={[...items]}
                  pagination={false}
                  scroll={{ x: 'max-content' }}
                />
                {question.hasNextPage && (
                  <div>
                    <Button
                      loading={question.isFetchingNextPage}
                      onClick={() => void question.fetchNextPage()}
                    >
                      {t('common.more')}
                    </Button>
                  </div>
                )}
              </>
            ) : number === '' ? (
              <Vacancy title={t('dnc.empty')} advice={t('dnc.emptyAdvice')} />
            ) : (
              <Vacancy title={t('dnc.nothing')} advice={t('dnc.nothingAdvice')}>
                {may(grants, 'dnc-add') && (
                  <Button type="primary" onClick={() => change.add(number)}>
                    {t('dnc.add')}
                  </Button>
                )}
              </Vacancy>
            )
          }
        </Asked>
      </Flex>
    </section>
  );
}

/** @param onRemove is told whether leads that the entry closed are wanted back */
function RemoveButton({
  number,
  onRemove,
}: {
  readonly number: string;
  readonly onRemove: (reopen: boolean) => void;
}) {
  const { t } = useWords();
  const { modal } = App.useApp();
  const ask = (): void => {
    let reopen = false;
    void modal.confirm({
      title: t('dnc.removeTitle', { number }),
      content: (
        <Flex vertical gap={8}>
          {t('dnc.removeText')}
          <Checkbox onChange={({ target }) => (reopen = target.checked)}>{t('dnc.reopen')}</Checkbox>
        </Flex>
      ),
      okText: t('dnc.remove'),
      okButtonProps: { danger: true },
      cancelText: t('common.cancel'),
      onOk: () => onRemove(reopen),
    });
  };
  return (
    <Button size="small" type="link" onClick={ask}>
      {t('dnc.remove')}
    </Button>
  );
}

function useChange() {
  const { t, error, number: write } = useWords();
  const { message, notification } = App.useApp();
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (ask: () => Promise<DncChange>) => ask(),
    onError: (problem) => {
      const refusal = refusalOf(problem);
      const text = error(refusal);
      notification.error({ title: text.message, description: `${text.advice} (${refusal.code})` });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['dnc'] }),
  });
  return {
    add: (number: string) =>
      mutate(() => request<DncChange>('POST', '/dnc', { numbers: [number] }), {
        onSuccess: ({ changed }) => {
          if (changed > 0) void message.success(t('dnc.listed', { number }));
        },
      }),
    remove: (number: string, campaign: string | undefined, reopen: boolean) =>
      mutate(
        () => {
          const question = new URLSearchParams({
            number,
            ...(campaign !== undefined && { campaign }),
            ...(reopen && { reopen: 'true' }),
          });
          return request<DncChange>('DELETE', `/dnc?${question.toString()}`);
        },
        {
          onSuccess: ({ reopened }) => {
            if (reopened !== undefined)
              void message.success(t('dnc.reopened', { leads: write.count(reopened) }));
          },
        },
      ),
  };
}
