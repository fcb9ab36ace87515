import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextGroup, type WaitingOffer } from './group.ts';

const offer = (edge: string, rows: number, name = edge) => ({ edge, rows, name });
const names = (group: { offers: readonly { name: string }[] }): string[] =>
  group.offers.map(({ name }) => name);
const nobody = new Set<string>();

describe('what is taken in together', () => {
  it('is everything while there is room', () => {
    const waiting = [offer('a', 1, 'a1'), offer('b', 2), offer('a', 1, 'a2')];
    expect(nextGroup(waiting, nobody, 10)).toEqual({
      offers: [waiting[0], waiting[2], waiting[1]],
      full: false,
    });
    expect(nextGroup([], nobody, 10)).toEqual({ offers: [], full: false });
  });

  it('leaves a backlog the room that boxes with few rows do not need', () => {
    const backlog = [1, 2, 3].map((n) => offer('backlog', 40, `backlog ${n}`));
    const live = ['a', 'b', 'c'].map((edge) => offer(edge, 2));
    const group = nextGroup([offer('first', 1), ...backlog, ...live], nobody, 100);
    expect(names(group)).toEqual(['first', 'a', 'b', 'c', 'backlog 1', 'backlog 2']);
    expect(group.full).toBe(true);
  });

  it('has a place for the backlog once it has waited longest, and one batch of it then', () => {
    const backlog = [1, 2].map((n) => offer('backlog', 90, `backlog ${n}`));
    const group = nextGroup([...backlog, offer('a', 5), offer('b', 6)], nobody, 100);
    expect(names(group)).toEqual(['backlog 1', 'a']);
  });

  it('lets a batch that alone is too large through', () => {
    expect(names(nextGroup([offer('a', 500), offer('b', 1)], nobody, 100))).toEqual(['a']);
  });

  it('leaves out boxes of which something is under way', () => {
    const waiting = [offer('a', 1), offer('b', 1)];
    expect(names(nextGroup(waiting, new Set(['a']), 10))).toEqual(['b']);
    expect(names(nextGroup(waiting, new Set(['a', 'b']), 10))).toEqual([]);
  });

  it('keeps within its size, keeps the order of each box, and serves everybody in the end', () => {
    const queue = fc.array(
      fc.record({ edge: fc.constantFrom('a', 'b', 'c', 'd'), rows: fc.integer({ min: 1, max: 120 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(queue, (offers) => {
        let waiting: (WaitingOffer & { n: number })[] = offers.map((each, n) => ({ ...each, n }));
        const served: typeof waiting = [];
        while (waiting.length > 0) {
          const group = nextGroup(waiting, nobody, 100);
          expect(group.offers[0]).toBe(waiting[0]);
          const rows = group.offers.reduce((sum, each) => sum + each.rows, 0);
          expect(group.offers.length === 1 || rows <= 100).toBe(true);
          expect(group.full).toBe(group.offers.length < waiting.length || rows >= 100);
          served.push(...group.offers);
          waiting = waiting.filter((each) => !group.offers.includes(each));
        }
        expect(served).toHaveLength(offers.length);
        for (const edge of ['a', 'b', 'c', 'd']) {
          const order = served.filter((each) => each.edge === edge).map(({ n }) => n);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
