/** Fewest digits of a do-not-call entry for all numbers with one beginning: below it whole countries would be meant. */
export const shortestDncPrefix = 4;

/** An entry for all numbers with one beginning, as lists write it: `+1201*`. */
export const dncPrefix = new RegExp(`^\\+[1-9]\\d{${shortestDncPrefix - 1},13}\\*$`);

/** Every form under which a number may be on a do-not-call list: itself, and each of its beginnings. @param number E.164 */
export function dncForms(number: string): string[] {
  const beginnings = Array.from(
    { length: Math.max(0, number.length - 1 - shortestDncPrefix) },
    (_, i) => `${number.slice(0, 1 + shortestDncPrefix + i)}*`,
  );
  return [number, ...beginnings];
}
