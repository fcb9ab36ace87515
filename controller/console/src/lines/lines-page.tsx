import { Alert, App, Button, Input, Skeleton } from 'antd';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { GsmSwitch, SiteLines, SiteView } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { useFeed, useIsStale } from '../live/feed.tsx';
import { SiteAge, SiteDot } from '../overview/site-state.tsx';
import { summarize } from '../overview/site-summary.ts';
import { DataAge } from '../parts/data-age.tsx';
import { ExportButton } from '../parts/export-button.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { BoxLines } from './box-lines.tsx';
import { FaultRows } from './fault-rows.tsx';

/** The lines of a site as they are now, their last day, and what was wrong with them. */
export function LinesPage() {
  const { id = '' } = useParams();
  const { t } = useWords();
  const overview = useFeed((feed) => feed.overview);
  const stale = useIsStale();
  const site = overview?.sites.find((each) => each.id === id);
  usePageTitle(t('lines.title', { site: site?.name ?? id }));
  const history = useQuery({
    queryKey: ['site-lines', id],
    queryFn: ({ signal }) =>
      request<SiteLines>('GET', `/sites/${encodeURIComponent(id)}/lines`, undefined, signal),
    refetchInterval: 30_000,
  });
  if (!overview) return <Skeleton active paragraph={{ rows: 10 }} />;
  if (!site) return <Vacancy title={t('sitePage.none')} advice={t('sitePage.noneAdvice')} />;
  const summary = summarize(site);
  return (
    <>
      <div className="page-head">
        <h1>{t('lines.title', { site: site.name })}</h1>
        <SiteDot summary={summary} />
        <SiteAge summary={summary} />
        <Link to={`/sites/${encodeURIComponent(site.id)}`}>{t('lines.back')}</Link>
        <ExportButton
          path={`/sites/${encodeURIComponent(site.id)}/lines/export`}
          hint={t('lines.exportHint')}
        />
      </div>
      <Gsm site={site} />
      <div className={stale ? 'site-page dimmed' : 'site-page'}>
        {site.edges.map((edge) => (
          <BoxLines key={edge.id} edge={edge} site={site} history={history.data} />
        ))}
        <section className="panel block">
          <h2>
            {t('lines.faults')}
            <small>
              <DataAge askedAt={history.dataUpdatedAt} limitMs={90_000} />
            </small>
          </h2>
          <Asked question={history} skeleton={<Skeleton active />}>
            {(found) => <FaultRows faults={found.faults} zone={site.zone} now={found.to} />}
          </Asked>
        </section>
      </div>
    </>
  );
}

/** Whether SIMs may be used at the site, and the way to change that for whoever may. */
function Gsm({ site }: { readonly site: SiteView }) {
  const { t, error } = useWords();
  const { modal, message } = App.useApp();
  const mayChange = may(useGrants(), 'gsm', [site.id]);
  const [asking, setAsking] = useState(false);
  const [justification, setJustification] = useState('');
  const change = useMutation({
    mutationFn: (wish: GsmSwitch) => request('PUT', `/sites/${encodeURIComponent(site.id)}/gsm`, wish),
    onSuccess: () => setAsking(false),
    onError: (failure) => void message.error(error(refusalOf(failure)).message),
  });
  const usesSims = site.edges.some(({ inventory }) =>
    inventory?.lines.some(({ kind }) => kind === 'gsm-modem' || kind === 'gsm-gateway'),
  );
  if (!usesSims && !site.gsm) return null;
  return (
    <>
      <Alert
        type={site.gsm ? 'info' : 'warning'}
        showIcon
        style={{ marginBottom: 12 }}
        title={site.gsm ? t('lines.gsmOn', site.gsm) : t('lines.gsmOff')}
        action={
          mayChange &&
          (site.gsm ? (
            <Button size="small" onClick={() => change.mutate({ enabled: false })} loading={change.isPending}>
              {t('lines.gsmDisable')}
            </Button>
          ) : (
            <Button size="small" onClick={() => setAsking(true)}>
              {t('lines.gsmEnable')}
            </Button>
          ))
        }
      />
      {asking && (
        <form
          className="panel block gsm-form"
          onSubmit={(event) => {
            event.preventDefault();
            void modal.confirm({
              title: t('lines.gsmEnable'),
              content: t('lines.gsmRule'),
              onOk: () => change.mutateAsync({ enabled: true, justification: justification.trim() }),
            });
          }}
        >
          <label htmlFor="gsm-why">{t('lines.gsmWhy')}</label>
          <Input.TextArea
            id="gsm-why"
            value={justification}
            maxLength={200}
            showCount
            onChange={({ target }) => setJustification(target.value.replaceAll('\n', ' '))}
          />
          <Button type="primary" htmlType="submit" disabled={justification.trim().length < 10}>
            {t('lines.gsmEnable')}
          </Button>
          <Button onClick={() => setAsking(false)}>{t('common.cancel')}</Button>
        </form>
      )}
    </>
  );
}
