import {
  maskNumber,
  type CallMoment,
  type CallStory,
  type CallView,
  type RefusedLead,
} from '@branchline/shared';
import { covers, scopeFor, type Principal } from '../people/index.ts';

/** Masks the numbers of calls for those who may not read them. */
export function maskedFor(principal: Principal): (call: CallView) => CallView {
  const clear = scopeFor(principal, 'number.read');
  return (call) => (covers(clear, call.site) ? call : { ...call, customer: maskNumber(call.customer) });
}

/** Masks the numbers of what the gate refused, likewise; of a branch that is gone for all but those who read everything. */
export function maskedRefusals(principal: Principal): (refused: RefusedLead) => RefusedLead {
  const clear = scopeFor(principal, 'number.read');
  return (refused) =>
    clear === 'all' || (refused.site !== undefined && covers(clear, refused.site))
      ? refused
      : { ...refused, number: maskNumber(refused.number) };
}

/** The same for one call's story. */
export function maskedStory(principal: Principal, story: CallStory): CallStory {
  const mask = maskedFor(principal);
  const call = mask(story.call);
  const related = story.related.map(mask);
  if (call === story.call) return { ...story, related };
  const moments = story.moments.map((moment): CallMoment => {
    if (moment.what === 'attempt' || moment.what === 'gate-refused')
      return { ...moment, number: maskNumber(moment.number) };
    if (moment.what !== 'try') return moment;
    return { ...moment, try: { ...moment.try, number: maskNumber(moment.try.number) } };
  });
  return { ...story, call, moments, related };
}
