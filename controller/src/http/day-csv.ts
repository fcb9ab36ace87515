import type {
  HealthPoint,
  LineTotal,
  SiteHistory,
  SiteLines,
  Wallboard,
  WallboardFigures,
} from '@branchline/shared';
import { csvTable, type CsvColumn } from './csv-text.ts';

const time = (at: number): string => new Date(at).toISOString();
const seconds = (ms: number): number => Math.round(ms / 1000);

/** A row of the wallboard: a whole day, one of its hours, or a site's part of it. */
interface BoardRow {
  readonly day: 'today' | 'yesterday';
  readonly hour?: number;
  readonly site?: string;
  readonly calls?: number;
  readonly figures: Partial<WallboardFigures>;
}

const counts = [
  ['attempts', 'attempts'],
  ['answered', 'answered'],
  ['live', 'live'],
  ['abandoned', 'abandoned'],
  ['offered', 'offered'],
  ['taken', 'taken'],
  ['taken_in_time', 'takenInTime'],
  ['handled', 'handled'],
  ['talk_ms', 'talkMs'],
  ['wrap_up_ms', 'wrapUpMs'],
] as const satisfies readonly (readonly [string, keyof WallboardFigures])[];

/**
 * The wallboard as CSV (RFC 4180): both days, yesterday until the same time of day; then their hours, then today by site. Raw counts,
 * of which the page shows rates.
 */
export function wallboardCsv({ at, zone, today, yesterday, hours, sites }: Wallboard): Generator<string> {
  const hoursOf = (day: BoardRow['day']): BoardRow[] =>
    hours[day].map(({ calls, handled }, hour) => ({ day, hour, calls, figures: { handled } }));
  return csvTable<BoardRow>(
    [
      ['told_at', () => time(at)],
      ['zone', () => zone],
      ['day', ({ day }) => day],
      ['hour', ({ hour }) => hour],
      ['site', ({ site }) => site],
      ['calls', ({ calls }) => calls],
      ...counts.map(([title, name]): CsvColumn<BoardRow> => [title, ({ figures }) => figures[name]]),
    ],
    [
      { day: 'today', figures: today },
      { day: 'yesterday', figures: yesterday },
      ...hoursOf('today'),
      ...hoursOf('yesterday'),
      ...sites.map((each): BoardRow => ({ day: 'today', site: each.site, figures: each.today })),
    ],
  );
}

/** The health of a site's boxes over its last day as CSV (RFC 4180), a row for each box and ten minutes. */
export function healthCsv({ health, stepMs }: SiteHistory): Generator<string> {
  return csvTable<HealthPoint>(
    [
      ['from', ({ at }) => time(at)],
      ['seconds', () => seconds(stepMs)],
      ['edge', ({ edge }) => edge],
      ['cpu', ({ cpu }) => cpu],
      ['memory', ({ memory }) => memory],
      ['disk', ({ disk }) => disk],
      ['channels', ({ channels }) => channels],
      ['outbox_pending', ({ outboxPending }) => outboxPending],
    ],
    health,
  );
}

/** What went over a site's lines within its last day as CSV (RFC 4180), a row for each line. */
export function lineTotalsCsv({ from, to, totals }: SiteLines): Generator<string> {
  return csvTable<LineTotal>(
    [
      ['from', () => time(from)],
      ['to', () => time(to)],
      ['edge', ({ edge }) => edge],
      ['line', ({ line }) => line],
      ['calls', ({ calls }) => calls],
      ['answered', ({ answered }) => answered],
      ['inbound', ({ inbound }) => inbound],
      ['talk_ms', ({ talkMs }) => talkMs],
      ['cost_millionths', ({ cost }) => cost],
      ['currency', ({ currency }) => currency],
    ],
    totals,
  );
}
