/** Somebody who can be poured into. */
export interface Vessel {
  /** What is in it already. */
  readonly base: number;
  /** What would be full. */
  readonly size: number;
  /** What may be added at most. */
  readonly most: number;
}

/**
 * Pours whole units into vessels so that all come to one level, filled ÷ size: the emptiest are filled first, none above its
 * `most`. The result is max–min fair: no vessel could have a unit more without one that is not fuller losing one.
 */
export function pour(amount: number, vessels: readonly Vessel[]): number[] {
  if (amount >= vessels.reduce((sum, { most }) => sum + Math.max(0, most), 0))
    return vessels.map(({ most }) => Math.max(0, most));
  const below = (level: number): number[] =>
    vessels.map(({ base, size, most }) =>
      Math.max(0, Math.min(most, Math.floor(level * Math.max(size, 1) - base))),
    );
  const levelWith = ({ base, size }: Vessel, added: number): number => (base + added) / Math.max(size, 1);
  let low = 0;
  let high = vessels.reduce((top, vessel) => Math.max(top, levelWith(vessel, Math.max(0, vessel.most))), 0);
  for (let i = 0; i < 40 && high - low > 1e-9 * high; i++) {
    const level = (low + high) / 2;
    if (total(below(level)) <= amount) low = level;
    else high = level;
  }
  const filled = below(low);
  let rest = amount - total(filled);
  const next = vessels
    .flatMap((vessel, i) =>
      filled[i]! < vessel.most ? [{ i, level: levelWith(vessel, filled[i]! + 1) }] : [],
    )
    .toSorted((a, b) => a.level - b.level || a.i - b.i);
  for (const { i } of next) if (rest-- > 0) filled[i]!++;
  return filled;
}

function total(amounts: readonly number[]): number {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return sum;
}
