import { expect } from 'vitest';
import type { EventRow } from '@branchline/shared';
import { by, groups, written } from '../figures.ts';
import type { Sent } from '../seed.ts';
import type { Expectations, View } from './view.ts';

/** Some number. */
const some = expect.any(Number) as number;

export function ingest({ seed, inRange, box, metrics, facts, timed, range }: View): Expectations {
  const ofType = (type: EventRow['type']) => seed.events.filter((row) => row.type === type);
  /** Facts of these types have tables of their own. */
  const own: readonly EventRow['type'][] = ['disposition', 'queue', 'form', 'survey'];
  const tables: Record<string, { at: number; edge: string }[]> = {
    agent_events: seed.agents,
    attempts: seed.attempts.map((row) => ({ ...row, at: row.startedAt })),
    calls: seed.calls.map((row) => ({ ...row, at: row.startedAt })),
    dispositions: ofType('disposition'),
    queue_steps: ofType('queue'),
    form_answers: ofType('form'),
    surveys: ofType('survey'),
    events: [...seed.events.filter(({ type }) => !own.includes(type)), ...seed.optouts],
    metrics: seed.metrics,
    line_minutes: seed.lines,
  };
  const shown = Object.entries(tables).flatMap(([table, rows]) =>
    box(rows)
      .filter(({ at }) => inRange(at))
      .map((row) => ({ ...row, table })),
  );
  const streams: Record<string, Sent<{ at: number; seq: number }>[]> = {
    agent: seed.agents,
    attempt: seed.attempts,
    call: seed.calls,
    event: seed.events,
    optout: seed.optouts,
    metric: seed.metrics,
    line: seed.lines,
  };
  return {
    'Rows by table': () =>
      timed(
        shown,
        (row) => row.at,
        (row) => row.table,
        (time, table, rows) => ({ time, table, rows: rows.length }),
      ),
    Edges: () =>
      groups(box(metrics), (row) => row.edge).map(([name, rows]) => {
        const last = rows.toSorted(by((row) => row.at)).at(-1)!;
        return {
          edge: name,
          site: last.site,
          seen: (range.to - last.at) / 1000,
          waiting: last.outboxPending,
        };
      }),
    'Rows missing in between': () =>
      Object.entries(streams)
        .flatMap(([stream, rows]) =>
          groups(
            box(rows).filter(({ at }) => inRange(at)),
            (row) => row.edge,
          ).map(([name, of]) => {
            const places = of.map(({ seq }) => seq);
            const missing = Math.max(...places) - Math.min(...places) + 1 - places.length;
            return { edge: name, stream, arrived: of.length, missing };
          }),
        )
        .toSorted(
          by(
            (row) => row.edge,
            (row) => row.stream,
          ),
        ),
    'Stored and counted once': () =>
      // Everything was sent twice, and merging is stopped.
      Object.keys(tables)
        .toSorted()
        .map((table) => {
          const rows = shown.filter((row) => row.table === table).length;
          return { table, stored: 2 * rows, rows, duplicates: 0 };
        }),
    'Rows that wait at the branches': () =>
      timed(
        box(metrics),
        (row) => row.at,
        (row) => row.edge,
        (time, name, rows) => ({
          time,
          edge: name,
          waiting: Math.max(...rows.map((row) => row.outboxPending)),
        }),
      ),
    'Trust in the clocks': () =>
      timed(
        box(metrics),
        (row) => row.at,
        (row) => row.clock,
        (time, clock, rows) => ({ time, clock, reports: rows.length }),
      ),
    Storage: () =>
      Object.entries({
        ...tables,
        calls_by_customer: seed.calls,
        calls_by_id: seed.calls,
        dispositions_by_call: ofType('disposition'),
      })
        // No raw row says how many bytes and parts the engine makes of it.
        .map(([table, rows]) => ({ table, rows: 2 * rows.length, bytes: some, parts: some }))
        .toSorted(by((row) => row.table)),
    Ledgers: () =>
      box(facts)
        .filter((row) => row.type === 'ledger')
        .toSorted(
          by(
            (row) => -row.at,
            (row) => row.edge,
          ),
        )
        .map((row) => ({
          at: written(row.at),
          edge: row.edge,
          state: row.state,
          calls: row.openCalls,
          attempts: row.openAttempts,
        })),
  };
}
