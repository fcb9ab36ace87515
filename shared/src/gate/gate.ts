import { firstInstant, isInsideWindow, localTime } from '../calling-window.ts';
import type { EdgeCampaign } from '../contract/desired.ts';
import { callMemoryMs, type Consent } from '../contract/lease.ts';
import type { GateRule } from '../contract/outcome.ts';
import type { ClockTrust } from '../contract/primitives.ts';
import { rulesOfRegion, type RegionRules } from './region-rules.ts';
import { termsOf, type Demand, type Hours, type Terms } from './terms.ts';

/** The effort that wants to be made. */
export interface GateAttempt {
  /** E.164. */
  readonly number: string;
  readonly zones: readonly string[];
  readonly attemptsMade: number;
  readonly dueAt: number;
  readonly leaseExpiresAt: number;
  readonly consent?: Consent | undefined;
}

/** Calls to one number, from any site and campaign. */
export interface CallsMade {
  /** Their starts within the last `callMemoryMs`, in any order. */
  readonly calledAt: readonly number[];
  /** Start of the last one on which nobody spoke. */
  readonly abandonedAt?: number | undefined;
}

/** A number's place in its numbering plan. */
export interface NumberPlace {
  /** ISO 3166-1 alpha-2. */
  readonly region: string;
  readonly type: string | undefined;
  readonly national: string;
}

/** For whom a do-not-call entry holds: everybody, this campaign, or whoever has to heed the register of the callee's region. */
export type DncScope = 'all' | 'campaign' | 'register';

/** What is known at this moment where the question is asked; made anew for each try. */
export interface GateSnapshot {
  readonly now: number;
  readonly clock: ClockTrust;
  /** Undefined: the campaign is not in force here. */
  readonly campaign:
    | (Pick<
        EdgeCampaign,
        'status' | 'window' | 'attemptsCap' | 'ringSeconds' | 'record' | 'callerId' | 'gate'
      > & { readonly mode: string; readonly previewSeconds?: number })
    | undefined;
  /** The lead's shared cap as the lease states it; the stricter of the two counts. */
  readonly attemptsCap: number;
  /** National numbers that belong to emergency services here. */
  readonly emergencyNumbers: readonly string[];
  /** Caller IDs that are registered for lines here. */
  readonly callerIds: readonly string[];
  /** Undefined: it is no number of any plan. */
  readonly facts: NumberPlace | undefined;
  /** Lists the number is on; undefined: the lists are not known. */
  readonly listed: readonly DncScope[] | undefined;
  /** Undefined: not known. */
  readonly calls: CallsMade | undefined;
}

/** Why nothing goes out. */
export interface GateRefusal {
  readonly verdict: 'refuse';
  readonly rule: GateRule;
  readonly reason: string;
  /** This rule refuses until then, business ms; absent: for good, or nobody can tell. */
  readonly until?: number;
  /** The edition of region rules that was asked. */
  readonly rules?: string;
}

export type GateDecision = { readonly verdict: 'allow' } | GateRefusal;

type No = false | string | { readonly reason: string; readonly until: number | undefined };

const premium: ReadonlySet<string> = new Set(['PREMIUM_RATE', 'SHARED_COST', 'UAN']);

/** Fewest digits a subscriber's number has; shorter ones are services. */
const shortestSubscriberNumber = 7;

/** Modes in which an agent is there before the call is placed; in any other nobody may be. */
const agentFirst: ReadonlySet<string> = new Set(['manual', 'preview', 'progressive']);

/** How far ahead the next lawful hour is looked for, days. */
const daysAhead = 21;

/** What has been looked up for the rules. */
interface Case {
  readonly attempt: GateAttempt;
  readonly snapshot: GateSnapshot;
  readonly campaign: NonNullable<GateSnapshot['campaign']>;
  readonly place: NumberPlace;
  readonly terms: Terms;
}

/** The rules that need nothing but the snapshot, in the order in which they are asked. */
const basicRules: readonly (readonly [GateRule, (attempt: GateAttempt, snapshot: GateSnapshot) => No])[] = [
  [
    'campaign-stopped',
    (_, { campaign }) =>
      campaign?.status !== 'running' && `the campaign is ${campaign?.status ?? 'not in force here'}`,
  ],
  ['clock-untrusted', (_, { clock }) => clock === 'untrusted' && 'the clock of this box cannot be believed'],
  [
    'lease-expired',
    ({ leaseExpiresAt }, { now }) => !(now < leaseExpiresAt) && 'the lead was lent only until now',
  ],
  [
    'emergency-number',
    ({ number }, { facts, emergencyNumbers }) => {
      // Without a place in a numbering plan every split into country code (1–3 digits) and rest is suspected.
      const nationals = facts ? [facts.national] : [0, 1, 2, 3].map((code) => number.slice(1 + code));
      return (
        nationals.some((national) => emergencyNumbers.includes(national)) &&
        'emergency services are never dialed by a campaign'
      );
    },
  ],
  [
    'short-number',
    ({ number }, { facts }) =>
      (facts?.national ?? number.slice(1)).length < shortestSubscriberNumber &&
      'short numbers are services, not people',
  ],
  ['invalid-number', (_, { facts }) => facts === undefined && 'no such number exists in the numbering plan'],
  [
    'premium-number',
    (_, { facts }) =>
      facts?.type !== undefined && premium.has(facts.type) && `the callee would pay (${facts.type})`,
  ],
];

