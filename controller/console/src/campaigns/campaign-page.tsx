import { lazy, Suspense, useState } from 'react';
import { Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { CampaignView } from '@branchline/shared';
import { minuteOfDay, ownZone, weekdayName } from '../format/times.ts';
import { useFeed, useIsStale } from '../live/feed.tsx';
import { DataAge } from '../parts/data-age.tsx';
import { ExportButton } from '../parts/export-button.tsx';
import { boundTo, may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { modeWord, outcomeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import { campaignQuery } from './campaign-queries.ts';
import { BestHoursMap } from './best-hours.tsx';
import { Branches } from './branches.tsx';
import { Callbacks } from './callbacks.tsx';
import { CountBars } from './count-bars.tsx';
import { Funnel } from './funnel.tsx';
import { HourTable } from './hour-table.tsx';
import { HoursChart } from './hours-chart.tsx';
import { Imports } from './imports.tsx';
import { LineTable } from './line-table.tsx';
import { MoveButtons } from './move-buttons.tsx';
import { outcomeTone } from './outcome-mark.tsx';
import { Pace } from './pace.tsx';
import { RankLeads } from './rank-leads.tsx';
import { RateTiles } from './rate-tiles.tsx';
import { Penetration } from './penetration.tsx';
import { Reach } from './reach.tsx';
import { Refusals } from './refusals.tsx';
import { RejectedRows } from './rejected-rows.tsx';
import { campaignDrawerFile } from './drawer-file.ts';
import { StatusTag } from './status-tag.tsx';

const CampaignDrawer = lazy(campaignDrawerFile);

/** Figures older than this say so in colour, ms. */
const figuresStaleMs = 20_000;

/** One campaign: what it does right now and what it has brought. */
export function CampaignPage() {
  const { t } = useWords();
  const { id = '' } = useParams();
  const allowed = may(useGrants(), 'campaigns');
  const stale = useIsStale();
  const question = useQuery({ ...campaignQuery(id), enabled: allowed });
  const told = useFeed((feed) => feed.campaigns[id]);
  usePageTitle(question.data?.settings.name ?? t('campaigns.title'));
  if (!allowed) return <Vacancy title={t('problem.noCampaigns')} advice={t('problem.noAbility')} />;
  return (
    <Asked question={question} skeleton={<Loading rows={10} />}>
      {(campaign) => (
        <div className={stale ? 'dimmed' : ''}>
          {/* What the feed told last is newer than the answer to a question asked before. */}
          <Campaign
            campaign={told ? { ...campaign, status: told.status, leads: told.leads } : campaign}
            askedAt={question.dataUpdatedAt}
          />
        </div>
      )}
    </Asked>
  );
}

function Campaign(props: { readonly campaign: CampaignView; readonly askedAt: number }) {
  const { campaign, askedAt } = props;
  const { t } = useWords();
  const zone = useFeed((feed) => feed.overview?.sites[0]?.zone) ?? ownZone();
  const { settings } = campaign;
  const grants = useGrants();
  const dispositions = new Map(settings.dispositions.map((one) => [one.code, one]));
  return (
    <>
      <Head campaign={campaign} />
      <div className="campaign-grid">
        <section className="panel block wide">
          <h2>{t('campaign.funnel')}</h2>
          <Funnel leads={campaign.leads} />
        </section>
        <RateTiles campaign={campaign} />
        {campaign.status !== 'stopped' && (
          <section className="panel block wide">
            <h2>{t('campaign.here.title')}</h2>
            <Branches campaign={campaign} />
          </section>
        )}
        <section className="panel block">
          <h2>
            {t('campaign.hours')}
            <FiguresAge ageMs={campaign.figuresAgeMs} askedAt={askedAt} />
            <span className="head-tools">
              <ExportButton
                small
                path={`/campaigns/${campaign.id}/figures/export`}
                hint={t('campaign.exportHint')}
              />
            </span>
          </h2>
          <HoursChart hours={campaign.hours} zone={zone} />
          <HourTable hours={campaign.hours} zone={zone} />
          <Pace campaign={campaign} />
        </section>
        <section className="panel block">
          <h2>{t('campaign.outcomes')}</h2>
          <CountBars
            none={t('campaign.outcomesNone')}
            bars={Object.entries(campaign.outcomes).map(([outcome, count]) => ({
              key: outcome,
              count,
              name: outcomeWord(t, outcome),
              tone: outcomeTone(outcome),
            }))}
          />
        </section>
        <section className="panel block">
          <h2>
            {t('campaign.lines')}
            <FiguresAge ageMs={campaign.figuresAgeMs} askedAt={askedAt} />
          </h2>
          <LineTable lines={campaign.lines} />
        </section>
        <section className="panel block">
          <h2>{t('campaign.reach.title')}</h2>
          <Reach campaign={campaign} />
        </section>
        <section className="panel block">
          <h2>{t('campaign.bestHours.title')}</h2>
          <BestHoursMap campaign={campaign.id} />
        </section>
        <section className="panel block">
          <h2>{t('campaign.penetration.title')}</h2>
          <Penetration campaign={campaign.id} writer={may(grants, 'import-write', settings.sites)} />
        </section>
        <section className="panel block">
          <h2>{t('campaign.callbacks.title')}</h2>
          <Callbacks campaign={campaign.id} />
        </section>
        <section className="panel block">
          <h2>
            {t('campaign.dispositions')}
            {settings.form !== undefined && settings.form.length > 0 && may(grants, 'call-export') && (
              <span className="head-tools">
                <Button size="small" href={`/api/v1/campaigns/${campaign.id}/form/export`} download>
                  {t('campaign.answers')}
                </Button>
              </span>
            )}
          </h2>
          <CountBars
            none={t('campaign.dispositionsNone')}
            bars={Object.entries(campaign.dispositions).map(([code, count]) => ({
              key: code,
              count,
              name: dispositions.get(code)?.label ?? code,
              tone: dispositions.get(code)?.optout
                ? 'bad'
                : dispositions.get(code)?.final
                  ? 'accent'
                  : 'warn',
            }))}
          />
        </section>
        <Imports campaign={campaign} />
        <Refusals campaign={campaign.id} />
        <RejectedRows campaign={campaign.id} />
      </div>
    </>
  );
}

function FiguresAge(props: { readonly ageMs: number | undefined; readonly askedAt: number }) {
  const { t } = useWords();
  const { ageMs, askedAt } = props;
  return (
    <small>
      {ageMs === undefined ? (
        <span className="bad">{t('campaign.figuresNone')}</span>
      ) : (
        <DataAge askedAt={askedAt} ageMs={ageMs} limitMs={figuresStaleMs} />
      )}
    </small>
  );
}

function Head({ campaign }: { readonly campaign: CampaignView }) {
  const { t, language } = useWords();
  const grants = useGrants();
  const [editing, setEditing] = useState(false);
  const [copying, setCopying] = useState(false);
  const { id, settings, status, leads } = campaign;
  const { window } = settings;
  const writer = may(grants, 'campaign-write', settings.sites);
  const facts = [
    modeWord(t, settings.mode),
    t('campaign.priority', { priority: settings.priority }),
    settings.sites.length === 0 ? t('campaign.allSites') : settings.sites.join(', '),
    `${t('campaign.window', { from: minuteOfDay(window.fromMinute), to: minuteOfDay(window.toMinute) })} · ${window.weekdays
      .map((weekday) => weekdayName(weekday, language))
      .join(' ')}`,
    t('campaign.attempts', { count: settings.attemptsCap }),
  ];
  return (
    <div className="page-head">
      <h1>{settings.name}</h1>
      <StatusTag status={status} />
      <div className="actions">
        {writer && status !== 'stopped' && (
          <Button onClick={() => setEditing(true)}>{t('campaign.edit')}</Button>
        )}
        {writer && status !== 'stopped' && <RankLeads campaign={id} />}
        {writer && <Button onClick={() => setCopying(true)}>{t('campaign.copy')}</Button>}
        {writer && <MoveButtons campaign={{ id, name: settings.name, status, total: leads.total }} />}
      </div>
      <div className="page-facts">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
        <Link to={`/calls?campaign=${id}`}>{t('campaign.calls')}</Link>
        <Link to={`/why?campaign=${id}`}>{t('why.link')}</Link>
        {campaign.partial && <em>{t('campaign.partial')}</em>}
        {!writer && <em>{t('campaign.readOnly')}</em>}
      </div>
      {copying && (
        <Suspense>
          <CampaignDrawer
            copyOf={settings}
            sites={boundTo(grants, 'campaign-write')}
            close={() => setCopying(false)}
          />
        </Suspense>
      )}
      {editing && (
        <Suspense>
          <CampaignDrawer
            campaign={campaign}
            sites={boundTo(grants, 'campaign-write')}
            close={() => setEditing(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
