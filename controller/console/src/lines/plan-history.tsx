import type { PlanVersion } from '@branchline/shared';
import { dateTime } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';
import { planChanges } from './plan-changes.ts';

/** Who changed the plan of a box, when, why and what; newest first. */
export function PlanHistory({
  versions,
  zone,
}: {
  readonly versions: readonly PlanVersion[];
  readonly zone: string;
}) {
  const { t, language } = useWords();
  return (
    <details className="plan-history">
      <summary>{t('lines.edit.versions')}</summary>
      <table className="event-rows">
        <tbody>
          {versions.map(({ version, at, by, why, plan }, i) => (
            <tr key={version}>
              <td className="quiet">{dateTime(at, language, zone)}</td>
              <td>{by}</td>
              <td>{why ?? <span className="quiet">{t('lines.edit.noWhy')}</span>}</td>
              <td>
                <Changes before={versions[i + 1]} plan={plan} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Changes({
  before,
  plan,
}: {
  readonly before: PlanVersion | undefined;
  readonly plan: PlanVersion['plan'];
}) {
  const { t } = useWords();
  if (!before) return <span className="quiet">{t('common.none')}</span>;
  const { added, removed, changed, routes, rest } = planChanges(before.plan, plan);
  const words = [
    ...added.map((line) => `+ ${line}`),
    ...removed.map((line) => `− ${line}`),
    ...changed,
    ...(routes ? [t('lines.edit.changedRoutes')] : []),
    ...(rest ? [t('lines.edit.changedRest')] : []),
  ];
  return words.length > 0 ? words.join(', ') : <span className="quiet">{t('lines.edit.unchanged')}</span>;
}
