import { Button, Skeleton, Table, type TableColumnsType } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { FlowSummary } from '@branchline/shared';
import { dayTime, ownZone } from '../format/times.ts';
import { DataAge } from '../parts/data-age.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { flowsQuery } from './flow-queries.ts';

/** All flows, with the numbers they answer. */
export function FlowsPage() {
  const { t } = useWords();
  const grants = useGrants();
  const allowed = may(grants, 'flows');
  const flows = useQuery(flowsQuery(allowed));
  usePageTitle(t('flows.title'));
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  const create = may(grants, 'flow-write') && (
    <Link to="/flows/new">
      <Button type="primary">{t('flows.create')}</Button>
    </Link>
  );
  return (
    <>
      <div className="page-head">
        <h1>{t('flows.title')}</h1>
        <div className="actions">
          <DataAge askedAt={flows.dataUpdatedAt} limitMs={45_000} />
          {create}
        </div>
      </div>
      <Asked
        question={flows}
        skeleton={
          <div className="panel block" aria-busy aria-label={t('common.loading')}>
            <Skeleton active paragraph={{ rows: 6 }} />
          </div>
        }
      >
        {({ items }) =>
          items.length === 0 ? (
            <Vacancy title={t('flows.empty')} advice={t('flows.emptyAdvice')}>
              {create}
            </Vacancy>
          ) : (
            <FlowTable rows={items} />
          )
        }
      </Asked>
    </>
  );
}

function FlowTable({ rows }: { readonly rows: readonly FlowSummary[] }) {
  const { t, language } = useWords();
  const columns: TableColumnsType<FlowSummary> = [
    {
      title: t('flows.field.name'),
      render: (_, { id, name }) => (
        <Link to={`/flows/${id}`}>
          <strong>{name}</strong>
        </Link>
      ),
    },
    { title: t('flows.field.numbers'), render: (_, { numbers }) => numbers.join(', ') },
    {
      title: t('flows.field.sites'),
      render: (_, { sites }) => (sites.length === 0 ? t('campaign.allSites') : sites.join(', ')),
    },
    { title: t('flows.steps'), width: 90, align: 'right', dataIndex: 'steps' },
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
      <Table<FlowSummary>
        size="medium"
        rowKey="id"
        columns={columns}
        dataSource={[...rows]}
        pagination={false}
        scroll={{ x: 800 }}
      />
    </div>
  );
}
