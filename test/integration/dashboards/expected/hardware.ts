import type { EventRow } from '@branchline/shared';
import { by, groups, share, sum, written } from '../figures.ts';
import type { Sent } from '../seed.ts';
import { among, picked, type Expectations, type View } from './view.ts';

type Fault = Sent<Extract<EventRow, { type: 'line-fault' }>>;

export function hardware({ here, calls, facts, lineMinutes, timed, chosen }: View): Expectations {
  const ofLine = <R extends { line: string }>(rows: readonly R[]): R[] =>
    rows.filter((row) => among(chosen.line, row.line));
  const minutes = ofLine(lineMinutes);
  const told = ofLine(here(facts).filter((row): row is Fault => row.type === 'line-fault'));
  const faults = groups(
    told,
    (row) => `${row.site}|${row.edge}|${row.line}|${row.fault}|${row.openedAt}`,
  ).map(([, rows]) => {
    const inOrder = rows.toSorted(
      by(
        (row) => row.at,
        (row) => row.seq,
      ),
    );
    return { ...inOrder[0]!, closed: inOrder.findLast(({ state }) => state === 'closed')?.at };
  });
  const least = (values: readonly number[]): number | null =>
    values.length > 0 ? Math.min(...values) : null;
  const last = groups(minutes, (row) => `${row.line}|${row.edge}`).map(([, rows]) =>
    rows.toSorted(by((row) => row.at)).at(-1)!,
  );
  const signals = minutes.filter((row) => row.signal !== undefined);
  const slips = minutes.filter((row) => row.slipsPerHour !== undefined);
  const priced = ofLine(calls).filter((call) => call.direction === 'outbound' && call.cost !== undefined);
  return {
    'Open faults': () => [{ faults: faults.filter(({ closed }) => closed === undefined).length }],
    Availability: () => [
      {
        share:
          minutes.length === 0
            ? null
            : 1 - sum(minutes.map(({ downMs }) => downMs)) / (minutes.length * 60_000),
      },
    ],
    'Weakest signal': () => [{ dbm: least(signals.map(({ signal = 0 }) => signal)) }],
    'Lowest balance': () => [
      { balance: least(last.flatMap(({ balance }) => (balance === undefined ? [] : [balance]))) },
    ],
    'Signal by line': () =>
      timed(
        signals,
        (row) => row.at,
        (row) => row.line,
        (time, line, rows) => ({ time, line, dbm: Math.min(...rows.map(({ signal = 0 }) => signal)) }),
      ),
    'Slips by span': () =>
      timed(
        slips,
        (row) => row.at,
        (row) => row.line,
        (time, line, rows) => ({
          time,
          line,
          slips: Math.max(...rows.map(({ slipsPerHour = 0 }) => slipsPerHour)),
        }),
      ),
    'Limits used': () =>
      last.map(({ line, edge, used, balance }) => ({
        line,
        edge,
        calls_hour: used.callsHour,
        calls_day: used.callsDay,
        minutes_day: used.minutesDay,
        minutes_month: used.minutesMonth,
        balance: balance ?? null,
      })),
    'Cost by line': () =>
      groups(priced, (call) => `${call.line}|${call.currency}`).map(([key, rows]) => {
        const [line = '', currency = ''] = key.split('|');
        const cost = sum(rows.map((call) => call.cost ?? 0)) / 1e6;
        return { line, currency, calls: rows.length, cost, each: share(cost, picked(rows)) };
      }),
    'Faults of lines': () =>
      faults
        .toSorted(
          by(
            (row) => -row.openedAt,
            (row) => row.edge,
            (row) => row.line,
            (row) => row.fault,
          ),
        )
        .slice(0, 200)
        .map(({ openedAt, site, edge, line, fault, reason, closed }) => ({
          opened_at: written(openedAt),
          site,
          edge,
          line,
          fault,
          reason,
          seconds: closed === undefined ? null : (closed - openedAt) / 1000,
        })),
  };
}
