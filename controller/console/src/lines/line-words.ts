import { en } from '../words/en.ts';
import type { T } from '../words/use-words.ts';

const words = en.lines;

/** A phase in words; one of a newer box is shown as it is. */
export function phaseWord(t: T, phase: string): string {
  return phase in words.phase ? t(`lines.phase.${phase as keyof typeof words.phase}`) : phase;
}

export function kindWord(t: T, kind: string): string {
  return kind in words.kind ? t(`lines.kind.${kind as keyof typeof words.kind}`) : kind;
}

export function limitWord(t: T, limit: string): string {
  return limit in words.limit ? t(`lines.limit.${limit as keyof typeof words.limit}`) : limit;
}

export function faultWord(t: T, fault: string): string {
  return fault in words.fault ? t(`lines.fault.${fault as keyof typeof words.fault}`) : fault;
}

/** What to do about a fault. */
export function faultAdvice(t: T, fault: string): string {
  return fault in words.advice ? t(`lines.advice.${fault as keyof typeof words.advice}`) : '';
}

/** Why a line is as it is. */
export interface ReasonText {
  readonly text: string;
  /** FreeSWITCH's word for it, where the reason is one. */
  readonly code?: string;
}

const reasonKeys = new Map(
  Object.entries(en.lineReason.reason).map(([key, text]) => [text, key as keyof typeof en.lineReason.reason]),
);

/** What a box says of a line, in words; what is not known here stays as the box said it. */
export function lineReason(t: T, reason: string): ReasonText {
  const key = reasonKeys.get(reason);
  if (key !== undefined) return { text: t(`lineReason.reason.${key}`) };
  const state = /^gateway (\w+)$/.exec(reason)?.[1] ?? '';
  if (!(state in en.lineReason.gateway)) return { text: reason };
  return { text: t(`lineReason.gateway.${state as keyof typeof en.lineReason.gateway}`), code: state };
}
