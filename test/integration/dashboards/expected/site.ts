import type { EventRow } from '@branchline/shared';
import { by, groups, share, sum, written } from '../figures.ts';
import type { Seed } from '../seed.ts';
import { talk, type Expectations, type Row, type View } from './view.ts';

/** Facts that have tables of their own, and the many that tell nobody anything. */
const untold: ReadonlySet<EventRow['type']> = new Set([
  'disposition',
  'queue',
  'form',
  'survey',
  'lease-stored',
  'lease-ended',
]);

export function siteBoard({ seed, inRange, here, calls, metrics, facts, timed }: View): Expectations {
  // Whoever came from another branch is counted there.
  const inbound = calls.filter(({ direction, guestOf }) => direction === 'inbound' && guestOf === undefined);
  const perBox = (column: string, value: (row: Seed['metrics'][number]) => number) => (): Row[] =>
    timed(
      here(metrics),
      (row) => row.at,
      (row) => row.edge,
      (time, name, rows) => ({ time, edge: name, [column]: Math.max(...rows.map(value)) }),
    );
  return {
    Calls: () => [{ calls: calls.length }],
    'Service level': () => [
      {
        level: share(
          inbound.filter(({ startedAt, bridgedAt }) => (bridgedAt ?? Infinity) - startedAt <= 20_000).length,
          inbound.length,
        ),
      },
    ],
    'Inbound calls without an agent': () => [
      { lost: inbound.filter(({ bridgedAt }) => bridgedAt === undefined).length },
    ],
    'Average handling time': () => {
      const wrap = here(seed.agents).filter(({ at, from }) => inRange(at) && from === 'wrap-up');
      const talks = calls.map(talk).filter((seconds) => seconds > 0);
      return [{ handling: share(sum(talks) + sum(wrap.map(({ heldMs }) => heldMs)) / 1000, talks.length) }];
    },
    'Calls by direction': () =>
      timed(
        calls,
        (call) => call.startedAt,
        (call) => call.direction,
        (time, direction, rows) => ({ time, direction, calls: rows.length }),
      ),
    Outcomes: () =>
      groups(calls, (call) => `${call.direction}|${call.outcome}`)
        .map(([key, rows]) => {
          const [direction = '', outcome = ''] = key.split('|');
          return { direction, outcome, calls: rows.length };
        })
        .toSorted(
          by(
            (row) => -row.calls,
            (row) => row.direction,
            (row) => row.outcome,
          ),
        ),
    CPU: perBox('cpu', (row) => row.cpu),
    Memory: perBox('memory', (row) => row.memoryUsedBytes / row.memoryTotalBytes),
    Disk: perBox('disk', (row) => row.diskUsedBytes / row.diskTotalBytes),
    'Delay of the event loop (99 %)': perBox('delay', (row) => row.eventLoopDelayP99Ms),
    'Rows that wait for the center': perBox('waiting', (row) => row.outboxPending),
    'Channels in use': perBox('channels', (row) => row.channelsInUse),
    'What happened': () =>
      here(facts)
        .filter(({ type }) => !untold.has(type))
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
          type: row.type,
          detail: JSON.stringify(detail(row)),
        })),
  };
}

function detail({
  id: _id,
  seq: _seq,
  at: _at,
  clock: _clock,
  type: _type,
  ...rest
}: EventRow & object): object {
  const { site: _site, edge: _edge, epoch: _epoch, ...own } = rest as Record<string, unknown>;
  return own;
}
