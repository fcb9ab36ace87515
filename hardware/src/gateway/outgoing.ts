import { BranchlineError } from '@branchline/shared';

/** Both kinds take so much, bytes of UTF-8. */
const longestText = 1_500;
const controls = /[\p{Cc}--\n]/v;

/** @throws BranchlineError `BL_SMS_INVALID` for what no gateway may be given */
export function checkMessage(to: string, text: string): void {
  const problem = problemWith(to, text);
  if (problem !== undefined) throw new BranchlineError('BL_SMS_INVALID', { problem });
}

function problemWith(to: string, text: string): string | undefined {
  if (!/^\+?\d{3,20}$/.test(to)) return `"${to.slice(0, 30)}" is not a number`;
  if (text === '') return 'it is empty';
  if (controls.test(text) || !text.isWellFormed()) return 'it holds characters that cannot be shown';
  if (Buffer.byteLength(text) > longestText) return `it is longer than ${longestText} bytes`;
  return undefined;
}
