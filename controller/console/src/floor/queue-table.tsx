import { useWords } from '../words/use-words.ts';
import { longWaitMs } from './call-tables.tsx';
import { serviceLevel, type QueueRow } from './floor-rows.ts';
import { Since } from './since.tsx';

/** Share of callers served in time below which somebody should look. */
const levelWanted = 0.8;

/** Queues: who waits now, and how the day goes against yesterday. */
export function QueueTable({
  rows,
  withSite,
}: {
  readonly rows: readonly QueueRow[];
  readonly withSite: boolean;
}) {
  const { t, number } = useWords();
  if (rows.length === 0) return <p className="quiet">{t('floor.noQueues')}</p>;
  return (
    <table className="floor-table">
      <thead>
        <tr>
          <th>{t('floor.queue')}</th>
          <th className="figure">{t('floor.waiting')}</th>
          <th className="figure">{t('floor.longest')}</th>
          <th className="figure">{t('floor.ready')}</th>
          <th className="figure" title={t('floor.levelHint')}>
            {t('floor.level')}
          </th>
          <th className="figure">{t('floor.abandoned')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.site} ${row.id}`} data-queue={row.id}>
            <th scope="row">
              {row.name}
              {withSite && <small className="quiet">{row.siteName}</small>}
            </th>
            <td className="figure">
              <strong className={row.waiting > 0 && row.ready === 0 ? 'bad' : ''}>
                {number.count(row.waiting)}
              </strong>
            </td>
            <td className="figure">
              {row.since === undefined ? t('common.none') : <Since at={row.since} late={longWaitMs} />}
            </td>
            <td className="figure">{number.count(row.ready)}</td>
            <td className="figure">
              <Level of={row.today} />
              <small className="quiet">
                <Level of={row.yesterday} />
              </small>
            </td>
            <td className="figure">
              {number.count(row.today?.abandoned ?? 0)}
              <small className="quiet">{number.count(row.yesterday?.abandoned ?? 0)}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Level({ of }: { readonly of: QueueRow['today'] }) {
  const { t, number } = useWords();
  const level = of && serviceLevel(of);
  return level === undefined ? (
    t('common.none')
  ) : (
    <span className={level >= levelWanted ? 'good' : 'warn'}>{number.rate(level)}</span>
  );
}
