import type { EventRow, QueueStep } from '@branchline/shared';
import { groups, quantile, share } from '../figures.ts';
import { among, type Expectations, type View } from './view.ts';

type Step = Extract<EventRow, { type: 'queue' }>;

export function queueBoard({ here, facts, timed, chosen }: View): Expectations {
  const rows = here(facts).flatMap((row) =>
    row.type === 'queue' && among(chosen.queue, row.queue) ? [row] : [],
  );
  const of = (all: readonly Step[], ...steps: QueueStep[]): Step[] =>
    all.filter(({ step }) => steps.includes(step));
  const level = (all: readonly Step[]): number | null =>
    share(
      of(all, 'connected').filter(({ waitedMs, targetMs }) => waitedMs <= targetMs).length,
      of(all, 'connected', 'abandoned').length,
    );
  return {
    'Connected in time': () => [{ level: level(rows) }],
    'Gave up': () => [{ lost: share(of(rows, 'abandoned').length, of(rows, 'entered').length) }],
    'Waited for an agent (95 %)': () => [
      {
        wait: quantile(
          of(rows, 'connected').map(({ waitedMs }) => waitedMs),
          0.95,
        ),
      },
    ],
    'Went elsewhere': () => [{ moved: of(rows, 'overflowed').length }],
    'Callers by queue': () =>
      timed(
        of(rows, 'entered'),
        (row) => row.at,
        (row) => row.queue,
        (time, queue, all) => ({ time, queue, callers: all.length }),
      ),
    'What became of them': () =>
      timed(
        of(rows, 'connected', 'abandoned', 'overflowed', 'called-back'),
        (row) => row.at,
        (row) => row.step,
        (time, step, all) => ({ time, step, callers: all.length }),
      ),
    Queues: () =>
      groups(rows, (row) => row.queue).map(([queue, all]) => ({
        queue,
        callers: of(all, 'entered').length,
        connected: of(all, 'connected').length,
        abandoned: of(all, 'abandoned').length,
        overflowed: of(all, 'overflowed').length,
        vain: of(all, 'no-answer').length,
        level: level(all),
        longest: Math.max(...all.map(({ waitedMs }) => waitedMs)),
      })),
    'Ways out': () =>
      groups(of(rows, 'overflowed'), (row) => `${row.queue}|${row.exit ?? ''}`).map(([key, all]) => {
        const [queue = '', exit = ''] = key.split('|');
        return { queue, exit, callers: all.length };
      }),
  };
}
