import type { CallRow } from '@branchline/shared';
import { dayIn, groups, hourIn, mean, quantile, share, sum } from '../figures.ts';
import { abandonShare, count, talk, waits, type Expectations, type View } from './view.ts';

export function overview({ seed, here, calls, attempts, metrics, timed, range, chosen }: View): Expectations {
  const { zone } = chosen;
  const out = calls.filter(({ direction }) => direction === 'outbound');
  const yesterday = dayIn(zone, range.to - 86_400_000);
  return {
    Calls: () => [{ calls: calls.length }],
    Answered: () => [{ answered: share(count(calls, 'ANSWERED'), calls.length) }],
    Abandoned: () => [{ abandoned: abandonShare(out) }],
    'Average talk': () => [{ talk: mean(calls.map(talk).filter((seconds) => seconds > 0)) }],
    'Attempts dialed': () => [{ dialed: attempts.length - count(attempts, 'REFUSED') }],
    'Attempts refused': () => [{ refused: count(attempts, 'REFUSED') }],
    'Calls by outcome': () =>
      timed(
        calls,
        (call) => call.startedAt,
        (call) => call.outcome,
        (time, outcome, rows) => ({ time, outcome, calls: rows.length }),
      ),
    'Answered and abandoned': () =>
      timed(
        out,
        (call) => call.startedAt,
        () => '',
        (time, _all, rows) => ({
          time,
          answered: share(count(rows, 'ANSWERED'), rows.length),
          abandoned: abandonShare(rows),
        }),
      ),
    'Calls by hour, today and yesterday': () => {
      const of = (day: string) => (call: CallRow) => dayIn(zone, call.startedAt) === day;
      const both = here(seed.calls).filter(
        (call) => call.startedAt <= range.to && dayIn(zone, call.startedAt) >= yesterday,
      );
      return groups(both, (call) => hourIn(zone, call.startedAt)).map(([hour, rows]) => ({
        hour,
        today: rows.filter(of(dayIn(zone, range.to))).length,
        yesterday: rows.filter(of(yesterday)).length,
      }));
    },
    'Channels in use': () =>
      timed(
        here(metrics),
        (row) => row.at,
        (row) => row.site,
        (time, site, rows) => {
          const perBox = groups(rows, (row) => row.edge);
          const most = perBox.map(([, of]) => Math.max(...of.map((row) => row.channelsInUse)));
          return { time, site, channels: sum(most) };
        },
      ),
    Sites: () =>
      groups(here(metrics), (row) => row.site).map(([name, rows]) => {
        const its = calls.filter((call) => call.site === name);
        return {
          site: name,
          calls: its.length,
          answered: share(count(its, 'ANSWERED'), its.length),
          abandoned: abandonShare(its.filter(({ direction }) => direction === 'outbound')),
          connect: quantile(waits(its), 0.95),
          seen: (range.to - Math.max(...rows.map(({ at }) => at))) / 1000,
        };
      }),
  };
}
