import { App, Button, Table, type TableColumnsType } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OwnedToken } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { dateTime, ownZone } from '../format/times.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { useWords } from '../words/use-words.ts';
import { GrantTag } from './grant-tag.tsx';

/** Everybody's API tokens: what each may do, when it was used last, and the way to take it away. */
export function AllTokens() {
  const { t, language, error } = useWords();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const tokens = useQuery({
    queryKey: ['all-tokens'],
    queryFn: ({ signal }) => request<{ items: OwnedToken[] }>('GET', '/users/tokens', undefined, signal),
    refetchInterval: 15_000,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => request('DELETE', `/users/tokens/${encodeURIComponent(id)}`),
    onSettled: () =>
      Promise.all(['all-tokens', 'tokens'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
    onError: (problem) => void message.error(error(refusalOf(problem)).message),
  });
  const time = (at: number): string => dateTime(at, language, ownZone());
  const columns: TableColumnsType<OwnedToken> = [
    { title: t('people.tokenColumn.owner'), width: 180, render: (_, { user }) => user },
    { title: t('account.tokenColumn.label'), ellipsis: true, dataIndex: 'label' },
    {
      title: t('people.column.grants'),
      render: (_, { grants, disabled }) =>
        disabled ? (
          <span className="quiet">{t('people.tokenVoid')}</span>
        ) : (
          grants.map((grant) => <GrantTag key={`${grant.role} ${grant.site}`} grant={grant} />)
        ),
    },
    {
      title: t('people.tokenColumn.used'),
      width: 190,
      render: (_, { id, usedAt }) => (
        <span data-used={id} className={usedAt === undefined ? 'quiet' : ''}>
          {usedAt === undefined ? t('people.tokenNever') : time(usedAt)}
        </span>
      ),
    },
    {
      title: t('account.tokenColumn.expires'),
      width: 190,
      render: (_, { expiresAt }) =>
        expiresAt > Date.now() ? (
          time(expiresAt)
        ) : (
          <span className="bad">{t('people.tokenExpired', { at: time(expiresAt) })}</span>
        ),
    },
    {
      width: 100,
      align: 'right',
      render: (_, { id, label, user }) => (
        <Button
          size="small"
          danger
          onClick={() => {
            void modal.confirm({
              title: t('people.tokenConfirm', { label, user }),
              okText: t('account.tokenDelete'),
              cancelText: t('common.cancel'),
              onOk: () => revoke.mutateAsync(id).catch(() => undefined),
            });
          }}
        >
          {t('account.tokenDelete')}
        </Button>
      ),
    },
  ];
  return (
    <section className="all-tokens">
      <h2>{t('people.tokens')}</h2>
      <p className="quiet">{t('people.tokensHint')}</p>
      <Asked question={tokens} skeleton={<Loading rows={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t('people.tokensNone')}</p>
          ) : (
            <div className="panel">
              <Table<OwnedToken>
                size="small"
                rowKey="id"
                columns={columns}
                dataSource={items}
                pagination={false}
                scroll={{ x: 980 }}
              />
            </div>
          )
        }
      </Asked>
    </section>
  );
}
