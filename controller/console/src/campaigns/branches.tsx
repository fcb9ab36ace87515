import { Table, Tooltip, type TableColumnsType } from 'antd';
import type { CampaignView, LiveSnapshot } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { useFeed } from '../live/feed.tsx';
import { Meter } from '../parts/meter.tsx';
import { StackedBar } from '../parts/stacked-bar.tsx';
import { useWords } from '../words/use-words.ts';

interface Branch {
  readonly edge: string;
  readonly site: string;
  readonly live: LiveSnapshot['campaigns'][string];
  readonly agents: { readonly ready: number; readonly talking: number; readonly wrapUp: number };
}

/** What each branch does with a campaign at this moment, and why it dials or does not. */
export function Branches({ campaign }: { readonly campaign: CampaignView }) {
  const { t, number } = useWords();
  const sites = useFeed((feed) => feed.overview?.sites);
  const branches = (sites ?? []).flatMap((site) =>
    site.edges.flatMap((edge) => {
      const live = edge.live?.campaigns[campaign.id];
      return live ? [{ edge: edge.id, site: site.name, live, agents: agentsOf(edge.live, campaign.id) }] : [];
    }),
  );
  if (branches.length === 0) return <p className="quiet">{t('campaign.here.none')}</p>;
  const columns: TableColumnsType<Branch> = [
    { title: t('overview.column.site'), width: 150, ellipsis: true, render: (_, { site }) => site },
    {
      title: t('campaign.here.standing'),
      render: (_, { live }) => <Standing live={live} />,
    },
    {
      title: <Parts title={t('campaign.here.agents')} parts={t('campaign.here.agentsParts')} />,
      width: 160,
      render: (_, branch) => <Agents branch={branch} />,
    },
    {
      title: <Parts title={t('campaign.here.calls')} parts={t('campaign.here.callsParts')} />,
      width: 150,
      render: (_, { live }) => <Calls live={live} />,
    },
    {
      title: t('campaign.here.channels'),
      width: 90,
      align: 'right',
      render: (_, { live }) => (live.pacing ? number.count(live.pacing.freeChannels) : '–'),
    },
    {
      title: t('campaign.here.leads'),
      width: 80,
      align: 'right',
      render: (_, { live }) => number.count(live.leadsHeld),
    },
    {
      title: t('campaign.here.drops'),
      width: 110,
      align: 'right',
      render: (_, { live }) => <Drops live={live} cap={campaign.settings.maxAbandonRate} />,
    },
    {
      title: <Tooltip title={t('campaign.here.unspentHint')}>{t('campaign.here.unspent')}</Tooltip>,
      width: 90,
      align: 'right',
      render: (_, { live }) => (live.pacing ? number.pace(live.pacing.unspent) : '–'),
    },
  ];
  return (
    <Table<Branch>
      size="small"
      rowKey="edge"
      columns={columns}
      dataSource={branches}
      pagination={branches.length > 10 ? { pageSize: 10, size: 'small', showSizeChanger: false } : false}
      scroll={{ x: 900 }}
    />
  );
}

function agentsOf(live: LiveSnapshot, campaign: string): Branch['agents'] {
  const own = Object.values(live.agents).filter((agent) => agent.campaign === campaign);
  const wrapUp = own.filter(({ state }) => state === 'wrap-up').length;
  return { ready: live.campaigns[campaign]?.pacing?.ready ?? 0, talking: own.length - wrapUp, wrapUp };
}

/** A heading of several figures: which they are stands below, in their order. */
function Parts({ title, parts }: { readonly title: string; readonly parts: string }) {
  return (
    <>
      {title}
      <span className="quiet column-parts">{parts}</span>
    </>
  );
}

function Standing({ live }: { readonly live: Branch['live'] }) {
  const { t, number } = useWords();
  const { standing, pacing } = live;
  const why =
    standing.code === 'dialing' && pacing
      ? t(`campaign.because.${pacing.because}`, {
          risk: number.rate(pacing.risk),
          allowed: number.rate(pacing.allowedRisk),
          share: number.rate(pacing.answerShare),
        })
      : standing.reason;
  const idle = standing.code !== 'dialing' && standing.code !== 'agents-busy';
  return (
    <span data-standing={standing.code}>
      <span className={idle ? 'warn' : ''}>{t(`campaign.standing.${standing.code}`)}</span>
      {why !== undefined && <span className="quiet line-outcomes">{why}</span>}
    </span>
  );
}

function Agents({ branch: { agents } }: { readonly branch: Branch }) {
  const { t } = useWords();
  const hint = t('campaign.here.agentsHint', agents);
  return (
    <Tooltip title={hint}>
      <StackedBar
        label={hint}
        parts={[
          { key: 'talking', value: agents.talking, color: 'var(--talking)', label: t('agent.talking') },
          { key: 'wrap-up', value: agents.wrapUp, color: 'var(--wrap-up)', label: t('agent.wrap-up') },
          { key: 'ready', value: agents.ready, color: 'var(--ready)', label: t('agent.ready') },
        ]}
      />
      <span className="quiet line-outcomes">
        {agents.talking} · {agents.wrapUp} · {agents.ready}
      </span>
    </Tooltip>
  );
}

function Calls({ live }: { readonly live: Branch['live'] }) {
  const { t } = useWords();
  const { dialing, waiting, talking } = live;
  return (
    <Tooltip title={t('campaign.here.callsHint', { dialing, waiting, talking })}>
      {dialing} · {waiting} · {talking}
    </Tooltip>
  );
}

function Drops({ live: { pacing }, cap }: { readonly live: Branch['live']; readonly cap: number }) {
  const { t, number } = useWords();
  if (!pacing) return '–';
  const rate = share(pacing.abandonedToday, pacing.answeredToday);
  const tone = rate > cap ? 'bad' : rate > (cap * 2) / 3 ? 'warn' : 'good';
  const hint = t('campaign.here.dropsHint', {
    abandoned: number.count(pacing.abandonedToday),
    answered: number.count(pacing.answeredToday),
    expected: number.pace(pacing.expectedToday),
  });
  return (
    <Tooltip title={hint}>
      <span data-drops={pacing.abandonedToday}>{number.rate(rate)}</span>
      <Meter value={cap === 0 ? 0 : rate / (2 * cap)} tone={tone} mark={0.5} label={hint} />
    </Tooltip>
  );
}
