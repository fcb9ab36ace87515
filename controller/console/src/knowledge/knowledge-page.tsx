import { useState } from 'react';
import { Button, Input, Skeleton, Table, type TableColumnsType } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { ArticleSummary } from '@branchline/shared';
import { dayTime, ownZone } from '../format/times.ts';
import { DataAge } from '../parts/data-age.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
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
  usePageTitle(t('knowledge.title'));
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  const create = may(grants, 'knowledge-write', []) && (
    <Button type="primary" onClick={() => setOpened({})}>
      {t('knowledge.create')}
    </Button>
  );
  return (
    <>
      <div className="page-head">
        <h1>{t('knowledge.title')}</h1>
        <div className="actions">
          <DataAge askedAt={articles.dataUpdatedAt} limitMs={45_000} />
          {create}
        </div>
      </div>
      <Asked
        question={articles}
        skeleton={
          <div className="panel block" aria-busy aria-label={t('common.loading')}>
            <Skeleton active paragraph={{ rows: 6 }} />
          </div>
        }
      >
        {({ items }) =>
          items.length === 0 ? (
            <Vacancy title={t('knowledge.empty')} advice={t('knowledge.emptyAdvice')}>
              {create}
            </Vacancy>
          ) : (
            <ArticleTable rows={items} open={(id) => setOpened({ id })} />
          )
        }
      </Asked>
      {opened && <ArticleDrawer id={opened.id} close={() => setOpened(undefined)} />}
    </>
  );
}

function ArticleTable(props: {
  readonly rows: readonly ArticleSummary[];
  readonly open: (id: string) => void;
}) {
  const { t, language } = useWords();
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
      render: (_, { at, by }) => (
        <span className="quiet">
          {dayTime(at, language, ownZone())} · {by}
        </span>
      ),
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
