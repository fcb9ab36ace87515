import type { CallRow, Try } from '@branchline/shared';
import { by, groups, mean, quantile, share, written } from '../figures.ts';
import { among, faulty, picked, type Expectations, type Row, type View } from './view.ts';

export function lines({ here, calls, attempts, facts, timed, chosen }: View): Expectations {
  const { line } = chosen;
  const tries = attempts.flatMap((attempt) => attempt.tries).filter((one) => among(line, one.line));
  const out = calls.filter((call) => call.direction === 'outbound' && among(line, call.line));
  const heard = calls
    .filter((call) => among(line, call.line))
    .flatMap((call) => {
      const quality = call.legs.find(({ role }) => role === 'customer')?.quality;
      return quality ? [{ ...call, ...quality }] : [];
    });
  const setup = (rows: readonly CallRow[]): number[] =>
    rows.flatMap(({ startedAt, earlyAt }) => (earlyAt === undefined ? [] : [earlyAt - startedAt]));
  const perLine = (column: string, value: (rows: Try[]) => number | null) => (): Row[] =>
    timed(
      tries,
      (row) => row.startedAt,
      (row) => row.line,
      (time, name, rows) => ({ time, line: name, [column]: value(rows) }),
    );
  const turns = here(facts)
    .filter((row) => row.type === 'line')
    .filter((row) => among(line, row.line));
  return {
    Tries: () => [{ tries: tries.length }],
    'Answer-seizure ratio': () => [{ asr: share(picked(tries), tries.length) }],
    'Line faults': () => [{ faults: share(faulty(tries), tries.length) }],
    'Set-up delay (median)': () => [{ delay: quantile(setup(out), 0.5) }],
    'Answer-seizure ratio by line': perLine('asr', (rows) => share(picked(rows), rows.length)),
    'Line faults by line': perLine('faults', faulty),
    'Voice quality by line (MOS)': () =>
      timed(
        heard,
        (row) => row.startedAt,
        (row) => row.line,
        (time, name, rows) => ({ time, line: name, mos: mean(rows.map(({ mos }) => mos)) }),
      ),
    'Voice quality': () =>
      groups(heard, (row) => `${row.site}|${row.line}`)
        .map(([key, rows]) => {
          const [name = '', of = ''] = key.split('|');
          return {
            site: name,
            line: of,
            calls: rows.length,
            mos: mean(rows.map(({ mos }) => mos)),
            poor: share(rows.filter(({ mos }) => mos < 3.6).length, rows.length),
            loss: mean(rows.map(({ loss }) => loss)),
            jitter: mean(rows.map(({ jitterMs }) => jitterMs)),
          };
        })
        .toSorted(
          by(
            (row) => row.mos ?? 0,
            (row) => row.site,
            (row) => row.line,
          ),
        ),
    Lines: () =>
      groups(tries, (row) => row.line).map(([name, rows]) => {
        const its = out.filter((call) => call.line === name);
        return {
          line: name,
          tries: rows.length,
          asr: share(picked(rows), rows.length),
          acd: mean(
            its.flatMap(({ answeredAt, endedAt }) => (answeredAt ? [(endedAt - answeredAt) / 1000] : [])),
          ),
          delay: quantile(setup(its), 0.5),
          numbers: new Set(its.map(({ callerId }) => callerId)).size,
        };
      }),
    Causes: () =>
      groups(out, (call) => `${call.cause}|${call.q850}|${call.sipStatus}`)
        .map(([key, rows]) => {
          const [cause = '', q850 = '', status = ''] = key.split('|');
          return { cause, q850, sip_status: status, calls: rows.length };
        })
        .toSorted(
          by(
            (row) => -row.calls,
            (row) => row.cause,
          ),
        ),
    'State of the lines': () =>
      groups(turns, (row) => `${row.site}|${row.edge}|${row.line}`).map(([key, rows]) => {
        const [name = '', of = '', trunk = ''] = key.split('|');
        const last = rows
          .toSorted(
            by(
              (row) => row.at,
              (row) => row.seq,
            ),
          )
          .at(-1)!;
        const downs = rows.filter(({ state }) => state === 'down').length;
        return { site: name, edge: of, line: trunk, state: last.state, reason: last.reason, downs };
      }),
    'Ups and downs': () =>
      turns
        .toSorted(
          by(
            (row) => -row.at,
            (row) => -row.seq,
          ),
        )
        .slice(0, 100)
        .map((row) => ({
          at: written(row.at),
          edge: row.edge,
          line: row.line,
          state: row.state,
          reason: row.reason,
        })),
  };
}
