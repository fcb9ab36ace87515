import { BranchlineError } from '@branchline/shared';

/**
 * Refuses what an agent or a supervisor asks for. `refusalInChinese` has each reason in Chinese.
 * @param problem why, as the end of "This cannot be done now: …"
 * @throws BranchlineError `BL_DESK_REFUSED`, always
 */
export function refuse(problem: string): never {
  throw new BranchlineError('BL_DESK_REFUSED', { problem });
}
