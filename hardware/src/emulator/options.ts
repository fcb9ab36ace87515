import { BranchlineError } from '@branchline/shared';

/** An integer of an option or a command. @throws BranchlineError `BL_EMULATOR_COMMAND` outside of `low` … `high` */
export function integer(text: string | undefined, low: number, high: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new BranchlineError('BL_EMULATOR_COMMAND', {
      problem: `"${text ?? ''}" is not between ${low} and ${high}`,
    });
  return value;
}

/** The last word of a command that switches something: everything but `off` is on. */
export function isOn(text: string | undefined): boolean {
  return text !== 'off';
}
