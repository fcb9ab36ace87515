import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { SiteView } from '@branchline/shared';
import { request } from '../api/request.ts';
import { Direction } from '../calls/call-table.tsx';
import type { CallPage } from '../calls/call-query.ts';
import { OutcomeMark } from '../campaigns/outcome-mark.tsx';
import { dayTime, stopwatch } from '../format/times.ts';
import { DataAge } from '../parts/data-age.tsx';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { lineWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';

const shown = 10;

/** The last calls that ended at a site, each a link to its story. */
export function LatestCalls({ site }: { readonly site: SiteView }) {
  const { t, language } = useWords();
  const all = `/calls?site=${encodeURIComponent(site.id)}`;
  const calls = useQuery({
    queryKey: ['calls', 'latest', site.id],
    queryFn: ({ signal }) => request<CallPage>('GET', `${all}&limit=${shown}`, undefined, signal),
    refetchInterval: 5000,
  });
  return (
    <section className="panel block" data-latest-calls>
      <h2>
        {t('sitePage.latestCalls')}
        <small>
          <DataAge askedAt={calls.dataUpdatedAt} limitMs={20_000} />
        </small>
        <span className="head-tools">
          <Link to={all}>{t('sitePage.calls')}</Link>
        </span>
      </h2>
      <Asked question={calls} skeleton={<Loading rows={5} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t('sitePage.noCalls')}</p>
          ) : (
            <table className="event-rows">
              <tbody>
                {items.map((call) => (
                  <tr key={call.id}>
                    <td>
                      <Link to={`/calls/${call.id}`}>{dayTime(call.at, language, site.zone)}</Link>
                    </td>
                    <td>
                      <Direction direction={call.direction} /> {call.customer}
                    </td>
                    <td>{call.agent ?? <span className="quiet">{t('common.none')}</span>}</td>
                    <td>{lineWord(t, call.line)}</td>
                    <td>
                      <OutcomeMark outcome={call.outcome} />
                    </td>
                    <td className="quiet">{stopwatch(call.durationMs)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Asked>
    </section>
  );
}
