import type { Inventory, LiveLine, SiteLines, SiteView } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { dayTime } from '../format/times.ts';
import { Meter } from '../parts/meter.tsx';
import { useWords } from '../words/use-words.ts';
import { Device, Limits, Sim, Totals, Trends } from './line-figures.tsx';
import { LineOrders } from './line-orders.tsx';
import { faultAdvice, faultWord, lineReason, kindWord, limitWord, phaseWord } from './line-words.ts';
import { Timeslots } from './timeslots.tsx';

export interface LineCardProps {
  readonly edge: string;
  readonly name: string;
  readonly inventory: Inventory['lines'][number] | undefined;
  readonly line: LiveLine;
  readonly site: SiteView;
  readonly history: SiteLines | undefined;
  /** Opens its settings; absent for whoever may not change them. */
  readonly edit: (() => void) | undefined;
}

/** One line: what it is, whether it works, what it carries, what it may still do, and its last day. */
export function LineCard(props: LineCardProps) {
  const { edge, name, inventory, line, site, history } = props;
  const { t, language } = useWords();
  const ofLine = <T extends { edge: string; line: string }>(rows: readonly T[] | undefined): readonly T[] =>
    (rows ?? []).filter((row) => row.edge === edge && row.line === name);
  const points = ofLine(history?.points);
  const [total] = ofLine(history?.totals);
  const tone = line.fault || line.state === 'down' ? 'bad' : line.held || line.breaker ? 'warn' : 'good';
  const useLabel = t('lines.channels', { inUse: line.inUse, channels: line.channels });
  return (
    <li className={`line-card line-card-${tone}`}>
      <header>
        <h3>{name}</h3>
        <span className="quiet">{inventory && kindWord(t, inventory.kind)}</span>
        <strong className={tone}>{phaseWord(t, line.phase)}</strong>
        {line.since > 0 && (
          <span className="quiet">{t('lines.since', { at: dayTime(line.since, language, site.zone) })}</span>
        )}
      </header>
      {/* Of a line that works it says in the box's own words what the figures below say. */}
      {tone !== 'good' && <p className="quiet">{lineReason(t, line.reason).text}</p>}
      {line.fault && (
        <p className="line-fault">
          <strong>{faultWord(t, line.fault)}</strong> {faultAdvice(t, line.fault)}
        </p>
      )}
      {line.held && <p className="warn">{heldWords(props, t, language)}</p>}
      <div className="line-use-row">
        <Meter value={share(line.inUse, line.channels)} tone="accent" label={useLabel} />
        <span>{useLabel}</span>
      </div>
      {line.span && <Timeslots span={line.span} />}
      {line.sim && <Sim line={line} site={site} />}
      {inventory?.device && <Device device={inventory.device} />}
      {line.limits && <Limits line={line} />}
      {total && <Totals total={total} />}
      {history && points.length > 1 && (
        <Trends history={history} points={points} zone={site.zone} line={line} />
      )}
      <LineOrders {...props} />
    </li>
  );
}

function heldWords(
  { line, site }: LineCardProps,
  t: ReturnType<typeof useWords>['t'],
  language: string,
): string {
  const limit = limitWord(t, line.held!.limit);
  return line.held!.until === undefined
    ? t('lines.heldBy', { limit })
    : t('lines.heldUntil', { limit, at: dayTime(line.held!.until, language, site.zone) });
}
