import { guestLine } from '@branchline/shared';
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
