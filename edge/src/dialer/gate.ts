import { isInsideWindow, type ClockTrust, type EdgeCampaign, type GateRule } from '@branchline/shared';

/** The effort that wants to be made. */
export interface GateAttempt {
  /** E.164. */
  readonly number: string;
  readonly zones: readonly string[];
  readonly attemptsMade: number;
  readonly dueAt: number;
  readonly leaseExpiresAt: number;
}

/** What the branch knows at this moment; made anew for each try. */
export interface GateSnapshot {
  readonly now: number;
  readonly clock: ClockTrust;
  /** Undefined: the campaign is not in force here. */
  readonly campaign: Pick<EdgeCampaign, 'status' | 'window' | 'attemptsCap'> | undefined;
  /** The lead's shared cap as the lease states it; the stricter of the two counts. */
  readonly attemptsCap: number;
  /** National numbers that belong to emergency services here. */
  readonly emergencyNumbers: readonly string[];
  /** The number's place in its numbering plan; undefined: it is no number there. */
  readonly facts:
    | { readonly region: string; readonly type: string | undefined; readonly national: string }
    | undefined;
  readonly doNotCall: boolean;
}

export type GateDecision =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'refuse'; readonly rule: GateRule; readonly reason: string };

const premium: ReadonlySet<string> = new Set(['PREMIUM_RATE', 'SHARED_COST', 'UAN']);

/** Fewest digits a subscriber's number has; shorter ones are services. */
const shortestSubscriberNumber = 7;

type Rule = readonly [
  rule: GateRule,
  refusal: (attempt: GateAttempt, snapshot: GateSnapshot) => string | false,
];

/** The rules in the order in which they are asked. A refusal names the first that fails. */
const rules: readonly Rule[] = [
  [
    'campaign-stopped',
    (_, { campaign }) =>
      campaign?.status !== 'running' && `the campaign is ${campaign?.status ?? 'not in force here'}`,
  ],
  ['clock-untrusted', (_, { clock }) => clock === 'untrusted' && 'the clock of this box cannot be believed'],
  [
    'lease-expired',
    ({ leaseExpiresAt }, { now }) => now >= leaseExpiresAt && 'the lead was lent only until now',
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
  ['do-not-call', (_, { doNotCall }) => doNotCall && 'the person asked not to be called'],
  [
    'attempts-cap',
    ({ attemptsMade }, { campaign, attemptsCap }) => {
      const cap = Math.min(attemptsCap, campaign?.attemptsCap ?? attemptsCap);
      return attemptsMade >= cap && `all ${cap} attempts are spent`;
    },
  ],
  ['not-due', ({ dueAt }, { now }) => now < dueAt && 'it is too early after the last attempt'],
  [
    'calling-window',
    ({ zones }, { now, campaign }) =>
      !!campaign &&
      !isInsideWindow(campaign.window, now, zones) &&
      `outside the calling hours in ${zones.join(', ') || 'an unknown zone'}`,
  ],
];

/**
 * The one door to the network for campaigns, evaluated immediately before each try. Pure; fails closed: what is not known
 * (clock, campaign, numbering plan, zones) refuses.
 */
export function gate(attempt: GateAttempt, snapshot: GateSnapshot): GateDecision {
  for (const [rule, refusal] of rules) {
    const reason = refusal(attempt, snapshot);
    if (reason !== false) return { verdict: 'refuse', rule, reason };
  }
  return { verdict: 'allow' };
}
