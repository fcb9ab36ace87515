import type { CallMoment, CallStory, CallView } from '@branchline/shared';
import { covers, scopeFor, type Principal } from '../people/index.ts';

/** A number as people without the permission see it: enough to recognise a call-back, not enough to dial. */
export function maskNumber(number: string): string {
  if (number.length <= 4) return '*'.repeat(number.length);
  const shown = Math.min(3, Math.floor((number.length - 4) / 2));
  return `${number.slice(0, shown)}${'*'.repeat(number.length - shown - 2)}${number.slice(-2)}`;
}

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
