/** Reasons behind the digit of `*13<n>`; other digits mean a plain break. */
const reasons: Readonly<Record<string, string>> = {
  '1': 'rest',
  '2': 'lunch',
  '3': 'meeting',
  '4': 'training',
  '5': 'paperwork',
};

export function breakReason(digit: string): string {
  return reasons[digit] ?? 'break';
}
