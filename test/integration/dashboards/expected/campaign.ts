import { by, groups, hourIn, quantile, share } from '../figures.ts';
import { abandonShare, count, picked, type Expectations, type View } from './view.ts';

export function campaignBoard({ seed, calls, attempts, timed, chosen }: View): Expectations {
  const { campaign, zone } = chosen;
  const its = attempts.filter((attempt) => attempt.campaign === campaign);
  const dialed = its.filter(({ outcome }) => outcome !== 'REFUSED');
  return {
    Funnel: () => [
      { attempts: its.length, dialed: dialed.length, picked: picked(its), answered: count(its, 'ANSWERED') },
    ],
    Abandoned: () => [{ abandoned: abandonShare(its) }],
    Reach: () => [{ reach: share(picked(its), dialed.length) }],
    'Behind (95 %)': () => {
      const behind = quantile(
        dialed.map(({ startedAt, dueAt }) => startedAt - dueAt),
        0.95,
      );
      return [{ behind: behind === null ? null : behind / 1000 }];
    },
    'Attempts by outcome': () =>
      timed(
        its,
        (row) => row.startedAt,
        (row) => row.outcome,
        (time, outcome, rows) => ({ time, outcome, attempts: rows.length }),
      ),
    'Reach by hour of the day': () =>
      groups(dialed, (row) => hourIn(zone, row.startedAt)).map(([hour, rows]) => ({
        hour,
        reach: share(picked(rows), rows.length),
      })),
    Refusals: () =>
      groups(
        its.filter(({ refusal }) => refusal),
        (row) => row.refusal?.rule ?? '',
      )
        .map(([rule, rows]) => ({ rule, attempts: rows.length }))
        .toSorted(
          by(
            (row) => -row.attempts,
            (row) => row.rule,
          ),
        ),
    Dispositions: () => {
      const ids = new Set(calls.filter((call) => call.campaign === campaign).map(({ id }) => id));
      const words = seed.events
        .filter((row) => row.type === 'disposition')
        .filter(({ call }) => ids.has(call));
      const last = groups(words, (row) => row.call).map(([, rows]) =>
        rows
          .toSorted(
            by(
              (row) => row.at,
              (row) => row.seq,
            ),
          )
          .at(-1)!,
      );
      return groups(last, (row) => row.code)
        .map(([code, rows]) => ({ code, calls: rows.length }))
        .toSorted(
          by(
            (row) => -row.calls,
            (row) => row.code,
          ),
        );
    },
    'By site': () =>
      groups(its, (row) => row.site).map(([name, rows]) => {
        const tried = rows.filter(({ outcome }) => outcome !== 'REFUSED');
        return { site: name, dialed: tried.length, reach: share(picked(rows), tried.length) };
      }),
    'By line': () =>
      groups(
        its.flatMap(({ tries }) => tries),
        (row) => row.line,
      ).map(([name, rows]) => ({
        line: name,
        dialed: rows.length,
        reach: share(picked(rows), rows.length),
      })),
  };
}
