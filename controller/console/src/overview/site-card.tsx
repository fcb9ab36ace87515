import { memo } from 'react';
import { Link } from 'react-router';
import type { EdgeView, SiteView } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { dayTime, hourOfDay } from '../format/times.ts';
import { useBusinessNow } from '../live/feed.tsx';
import { Meter } from '../parts/meter.tsx';
import { useNearView } from '../parts/near-view.ts';
import { useWords } from '../words/use-words.ts';
import { AgentChips } from './agent-chips.tsx';
import { SiteAge, SiteDot } from './site-state.tsx';
import { callPhases, summarize, type SiteSummary } from './site-summary.ts';

/** Everything about one site at a glance. Drawn again only when the site has changed. */
export const SiteCard = memo(function SiteCard({ site }: { readonly site: SiteView }) {
  const summary = summarize(site);
  const { ref, near } = useNearView<HTMLElement>();
  const old = summary.state !== 'online' || summary.stale;
  return (
    <article
      ref={ref}
      className={`panel site-card ${summary.trouble ? 'site-trouble' : ''}`}
      data-site={site.id}
      data-state={summary.state}
    >
      <header>
        <SiteDot summary={summary} />
        <h3>
          <Link to={`/sites/${site.id}`}>{site.name}</Link>
        </h3>
        {near && <SiteClock zone={site.zone} />}
        <SiteAge summary={summary} />
      </header>
      <div className={old ? 'site-body dimmed' : 'site-body'}>
        {near && <SiteBody site={site} summary={summary} />}
      </div>
    </article>
  );
});

function SiteBody({ site, summary }: { readonly site: SiteView; readonly summary: SiteSummary }) {
  const { t, number } = useWords();
  return (
    <>
      <dl className="phases">
        {callPhases.map((phase) => (
          <div key={phase} className={summary.calls[phase] > 0 ? `phase-${phase}` : 'phase-none'}>
            <dd>{number.count(summary.calls[phase])}</dd>
            <dt>{t(`phase.${phase}`)}</dt>
          </div>
        ))}
      </dl>
      {site.edges.map((edge) => (
        <EdgePart key={edge.id} edge={edge} zone={site.zone} alone={site.edges.length === 1} />
      ))}
    </>
  );
}

function SiteClock({ zone }: { readonly zone: string }) {
  const { language } = useWords();
  const now = useBusinessNow();
  return now === undefined ? null : (
    <span className="site-clock" title={zone}>
      {hourOfDay(now, language, zone)}
    </span>
  );
}

/** A box as it is now: lines, agents, health. */
export function EdgePart(props: { readonly edge: EdgeView; readonly zone: string; readonly alone: boolean }) {
  const { edge, zone, alone } = props;
  const { t, language } = useWords();
  const { live } = edge;
  return (
    <>
      {!alone && (
        <h4>
          {edge.id} · {t(`site.${edge.status}`)}
        </h4>
      )}
      {edge.status !== 'online' && edge.seenAt !== undefined && (
        <p className="quiet">{t('site.seen', { at: dayTime(edge.seenAt, language, zone) })}</p>
      )}
      {live && (
        <>
          <Lines lines={live.lines} />
          <AgentChips agents={live.agents} />
          <footer>
            <Health edge={edge} live={live} />
          </footer>
        </>
      )}
    </>
  );
}

function Lines({ lines }: { readonly lines: NonNullable<EdgeView['live']>['lines'] }) {
  const { t } = useWords();
  const entries = Object.entries(lines);
  if (entries.length === 0) return <p className="quiet">{t('site.noLines')}</p>;
  return (
    <ul className="lines" aria-label={t('site.lines')}>
      {entries.map(([id, line]) => {
        const state = t(`site.lineState.${line.state}`);
        const label = t('site.lineUse', { line: id, inUse: line.inUse, channels: line.channels, state });
        return (
          <li key={id} className={`line-${line.state}`} title={label}>
            <span className="line-name">{id}</span>
            <Meter
              value={share(line.inUse, line.channels)}
              tone={line.state === 'down' ? 'bad' : 'accent'}
              label={label}
            />
            <span className="line-use">
              {line.state === 'down' ? state : `${line.inUse}/${line.channels}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Health({ edge, live }: { readonly edge: EdgeView; readonly live: NonNullable<EdgeView['live']> }) {
  const { t, number } = useWords();
  const loads = [
    { name: t('site.cpu'), value: live.cpu },
    { name: t('site.memory'), value: live.memory },
    { name: t('site.disk'), value: live.disk },
  ];
  const { reported } = edge;
  const behind = reported !== undefined && reported.version < edge.desiredVersion;
  return (
    <>
      <span className={live.switch === 'up' ? 'good' : 'bad'}>
        {live.switch === 'up' ? t('site.switchUp') : t('site.switchDown')}
      </span>
      {live.clock !== 'trusted' && (
        <span className={live.clock === 'untrusted' ? 'bad' : 'warn'}>{t(`site.clock.${live.clock}`)}</span>
      )}
      {reported?.status === 'rejected' ? (
        <span className="bad" title={reported.problem?.message}>
          {t('site.rejected', { version: reported.tried })}
        </span>
      ) : (
        behind && (
          <span className="warn">
            {t('site.configuration', { version: reported.version, desired: edge.desiredVersion })}
          </span>
        )
      )}
      <span className={live.outboxPending > 1000 ? 'warn' : 'quiet'} title={t('site.outboxHint')}>
        {t('site.outbox')} {number.count(live.outboxPending)}
      </span>
      <span className="loads">
        {loads.map((load) => (
          <span key={load.name}>
            {load.name}
            <Meter
              value={load.value}
              tone={load.value > 0.9 ? 'bad' : load.value > 0.75 ? 'warn' : 'quiet'}
              label={`${load.name} ${number.rate(load.value)}`}
            />
          </span>
        ))}
      </span>
    </>
  );
}
