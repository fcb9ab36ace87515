import type { DeviceFacts, LinePoint, LineTotal, LiveLine, SiteLines, SiteView } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { dayTime } from '../format/times.ts';
import { Meter, type Tone } from '../parts/meter.tsx';
import { useWords } from '../words/use-words.ts';
import { Trend } from './trend.tsx';

/** What a SIM and its radio tell. */
export function Sim({ line, site }: { readonly line: LiveLine; readonly site: SiteView }) {
  const { t, language } = useWords();
  const { signal, operator, iccid, balance, balanceAt } = line.sim!;
  const facts: readonly (readonly [string, string])[] = [
    ...(operator ? [[t('lines.operator'), operator] as const] : []),
    ...(iccid ? [[t('lines.sim'), iccid] as const] : []),
    ...(balance === undefined
      ? []
      : [
          [
            t('lines.balance'),
            `${balance.toFixed(2)}${balanceAt === undefined ? '' : ` · ${t('lines.balanceAt', { at: dayTime(balanceAt, language, site.zone) })}`}`,
          ] as const,
        ]),
  ];
  return (
    <>
      {signal !== undefined && (
        <div className="line-use-row">
          <Meter value={share(signal + 113, 62)} tone={signalTone(signal)} label={t('lines.signal')} />
          <span>
            {t('lines.signal')} {signal} dBm
          </span>
        </div>
      )}
      <dl className="facts">
        {facts.map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What the line lives on, as it names itself. */
export function Device({ device }: { readonly device: DeviceFacts }) {
  const { t } = useWords();
  const names = ['model', 'firmware', 'driver', 'imei'] as const;
  return (
    <dl className="facts">
      {names.map((name) =>
        device[name] === undefined ? null : (
          <div key={name}>
            <dt>{t(`lines.deviceFact.${name}`)}</dt>
            <dd>{device[name]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** dBm of 2G to 4G receivers. */
function signalTone(signal: number): Tone {
  return signal >= -85 ? 'good' : signal >= -97 ? 'warn' : 'bad';
}

/** How much of what it may do is used. */
export function Limits({ line }: { readonly line: LiveLine }) {
  const { t } = useWords();
  const names = ['callsHour', 'callsDay', 'minutesDay', 'minutesMonth'] as const;
  return (
    <div className="line-limits" aria-label={t('lines.limits')}>
      {names.map((name) => {
        const limit = line.limits?.[name];
        if (limit === undefined) return null;
        const used = line.used[name];
        const part = share(used, limit);
        const label = `${t(`lines.${name}`)} ${used} / ${limit}`;
        return (
          <div key={name} className="line-use-row">
            <Meter value={part} tone={part >= 1 ? 'bad' : part >= 0.8 ? 'warn' : 'accent'} label={label} />
            <span>{label}</span>
          </div>
        );
      })}
    </div>
  );
}

/** What went over it within a day, and what that cost. */
export function Totals({ total }: { readonly total: LineTotal }) {
  const { t, number, language } = useWords();
  const { calls, answered, inbound, cost, currency } = total;
  const money = (micros: number): string =>
    new Intl.NumberFormat(language, { style: 'currency', currency: currency ?? 'CNY' }).format(micros / 1e6);
  return (
    <p>
      {t('lines.day')}:{' '}
      {t('lines.calls', {
        calls: number.count(calls),
        answered: number.count(answered),
        inbound: number.count(inbound),
      })}
      {cost !== undefined && currency !== undefined && (
        <>
          {' · '}
          {t('lines.cost', { total: money(cost), each: answered > 0 ? money(cost / answered) : '—' })}
        </>
      )}
    </p>
  );
}

/** Its last day as curves. */
export function Trends(props: {
  readonly history: SiteLines;
  readonly points: readonly LinePoint[];
  readonly zone: string;
  readonly line: LiveLine;
}) {
  const { history, points, zone, line } = props;
  const { t, number } = useWords();
  const common = { history, points, zone };
  return (
    <div className="health-charts">
      <Trend
        {...common}
        name={t('lines.trendChannels')}
        range={[0, line.channels]}
        value={({ inUse }) => inUse}
        write={(value) => number.count(value)}
      />
      {line.sim && (
        <Trend
          {...common}
          name={t('lines.trendSignal')}
          range={[-113, -51]}
          value={({ signal }) => signal}
          write={(value) => String(Math.round(value))}
        />
      )}
      {line.span && (
        <Trend
          {...common}
          name={t('lines.trendSlips')}
          range={[0, Math.max(1, ...points.map(({ slipsPerHour = 0 }) => slipsPerHour))]}
          value={({ slipsPerHour }) => slipsPerHour}
          write={(value) => number.pace(value)}
        />
      )}
    </div>
  );
}
