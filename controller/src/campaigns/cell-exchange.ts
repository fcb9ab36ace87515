/**
 * Places leads of cells (rows) at edges (columns) at the least price: a transport problem whose row sums are at most `supply` and
 * whose column sums are at most `room`. Each cell first goes where it is cheap compared with the other cells; then, pair of cells
 * by pair, two edges exchange leads as long as that lowers the sum. At the end no exchange between two edges does. What is more
 * than all edges can take stays behind as if with one more edge, at a price of its own.
 * @param prices by cell and edge
 * @param behind price of a lead that stays behind, by cell
 */
export function exchange(
  supply: readonly number[],
  room: readonly number[],
  prices: readonly (readonly number[])[],
  behind: readonly number[],
): number[][] {
  const left = sum(supply) - sum(room);
  if (left <= 0) return settle(supply, room, prices);
  const withBehind = prices.map((row, k) => [...row, behind[k]!]);
  return settle(supply, [...room, left], withBehind).map((row) => row.slice(0, -1));
}

function settle(
  supply: readonly number[],
  room: readonly number[],
  prices: readonly (readonly number[])[],
): number[][] {
  const free = [...room];
  const mean = room.map((_, e) => sum(prices.map((row) => row[e]!)) / prices.length);
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
  let [least, most] = [Infinity, -Infinity];
  for (let e = 0; e < a.length; e++) {
    if (a[e]! > 0) least = Math.min(least, gain(e));
    if (b[e]! > 0) most = Math.max(most, gain(e));
  }
  if (least >= most) return false;
  // Whoever loses least by giving away its leads of `a` for some of `b`, and of `b` for some of `a`.
  const giveA = holders(a).toSorted((x, y) => gain(x) - gain(y) || x - y);
  const giveB = holders(b).toSorted((x, y) => gain(y) - gain(x) || x - y);
  let [i, j] = [0, 0];
  while (i < giveA.length && j < giveB.length) {
    const [x, y] = [giveA[i]!, giveB[j]!];
    if (gain(x) >= gain(y)) break;
    const count = Math.min(a[x]!, b[y]!);
    a[x]! -= count;
    b[x]! += count;
    b[y]! -= count;
    a[y]! += count;
    if (a[x] === 0) i++;
    if (b[y] === 0) j++;
  }
  return true;
}

function holders(row: readonly number[]): number[] {
  const found: number[] = [];
  for (let e = 0; e < row.length; e++) if (row[e]! > 0) found.push(e);
  return found;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
