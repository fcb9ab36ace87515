import type { CampaignView } from '@branchline/shared';
import { doneLeads } from './campaign-list.ts';

/** When a campaign will be through its leads, or why that cannot be said. */
export type Completion =
  | { readonly state: 'done' }
  | { readonly state: 'resting' }
  /** Others work on the leads too, at a pace that this reader does not see. */
  | { readonly state: 'shared' }
  | { readonly state: 'unknown' }
  | {
      readonly state: 'estimated';
      /** Hours of dialing at the pace of the last day. */
      readonly hours: number;
      /** The same in days, as many hours in each as the calling window has. */
      readonly days: number;
    };

/** Leads that must be done before an average says anything. */
const leastDone = 10;

/**
 * Leads left × attempts per lead so far ÷ attempts per hour of the last day in which was dialed. Leads that wait for a retry
 * count as left, so early in a campaign the estimate is too long rather than too short.
 */
export function completionOf(
  campaign: Pick<CampaignView, 'leads' | 'outcomes' | 'pace' | 'partial' | 'settings' | 'status'>,
): Completion {
  const { leads, outcomes, pace, settings } = campaign;
  const done = doneLeads(leads);
  const left = leads.total - done;
  if (left <= 0) return { state: leads.total > 0 ? 'done' : 'unknown' };
  if (campaign.status !== 'running') return { state: 'resting' };
  if (campaign.partial) return { state: 'shared' };
  const dialed = Object.entries(outcomes).reduce(
    (sum, [name, count]) => sum + (name === 'REFUSED' ? 0 : count),
    0,
  );
  if (done < leastDone || pace.day.attempts === 0 || pace.workedMinutes === 0) return { state: 'unknown' };
  const perHour = pace.day.attempts / (pace.workedMinutes / 60);
  // A lead that was never dialed but is done (do-not-call) takes no attempt; none takes less than its share of one.
  const hours = (left * (dialed / done)) / perHour;
  const { fromMinute, toMinute, weekdays } = settings.window;
  const hoursADay = (((toMinute - fromMinute) / 60) * weekdays.length) / 7;
  return { state: 'estimated', hours, days: hours / hoursADay };
}
