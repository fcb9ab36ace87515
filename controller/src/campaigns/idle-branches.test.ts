import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idleMs, IdleBranches } from './idle-branches.ts';

test('a campaign is idle once nobody has worked on it for a while, and not any more when somebody does', () => {
  const branches = new IdleBranches();
  const note = (served: string[], now: number) => [...branches.note('e', new Set(served), ['a', 'b'], now)];
  expect(note(['a'], 0)).toEqual([]);
  expect(note(['a'], idleMs - 1)).toEqual([]);
  expect(note(['a'], idleMs)).toEqual(['b']);
  expect(note(['b'], idleMs + 1)).toEqual([]);
  expect(note([], 2 * idleMs)).toEqual([]);
  expect(note([], 2 * idleMs + 1)).toEqual(['a']);
  expect(note([], 3 * idleMs)).toEqual(['a', 'b']);
});

test('while nothing is known of a branch no time counts', () => {
  const branches = new IdleBranches();
  branches.note('e', new Set(), ['a'], 0);
  branches.forget('e');
  expect([...branches.note('e', new Set(), ['a'], idleMs)]).toEqual([]);
});

test('whoever worked on a campaign within the time is never idle, whatever the order', () => {
  const look = fc.record({ served: fc.subarray(['a', 'b', 'c']), later: fc.nat(idleMs) });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 40 }), (looks) => {
      const branches = new IdleBranches();
      const last = new Map<string, number>();
      let now = 0;
      for (const { served, later } of looks) {
        now += later;
        for (const id of ['a', 'b', 'c']) if (served.includes(id) || !last.has(id)) last.set(id, now);
        const idle = branches.note('e', new Set(served), ['a', 'b', 'c'], now);
        for (const id of idle) expect(now - last.get(id)!).toBeGreaterThanOrEqual(0);
        for (const id of served) expect(idle.has(id)).toBe(false);
      }
    }),
  );
});
