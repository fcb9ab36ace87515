import { useWords } from '../words/use-words.ts';
import type { OutgoingRow } from './floor-rows.ts';
import type { FloorAct } from './floor-acts.ts';
import { RowMenu } from './row-menu.tsx';
import { Since } from './since.tsx';

/** A phone that rings so long is hardly taken any more, ms. */
const longRingMs = 45_000;

/** Calls that are dialed or ring, the oldest first. */
export function OutgoingTable(props: {
  readonly rows: readonly OutgoingRow[];
  readonly withSite: boolean;
  readonly maySteer: (site: string) => boolean;
  readonly choose: (act: FloorAct) => void;
}) {
  const { rows, withSite, maySteer, choose } = props;
  const { t } = useWords();
  if (rows.length === 0) return <p className="quiet">{t('floor.nobodyCalled')}</p>;
  return (
    <table className="floor-table">
      <thead>
        <tr>
          <th>{t('floor.since')}</th>
          <th>{t('floor.state')}</th>
          <th>{t('calls.column.campaign')}</th>
          <th>{t('calls.column.line')}</th>
          {withSite && <th>{t('calls.column.site')}</th>}
          <th aria-label={t('floor.acts')} />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const at = { ...row, who: t('floor.callee', { line: row.line }) };
          return (
            <tr key={row.call} data-outgoing={row.call} className={row.reachable ? '' : 'dimmed'}>
              <th scope="row">
                <Since at={row.since} late={longRingMs} />
              </th>
              <td>{t(row.ringing ? 'phase.ringing' : 'phase.dialing')}</td>
              <td>{row.campaign ?? t('common.none')}</td>
              <td>{row.line}</td>
              {withSite && <td>{row.siteName}</td>}
              <td>
                {row.reachable && maySteer(row.site) && (
                  <RowMenu
                    label={t('floor.actsOf', { who: at.who })}
                    groups={[[{ label: t('floor.act.hangup'), act: { kind: 'hangup', at }, danger: true }]]}
                    choose={choose}
                  />
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
