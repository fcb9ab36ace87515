import { useState } from 'react';
import { Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { EdgeView, SiteLines, SiteView } from '@branchline/shared';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { LineCard } from './line-card.tsx';
import { LineDrawer } from './line-drawer.tsx';
import { OverlayDrawer } from './overlay-drawer.tsx';
import { PlanHistory } from './plan-history.tsx';
import { planVersionsQuery } from './plan-queries.ts';
import { RouteDrawer } from './route-drawer.tsx';

/** What is open: the settings of a line, the routes, or the way to other sites. */
type Editing = { readonly line: string } | 'routes' | 'overlay';

/** The lines of one box, their settings, and who changed them. */
export function BoxLines(props: {
  readonly edge: EdgeView;
  readonly site: SiteView;
  readonly history: SiteLines | undefined;
}) {
  const { edge, site, history } = props;
  const { t } = useWords();
  const grants = useGrants();
  const [editing, setEditing] = useState<Editing>();
  const plans = useQuery(planVersionsQuery(edge.id, may(grants, 'plan-read', [site.id])));
  const versions = plans.data?.items ?? [];
  const [latest] = versions;
  const editable = may(grants, 'plan-write', [site.id]) ? latest : undefined;
  const close = (): void => setEditing(undefined);
  return (
    <section className="panel block">
      <h2>
        {edge.id}
        {editable && (
          <small>
            <Button size="small" onClick={() => setEditing('routes')}>
              {t('lines.edit.openRoutes')}
            </Button>{' '}
            <Button size="small" onClick={() => setEditing('overlay')}>
              {t('lines.edit.openOverlay')}
            </Button>
          </small>
        )}
      </h2>
      {!edge.live ? (
        <p className="quiet">{t('lines.silent')}</p>
      ) : Object.keys(edge.live.lines).length === 0 ? (
        <Vacancy title={t('lines.none')} advice={t('lines.noneAdvice')} />
      ) : (
        <ul className="line-cards">
          {Object.entries(edge.live.lines).map(([name, line]) => (
            <LineCard
              key={name}
              edge={edge.id}
              name={name}
              line={line}
              inventory={edge.inventory?.lines.find((each) => each.id === name)}
              site={site}
              history={history}
              edit={
                editable?.plan.lines.some(({ id }) => id === name)
                  ? () => setEditing({ line: name })
                  : undefined
              }
            />
          ))}
        </ul>
      )}
      {versions.length > 0 && <PlanHistory versions={versions} zone={site.zone} />}
      {editable && editing === 'routes' && <RouteDrawer edge={edge.id} latest={editable} close={close} />}
      {editable && editing === 'overlay' && <OverlayDrawer edge={edge.id} latest={editable} close={close} />}
      {editable && typeof editing === 'object' && (
        <LineDrawer edge={edge.id} name={editing.line} latest={editable} close={close} />
      )}
    </section>
  );
}
