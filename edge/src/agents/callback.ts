import {
  callbackTimeProblem,
  zoneOffsetMinutes,
  type CommandArgs,
  type Disposition,
} from '@branchline/shared';

/** When a person is to be called again, and by whom. */
export type CallbackWish = Pick<CommandArgs<'call-disposition'>, 'callbackAt' | 'callbackFor'>;

/**
 * What a disposition promises: the time that was said, or the one that stands in its definition. Pure.
 * @param at business ms
 * @param isLead false: of somebody who is on no list nobody but who promised it knows
 */
export function callbackOf(
  { callback }: Disposition,
  said: CallbackWish,
  at: number,
  isLead = true,
): CallbackWish {
  const callbackAt = said.callbackAt ?? (callback && at + callback.delaySeconds * 1000);
  if (callbackAt === undefined) return {};
  const callbackFor = isLead ? (said.callbackFor ?? callback?.for ?? 'anyone') : 'own';
  return { callbackAt, callbackFor };
}

/** Why a callback cannot be promised, or undefined when it can. Pure. @param at business ms */
export function callbackProblem(
  { final, optout }: Pick<Disposition, 'final' | 'optout'>,
  { callbackAt }: CallbackWish,
  at: number,
): string | undefined {
  if (callbackAt === undefined) return undefined;
  if (final || optout) return 'the disposition ends the lead, which cannot be called again';
  return callbackTimeProblem(callbackAt, at);
}

const minute = 60_000;
const day = 86_400_000;

/**
 * When to call again, as keyed on a phone. Pure.
 * @param digits hour and minute, four of them: when it is that time next; none: in an hour
 * @param at business ms
 * @param zone whose time of day it is
 * @returns undefined for what is no time of day
 */
export function keyedTime(digits: string, at: number, zone: string): number | undefined {
  if (digits === '') return at + 60 * minute;
  const [, hours, minutes] = /^([01]\d|2[0-3])([0-5]\d)$/.exec(digits) ?? [];
  if (hours === undefined) return undefined;
  const wall = (instant: number): number => instant + zoneOffsetMinutes(zone, instant) * minute;
  const today = Math.floor(wall(at) / day) * day + (Number(hours) * 60 + Number(minutes)) * minute;
  const next = wall(at) < today ? today : today + day;
  // The offset of that time, not of now: clocks may change in between.
  const guess = next - (wall(at) - at);
  return next - (wall(guess) - guess);
}

/** The disposition with which a phone promises a call: the one that is made for it, else the first that ends nothing. Pure. */
export function promiseOf(dispositions: readonly Disposition[]): Disposition | undefined {
  const open = dispositions.filter(({ final, optout }) => !final && !optout);
  return open.find(({ callback }) => callback !== undefined) ?? open[0];
}
