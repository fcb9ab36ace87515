/** A gap before a batch, as remembered between the batches of one stream. */
export interface Gap {
  /** The lowest row number the edge has offered since it was asked for a replay. */
  readonly from: number;
  /** How often it has offered just that. */
  readonly asks: number;
  /** When it was first asked, epoch ms. */
  readonly since: number;
}

/** Ask again, or accept that the rows before are gone. */
export type GapAnswer = { readonly answer: 'replay'; readonly gap: Gap } | { readonly answer: 'accept' };

const enoughAsks = 5;
const enoughMs = 10_000;

/**
 * What to do about rows that are missing before a batch. An edge asked for a replay goes back as far as its ledger goes; rows
 * are kept there for 14 days after they were acknowledged. A controller whose memory is older than that would ask for ever,
 * so an edge that offers the same first row again and again has no earlier one.
 * @param known the gap as it was remembered
 * @param from first row of the batch, past the position by more than one
 */
export function answerGap(known: Gap | undefined, from: number, now: number): GapAnswer {
  // Batches that were on their way before the replay was asked for start later: they say nothing.
  if (known && from > known.from) return { answer: 'replay', gap: known };
  if (!known || from < known.from) return { answer: 'replay', gap: { from, asks: 1, since: now } };
  const asks = known.asks + 1;
  // The time rules out mere repeats of a batch whose sender has not heard of the replay yet.
  if (asks >= enoughAsks && now - known.since >= enoughMs) return { answer: 'accept' };
  return { answer: 'replay', gap: { ...known, asks } };
}