/** The rules that ask what campaign and region demand, in their order after the basic ones. */
const demandingRules: readonly (readonly [GateRule, (asked: Case) => No])[] = [
  [
    'do-not-call',
    ({ snapshot: { listed }, terms }) => {
      if (!listed) return 'the do-not-call lists are not known here';
      if (listed.some((scope) => scope !== 'register')) return 'the person asked not to be called';
      return listed.includes('register') && asks(terms.register, 'no calls to people on the register');
    },
  ],
  [
    'consent',
    ({ attempt: { consent }, snapshot: { now }, terms }) =>
      !(consent && consent.at <= now) && asks(terms.consent, 'no call without evidence of consent'),
  ],
  [
    'manual-only',
    ({ campaign, place, terms }) =>
      campaign.mode !== 'manual' &&
      asks(
        terms.manualOnly
          .filter(({ types }) => !types || place.type === undefined || types.includes(place.type))
          .filter(({ previewed }) => !(previewed && isPreviewed(campaign))),
        'only calls that an agent begins',
      ),
  ],
  [
    'caller-id',
    ({ campaign: { callerId }, snapshot: { callerIds } }) =>
      callerId !== undefined &&
      !callerIds.includes(callerId) &&
      `the caller ID ${callerId} is not registered for any line here`,
  ],
  [
    'ring-time',
    ({ campaign, terms }) =>
      asks(
        terms.ringTime.filter(({ seconds }) => !(campaign.ringSeconds >= seconds)),
        `ringing longer than ${campaign.ringSeconds} s`,
      ),
  ],
  [
    'recording-notice',
    ({ campaign: { record, gate }, terms }) =>
      record && !gate?.recordingNotice.trim() && asks(terms.recordingNotice, 'a notice of the recording'),
  ],
  [
    'attempts-cap',
    ({ attempt, campaign, snapshot }) => {
      const cap = Math.min(snapshot.attemptsCap, campaign.attemptsCap);
      return !(attempt.attemptsMade < cap) && `all ${cap} attempts are spent`;
    },
  ],
  [
    'drop-lockout',
    ({ campaign, snapshot: { now, calls }, terms }) => {
      if (agentFirst.has(campaign.mode)) return false;
      if (!calls) return 'it is not known whether a call to this number was abandoned';
      const { abandonedAt } = calls;
      return (
        abandonedAt !== undefined &&
        latest(
          terms.dropLockout.map(({ by, seconds }) => ({
            reason: `the last call was abandoned; only with an agent reserved for ${seconds} s (${by})`,
            until: abandonedAt + seconds * 1000,
          })),
          now,
        )
      );
    },
  ],
  [
    'frequency-cap',
    ({ snapshot: { now, calls }, terms }) => {
      if (terms.caps.length === 0) return false;
      if (!calls) return 'it is not known how often this number was called';
      const newestFirst = calls.calledAt.toSorted((a, b) => b - a);
      return latest(
        terms.caps.map((cap) => ({
          reason: `${cap.calls} calls in ${cap.seconds} s have been made (${cap.by})`,
          // A later call is allowed as soon as the one that is `calls` calls back has left the span.
          until: (newestFirst[cap.calls - 1] ?? -Infinity) + cap.seconds * 1000,
        })),
        now,
      );
    },
  ],
  [
    'not-due',
    ({ attempt: { dueAt }, snapshot: { now } }) =>
      !(now >= dueAt) && { reason: 'it is too early after the last attempt', until: dueAt },
  ],
  [
    'public-holiday',
    (asked) =>
      outside(
        asked,
        ({ closed, years }, at, zones) =>
          zones.every((zone) => {
            const { date } = localTime(at, zone);
            return !closed.includes(date) && (years?.includes(Number(date.slice(0, 4))) ?? true);
          }),
        'a public holiday, or one cannot tell,',
      ),
  ],
  [
    'calling-window',
    (asked) =>
      outside(
        asked,
        ({ hours }, at, zones) => hours.some((window) => isInsideWindow(window, at, zones)),
        'outside the calling hours',
      ),
  ],
];

