import type { WhyReason } from '../api/index.ts';
import { nextInsideWindow } from '../calling-window.ts';
import { GateRule, Outcome } from '../contract/outcome.ts';
import type { RefusedCall } from '../contract/records.ts';
import { campaignStops, type WhyCampaign } from './campaign.ts';
import { reason } from './reason.ts';

/** A closed attempt to reach a lead. What only ClickHouse knows is absent when it does not answer. */
export interface WhyAttempt {
  readonly at: number;
  readonly ordinal: number;
  readonly outcome: Outcome;
  readonly rule?: string;
  readonly agent?: string;
  readonly line?: string;
  /** The call of its last try. */
  readonly call?: string;
}

/** A number on the do-not-call list. */
export interface WhyListing {
  readonly reason: string;
  readonly at: number;
  /** The campaign it holds for, or the region whose register it is; absent: for all campaigns. */
  readonly campaign?: string;
  readonly register?: string;
}

/** What the gate did not let a branch have when it was to be lent. */
export interface WhyRefusal {
  readonly rule: string;
  readonly at: number;
  /** Business ms; absent: until somebody changes something. */
  readonly until?: number;
}

/** A call of no attempt that the gate did not let out. */
export interface WhyRefusedCall {
  readonly at: number;
  readonly what: RefusedCall;
  /** In which it was asked for, or which it was to answer. */
  readonly call: string;
  readonly rule: string;
  readonly until?: number;
}

/** What is known of a lead. */
export interface LeadFacts {
  /** Business ms. */
  readonly now: number;
  readonly campaign: WhyCampaign;
  readonly lead: {
    readonly id: string;
    readonly state: 'open' | 'leased' | 'in-doubt' | 'finished' | 'exhausted';
    /** Why it is finished or exhausted. */
    readonly reason?: string;
    /** It is over only until settings of the campaign or rules of the region change. */
    readonly held?: boolean;
    readonly attempts: number;
    /** Business ms. */
    readonly dueAt: number;
    /** Zones of the number that is tried next. */
    readonly zones: readonly string[];
    readonly lastOutcome?: Outcome;
    readonly lastAttemptAt?: number;
  };
  /** The lease it is lent under; `site` only for those who may see that site. */
  readonly lease?: { readonly site?: string; readonly expiresAt: number };
  /** A number of it is lent as part of another lead. */
  readonly numberLent: boolean;
  /** It is open and not lent, because it does not meet the campaign's filter or nothing of its list is. */
  readonly passedOver?: 'filter' | 'list';
  /** Listed numbers of it. */
  readonly listed: readonly WhyListing[];
  /** Latest first. */
  readonly refusals: readonly WhyRefusal[];
  /** Latest first. */
  readonly attempts: readonly WhyAttempt[];
  readonly lendingBlockedUntil?: number;
  /** ClickHouse does not answer. */
  readonly recordsAway: boolean;
}

/** Why a lead is dialed or not, most decisive reason first, then what was tried; never empty. Pure. */
export function whyLead(facts: LeadFacts): WhyReason[] {
  return [
    ...leadStanding(facts),
    ...facts.attempts.map(attemptReason),
    ...(facts.recordsAway ? [reason('records-away', {})] : []),
  ];
}

/** What is known of a number. */
export interface WhyNumberFacts {
  /** Whether it can be a number at all. */
  readonly readable: boolean;
  readonly listed: readonly WhyListing[];
  /** Calls to it of no attempt that were not let out. */
  readonly refused: readonly WhyRefusedCall[];
  /** The leads with it that the reader may see. */
  readonly leads: readonly LeadFacts[];
  readonly recordsAway: boolean;
}

/** Why a number is dialed or not, most decisive reason first; never empty. Pure. */
export function whyNumber({ readable, listed, leads, refused, recordsAway }: WhyNumberFacts): WhyReason[] {
  const known = leads.flatMap((lead) => whyLead({ ...lead, recordsAway: false, listed: [] }));
  return [
    ...(readable ? [] : [reason('number-unreadable', {})]),
    ...listed.map(listing),
    ...(known.length > 0 || !readable ? known : [reason('number-unknown', {})]),
    ...refused.map(refusedCall),
    ...(recordsAway ? [reason('records-away', {})] : []),
  ];
}

/** Why a call of no attempt was not made. */
export function refusedCall({ at, what, call, rule, until }: WhyRefusedCall): WhyReason {
  const more = { at, evidence: { kind: 'call', id: call } } as const;
  return until === undefined
    ? reason('call-refused', { what, rule }, more)
    : reason('call-refused-until', { what, rule, until }, more);
}

function listing({ reason: why, at, campaign, register }: WhyListing): WhyReason {
  if (campaign !== undefined) return reason('number-listed-campaign', { reason: why, campaign }, { at });
  return register === undefined
    ? reason('number-listed', { reason: why }, { at })
    : reason('number-listed-register', { reason: why, register }, { at });
}

