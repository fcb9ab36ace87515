import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DropBudget } from './drop-budget.ts';

describe('the drop budget', () => {
  it('allows no risk before an answer, at the cap and above it', () => {
    const drops = new DropBudget(0.03);
    for (const budget of [
      { answered: 0, abandoned: 0 },
      { answered: 100, abandoned: 3 },
      { answered: 1000, abandoned: 31 },
    ])
      expect(drops.allowedRisk(budget, 0.3, 10)).toBe(0);
    expect(new DropBudget(0).allowedRisk({ answered: 1e6, abandoned: 0 }, 0.3, 10)).toBe(0);
  });

  it('allows more the more is unspent, and never several times the cap', () => {
    const drops = new DropBudget(0.03);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 150 }),
        (answered, abandoned) => {
          const allowed = drops.allowedRisk({ answered, abandoned }, 0.3, 10);
          expect(allowed).toBeGreaterThanOrEqual(
            drops.allowedRisk({ answered, abandoned: abandoned + 1 }, 0.3, 10),
          );
          expect(allowed).toBeLessThan(0.06);
        },
      ),
    );
  });

  it('allows less when more are dropped than was foretold', () => {
    const drops = new DropBudget(0.03);
    const budget = { answered: 1000, abandoned: 20 };
    const before = drops.allowedRisk(budget, 0.3, 10);
    for (let i = 0; i < 20; i++) drops.dropped();
    expect(drops.allowedRisk(budget, 0.3, 10)).toBeLessThan(before / 2);
  });
});
