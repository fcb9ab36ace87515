import { breakReasons } from '@branchline/shared';

/** The reason behind the digit of `*13<n>`, counted from 1; other digits mean a plain break. */
export function breakReason(digit: string): string {
  return breakReasons[Number(digit) - 1] ?? 'break';
}
