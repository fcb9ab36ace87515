import { Table, Tooltip, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import type { CampaignView, LiveSnapshot, SiteView } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { useFeed } from '../live/feed.tsx';
import { Meter } from '../parts/meter.tsx';
import { StackedBar } from '../parts/stacked-bar.tsx';
import { verdictWords } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import { useCampaigns } from './campaign-queries.ts';

/** A campaign at a branch. */
interface Here {
  readonly edge: string;
  readonly campaign: string;
  /** Of abandoned calls; absent: they are not judged. */
  readonly cap?: number;
  readonly live: LiveSnapshot['campaigns'][string];
  readonly agents: { readonly ready: number; readonly talking: number; readonly wrapUp: number };
}

/** What each branch does with a campaign at this moment, and why it dials or does not. */
export function Branches({ campaign }: { readonly campaign: CampaignView }) {
  const { t } = useWords();
  const sites = useFeed((feed) => feed.overview?.sites);
  const names = new Map((sites ?? []).flatMap(({ name, edges }) => edges.map(({ id }) => [id, name])));
  const cap = campaign.settings.maxAbandonRate;
  const rows = (sites ?? [])
    .flatMap((site) => atSite(site, cap))
    .filter((row) => row.campaign === campaign.id);
  if (rows.length === 0) return <p className="quiet">{t('campaign.here.none')}</p>;
  return (
    <PacingTable
      rows={rows}
      first={{
        title: t('overview.column.site'),
        render: (_, { edge }) => names.get(edge),
      }}
    />
  );
}

/** What a branch does with each of its campaigns at this moment. */
export function CampaignsHere({ site }: { readonly site: SiteView }) {
  const { t } = useWords();
  const names = new Map(
    (useCampaigns(true).data?.pages ?? []).flatMap(({ items }) => items.map(({ id, name }) => [id, name])),
  );
  const rows = atSite(site);
  if (rows.length === 0) return <p className="quiet">{t('sitePage.campaignsNone')}</p>;
  return (
    <PacingTable
      rows={rows}
      first={{
        title: t('nav.campaigns'),
        render: (_, { campaign }) => (
          <Link to={`/campaigns/${campaign}`}>{names.get(campaign) ?? campaign.slice(0, 8)}</Link>
        ),
      }}
    />
  );
}

function atSite({ edges }: SiteView, cap?: number): readonly Here[] {
  return edges.flatMap(({ id: edge, live }) =>
    Object.entries(live?.campaigns ?? {}).map(([campaign, here]) => ({
      edge,
      campaign,
      ...(cap !== undefined && { cap }),
      live: here,
      agents: agentsOf(live!, campaign),
    })),
  );
}

/** @param first the column that tells what a row is about */
function PacingTable({
  rows,
  first,
}: {
  readonly rows: readonly Here[];
  readonly first: TableColumnsType<Here>[number];
}) {
  const { t, number } = useWords();
  const columns: TableColumnsType<Here> = [
    { width: 150, ellipsis: true, ...first },
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
      width: 130,
      align: 'right',
      render: (_, { live, cap }) => <Drops live={live} {...(cap !== undefined && { cap })} />,
    },
    {
      title: <Tooltip title={t('campaign.here.unspentHint')}>{t('campaign.here.unspent')}</Tooltip>,
      width: 90,
      align: 'right',
      render: (_, { live }) => (live.pacing ? number.pace(live.pacing.unspent) : '–'),
    },
  ];
  return (
    <Table<Here>
      size="small"
      rowKey={({ edge, campaign }) => `${edge} ${campaign}`}
      columns={columns}
      dataSource={rows}
      pagination={rows.length > 10 ? { pageSize: 10, size: 'small', showSizeChanger: false } : false}
      scroll={{ x: 900 }}
    />
  );
}

function agentsOf(live: LiveSnapshot, campaign: string): Here['agents'] {
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

function Standing({ live }: { readonly live: Here['live'] }) {
  const { t, number } = useWords();
  const { standing, pacing } = live;
  const why =
    (standing.code === 'dialing' || standing.code === 'on-request') && pacing
      ? t(`campaign.because.${pacing.because}`, {
          risk: number.rate(pacing.risk),
          allowed: number.rate(pacing.allowedRisk),
          share: number.rate(pacing.answerShare),
        })
      : standing.lines
        ? verdictWords(
            t,
            standing.lines.map(({ line, verdict }) => [line, verdict]),
          )
        : standing.reason;
  const idle = standing.code !== 'dialing' && standing.code !== 'agents-busy';
  return (
    <span data-standing={standing.code}>
      <span className={idle ? 'warn' : ''}>{t(`campaign.standing.${standing.code}`)}</span>
      {why !== undefined && (
        <span className="quiet line-outcomes" title={why}>
          {why}
        </span>
      )}
    </span>
  );
}

function Agents({ branch: { agents } }: { readonly branch: Here }) {
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

function Calls({ live }: { readonly live: Here['live'] }) {
  const { t } = useWords();
  const { dialing, waiting, talking } = live;
  return (
    <Tooltip title={t('campaign.here.callsHint', { dialing, waiting, talking })}>
      {dialing} · {waiting} · {talking}
    </Tooltip>
  );
}

function Drops({ live: { pacing }, cap }: Pick<Here, 'live' | 'cap'>) {
  const { t, number } = useWords();
  if (!pacing) return '–';
  const rate = share(pacing.abandonedToday, pacing.answeredToday);
  const hint = t('campaign.here.dropsHint', {
    abandoned: number.count(pacing.abandonedToday),
    answered: number.count(pacing.answeredToday),
    expected: number.pace(pacing.expectedToday),
  });
  return (
    <Tooltip title={hint}>
      <span data-drops={pacing.abandonedToday}>{number.rate(rate)}</span>
      {cap !== undefined && (
        <Meter
          value={cap === 0 ? 0 : rate / (2 * cap)}
          tone={rate > cap ? 'bad' : rate > (cap * 2) / 3 ? 'warn' : 'good'}
          mark={0.5}
          label={hint}
        />
      )}
      <span className="quiet line-outcomes">
        {t('campaign.here.dropsParts', {
          abandoned: number.count(pacing.abandonedToday),
          expected: number.pace(pacing.expectedToday),
        })}
      </span>
    </Tooltip>
  );
}
