import { useState } from 'react';
import { Button, Input, Table, type TableColumnsType } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { ArticleSummary } from '@branchline/shared';
import { Changed, ListPage } from '../parts/list-page.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { useWords } from '../words/use-words.ts';
import { ArticleDrawer } from './article-drawer.tsx';
import { articlesQuery } from './article-queries.ts';
import { languageNames } from './language-names.ts';

/** What agents look things up in, at every branch. */
export function KnowledgePage() {
  const { t } = useWords();
  const grants = useGrants();
  const allowed = may(grants, 'knowledge');
  const articles = useQuery(articlesQuery(allowed));
  const [opened, setOpened] = useState<{ readonly id?: string }>();
  const create = may(grants, 'knowledge-write', []) && (
    <Button type="primary" onClick={() => setOpened({})}>
      {t('knowledge.create')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('knowledge.title')}
        empty={{ title: t('knowledge.empty'), advice: t('knowledge.emptyAdvice') }}
        allowed={allowed}
        question={articles}
        create={create}
      >
        {(rows) => <ArticleTable rows={rows} open={(id) => setOpened({ id })} />}
      </ListPage>
      {opened && <ArticleDrawer id={opened.id} close={() => setOpened(undefined)} />}
    </>
  );
}

function ArticleTable(props: {
  readonly rows: readonly ArticleSummary[];
  readonly open: (id: string) => void;
}) {
  const { t } = useWords();
  const [wanted, setWanted] = useState('');
  const rows = props.rows.filter(({ title }) => title.toLowerCase().includes(wanted.trim().toLowerCase()));
  const columns: TableColumnsType<ArticleSummary> = [
    {
      title: t('knowledge.field.title'),
      render: (_, { id, title }) => (
        <Button type="link" style={{ padding: 0 }} onClick={() => props.open(id)}>
          <strong>{title}</strong>
        </Button>
      ),
    },
    { title: t('knowledge.field.language'), width: 120, render: (_, row) => languageNames[row.language] },
    {
      title: t('knowledge.field.for'),
      width: 200,
      render: (_, { campaigns, queues }) =>
        campaigns.length + queues.length === 0
          ? t('knowledge.everything')
          : t('knowledge.count', { campaigns: campaigns.length, queues: queues.length }),
    },
    { title: t('flows.version'), width: 90, align: 'right', dataIndex: 'version' },
    {
      title: t('flows.changed'),
      width: 240,
      render: (_, { at, by }) => <Changed at={at} by={by} />,
    },
  ];
  return (
    <div className="panel">
      <div className="block">
        <Input.Search
          allowClear
          aria-label={t('knowledge.find')}
          placeholder={t('knowledge.find')}
          style={{ maxWidth: 320 }}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
      </div>
      <Table<ArticleSummary>
        size="medium"
        rowKey="id"
        columns={columns}
        dataSource={rows}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        scroll={{ x: 800 }}
      />
    </div>
  );
}
