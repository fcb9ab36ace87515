import type { ReactNode } from 'react';
import { dayTime, ownZone } from '../format/times.ts';
import { Asked, type Question } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { DataAge } from './data-age.tsx';

/**
 * A page with one list: its title, how old it is, what makes another row, and what is said while there is none.
 * @param props.empty what is said while there is no row, and what to do then
 * @param props.create the button for another row, for those who may
 */
export function ListPage<Row>(props: {
  readonly title: string;
  readonly empty: { readonly title: string; readonly advice: string };
  /** Whoever looks may see it. */
  readonly allowed: boolean;
  readonly question: Question<{ readonly items: readonly Row[] }> & { readonly dataUpdatedAt: number };
  readonly create: ReactNode;
  readonly children: (rows: readonly Row[]) => ReactNode;
}) {
  const { title, empty, allowed, question, create, children } = props;
  const { t } = useWords();
  usePageTitle(title);
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        <div className="actions">
          <DataAge askedAt={question.dataUpdatedAt} limitMs={45_000} />
          {create}
        </div>
      </div>
      <Asked question={question} skeleton={<Loading rows={6} />}>
        {({ items }) => (items.length === 0 ? <Vacancy {...empty}>{create}</Vacancy> : children(items))}
      </Asked>
    </>
  );
}

/** When a row was changed, and by whom. */
export function Changed({ at, by }: { readonly at: number; readonly by: string }) {
  const { language } = useWords();
  return (
    <span className="quiet">
      {dayTime(at, language, ownZone())} · {by}
    </span>
  );
}
