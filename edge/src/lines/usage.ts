import { localDay, type LineLimit, type LinePolicy, type LineUse, type Outcome } from '@branchline/shared';

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

export const unused: Usage = {
  minutes: [],
  day: { key: '', calls: 0, ms: 0 },
  month: { key: '', ms: 0 },
  burst: 0,
  recent: '',
  failures: 0,
};

export const hourMs = 3_600_000;
export const minuteMs = 60_000;
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

/** The same counts with what belongs to another hour, day or month gone. */
export function inPeriod(usage: Usage, now: number, zone: string): Usage {
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

/** All calls of some minutes. */
export function callsOf(minutes: Usage['minutes']): number {
  return minutes.reduce((sum, [, calls]) => sum + calls, 0);
}

/** Counts a call that is about to be placed. */
export function callBegins(usage: Usage, policy: LinePolicy, now: number, zone: string): Usage {
  // A call that may begin although there is a quarantine is the first one after it.
  const free = usage.quarantine ? released(usage) : usage;
  const { minutes, day, ...rest } = inPeriod(free, now, zone);
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

/** What minutes are charged in, ms. */
export function stepOf(policy: LinePolicy): number {
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
