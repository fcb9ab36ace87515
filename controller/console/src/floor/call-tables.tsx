import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import type { CallAtHand, FloorAct } from './floor-acts.ts';
import type { FloorPlace, OutgoingRow, WaitingRow } from './floor-rows.ts';
import { RowMenu, type RowChoice } from './row-menu.tsx';
import { Since } from './since.tsx';

/** A wait that nobody should have, ms. */
export const longWaitMs = 60_000;
/** A phone that rings so long is hardly taken any more, ms. */
const longRingMs = 45_000;

/** Calls of the floor, the oldest first, and what whoever looks may do with them. */
interface Calls<Row> {
  readonly rows: readonly Row[];
  readonly withSite: boolean;
  readonly maySteer: (site: string) => boolean;
  readonly choose: (act: FloorAct) => void;
}

/** Callers who wait. */
export function WaitingTable(calls: Calls<WaitingRow>) {
  const { t } = useWords();
  if (calls.rows.length === 0) return <p className="quiet">{t('floor.nobodyWaits')}</p>;
  return (
    <CallTable
      {...calls}
      kind="waiting"
      since={t('floor.waits')}
      lateMs={longWaitMs}
      columns={[[t('floor.queue'), ({ queueName }) => queueName]]}
      who={({ queueName }) => t('floor.caller', { queue: queueName })}
      moves={(at) => [
        { label: t('floor.toQueue'), act: { kind: 'move', at, to: 'queue' } },
        { label: t('floor.toAgent'), act: { kind: 'move', at, to: 'agent' } },
      ]}
    />
  );
}

/** Calls that are dialed or ring. */
export function OutgoingTable(calls: Calls<OutgoingRow>) {
  const { t } = useWords();
  if (calls.rows.length === 0) return <p className="quiet">{t('floor.nobodyCalled')}</p>;
  return (
    <CallTable
      {...calls}
      kind="outgoing"
      since={t('floor.since')}
      lateMs={longRingMs}
      columns={[
        [t('floor.state'), ({ ringing }) => t(ringing ? 'phase.ringing' : 'phase.dialing')],
        [t('calls.column.campaign'), ({ campaign }) => campaign ?? t('common.none')],
        [t('calls.column.line'), ({ line }) => line],
      ]}
      who={({ line }) => t('floor.callee', { line })}
      moves={() => []}
    />
  );
}

function CallTable<Row extends FloorPlace & { readonly call: string; readonly since: number }>(
  props: Calls<Row> & {
    readonly kind: string;
    /** What the instant of a row means. */
    readonly since: string;
    readonly lateMs: number;
    readonly columns: readonly (readonly [title: string, cell: (row: Row) => ReactNode])[];
    readonly who: (row: Row) => string;
    /** Where a call can be taken. */
    readonly moves: (at: CallAtHand) => readonly RowChoice[];
  },
) {
  const { rows, withSite, maySteer, choose, kind, since, lateMs, columns, who, moves } = props;
  const { t } = useWords();
  return (
    <table className="floor-table" data-calls={kind}>
      <thead>
        <tr>
          <th>{since}</th>
          {columns.map(([title]) => (
            <th key={title}>{title}</th>
          ))}
          {withSite && <th>{t('calls.column.site')}</th>}
          <th aria-label={t('floor.acts')} />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const at = { ...row, who: who(row) };
          const end = { label: t('floor.act.hangup'), act: { kind: 'hangup', at }, danger: true } as const;
          return (
            <tr key={row.call} className={row.reachable ? '' : 'dimmed'}>
              <th scope="row">
                <Since at={row.since} late={lateMs} />
              </th>
              {columns.map(([title, cell]) => (
                <td key={title}>{cell(row)}</td>
              ))}
              {withSite && <td className="floor-site">{row.siteName}</td>}
              <td>
                {row.reachable && maySteer(row.site) && (
                  <RowMenu
                    label={t('floor.actsOf', { who: at.who })}
                    groups={[moves(at), [end]]}
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
