import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyMergePatch, makeMergePatch } from '../contract/merge-patch.ts';
import type { EdgeView, Overview, SiteView } from './fleet.ts';
import { keyOverview, listOverview, type OverviewDocument } from './overview-document.ts';

const names = fc.uniqueArray(fc.constantFrom('10', '9', 'harbour', 'a', 'constructor', '__proto'), {
  maxLength: 6,
});
const edges = names.chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        id: fc.constant(id),
        site: fc.constant('s'),
        status: fc.constantFrom('online' as const, 'lost' as const),
        desiredVersion: fc.nat(3),
        liveAgeMs: fc.nat(3),
      }),
    ),
  ),
) as fc.Arbitrary<EdgeView[]>;
const sites = names.chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        id: fc.constant(id),
        name: fc.string(),
        zone: fc.constant('UTC'),
        region: fc.constant('CN'),
        edges,
      }),
    ),
  ),
) as fc.Arbitrary<SiteView[]>;
const overviews: fc.Arbitrary<Overview> = fc.record({
  at: fc.nat(),
  speed: fc.constant(1),
  sites,
  today: fc.record({
    calls: fc.nat(3),
    answered: fc.nat(3),
    live: fc.nat(3),
    abandoned: fc.nat(3),
    attempts: fc.nat(3),
    refused: fc.nat(3),
  }),
  todayAgeMs: fc.nat(3),
  campaigns: fc.constant([]),
});

test('whoever has one overview and is told what changed has the next one, in its order', () => {
  fc.assert(
    fc.property(overviews, overviews, (before, after) => {
      expect(listOverview(keyOverview(before))).toEqual(before);
      const patch = makeMergePatch(keyOverview(before), keyOverview(after)) ?? {};
      const told = applyMergePatch(keyOverview(before), JSON.parse(JSON.stringify(patch)) as unknown);
      expect(listOverview(told as OverviewDocument)).toEqual(after);
    }),
  );
});
