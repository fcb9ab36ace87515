import type { CallMoment, CallStory, WhyReason } from '../api/index.ts';
import { refusedCall } from './lead.ts';
import { reason } from './reason.ts';

type MomentOf<W extends CallMoment['what']> = Extract<CallMoment, { what: W }>;

/**
 * Why a call was made when it was, on that line, by that agent, and why it ended as it did; what became of it first. Never
 * empty. Pure.
 */
export function whyCall(story: CallStory): WhyReason[] {
  return [...fate(story), ...beginning(story), ...line(story), ...agentOf(story), ...refused(story)];
}

function moments<W extends CallMoment['what']>(story: CallStory, what: W): MomentOf<W>[] {
  return story.moments.filter((each): each is MomentOf<W> => each.what === what);
}

function fate(story: CallStory): WhyReason[] {
  const { call } = story;
  const answered = story.moments.find(({ what }) => what === 'answered')?.at;
  const waited = answered === undefined ? 0 : Math.max(0, story.endedAt - answered);
  const [end] = moments(story, 'ended');
  return [
    { ...became(call, waited), at: story.endedAt },
    ...(end ? [reason('call-ended', { by: end.by, cause: end.cause }, { at: end.at })] : []),
  ];
}

function became({ outcome, agent, talkMs }: CallStory['call'], waited: number): WhyReason {
  if (outcome === 'ABANDONED') return reason('call-abandoned', { waited });
  if (outcome === 'MACHINE') return reason('call-machine', {});
  if (outcome === 'LOST') return reason('call-lost', {});
  if (outcome !== 'ANSWERED') return reason('call-outcome', { outcome });
  return agent === undefined
    ? reason('call-left', { waited })
    : reason('call-talked', { agent, talked: talkMs });
}

function beginning(story: CallStory): WhyReason[] {
  const { direction, line: on, at } = story.call;
  if (direction === 'inbound') return [reason('call-inbound', { line: on }, { at })];
  const [attempt] = moments(story, 'attempt');
  if (!attempt) return [reason('call-by-hand', { line: on }, { at })];
  const { ordinal, dueAt, pace } = attempt;
  return [
    dueAt > 0
      ? reason('call-due', { ordinal, due: dueAt }, { at: attempt.at })
      : reason('call-first', { ordinal }, { at: attempt.at }),
    ...(pace ? [reason('call-paced', { risk: 0, allowed: 0, share: 0, ...pace }, { at: attempt.at })] : []),
  ];
}

function line(story: CallStory): WhyReason[] {
  const tries = moments(story, 'try');
  const own = tries.findIndex(({ thisCall }) => thisCall);
  const made = tries[own];
  if (!made) return [];
  const before = tries[own - 1];
  if (!before) return chosen(story, made);
  const more = { at: made.at, evidence: { kind: 'call', id: before.try.id } as const };
  const { line: failed, outcome } = before.try;
  return before.try.number === made.try.number
    ? [reason('call-line-after', { line: made.try.line, failed, outcome }, more)]
    : [reason('call-number-after', { outcome }, more), ...chosen(story, made)];
}

/** By what the line was chosen, and which were passed over for what stood against them. */
function chosen(story: CallStory, { at, try: made }: MomentOf<'try'>): WhyReason[] {
  const decided = moments(story, 'line-chosen').find(({ line: name }) => name === made.line);
  const by = decided?.by ?? 'order';
  // Who could have, and came later, was not passed over.
  const passed = (decided?.passed ?? []).filter(({ verdict }) => !['taken', 'candidate'].includes(verdict));
  return [
    reason(by === 'order' ? 'call-line' : `call-line-${by}`, { line: made.line }, { at }),
    ...(passed.length > 0
      ? [reason('call-lines-passed', { lines: passed.map(({ line: name }) => name).join(', ') }, { at })]
      : []),
  ];
}

function agentOf(story: CallStory): WhyReason[] {
  const reserved = moments(story, 'agent').find(({ to }) => to === 'reserved');
  if (!reserved) return [];
  const { agent, at, choice } = reserved;
  return [
    reason(choice ? `call-agent-${choice.by}` : 'call-agent', { agent }, { at }),
    ...(choice?.ahead ? [reason(`call-ahead-${choice.ahead}`, {}, { at })] : []),
  ];
}

/** What was asked for in this call, or to answer it, and not let out. */
function refused(story: CallStory): WhyReason[] {
  return moments(story, 'gate-refused').map(({ wanted: what, ...each }) =>
    refusedCall({ ...each, what, call: story.call.id }),
  );
}
