import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Turnstile } from './turnstile.ts';

test('never more are inside than may be, everybody gets through in order, and whoever fails leaves as well', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.record({ waits: fc.nat(3), fails: fc.boolean() }), { maxLength: 30 }),
      async (most, visitors) => {
        const turnstile = new Turnstile(most);
        const entered: number[] = [];
        let inside = 0;
        let fullest = 0;
        const ends = await Promise.allSettled(
          visitors.map(({ waits, fails }, i) =>
            turnstile.pass(async () => {
              entered.push(i);
              fullest = Math.max(fullest, ++inside);
              for (let n = 0; n < waits; n++) await Promise.resolve();
              inside--;
              if (fails) throw new Error('no');
            }),
          ),
        );
        expect(entered).toEqual(visitors.map((_, i) => i));
        expect(fullest).toBeLessThanOrEqual(most);
        expect(ends.map(({ status }) => status === 'rejected')).toEqual(visitors.map(({ fails }) => fails));
      },
    ),
  );
});
