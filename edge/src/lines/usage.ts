import type { LineLimit, LinePolicy, LineUse, Outcome } from '@branchline/shared';

/**
 * What was done on a line, or by the SIM in it, as far as its limits need to know. It is kept in the ledger, so a restart
 * forgets nothing. Instants are business ms.
 */
export interface Usage {
  /** Calls begun within the last hour, by the minute (since the epoch) they began in, oldest first. */
  readonly minutes: readonly (readonly [minute: number, calls: number])[];
  /** The local day and month that are counted, and what was charged in them, ms. */
  readonly day: { readonly key: string; readonly calls: number; readonly ms: number };
  readonly month: { readonly key: string; readonly ms: number };
  readonly lastEnd?: number;
  /** Calls since the last rest. */
  readonly burst: number;
  /** How the last calls went, oldest first: `1` answered, `0` not. */
  readonly recent: string;
  /** Calls in a row that the network ended at once. */
  readonly failures: number;
  readonly balance?: { readonly amount: number; readonly at: number };
  readonly quarantine?: {
    readonly limit: Extract<LineLimit, 'answered-ratio' | 'failures-in-a-row'>;
    readonly since: number;
    /** Absent: until a person ends it. */
    readonly until?: number;
  };
}

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

export const unused: Usage = {
  minutes: [],
  day: { key: '', calls: 0, ms: 0 },
  month: { key: '', ms: 0 },
  burst: 0,
  recent: '',
  failures: 0,
};

const hourMs = 3_600_000;
const minuteMs = 60_000;
const mostRecent = 200;
/** The network ended the call before anybody's phone can have rung. */
const atOnceMs = 5000;
/** What a blocked SIM or a barred line looks like when it happens at once. */
const refusals: ReadonlySet<Outcome> = new Set<Outcome>([
  'REJECTED',
  'BARRED',
  'SUSPENDED',
  'UNREACHABLE',
  'SIM_FAULT',
  'TRUNK_FAULT',
  'LIMIT',
  'ERROR',
]);

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The local date of an instant, `YYYY-MM-DD`. */
export function localDay(at: number, zone: string): string {
  let format = dayFormats.get(zone);
  if (!format)
    dayFormats.set(zone, (format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })));
  return format.format(at);
}

/** The same counts with what belongs to another hour, day or month gone. */
function inPeriod(usage: Usage, now: number, zone: string): Usage {
  const day = localDay(now, zone);
  const month = day.slice(0, 7);
  return {
    ...usage,
    // The minute that is only partly within the hour counts whole.
    minutes: usage.minutes.filter(([minute]) => (minute + 1) * minuteMs > now - hourMs),
    day: usage.day.key === day ? usage.day : { key: day, calls: 0, ms: 0 },
    month: usage.month.key === month ? usage.month : { key: month, ms: 0 },
  };
}

/** One minute's count changed; minutes without calls are not kept. */
function changed(minutes: Usage['minutes'], minute: number, by: 1 | -1): Usage['minutes'] {
  const calls = (minutes.find(([one]) => one === minute)?.[1] ?? 0) + by;
  const others = minutes.filter(([one]) => one !== minute);
  return calls > 0 ? [...others, [minute, calls] as const].toSorted(([a], [b]) => a - b) : others;
}

function callsOf(minutes: Usage['minutes']): number {
  return minutes.reduce((sum, [, calls]) => sum + calls, 0);
}

/** Counts a call that is about to be placed. */
export function callBegins(usage: Usage, policy: LinePolicy, now: number, zone: string): Usage {
  const { minutes, day, ...rest } = inPeriod(usage, now, zone);
  const rested =
    policy.rest !== undefined &&
    usage.lastEnd !== undefined &&
    now - usage.lastEnd >= policy.rest.seconds * 1000;
  return {
    ...rest,
    minutes: changed(minutes, Math.floor(now / minuteMs), 1),
    day: { ...day, calls: day.calls + 1 },
    burst: (rested ? 0 : usage.burst) + 1,
  };
}

/** Takes back a call that was counted and not placed after all. */
export function callCancelled(usage: Usage, startedAt: number, zone: string): Usage {
  const sameDay = usage.day.key === localDay(startedAt, zone);
  return {
    ...usage,
    minutes: changed(usage.minutes, Math.floor(startedAt / minuteMs), -1),
    day: sameDay ? { ...usage.day, calls: Math.max(0, usage.day.calls - 1) } : usage.day,
    burst: Math.max(0, usage.burst - 1),
  };
}

function stepOf(policy: LinePolicy): number {
  return (policy.billingStepSeconds ?? 60) * 1000;
}

/** A call that was placed and is over. */
export interface EndedUse {
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
}

/** What a call is charged, ms: every started step from its answer. */
export function chargedMs(call: Pick<EndedUse, 'answeredAt' | 'endedAt'>, policy: LinePolicy): number {
  if (call.answeredAt === undefined) return 0;
  const step = stepOf(policy);
  return Math.ceil(Math.max(1, call.endedAt - call.answeredAt) / step) * step;
}

/** Counts the minutes of a call that is over, and how it went. */
export function callEnded(usage: Usage, call: EndedUse, policy: LinePolicy, zone: string): Usage {
  const present = inPeriod(usage, call.endedAt, zone);
  const ms = chargedMs(call, policy);
  const ended: Usage = {
    ...present,
    day: { ...present.day, ms: present.day.ms + ms },
    month: { ...present.month, ms: present.month.ms + ms },
    lastEnd: call.endedAt,
  };
  // A call that we ended ourselves says nothing about the line.
  if (call.answeredAt === undefined && call.outcome === 'CANCELLED') return ended;
  const answered = call.answeredAt !== undefined;
  const atOnce = !answered && refusals.has(call.outcome) && call.endedAt - call.startedAt <= atOnceMs;
  const judged: Usage = {
    ...ended,
    recent: (ended.recent + (answered ? '1' : '0')).slice(-mostRecent),
    failures: atOnce ? ended.failures + 1 : 0,
  };
  const limit = judged.quarantine ? undefined : reasonToQuarantine(judged, policy);
  if (!limit) return judged;
  const minutes = policy.quarantineMinutes ?? 0;
  return {
    ...judged,
    quarantine: {
      limit,
      since: call.endedAt,
      ...(minutes > 0 && { until: call.endedAt + minutes * minuteMs }),
    },
  };
}

function reasonToQuarantine(
  usage: Usage,
  policy: LinePolicy,
): NonNullable<Usage['quarantine']>['limit'] | undefined {
  if (policy.failuresInARow !== undefined && usage.failures >= policy.failuresInARow)
    return 'failures-in-a-row';
  const floor = policy.answeredFloor;
  if (floor === undefined || usage.recent.length < floor.calls) return undefined;
  const last = usage.recent.slice(-floor.calls);
  return last.replaceAll('0', '').length < floor.share * floor.calls ? 'answered-ratio' : undefined;
}

/** Ends a quarantine. What led to it is judged anew; the counts of the hour, day and month stay. */
export function released(usage: Usage): Usage {
  const { quarantine: _over, ...rest } = usage;
  return { ...rest, recent: '', failures: 0 };
}

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

/** What is used of the limits, for people. */
export function useOf(usage: Usage, now: number, zone: string): LineUse {
  const { minutes, day, month } = inPeriod(usage, now, zone);
  return {
    callsHour: callsOf(minutes),
    callsDay: day.calls,
    minutesDay: Math.ceil(day.ms / minuteMs),
    minutesMonth: Math.ceil(month.ms / minuteMs),
  };
}
