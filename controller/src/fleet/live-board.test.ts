import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeMergePatch, type Live, type LiveSnapshot } from '@branchline/shared';
import { applyLive, LiveBoard, type LiveEntry } from './live-board.ts';

const snapshot: LiveSnapshot = {
  agents: { ann: { state: 'ready', since: 1 } },
  campaigns: {},
  lines: {},
  calls: { dialing: 0, ringing: 0, waiting: 0, talking: 0, inbound: 0 },
  switch: 'up',
  clock: 'trusted',
  outboxPending: 0,
  lent: { leases: 0, unconfirmed: 0 },
  cpu: 0,
  memory: 0,
  disk: 0,
};
const live = (n: number, more: Partial<Live>, session = 's'): Live => ({
  session,
  n,
  at: 1,
  sentAt: 1,
  ...more,
});

test('changes that follow a snapshot without a gap give what the edge has', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          cpu: fc.double({ min: 0, max: 1, noNaN: true }),
          waiting: fc.nat(50),
          ann: fc.constantFrom('ready' as const, 'talking' as const, undefined),
        }),
        { minLength: 1, maxLength: 20 },
      ),
      (steps) => {
        let truth = snapshot;
        let known: LiveEntry | undefined;
        const first = applyLive(known, live(1, { snapshot }));
        known = first.kind === 'taken' ? first.entry : undefined;
        steps.forEach(({ cpu, waiting, ann }, i) => {
          const next: LiveSnapshot = {
            ...truth,
            cpu,
            calls: { ...truth.calls, waiting },
            agents: ann === undefined ? {} : { ann: { state: ann, since: i } },
          };
          const changes = (makeMergePatch(truth, next) ?? {}) as Record<string, unknown>;
          const step = applyLive(known, live(i + 2, { changes }));
          truth = next;
          known = step.kind === 'taken' ? step.entry : undefined;
        });
        expect(known?.snapshot).toEqual(truth);
      },
    ),
  );
});

test('changes without a snapshot, after a gap, of another session or that make nonsense ask for a snapshot', () => {
  const known: LiveEntry = { session: 's', n: 5, at: 1, sentAt: 1, snapshot };
  expect(applyLive(undefined, live(1, { changes: {} })).kind).toBe('gap');
  expect(applyLive(known, live(7, { changes: {} })).kind).toBe('gap');
  expect(applyLive(known, live(6, { changes: {} }, 'other')).kind).toBe('gap');
  expect(applyLive(known, live(6, { changes: { switch: 'sideways' } })).kind).toBe('gap');
  expect(applyLive(known, live(6, { changes: { cpu: 0.5 } })).kind).toBe('taken');
});

test('what is older than what is known changes nothing', () => {
  const known: LiveEntry = { session: 's', n: 5, at: 1, sentAt: 1, snapshot };
  expect(applyLive(known, live(5, { changes: { cpu: 1 } })).kind).toBe('late');
  expect(applyLive(known, live(4, { snapshot })).kind).toBe('late');
});

test('a gap is asked about at most every two seconds', () => {
  const board = new LiveBoard();
  expect(board.take('e', live(3, { changes: {} }), 1000)).toBe(true);
  expect(board.take('e', live(4, { changes: {} }), 2000)).toBe(false);
  expect(board.take('e', live(5, { changes: {} }), 3001)).toBe(true);
});
