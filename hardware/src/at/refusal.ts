import { BranchlineError } from '@branchline/shared';
import { cmeErrors, cmsErrors, type AtFinal, type AtRefusalKind, type CallWord } from './result.ts';

/** A command that the modem answered with something other than OK. */
export class AtRefusal extends BranchlineError {
  readonly kind: AtRefusalKind;
  /** Of `+CME ERROR` (3GPP TS 27.007) or `+CMS ERROR` (27.005); absent for other answers and unknown words. */
  readonly errorCode?: number;
  /** The word that ended a dial or answer command. */
  readonly callWord?: CallWord;

  constructor(command: string, final: Exclude<AtFinal, { kind: 'ok' }>) {
    super('BL_AT_REFUSED', { command, answer: describe(final) });
    this.name = 'AtRefusal';
    this.kind = final.kind;
    if (final.kind === 'call') this.callWord = final.text;
    else if (final.code !== undefined) this.errorCode = final.code;
  }
}

/** The code when `error` is a refusal of that kind. */
export function refusalCode(error: unknown, kind: AtRefusalKind): number | undefined {
  return error instanceof AtRefusal && error.kind === kind ? error.errorCode : undefined;
}

function describe(final: Exclude<AtFinal, { kind: 'ok' }>): string {
  if (final.kind === 'error' || final.kind === 'call' || final.code === undefined) return final.text;
  const words = (final.kind === 'cme' ? cmeErrors : cmsErrors)[final.code];
  return `${final.kind.toUpperCase()} ${final.code}${words ? ` (${words})` : ''}`;
}
