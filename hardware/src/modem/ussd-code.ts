import { BranchlineError } from '@branchline/shared';

/** Calling line identification restriction, `*31#` and its kin: the caller ID is shown as it is, always. */
const hidesCallerId = /^[*#]{1,2}31[#*]/;

/** What may be asked of an operator, whoever carries it there. @throws BranchlineError `BL_USSD_CODE` */
export function checkUssdCode(code: string): void {
  if (!/^[0-9*#+A-Za-z ]{1,160}$/.test(code))
    throw new BranchlineError('BL_USSD_CODE', { code, problem: 'it holds characters no code has' });
  if (hidesCallerId.test(code))
    throw new BranchlineError('BL_USSD_CODE', {
      code,
      problem: 'it would change how the caller ID is shown',
    });
}