function leadStanding(facts: LeadFacts): WhyReason[] {
  const { lead, campaign, lease, listed } = facts;
  const more = { evidence: { kind: 'lead', id: lead.id } } as const;
  const name = { campaign: campaign.name };
  const stops = [...listed.map(listing), ...campaignStops(campaign, undefined)];
  switch (lead.state) {
    case 'finished':
    case 'exhausted':
      return [...listed.map(listing), ended(facts)];
    case 'leased': {
      const until = lease?.expiresAt ?? facts.now;
      return [
        ...stops,
        lease?.site === undefined
          ? reason('lead-lent-elsewhere', { ...name, until }, more)
          : reason(
              'lead-lent',
              { ...name, site: lease.site, until },
              { evidence: { kind: 'campaign', id: campaign.id } },
            ),
      ];
    }
    case 'in-doubt':
      return [...stops, reason('lead-in-doubt', { ...name, until: lease?.expiresAt ?? facts.now }, more)];
    case 'open':
      return [...stops, ...blockedLending(facts), ...waiting(facts)];
  }
}

function blockedLending({ lendingBlockedUntil: until }: LeadFacts): WhyReason[] {
  return until === undefined ? [] : [reason('lending-blocked', { until })];
}

/** What an open lead waits for. */
function waiting({ now, lead, campaign, numberLent, passedOver, refusals }: LeadFacts): WhyReason[] {
  const more = { evidence: { kind: 'lead', id: lead.id } } as const;
  const name = { campaign: campaign.name };
  const opens = nextInsideWindow(campaign.window, now, lead.zones);
  const waits = [
    ...(lead.attempts >= campaign.attemptsCap
      ? [reason('lead-attempts-spent', { ...name, attempts: lead.attempts, cap: campaign.attemptsCap }, more)]
      : []),
    ...(passedOver === 'filter' ? [reason('lead-filtered', name, more)] : []),
    ...(passedOver === 'list' ? [reason('lead-list-off', name, more)] : []),
    ...(numberLent ? [reason('lead-number-lent', name, more)] : []),
    ...refusals
      .filter(({ until = Infinity }) => until > now)
      .map(({ rule, at, until }) =>
        until === undefined
          ? reason('lead-refused', { ...name, rule }, { ...more, at })
          : reason('lead-refused-until', { ...name, rule, until }, { ...more, at }),
      ),
    ...(lead.dueAt > now ? [notDue(lead, name)] : []),
    ...(opens === undefined
      ? [reason('lead-no-hour', name, more)]
      : opens > now
        ? [reason('lead-outside-hours', { ...name, zones: lead.zones.join(', '), opens }, more)]
        : []),
  ];
  return waits.length > 0 ? waits : [reason('lead-next', name, more)];
}

function notDue(lead: LeadFacts['lead'], name: { readonly campaign: string }): WhyReason {
  const more = {
    evidence: { kind: 'lead', id: lead.id } as const,
    ...(lead.lastAttemptAt !== undefined && { at: lead.lastAttemptAt }),
  };
  return lead.lastOutcome === undefined
    ? reason('lead-not-due', { ...name, due: lead.dueAt }, more)
    : reason('lead-not-due-after', { ...name, due: lead.dueAt, outcome: lead.lastOutcome }, more);
}

/** Why a lead is over: the controller writes down a rule, an outcome, a disposition or words of its own. */
function ended({ lead, campaign }: LeadFacts): WhyReason {
  const more = {
    evidence: { kind: 'lead', id: lead.id } as const,
    ...(lead.lastAttemptAt !== undefined && { at: lead.lastAttemptAt }),
  };
  const name = { campaign: campaign.name };
  const why = lead.reason ?? '';
  const outcome = Outcome.enum.find((each) => why === `outcome ${each}`);
  const rule = GateRule.enum.find((each) => each === why);
  if (rule && lead.held) return reason('lead-refused', { ...name, rule }, more);
  if (why === 'answered') return reason('lead-answered', name, more);
  if (why === 'attempts cap' || why === 'attempts-cap')
    return reason(
      'lead-attempts-spent',
      { ...name, attempts: lead.attempts, cap: campaign.attemptsCap },
      more,
    );
  if (why === 'no number left') return reason('lead-no-number-left', name, more);
  if (why === 'no hour at which it may be called') return reason('lead-no-hour', name, more);
  if (why === 'do-not-call' || why === 'asked not to be called again')
    return reason('lead-opted-out', name, more);
  if (outcome) return reason('lead-outcome-final', { ...name, outcome }, more);
  if (rule) return reason('lead-refused-for-good', { ...name, rule }, more);
  return lead.state === 'finished' && why !== ''
    ? reason('lead-disposition', { ...name, disposition: why }, more)
    : reason('lead-over', { ...name, reason: why || lead.state }, more);
}

function attemptReason({ at, ordinal, outcome, rule, agent, line, call }: WhyAttempt): WhyReason {
  const more = { at, ...(call !== undefined && { evidence: { kind: 'call', id: call } as const }) };
  if (outcome === 'REFUSED' && rule !== undefined) return reason('attempt-refused', { rule }, more);
  if (line === undefined) return reason('attempt-recorded', { ordinal, outcome }, more);
  return outcome === 'ANSWERED' && agent !== undefined
    ? reason('attempt-connected', { ordinal, line, agent }, more)
    : reason('attempt-dialed', { ordinal, line, outcome }, more);
}
