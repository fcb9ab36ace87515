import { groups, moment, share, sum } from '../figures.ts';
import type { Range } from '../parts.ts';
import type { Seed } from '../seed.ts';
import type { CallRow, Outcome } from '@branchline/shared';

/** One value of a variable, or several at once; absent means all. */
export type Choice = string | readonly string[];

/** What is chosen at the top of a page. */
export interface Chosen {
  readonly site?: Choice;
  readonly edge?: Choice;
  readonly line?: Choice;
  readonly agent?: Choice;
  readonly queue?: Choice;
  readonly campaign: string;
  readonly zone: string;
}

export type Row = Record<string, string | number | null>;
/** Panel → the rows it must show. */
export type Expectations = Record<string, () => Row[]>;

/** The raw rows as a page sees them: within its time range, and of what is chosen. */
export type View = ReturnType<typeof viewOf>;

/** Whether a row's value is among those that are chosen. */
export function among(choice: Choice | undefined, value: string): boolean {
  return choice === undefined || (typeof choice === 'string' ? choice === value : choice.includes(value));
}

export function viewOf(seed: Seed, range: Range, chosen: Chosen) {
  const { site, edge, agent } = chosen;
  const inRange = (at: number): boolean => at >= range.from && at <= range.to;
  const begun = ({ startedAt }: { startedAt: number }): boolean => inRange(startedAt);
  const here = <R extends { site: string }>(rows: readonly R[]): R[] =>
    rows.filter((row) => among(site, row.site));
  const box = <R extends { edge: string }>(rows: readonly R[]): R[] =>
    rows.filter((row) => among(edge, row.edge));
  return {
    seed,
    range,
    chosen,
    inRange,
    here,
    box,
    calls: here(seed.calls.filter(begun)),
    attempts: here(seed.attempts.filter(begun)),
    said: here(seed.agents).filter(({ at, agent: who }) => inRange(at) && among(agent, who)),
    metrics: seed.metrics.filter(({ at }) => inRange(at)),
    lineMinutes: here(seed.lines.filter(({ at }) => inRange(at))),
    facts: seed.events.filter(({ at }) => inRange(at)),
    /** Rows by interval and one of their columns. */
    timed: <R>(
      rows: readonly R[],
      at: (row: R) => number,
      label: (row: R) => string,
      show: (time: string, label: string, rows: R[]) => Row,
    ): Row[] =>
      groups(rows, (row) => `${moment(at(row), range.intervalMs)}|${label(row)}`).map(([key, of]) => {
        const [time = '', name = ''] = key.split('|');
        return show(time, name, of);
      }),
  };
}

export function count(rows: readonly { outcome: Outcome }[], outcome: Outcome): number {
  return rows.filter((row) => row.outcome === outcome).length;
}

/** People who picked up. */
export function picked(rows: readonly { outcome: Outcome }[]): number {
  return live(rows) + count(rows, 'PLAYED');
}

/** People who had an agent or should have had one. */
export function live(rows: readonly { outcome: Outcome }[]): number {
  return count(rows, 'ANSWERED') + count(rows, 'ABANDONED');
}

export function abandonShare(rows: readonly { outcome: Outcome }[]): number | null {
  return share(count(rows, 'ABANDONED'), live(rows));
}

export function faulty(rows: readonly { outcome: Outcome }[]): number {
  return rows.filter(({ outcome }) => ['CONGESTION', 'TRUNK_FAULT', 'SIM_FAULT', 'LIMIT'].includes(outcome))
    .length;
}

export function talk({ segments }: CallRow): number {
  return sum(segments.filter(({ kind }) => kind === 'agent').map(({ from, to }) => to - from)) / 1000;
}

export function waits(calls: readonly CallRow[]): number[] {
  return calls
    .filter(({ direction }) => direction === 'outbound')
    .flatMap(({ answerToAgentMs }) => (answerToAgentMs === undefined ? [] : [answerToAgentMs]));
}
