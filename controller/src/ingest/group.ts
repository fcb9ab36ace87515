/** A batch that waits to be taken in. */
export interface WaitingOffer {
  readonly edge: string;
  readonly rows: number;
}

/** What is taken in together. */
export interface Group<O> {
  /** Those of one box in the order in which they came. */
  readonly offers: readonly O[];
  /** More would have been taken if there had been room. */
  readonly full: boolean;
}

/**
 * The next batches to be taken in together, of any boxes. Whoever has waited longest is among them; the other places go to
 * the boxes with the fewest rows waiting, so that one with a backlog fills the room that the others leave.
 * @param waiting in the order in which they came
 * @param away boxes with batches under way: their next ones wait for these
 * @param mostRows rows of a group at most, ≥ 1; a batch that alone has more goes by itself
 */
export function nextGroup<O extends WaitingOffer>(
  waiting: readonly O[],
  away: ReadonlySet<string>,
  mostRows: number,
): Group<O> {
  const [oldest, ...others] = waiting.filter(({ edge }) => !away.has(edge));
  if (!oldest) return { offers: [], full: false };
  const rowsOf = new Map<string, number>();
  for (const { edge, rows } of others) rowsOf.set(edge, (rowsOf.get(edge) ?? 0) + rows);
  const offers = [oldest];
  let rows = oldest.rows;
  const stopped = new Set<string>();
  for (const offer of others.toSorted((a, b) => (rowsOf.get(a.edge) ?? 0) - (rowsOf.get(b.edge) ?? 0))) {
    // Nothing of a box overtakes what it sent before.
    if (stopped.has(offer.edge) || rows + offer.rows > mostRows) stopped.add(offer.edge);
    else {
      offers.push(offer);
      rows += offer.rows;
    }
  }
  return { offers, full: stopped.size > 0 || rows >= mostRows };
}
