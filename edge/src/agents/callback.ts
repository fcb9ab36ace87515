import { callbackTimeProblem, type CommandArgs, type Disposition } from '@branchline/shared';

/** When a person is to be called again, and by whom. */
export type CallbackWish = Pick<CommandArgs<'call-disposition'>, 'callbackAt' | 'callbackFor'>;

/** What a disposition promises: the time that was said, or the one that stands in its definition. Pure. @param at business ms */
export function callbackOf({ callback }: Disposition, said: CallbackWish, at: number): CallbackWish {
  const callbackAt = said.callbackAt ?? (callback && at + callback.delaySeconds * 1000);
  if (callbackAt === undefined) return {};
  return { callbackAt, callbackFor: said.callbackFor ?? callback?.for ?? 'anyone' };
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
