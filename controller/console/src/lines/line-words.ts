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
