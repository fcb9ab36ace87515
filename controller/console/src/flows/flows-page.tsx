import { Button, Table, type TableColumnsType } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { FlowSummary } from '@branchline/shared';
import { Changed, ListPage } from '../parts/list-page.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { useWords } from '../words/use-words.ts';
import { flowsQuery } from './flow-queries.ts';

/** All flows, with the numbers they answer. */
export function FlowsPage() {
  const { t } = useWords();
  const grants = useGrants();
  const allowed = may(grants, 'flows');
  const flows = useQuery(flowsQuery(allowed));
  const create = may(grants, 'flow-write') && (
    <Link to="/flows/new">
      <Button type="primary">{t('flows.create')}</Button>
    </Link>
  );
  return (
    <ListPage
      title={t('flows.title')}
      empty={{ title: t('flows.empty'), advice: t('flows.emptyAdvice') }}
      allowed={allowed}
      question={flows}
      create={create}
    >
      {(rows) => <FlowTable rows={rows} />}
    </ListPage>
  );
}

function FlowTable({ rows }: { readonly rows: readonly FlowSummary[] }) {
  const { t } = useWords();
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
      render: (_, { at, by }) => <Changed at={at} by={by} />,
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
