import type { ReactNode } from 'react';
import { Tooltip } from 'antd';
import type { Overview } from '@branchline/shared';
import { ApiFailure } from '../api/request.ts';
import { share } from '../format/numbers.ts';
import { staleness } from '../format/times.ts';
import { Meter } from '../parts/meter.tsx';
import { OutdatedNote } from '../states/outdated-note.tsx';
import { useWords } from '../words/use-words.ts';
import { abandonCap, abandonTone } from './abandon-cap.ts';
import { summarizeFleet } from './site-summary.ts';

/** The day's totals may be this old before they say so, ms; they are renewed every two seconds. */
const totalsStaleMs = 15_000;

interface TileText {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly hint?: string;
  readonly tone?: 'good' | 'warn' | 'bad';
  readonly below?: ReactNode;
}

/** What is going on and what the day has brought, in one row. */
export function Tiles({ overview }: { readonly overview: Overview }) {
  const { t, number } = useWords();
  const { today } = overview;
  const fleet = summarizeFleet(overview.sites);
  const abandonRate = share(today.abandoned, today.live);
  const cap = number.rate(abandonCap);
  const now: TileText[] = [
    {
      name: t('overview.sitesOnline'),
      value: number.count(fleet.online),
      note: t('overview.ofSites', { count: fleet.sites, shown: number.count(fleet.sites) }),
      ...(fleet.online < fleet.sites && { tone: 'bad' as const }),
      below: (
        <Meter value={share(fleet.online, fleet.sites)} tone={fleet.online < fleet.sites ? 'bad' : 'good'} />
      ),
    },
    {
      name: t('overview.talkingAgents'),
      value: number.count(fleet.talking),
      note: t('overview.ofLoggedIn', { count: fleet.loggedIn, shown: number.count(fleet.loggedIn) }),
      hint: t('overview.readyAgents', { ready: fleet.ready, pause: fleet.pausing }),
      below: <Meter value={share(fleet.talking, fleet.loggedIn)} tone="talking" />,
    },
    {
      name: t('overview.linesInUse'),
      value: number.count(fleet.channelsInUse),
      note: t('overview.ofChannels', { count: fleet.channels, shown: number.count(fleet.channels) }),
      below: <Meter value={share(fleet.channelsInUse, fleet.channels)} tone="accent" />,
    },
  ];
  const day: TileText[] = [
    { name: t('overview.attempts'), value: number.count(today.attempts) },
    { name: t('overview.calls'), value: number.count(today.calls) },
    {
      name: t('overview.answered'),
      value: number.count(today.answered),
      note: number.rate(share(today.answered, today.calls)),
      hint: t('overview.answerRate'),
      below: <Meter value={share(today.answered, today.calls)} tone="good" />,
    },
    {
      name: t('overview.abandonRate'),
      value: number.rate(abandonRate),
      note: t('overview.cap', { cap }),
      hint: `${t('overview.abandoned')}: ${number.count(today.abandoned)}. ${t('overview.abandonHint', { cap })}`,
      tone: abandonTone(abandonRate),
      // Twice the cap fills the bar, so that the cap stands in its middle.
      below: <Meter value={abandonRate / (2 * abandonCap)} tone={abandonTone(abandonRate)} mark={0.5} />,
    },
    { name: t('overview.refused'), value: number.count(today.refused), hint: t('overview.refusedHint') },
  ];
  const known = overview.todayAgeMs !== undefined;
  const unknown = day.map(({ name }) => ({ name, value: t('common.none') }));
  return (
    <>
      {overview.todayFault && (
        <OutdatedNote error={new ApiFailure(503, overview.todayFault)} missing={!known} />
      )}
      <div className="tile-groups">
        <TileGroup title={t('overview.now')} tiles={now} />
        <TileGroup
          title={t('overview.today')}
          tiles={known ? day : unknown}
          ageMs={overview.todayAgeMs}
          aging
        />
      </div>
    </>
  );
}

/** @param props.aging whether the figures are computed now and then: `ageMs` ago, or not yet */
function TileGroup(props: {
  readonly title: string;
  readonly tiles: readonly TileText[];
  readonly ageMs?: number | undefined;
  readonly aging?: boolean;
}) {
  const { t } = useWords();
  const { title, tiles, ageMs, aging = false } = props;
  const { seconds, stale } = staleness(aging ? (ageMs ?? Infinity) : 0, totalsStaleMs);
  return (
    <section className={stale ? 'panel tile-group dimmed' : 'panel tile-group'}>
      <h2>
        {title}
        {aging && ageMs !== undefined && (
          <small className={stale ? 'bad' : ''} data-age={stale ? 'stale' : 'fresh'}>
            {t(stale ? 'common.stale' : 'common.age', { seconds })}
          </small>
        )}
      </h2>
      <div className="tiles">
        {tiles.map((tile) => (
          <Tooltip key={tile.name} title={tile.hint}>
            <div className="tile">
              <span className="tile-name">{tile.name}</span>
              <span className={`tile-value ${tile.tone ?? ''}`}>{tile.value}</span>
              <span className="tile-note">{tile.note}</span>
              {tile.below}
            </div>
          </Tooltip>
        ))}
      </div>
    </section>
  );
}
