import type { Overview } from '@branchline/shared';
import type { AgentState } from '../overview/site-summary.ts';
import { agentStateWord, reasonWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import { minuteOfDay } from '../format/times.ts';
import { useBusinessNow } from '../live/feed.tsx';
import { agentActs, type FloorAct } from './floor-acts.ts';
import { isLate, type AgentRow } from './floor-rows.ts';
import { RowMenu, type RowChoice } from './row-menu.tsx';
import { Since } from './since.tsx';

/** Rows that are drawn; who looks for somebody among more says whom. */
const mostRows = 200;
/** States in which somebody is at the other end. */
const connected: ReadonlySet<AgentState> = new Set(['talking', 'held']);

/** Every agent: state, since when, why, on which call and for which campaign. */
export function AgentTable(props: {
  readonly rows: readonly AgentRow[];
  readonly campaigns: Overview['campaigns'];
  readonly withSite: boolean;
  readonly maySteer: (site: string) => boolean;
  readonly choose: (act: FloorAct) => void;
}) {
  const { rows, campaigns, withSite, maySteer, choose } = props;
  const { t } = useWords();
  const campaignNames = new Map(campaigns.map(({ id, name }) => [id, name]));
  if (rows.length === 0) return <p className="quiet">{t('floor.noAgents')}</p>;
  return (
    <>
      <table className="floor-table">
        <thead>
          <tr>
            <th>{t('calls.column.agent')}</th>
            {withSite && <th>{t('calls.column.site')}</th>}
            <th>{t('floor.state')}</th>
            <th>{t('floor.since')}</th>
            <th>{t('floor.reason')}</th>
            <th>{t('calls.column.campaign')}</th>
            <th aria-label={t('floor.acts')} />
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((row) => (
            <tr
              key={`${row.edge} ${row.id}`}
              data-agent={row.id}
              data-state={row.state}
              className={row.reachable ? '' : 'dimmed'}
            >
              <th scope="row">
                {row.name} <span className="quiet">{row.extension}</span>
              </th>
              {withSite && <td className="floor-site">{row.siteName}</td>}
              <td>
                <span className={`agent-dot agent-${row.state}`}>{agentStateWord(t, row.state)}</span>{' '}
                {row.phoneLost && <span className="bad">{t('floor.phoneLost')} </span>}
                <Late row={row} />
              </td>
              <td className="floor-time">{row.state !== 'offline' && <Since at={row.since} />}</td>
              <td>{row.reason === undefined ? '' : reasonWord(t, row.reason)}</td>
              <td>
                {row.campaign === undefined ? '' : (campaignNames.get(row.campaign) ?? t('floor.campaign'))}
              </td>
              <td>
                {row.reachable && maySteer(row.site) && (
                  <RowMenu
                    label={t('floor.actsOf', { who: row.name })}
                    groups={choicesOf(row)}
                    choose={choose}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostRows && (
        <p className="quiet">{t('floor.more', { shown: mostRows, total: rows.length })}</p>
      )}
    </>
  );

  function choicesOf(row: AgentRow): readonly (readonly RowChoice[])[] {
    const { call, state } = row;
    const at = call === undefined ? undefined : { ...row, call, who: row.name };
    return [
      at && connected.has(state)
        ? (['listen', 'whisper', 'barge'] as const).map((mode) => ({
            label: t(`floor.monitor.${mode}`),
            act: { kind: 'monitor', at, mode },
          }))
        : [],
      at && connected.has(state)
        ? [
            { label: t('floor.takeOver'), act: { kind: 'move', at, to: 'phone' } },
            { label: t('floor.handOver'), act: { kind: 'move', at, to: 'agent' } },
          ]
        : [],
      at ? [{ label: t('floor.act.hangup'), act: { kind: 'hangup', at }, danger: true }] : [],
      agentActs(state).map((kind) => ({
        label: t(`floor.act.${kind}`),
        act: { kind, agent: row },
        danger: kind === 'logout',
      })),
    ];
  }
}

function Late({ row }: { readonly row: AgentRow }) {
  const { t } = useWords();
  const now = useBusinessNow();
  if (now === undefined || !row.shift || !isLate(row, now)) return null;
  return <span className="bad">{t('floor.late', { at: minuteOfDay(row.shift.fromMinute) })}</span>;
}