/**
 * The one door to the network for campaigns, asked immediately before each try and, with what is known there, when a lead is
 * lent. Pure; fails closed: what is not known (clock, campaign, numbering plan, region, lists, earlier calls, zones, holidays)
 * refuses. The region is that of the callee's number; a campaign may ask more than it, never less.
 */
export function gate(
  attempt: GateAttempt,
  snapshot: GateSnapshot,
  regionOf: (region: string) => RegionRules | undefined = rulesOfRegion,
): GateDecision {
  for (const [rule, refusal] of basicRules) {
    const no = refusal(attempt, snapshot);
    if (no) return refuse(rule, no);
  }
  const { campaign, facts: place, now } = snapshot;
  // The basic rules let nothing through without them.
  if (!campaign || !place) return refuse('invalid-number', 'no such number exists in the numbering plan');
  const edition = regionOf(place.region);
  if (!edition)
    return refuse(
      'region-unknown',
      `no rules are known for numbers of ${place.region}: add them to the region rules before calling there`,
    );
  const consented = attempt.consent !== undefined && attempt.consent.at <= now;
  const asked: Case = {
    attempt,
    snapshot,
    campaign,
    place,
    terms: termsOf(edition, campaign, consented, now, place.region),
  };
  for (const [rule, refusal] of demandingRules) {
    const no = refusal(asked);
    if (no) return refuse(rule, no, edition);
  }
  return { verdict: 'allow' };
}

/**
 * The first instant at which a lead may be dialed, if that is not after `before`; otherwise why not. Between two such
 * instants nothing but time is taken to change.
 */
export function firstAllowed(
  attempt: GateAttempt,
  snapshot: GateSnapshot,
  before: number,
  regionOf?: (region: string) => RegionRules | undefined,
): { readonly verdict: 'allow'; readonly from: number } | GateRefusal {
  let { now } = snapshot;
  for (;;) {
    const decision = gate(attempt, { ...snapshot, now }, regionOf);
    if (decision.verdict === 'allow') return { ...decision, from: now };
    const { until } = decision;
    if (until === undefined || until > before || until <= now) return decision;
    now = until;
  }
}

/** Calls that are known from several places, each once: a call is told by when it began. */
export function mergeCalls(...known: readonly CallsMade[]): CallsMade {
  const abandoned = known.flatMap(({ abandonedAt }) => abandonedAt ?? []);
  return {
    calledAt: [...new Set(known.flatMap(({ calledAt }) => calledAt))],
    ...(abandoned.length > 0 && { abandonedAt: Math.max(...abandoned) }),
  };
}

/** Only the calls that still matter. */
export function recentCalls(calls: CallsMade, now: number): CallsMade {
  return { ...calls, calledAt: calls.calledAt.filter((at) => at > now - callMemoryMs) };
}

/** Whether an agent looks first and begins the call; a timer that begins it is a dialer. */
export function isPreviewed({
  mode,
  previewSeconds,
}: {
  readonly mode: string;
  readonly previewSeconds?: number;
}): boolean {
  return mode === 'preview' && previewSeconds === 0;
}

function refuse(rule: GateRule, no: Exclude<No, false>, edition?: RegionRules): GateRefusal {
  const { reason, until } = typeof no === 'string' ? { reason: no, until: undefined } : no;
  return {
    verdict: 'refuse',
    rule,
    reason: reason.slice(0, 200),
    ...(until !== undefined && { until }),
    ...(edition && { rules: `${edition.name} ${edition.version}` }),
  };
}

/** The refusal of the first demand, if there is any. */
function asks(demands: readonly Demand[], what: string): No {
  const first = demands[0];
  return first !== undefined && `${what}: ${first.by}`;
}

/** The one that lasts longest of those that are not over. */
function latest(limits: readonly { reason: string; until: number }[], now: number): No {
  const longest = limits.toSorted((a, b) => b.until - a.until)[0];
  // The limit's own instant is the first that is free again.
  return longest !== undefined && !(now >= longest.until) && longest;
}

/** Refuses until everybody's hours allow a call in every zone the callee may be in; no zones means that nothing is known. */
function outside(
  { attempt: { zones }, snapshot: { now }, terms }: Case,
  allows: (hours: Hours, at: number, zones: readonly string[]) => boolean,
  what: string,
): No {
  const shut = terms.hours.find((hours) => zones.length === 0 || !allows(hours, now, zones));
  if (!shut) return false;
  const until =
    zones.length === 0
      ? undefined
      : firstInstant(now, daysAhead, (at) => terms.hours.every((hours) => allows(hours, at, zones)));
  return { reason: `${what} in ${zones.join(', ') || 'an unknown zone'} (${shut.by})`, until };
}
