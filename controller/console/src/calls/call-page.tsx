import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { CallMoment, CallStory } from '@branchline/shared';
import { request } from '../api/request.ts';
import { OutcomeMark } from '../campaigns/outcome-mark.tsx';
import { useCampaigns, useSites } from '../campaigns/campaign-queries.ts';
import type { NumberFormat } from '../format/numbers.ts';
import { dateTime, dayTime, ownZone, stopwatch } from '../format/times.ts';
import { DataAge } from '../parts/data-age.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { causeWord, directionWord, dispositionWord, lineWord } from '../words/known-words.ts';
import { useWords, type T } from '../words/use-words.ts';
import { CallTable } from './call-table.tsx';
import { momentWords } from './moment-words.ts';

/** One call, told from the attempt to the disposition. */
export function CallPage() {
  const { id = '' } = useParams();
  const { t } = useWords();
  const grants = useGrants();
  const story = useQuery({
    queryKey: ['call', id],
    queryFn: ({ signal }) => request<CallStory>('GET', `/calls/${encodeURIComponent(id)}`, undefined, signal),
    // Dispositions may come minutes after the end.
    refetchInterval: 15_000,
  });
  const campaigns = useCampaigns(may(grants, 'campaigns'));
  const sites = useSites();
  const title = t('calls.story.title', { number: story.data?.call.customer ?? '' });
  usePageTitle(title);
  const names = new Map(
    (campaigns.data?.pages ?? []).flatMap((page) => page.items).map((each) => [each.id, each.name]),
  );
  const places = new Map((sites.data?.items ?? []).map((place) => [place.id, place]));
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        {story.data && <OutcomeMark outcome={story.data.call.outcome} />}
        <span className="toolbar-end">
          <DataAge askedAt={story.dataUpdatedAt} limitMs={45_000} />
        </span>
        <Link to={`/why?call=${encodeURIComponent(id)}`}>{t('why.link')}</Link>
        <Link to="/calls">{t('calls.story.back')}</Link>
      </div>
      <Asked question={story} skeleton={<Loading rows={10} />}>
        {(found) => {
          const zone = places.get(found.call.site)?.zone ?? ownZone();
          return (
            <div className="story">
              <section className="panel block">
                <h2>{t('calls.story.timeline')}</h2>
                <p className="quiet">{t('calls.story.timelineHint')}</p>
                <Timeline
                  moments={found.moments}
                  zone={zone}
                  siteName={(site) => places.get(site)?.name ?? site}
                />
              </section>
              <section className="panel block">
                <h2>{t('calls.story.facts')}</h2>
                <Facts story={found} zone={zone} names={names} site={places.get(found.call.site)?.name} />
                <h2>{t('calls.story.legs')}</h2>
                <Legs story={found} />
              </section>
              <section className="panel story-wide">
                <h2 className="block">{t('calls.story.related')}</h2>
                {found.related.length === 0 ? (
                  <p className="block quiet">{t('calls.story.alone')}</p>
                ) : (
                  <CallTable rows={found.related} names={names} places={places} />
                )}
              </section>
            </div>
          );
        }}
      </Asked>
    </>
  );
}

function Timeline(props: {
  readonly moments: readonly CallMoment[];
  readonly zone: string;
  readonly siteName: (id: string) => string;
}) {
  const { moments, zone, siteName } = props;
  const { t, language } = useWords();
  const time = (at: number): string => dayTime(at, language, zone);
  const start = moments[0]?.at ?? 0;
  return (
    <ol className="timeline">
      {moments.map((moment, i) => {
        const { text, detail } = momentWords(t, moment, time, siteName);
        return (
          <li key={`${moment.at} ${moment.what} ${i}`} className={`moment-${moment.what}`}>
            <time dateTime={new Date(moment.at).toISOString()}>{time(moment.at)}</time>
            <span>
              {text}
              {detail !== undefined && <small className="quiet"> {detail}</small>}
            </span>
            <span className="quiet">+{stopwatch(moment.at - start)}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Facts(props: {
  readonly story: CallStory;
  readonly zone: string;
  readonly site: string | undefined;
  readonly names: ReadonlyMap<string, string>;
}) {
  const { story, zone, site, names } = props;
  const { call } = story;
  const { t, language, number } = useWords();
  const evidence =
    story.evidence === 'live'
      ? t('calls.story.evidenceLive')
      : story.evidence === 'spool'
        ? t('calls.story.evidenceSpool')
        : t('calls.story.evidenceLost');
  const facts: readonly (readonly [label: string, value: React.ReactNode])[] = [
    [t('calls.column.at'), dateTime(call.at, language, zone)],
    [t('calls.column.site'), `${site ?? call.site} · ${call.edge}`],
    [t('calls.column.customer'), `${directionWord(t, call.direction)} ${call.customer}`],
    [t('calls.story.callerId'), story.callerId],
    [
      t('calls.column.campaign'),
      call.campaign === undefined ? (
        t('calls.inboundNone')
      ) : (
        <Link key="campaign" to={`/campaigns/${call.campaign}`}>
          {names.get(call.campaign) ?? call.campaign}
        </Link>
      ),
    ],
    [t('calls.column.agent'), call.agent ?? t('common.none')],
    [t('calls.column.line'), lineWord(t, call.line)],
    [
      t('calls.column.disposition'),
      call.disposition === undefined ? t('common.none') : dispositionWord(t, call.disposition),
    ],
    [t('calls.column.talk'), stopwatch(call.talkMs)],
    [t('calls.column.duration'), stopwatch(call.durationMs)],
    [
      t('calls.story.answerToAgent'),
      call.answerToAgentMs === undefined ? t('common.none') : `${call.answerToAgentMs} ms`,
    ],
    ...(story.quality ? [[t('calls.story.quality'), qualityText(t, number, story.quality)] as const] : []),
    [
      t('calls.story.recording'),
      story.recording ? stopwatch(story.recording.ms) : t('calls.story.noRecording'),
    ],
    [t('calls.story.evidence'), evidence],
    [
      t('calls.story.clock'),
      story.clock in clocks ? t(`site.clock.${story.clock as keyof typeof clocks}`) : story.clock,
    ],
  ];
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function qualityText(t: T, number: NumberFormat, quality: NonNullable<CallStory['quality']>): string {
  const { customer, agentMos } = quality;
  return [
    customer &&
      t('calls.story.qualityCustomer', {
        mos: customer.mos.toFixed(1),
        loss: number.rate(customer.loss),
        jitter: Math.round(customer.jitterMs),
      }),
    agentMos === undefined ? undefined : t('calls.story.qualityAgent', { mos: agentMos.toFixed(1) }),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** Each leg as a bar over the time of the call. */
function Legs({ story }: { readonly story: CallStory }) {
  const { t } = useWords();
  const from = story.call.at;
  const whole = Math.max(1, story.endedAt - from);
  const share = (at: number): string => `${Math.max(0, Math.min(100, ((at - from) / whole) * 100))}%`;
  return (
    <ul className="legs">
      {story.legs.map((leg) => (
        <li key={leg.id}>
          <span>{t(`calls.story.leg.${leg.role}`)}</span>
          <span className="leg-track">
            <i style={{ left: share(leg.startedAt), right: `calc(100% - ${share(leg.endedAt)})` }} />
          </span>
          <span className="quiet">
            {stopwatch(leg.endedAt - leg.startedAt)} · {causeWord(t, leg.cause) ?? ''}{' '}
            <small>{leg.cause}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

const clocks = { trusted: 0, holdover: 0, untrusted: 0 };
