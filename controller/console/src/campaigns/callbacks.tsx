import { Skeleton, Table } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { CallbackCount } from '@branchline/shared';
import { dayTime, ownZone } from '../format/times.ts';
import { useFeed } from '../live/feed.tsx';
import { Asked } from '../states/asked.tsx';
import { useWords } from '../words/use-words.ts';
import { callbacksQuery } from './campaign-queries.ts';

/** Who was promised to be called again: how many by whom, and when the next is due. */
export function Callbacks({ campaign }: { readonly campaign: string }) {
  const { t, number, language } = useWords();
  const zone = useFeed((feed) => feed.overview?.sites[0]?.zone) ?? ownZone();
  const question = useQuery(callbacksQuery(campaign));
  return (
    <Asked question={question} skeleton={<Skeleton active title={false} paragraph={{ rows: 2 }} />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="quiet">{t('campaign.callbacks.none')}</p>
        ) : (
          <Table<CallbackCount>
            size="small"
            rowKey={(row) => `${row.edge} ${row.agent}`}
            dataSource={[...items]}
            pagination={items.length > 8 ? { pageSize: 8, size: 'small', showSizeChanger: false } : false}
            columns={[
              {
                title: t('campaign.callbacks.who'),
                render: (_, row) =>
                  row.agent === undefined ? (
                    t('campaign.callbacks.anyone')
                  ) : (
                    <>
                      {row.agent} <small>{row.edge}</small>
                    </>
                  ),
              },
              {
                title: t('campaign.callbacks.due'),
                align: 'right',
                render: (_, row) => (
                  <span className={row.due > 0 ? 'warn' : ''} data-callbacks-due={row.due}>
                    {number.count(row.due)}
                  </span>
                ),
              },
              {
                title: t('campaign.callbacks.promised'),
                align: 'right',
                render: (_, row) => number.count(row.promised),
              },
              {
                title: t('campaign.callbacks.next'),
                render: (_, row) => dayTime(row.nextAt, language, zone),
              },
            ]}
          />
        )
      }
    </Asked>
  );
}
