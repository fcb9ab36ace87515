import { causeOf, guestLine } from '@branchline/shared';
import { en } from './en.ts';
import type { T } from './use-words.ts';

/** An agent's reason in words; reasons of a site's own stay as the branch wrote them. */
export function reasonWord(t: T, reason: string): string {
  return reason in en.reason ? t(`reason.${reason as keyof typeof en.reason}`) : reason;
}

export function agentStateWord(t: T, state: string): string {
  return state in en.agent ? t(`agent.${state as keyof typeof en.agent}`) : state;
}

/** An outcome in words; one of a newer controller is shown as it is. */
export function outcomeWord(t: T, outcome: string): string {
  return outcome in en.outcome ? t(`outcome.${outcome as keyof typeof en.outcome}`) : outcome;
}

/** The name of a line, or that it was the way from another site. */
export function lineWord(t: T, line: string): string {
  return line === guestLine ? t('staff.exits.site') : line;
}

export function modeWord(t: T, mode: string): string {
  return mode in en.mode ? t(`mode.${mode as keyof typeof en.mode}`) : mode;
}

export function directionWord(t: T, direction: string): string {
  return direction in en.direction ? t(`direction.${direction as keyof typeof en.direction}`) : direction;
}

/** A disposition in words where it is one of the product's own; a campaign's own stays as its code. */
export function dispositionWord(t: T, code: string): string {
  return code in en.dispositionDefault
    ? t(`dispositionDefault.${code as keyof typeof en.dispositionDefault}`)
    : code;
}

/** What a command does; one of a newer controller is shown as it is. */
export function commandWord(t: T, verb: string): string {
  return verb in en.sitePage.command
    ? t(`sitePage.command.${verb as keyof typeof en.sitePage.command}`)
    : verb;
}

/** What was done, as the audit log names it; what a newer controller does is shown by its name. */
export function actionWord(t: T, action: string): string {
  const key = action.replace('.', '-');
  return key in en.audit.act ? t(`audit.act.${key as keyof typeof en.audit.act}`) : action;
}

/**
 * Why a call ended, in words: by FreeSWITCH's word for the cause, else by its Q.850 number, else by what the SIP status amounts to;
 * undefined when none of them says anything.
 * @param codes 0 for what the network did not tell
 */
export function causeWord(
  t: T,
  cause: string,
  codes: { readonly q850?: number; readonly sipStatus?: number } = {},
): string | undefined {
  const { q850 = 0, sipStatus = 0 } = codes;
  const byNumber = causeOf('q850', q850);
  const name = [cause, byNumber?.name ?? ''].find((each) => each in en.cause && each !== 'UNKNOWN');
  if (name !== undefined) return t(`cause.${name as keyof typeof en.cause}`);
  const judged = byNumber ?? causeOf('sip', sipStatus);
  if (judged) return outcomeWord(t, judged.outcome);
  return cause === 'UNKNOWN' ? t('cause.UNKNOWN') : undefined;
}

/** Why lines could not take a call. */
export function verdictWords(t: T, lines: readonly (readonly [line: string, verdict: string])[]): string {
  return lines
    .map(([name, verdict]) => {
      const known = verdict in en.calls.story.verdict;
      const value = known
        ? t(`calls.story.verdict.${verdict as keyof typeof en.calls.story.verdict}`)
        : verdict;
      return t('calls.story.pair', { name, value });
    })
    .join(t('calls.story.next'));
}
