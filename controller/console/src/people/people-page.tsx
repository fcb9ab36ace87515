import { useState } from 'react';
import { App, Button, Table, type TableColumnsType } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { User } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { DataAge } from '../parts/data-age.tsx';
import { ExportButton } from '../parts/export-button.tsx';
import { may } from '../session/abilities.ts';
import { useSession } from '../session/session.ts';
import { useGrants } from '../session/use-grants.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { useWords } from '../words/use-words.ts';
import { AllTokens } from './all-tokens.tsx';
import { GrantTag } from './grant-tag.tsx';
import { PersonDrawer } from './person-drawer.tsx';

/** Who may sign in, how, with which roles and where. */
export function PeoplePage() {
  const { t } = useWords();
  const allowed = may(useGrants(), 'people');
  const [editing, setEditing] = useState<User | 'new'>();
  usePageTitle(t('people.title'));
  const people = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => request<{ items: User[] }>('GET', '/users', undefined, signal),
    refetchInterval: 15_000,
    enabled: allowed,
  });
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  return (
    <>
      <div className="page-head">
        <h1>{t('people.title')}</h1>
        <span className="toolbar-end">
          <DataAge askedAt={people.dataUpdatedAt} limitMs={45_000} />
        </span>
        <ExportButton path="/users/export" hint={t('people.exportHint')} />
        <Button type="primary" onClick={() => setEditing('new')}>
          {t('people.create')}
        </Button>
      </div>
      <Asked question={people} skeleton={<Loading rows={6} />}>
        {({ items }) => <PeopleTable rows={items} edit={setEditing} />}
      </Asked>
      <AllTokens />
      {editing !== undefined && (
        <PersonDrawer {...(editing !== 'new' && { person: editing })} close={() => setEditing(undefined)} />
      )}
    </>
  );
}

function PeopleTable(props: { readonly rows: readonly User[]; readonly edit: (person: User) => void }) {
  const { rows, edit } = props;
  const { t, error } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const session = useSession();
  const self = session.state === 'in' ? session.view.user.id : '';
  const change = useMutation({
    mutationFn: ({ id, disabled }: { id: string; disabled: boolean }) =>
      request<User>('PATCH', `/users/${encodeURIComponent(id)}`, { disabled }),
    onSettled: () => client.invalidateQueries({ queryKey: ['users'] }),
    onError: (problem) => void message.error(error(refusalOf(problem)).message),
  });
  const columns: TableColumnsType<User> = [
    {
      title: t('people.column.name'),
      width: 180,
      render: (_, user) => (
        <Button type="link" size="small" onClick={() => edit(user)}>
          {user.name}
        </Button>
      ),
    },
    { title: t('people.column.display'), width: 200, ellipsis: true, dataIndex: 'displayName' },
    {
      title: t('people.column.grants'),
      render: (_, user) =>
        user.grants.map((grant) => <GrantTag key={`${grant.role} ${grant.site}`} grant={grant} />),
    },
    {
      title: t('people.column.language'),
      width: 110,
      render: (_, user) => (user.language === 'en' ? 'English' : '中文'),
    },
    {
      title: t('people.column.factor'),
      width: 180,
      render: (_, user) => (
        <span className={user.totp ? 'good' : user.totpRequired ? 'warn' : 'quiet'} data-factor={user.name}>
          {t(`people.factor.${user.totp ? 'on' : user.totpRequired ? 'missing' : 'off'}`)}
        </span>
      ),
    },
    {
      title: t('people.column.state'),
      width: 190,
      render: (_, user) => (
        <>
          <span className={user.disabled ? 'quiet' : 'good'}>
            {user.disabled ? t('people.disabled') : t('people.active')}
          </span>{' '}
          <Button
            size="small"
            disabled={user.id === self}
            title={user.id === self ? t('people.self') : t('people.disabledHint')}
            loading={change.isPending && change.variables.id === user.id}
            onClick={() => change.mutate({ id: user.id, disabled: !user.disabled })}
          >
            {user.disabled ? t('people.enable') : t('people.disable')}
          </Button>
        </>
      ),
    },
  ];
  return (
    <div className="panel">
      <Table<User>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={[...rows]}
        pagination={false}
        scroll={{ x: 980 }}
      />
    </div>
  );
}
