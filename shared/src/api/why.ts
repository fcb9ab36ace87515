import Type, { type Static } from 'typebox';
import { closed, Instant, oneOf } from '../contract/primitives.ts';

/** How a value of a reason is to be written for a reader: instants and shares as their language writes them, words as words. */
export type WhyValue =
  | 'text'
  | 'count'
  | 'share'
  | 'instant'
  | 'millis'
  | 'outcome'
  | 'rule'
  | 'mode'
  | 'refused-call'
  /** `line:verdict`, with commas between. */
  | 'verdicts'
  | 'standing'
  | 'because'
  | 'hangup'
  | 'cause'
  | 'disposition';

/** Every reason that can be given, and the values of each. The console has a sentence for each in every language. */
export const whyCodes = {
  /** ClickHouse does not answer: the rest is from PostgreSQL and the live data. */
  'records-away': {},
  'number-unreadable': {},
  'number-unknown': {},
  'number-listed': { reason: 'text' },
  'number-listed-campaign': { reason: 'text', campaign: 'text' },
  'number-listed-register': { reason: 'text', register: 'text' },

  'lead-answered': { campaign: 'text' },
  'lead-disposition': { campaign: 'text', disposition: 'disposition' },
  'lead-attempts-spent': { campaign: 'text', attempts: 'count', cap: 'count' },
  'lead-no-number-left': { campaign: 'text' },
  'lead-no-hour': { campaign: 'text' },
  'lead-outcome-final': { campaign: 'text', outcome: 'outcome' },
  'lead-refused-for-good': { campaign: 'text', rule: 'rule' },
  'lead-refused': { campaign: 'text', rule: 'rule' },
  'lead-refused-until': { campaign: 'text', rule: 'rule', until: 'instant' },
  'lead-opted-out': { campaign: 'text' },
  'lead-over': { campaign: 'text', reason: 'text' },
  'lead-lent': { campaign: 'text', site: 'text', until: 'instant' },
  'lead-lent-elsewhere': { campaign: 'text', until: 'instant' },
  'lead-in-doubt': { campaign: 'text', until: 'instant' },
  'lead-filtered': { campaign: 'text' },
  'lead-list-off': { campaign: 'text' },
  'lead-number-lent': { campaign: 'text' },
  'lead-not-due': { campaign: 'text', due: 'instant' },
  'lead-not-due-after': { campaign: 'text', due: 'instant', outcome: 'outcome' },
  'lead-outside-hours': { campaign: 'text', zones: 'text', opens: 'instant' },
  'lead-next': { campaign: 'text' },
  'attempt-connected': { ordinal: 'count', line: 'text', agent: 'text' },
  'attempt-dialed': { ordinal: 'count', line: 'text', outcome: 'outcome' },
  'attempt-refused': { rule: 'rule' },
  'attempt-recorded': { ordinal: 'count', outcome: 'outcome' },

  'campaign-draft': { campaign: 'text' },
  'campaign-paused': { campaign: 'text' },
  'campaign-stopped': { campaign: 'text' },
  'campaign-no-leads': { campaign: 'text' },
  'campaign-done': { campaign: 'text', leads: 'count' },
  'campaign-outside-hours': { campaign: 'text', opens: 'instant' },
  'campaign-no-hour': { campaign: 'text' },
  'campaign-quota': { campaign: 'text', leads: 'count', disposition: 'disposition' },
  'campaign-list-quota': { campaign: 'text', list: 'text', leads: 'count', disposition: 'disposition' },
  'campaign-none-due': { campaign: 'text', due: 'instant' },
  'campaign-no-branch': { campaign: 'text' },
  'campaign-dialing': { campaign: 'text', branches: 'count' },
  'lending-blocked': { until: 'instant' },

  'site-empty': { site: 'text' },
  'site-no-campaign': { site: 'text' },
  'branch-never-seen': { site: 'text', edge: 'text' },
  'branch-offline': { site: 'text', edge: 'text' },
  'branch-silent': { site: 'text', edge: 'text' },
  'branch-switch-down': { site: 'text' },
  'branch-clock-untrusted': { site: 'text' },
  'branch-configuration-rejected': { site: 'text' },
  'branch-no-line': { site: 'text' },
  'branch-no-agents': { site: 'text' },
  'branch-without-campaign': { site: 'text', campaign: 'text' },
  'branch-dialing': { site: 'text', campaign: 'text', dialing: 'count', talking: 'count' },
  'branch-standing': { site: 'text', campaign: 'text', standing: 'standing' },
  'branch-standing-lines': { site: 'text', campaign: 'text', standing: 'standing', lines: 'verdicts' },
  'branch-standing-because': { site: 'text', campaign: 'text', standing: 'standing', reason: 'text' },
  'branch-paced': {
    site: 'text',
    campaign: 'text',
    because: 'because',
    risk: 'share',
    allowed: 'share',
    share: 'share',
  },

  'call-inbound': { line: 'text' },
  'call-by-hand': { line: 'text' },
  'call-due': { ordinal: 'count', due: 'instant' },
  'call-first': { ordinal: 'count' },
  'call-line': { line: 'text' },
  'call-line-price': { line: 'text' },
  'call-line-fewest-calls': { line: 'text' },
  'call-lines-passed': { lines: 'text' },
  'call-line-after': { line: 'text', failed: 'text', outcome: 'outcome' },
  'call-number-after': { outcome: 'outcome' },
  'call-paced': {
    mode: 'mode',
    because: 'because',
    ready: 'count',
    ringing: 'count',
    risk: 'share',
    allowed: 'share',
    share: 'share',
  },
  'call-agent': { agent: 'text' },
  'call-agent-last-agent': { agent: 'text' },
  'call-agent-skill': { agent: 'text' },
  'call-agent-longest-idle': { agent: 'text' },
  'call-agent-only-one': { agent: 'text' },
  'call-ahead-vip': {},
  'call-ahead-callee': {},
  'call-ahead-priority': {},
  'call-ahead-waited': {},
  /** Of a number, or in a call: one that belongs to no attempt. */
  'call-refused': { what: 'refused-call', rule: 'rule' },
  'call-refused-until': { what: 'refused-call', rule: 'rule', until: 'instant' },
  'call-talked': { agent: 'text', talked: 'millis' },
  'call-abandoned': { waited: 'millis' },
  'call-left': { waited: 'millis' },
  'call-machine': {},
  'call-lost': {},
  'call-outcome': { outcome: 'outcome' },
  'call-ended': { by: 'hangup', cause: 'cause' },
} as const satisfies Record<string, Readonly<Record<string, WhyValue>>>;
export type WhyCode = keyof typeof whyCodes;

/** What can be asked about. */
export const WhyKind = oneOf(['lead', 'number', 'campaign', 'site', 'call']);
export type WhyKind = Static<typeof WhyKind>;

/** One reason: a code with the values that its sentence needs, when it came about, and where it can be looked at. */
export const WhyReason = closed({
  code: oneOf(Object.keys(whyCodes) as [WhyCode, ...WhyCode[]]),
  params: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  at: Type.Optional(Instant),
  evidence: Type.Optional(
    closed({ kind: oneOf(['lead', 'campaign', 'site', 'lines', 'call']), id: Type.String() }),
  ),
});
export type WhyReason = Static<typeof WhyReason>;

/** Why something dials or does not, most decisive reason first; never without a reason. */
export const WhyAnswer = closed({
  subject: closed({ kind: WhyKind, id: Type.String(), name: Type.Optional(Type.String()) }),
  at: Instant,
  reasons: Type.Array(WhyReason, { minItems: 1 }),
});
export type WhyAnswer = Static<typeof WhyAnswer>;
