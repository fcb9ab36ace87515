/**
 * Places leads of cells (rows) at edges (columns) at the least price: a transport problem whose row sums are `supply` and whose
 * column sums are at most `room`. Each cell first goes where it is cheap compared with the other cells; then, pair of cells by
 * pair, two edges exchange leads as long as that lowers the sum. At the end no exchange between two edges does.
 * @param prices by cell and edge
 */
export function exchange(
  supply: readonly number[],
  room: readonly number[],
  prices: readonly (readonly number[])[],
): number[][] {
  const free = [...room];
  const mean = room.map((_, e) => prices.reduce((sum, row) => sum + row[e]!, 0) / prices.length);
  const placed = supply.map((amount, k) => {
    const row = room.map(() => 0);
    let left = amount;
    const cheapFirst = room
      .map((_, e) => ({ e, gain: prices[k]![e]! - mean[e]! }))
      .toSorted((a, b) => a.gain - b.gain || a.e - b.e);
    for (const { e } of cheapFirst) {
      if (left === 0) break;
      const count = Math.min(left, free[e]!);
      row[e] = count;
      free[e]! -= count;
      left -= count;
    }
    return row;
  });
  let changed = true;
  while (changed) {
    changed = false;
    for (let a = 0; a < supply.length; a++)
      for (let b = a + 1; b < supply.length; b++)
        if (exchangePair(placed[a]!, placed[b]!, prices[a]!, prices[b]!)) changed = true;
  }
  return placed;
}

/** Lets edges exchange leads of two cells until that saves nothing. @returns whether any did */
function exchangePair(
  a: number[],
  b: number[],
  priceOfA: readonly number[],
  priceOfB: readonly number[],
): boolean {
  const gain = (e: number): number => priceOfB[e]! - priceOfA[e]!;
  // Whoever loses least by giving away its leads of `a` for some of `b`, and of `b` for some of `a`.
  const giveA = holders(a).toSorted((x, y) => gain(x) - gain(y) || x - y);
  const giveB = holders(b).toSorted((x, y) => gain(y) - gain(x) || x - y);
  let changed = false;
  let [i, j] = [0, 0];
  while (i < giveA.length && j < giveB.length) {
    const [x, y] = [giveA[i]!, giveB[j]!];
    if (gain(x) >= gain(y)) break;
    const count = Math.min(a[x]!, b[y]!);
    a[x]! -= count;
    b[x]! += count;
    b[y]! -= count;
    a[y]! += count;
    changed = true;
    if (a[x] === 0) i++;
    if (b[y] === 0) j++;
  }
  return changed;
}

function holders(row: readonly number[]): number[] {
  const found: number[] = [];
  for (let e = 0; e < row.length; e++) if (row[e]! > 0) found.push(e);
  return found;
}
