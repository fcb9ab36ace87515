/** The cap of abandoned calls that regulators commonly set, and the default of the product. */
export const abandonCap = 0.03;

/** Good up to two thirds of the cap, bad above it. */
export function abandonTone(rate: number, cap = abandonCap): 'good' | 'warn' | 'bad' {
  if (rate > cap) return 'bad';
  return rate > (cap * 2) / 3 ? 'warn' : 'good';
}
