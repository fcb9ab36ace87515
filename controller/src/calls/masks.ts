import { maskNumber, type CallMoment, type CallStory, type CallView } from '@branchline/shared';
import { covers, scopeFor, type Principal } from '../people/index.ts';

/** Masks the numbers of calls for those who may not read them. */
export function maskedFor(principal: Principal): (call: CallView) => CallView {
  const clear = scopeFor(principal, 'number.read');
  return (call) => (covers(clear, call.site) ? call : { ...call, customer: maskNumber(call.customer) });
}

/** The same for one call's story. */
export function maskedStory(principal: Principal, story: CallStory): CallStory {
  const mask = maskedFor(principal);
  const call = mask(story.call);
  const related = story.related.map(mask);
  if (call === story.call) return { ...story, related };
  const moments = story.moments.map((moment): CallMoment => {
    if (moment.what === 'attempt') return { ...moment, number: maskNumber(moment.number) };
    if (moment.what !== 'try') return moment;
    return { ...moment, try: { ...moment.try, number: maskNumber(moment.try.number) } };
  });
  return { ...story, call, moments, related };
}
