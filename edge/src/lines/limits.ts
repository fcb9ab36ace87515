import type { LineLimit, LinePolicy } from '@branchline/shared';
import { callsOf, hourMs, inPeriod, minuteMs, stepOf, type Usage } from './usage.ts';

/** A limit that has been reached. */
export interface Held {
  readonly limit: LineLimit;
  /** When it is over by itself, if it is. */
  readonly until?: number;
  readonly reason: string;
}

/** Limits that belong to the SIM's reputation and its contract: traffic that meets them must not move to another SIM. */
export const volumeLimits: ReadonlySet<LineLimit> = new Set<LineLimit>([
  'calls-per-hour',
  'calls-per-day',
  'minutes-per-day',
  'minutes-per-month',
  'balance',
  'answered-ratio',
  'failures-in-a-row',
]);

/**
 * The first limit that keeps the next call away; undefined when none does.
 * @param granted minutes promised to calls that are up, ms: they count as used
 */
export function limitOf(
  usage: Usage,
  policy: LinePolicy,
  now: number,
  zone: string,
  granted = 0,
): Held | undefined {
  const { quarantine, balance } = usage;
  if (quarantine && (quarantine.until === undefined || now < quarantine.until)) {
    return {
      limit: quarantine.limit,
      ...(quarantine.until !== undefined && { until: quarantine.until }),
      reason:
        quarantine.limit === 'answered-ratio'
          ? 'quarantined: too few of its calls were answered'
          : 'quarantined: the network refused its calls one after the other',
    };
  }
  const { balanceFloor } = policy;
  if (balanceFloor !== undefined && balance && balance.amount < balanceFloor)
    return {
      limit: 'balance',
      reason: `the balance is ${balance.amount}, at least ${balanceFloor} is wanted`,
    };
  const present = inPeriod(usage, now, zone);
  const { day } = present;
  if (policy.callsPerDay !== undefined && day.calls >= policy.callsPerDay)
    return { limit: 'calls-per-day', reason: `${day.calls} of ${policy.callsPerDay} calls made today` };
  const until = hourlyUntil(present, policy);
  if (until !== undefined)
    return {
      limit: 'calls-per-hour',
      until,
      reason: `${callsOf(present.minutes)} of ${policy.callsPerHour} calls made within an hour`,
    };
  const short = (['day', 'month'] as const).find(
    (period) => leftOf(present, policy, period) - granted < stepOf(policy),
  );
  if (short)
    return {
      limit: short === 'day' ? 'minutes-per-day' : 'minutes-per-month',
      reason: `its minutes of this ${short} are used up or promised to calls that are up`,
    };
  return pauseOf(usage, policy, now);
}

/** When the hour has room for a call again; undefined while it has. */
function hourlyUntil({ minutes }: Usage, { callsPerHour }: LinePolicy): number | undefined {
  if (callsPerHour === undefined) return undefined;
  let surplus = callsOf(minutes) - callsPerHour;
  for (const [minute, calls] of minutes) {
    if (surplus < 0) return undefined;
    surplus -= calls;
    if (surplus < 0) return (minute + 1) * minuteMs + hourMs;
  }
  return undefined;
}

function pauseOf(usage: Usage, policy: LinePolicy, now: number): Held | undefined {
  const { lastEnd } = usage;
  if (lastEnd === undefined) return undefined;
  const { rest, gapSeconds } = policy;
  const restUntil = rest && usage.burst >= rest.afterCalls ? lastEnd + rest.seconds * 1000 : 0;
  if (now < restUntil)
    return {
      limit: 'rest',
      until: restUntil,
      reason: `rests after ${usage.burst} calls without a longer pause`,
    };
  const gapUntil = lastEnd + (gapSeconds ?? 0) * 1000;
  return now < gapUntil
    ? { limit: 'gap', until: gapUntil, reason: 'the pause after its last call' }
    : undefined;
}

function leftOf(usage: Usage, policy: LinePolicy, period: 'day' | 'month'): number {
  const minutes = period === 'day' ? policy.minutesPerDay : policy.minutesPerMonth;
  return minutes === undefined ? Infinity : minutes * minuteMs - usage[period].ms;
}

/**
 * How long the next call may last, ms, so that neither its day nor its month can be overdrawn: whole charging steps of an
 * equal share of what is left. Infinity without such a limit.
 * @param granted promised to calls that are up, ms
 * @param free channels that could still be taken, this one included
 */
export function grantOf(
  usage: Usage,
  policy: LinePolicy,
  now: number,
  zone: string,
  granted: number,
  free: number,
): number {
  const present = inPeriod(usage, now, zone);
  const left = Math.min(leftOf(present, policy, 'day'), leftOf(present, policy, 'month')) - granted;
  if (left === Infinity) return Infinity;
  const step = stepOf(policy);
  const share = Math.floor(left / Math.max(1, free) / step) * step;
  return share > 0 ? share : Math.floor(Math.max(0, left) / step) * step;
}
