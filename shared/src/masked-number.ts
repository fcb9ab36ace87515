/** A number as people without the permission see it: enough to recognise a call-back, not enough to dial. */
export function maskNumber(number: string): string {
  if (number.length <= 4) return '*'.repeat(number.length);
  const shown = Math.min(3, Math.floor((number.length - 4) / 2));
  return `${number.slice(0, shown)}${'*'.repeat(number.length - shown - 2)}${number.slice(-2)}`;
}
