import Type, { type Static, type TSchema } from 'typebox';
import { CampaignStatus, EdgeCampaign } from '../contract/desired.ts';
import { defaultGate } from '../contract/gate-settings.ts';
import { closed, Count, Id, Instant, Label, Millis, Name, oneOf } from '../contract/primitives.ts';
import { GateRule, Outcome } from '../contract/outcome.ts';
import { Cursor } from './page.ts';

/** What happens to a lead after an outcome: when it is due again, or that it is finished. */
export const RetryRule = closed({
  outcome: Outcome,
  delaySeconds: Type.Integer({ minimum: 60, maximum: 90 * 86_400 }),
});
export type RetryRule = Static<typeof RetryRule>;

/** How a field of a lead is compared: as text, or as numbers (a text that is none compares as false). */
export const Comparison = oneOf(['=', '!=', 'in', 'contains', '<', '<=', '>', '>=']);
export type Comparison = Static<typeof Comparison>;

/** What a condition looks at: a field of the list, the attempts that count for the cap, or what the last attempt came to. */
export const LeadTrait = oneOf(['field', 'attempts', 'outcome']);
export type LeadTrait = Static<typeof LeadTrait>;

/** What a lead must be to be dialed; a field that is not there is an empty text, and so is the outcome of a lead never dialed. */
export const LeadCondition = closed({
  /** Absent: a field. */
  of: Type.Optional(LeadTrait),
  /** Its name in the list; there if a field is looked at, and only then. */
  field: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  compare: Comparison,
  /** One, other than for `in`. */
  values: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 50 }),
});
export type LeadCondition = Static<typeof LeadCondition>;

/** So many leads with a disposition are enough: then no more leads are lent, of one list or the whole campaign. */
export const LeadQuota = closed({
  disposition: Name,
  leads: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
  /** The import; absent: the whole campaign. */
  list: Type.Optional(Id),
});
export type LeadQuota = Static<typeof LeadQuota>;

export const CampaignSettings = closed({
  ...Type.Omit(EdgeCampaign, ['id', 'status']).properties,
  /** Region of numbers without a country code. */
  region: Type.String({ pattern: '^[A-Z]{2}$' }),
  /** Sites that may work on it; empty = all. */
  sites: Type.Array(Name, { maxItems: 1000 }),
  /** Outcomes that are not listed finish the lead. */
  retries: Type.Array(RetryRule, { maxItems: 30 }),
  /** How long leads are lent to an edge, seconds (default 2 h, at most 24 h). */
  leaseSeconds: Type.Integer({ minimum: 60, maximum: 86_400 }),
  /** Leads of an expired, unreported lease: wait for the edge, or count one attempt at the expiry. */
  inDoubt: oneOf(['wait', 'count-attempt']),
  /** Only leads that meet all of these are lent; absent: all. */
  filter: Type.Optional(Type.Array(LeadCondition, { maxItems: 20 })),
  quotas: Type.Optional(Type.Array(LeadQuota, { maxItems: 20 })),
});
export type CampaignSettings = Static<typeof CampaignSettings>;

/** The fields a new campaign may leave out take the defaults of `defaultCampaign`. */
export const NewCampaign = Type.Object(
  { ...Type.Partial(CampaignSettings).properties, name: Label },
  { additionalProperties: false },
);
export type NewCampaign = Static<typeof NewCampaign>;

const settings = CampaignSettings.properties;
const orNull = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]));

/** What is absent stays as it is; null takes away what a campaign need not have. */
export const CampaignChange = Type.Object(
  {
    ...Type.Partial(CampaignSettings).properties,
    flow: orNull(settings.flow),
    survey: orNull(settings.survey),
    machineMessage: orNull(settings.machineMessage),
    callerId: orNull(settings.callerId),
    form: orNull(settings.form),
    filter: orNull(settings.filter),
    quotas: orNull(settings.quotas),
  },
  { additionalProperties: false },
);
export type CampaignChange = Static<typeof CampaignChange>;

/** Settings after a change. */
export function changedSettings(before: CampaignSettings, change: CampaignChange): CampaignSettings {
  const merged = Object.entries({ ...before, ...change });
  return Object.fromEntries(merged.filter(([, value]) => value !== null)) as CampaignSettings;
}

/** Sensible, lawful defaults. */
export const defaultCampaign: Omit<CampaignSettings, 'name'> = {
  mode: 'progressive',
  priority: 50,
  window: { fromMinute: 9 * 60, toMinute: 20 * 60, weekdays: [1, 2, 3, 4, 5, 6] },
  attemptsCap: 4,
  ringSeconds: 30,
  wrapUpSeconds: 15,
  maxWaitMs: 2000,
  maxAbandonRate: 0.03,
  callsPerAgent: 1.5,
  previewSeconds: 20,
  broadcast: { channels: 10, callsPerSecond: 1 },
  machines: 'off',
  record: true,
  gate: defaultGate,
  script: '',
  dispositions: [
    { code: 'interested', label: 'Interested', key: '1', final: true, optout: false },
    { code: 'not-interested', label: 'Not interested', key: '2', final: true, optout: false },
    { code: 'call-again', label: 'Call again', key: '3', final: false, optout: false },
    { code: 'wrong-person', label: 'Wrong person', key: '4', final: true, optout: false },
    { code: 'do-not-call', label: 'Do not call again', key: '5', final: true, optout: true },
  ],
  region: 'CN',
  sites: [],
  retries: [
    { outcome: 'BUSY', delaySeconds: 10 * 60 },
    { outcome: 'NO_ANSWER', delaySeconds: 2 * 3600 },
    { outcome: 'MACHINE', delaySeconds: 4 * 3600 },
    { outcome: 'POWERED_OFF', delaySeconds: 3 * 3600 },
    { outcome: 'UNREACHABLE', delaySeconds: 2 * 3600 },
    { outcome: 'REJECTED', delaySeconds: 24 * 3600 },
    { outcome: 'SUSPENDED', delaySeconds: 3 * 86_400 },
    { outcome: 'ABANDONED', delaySeconds: 72 * 3600 },
    { outcome: 'CONGESTION', delaySeconds: 5 * 60 },
    { outcome: 'TRUNK_FAULT', delaySeconds: 5 * 60 },
    { outcome: 'SIM_FAULT', delaySeconds: 5 * 60 },
    { outcome: 'LIMIT', delaySeconds: 10 * 60 },
    { outcome: 'CANCELLED', delaySeconds: 10 * 60 },
    { outcome: 'LOST', delaySeconds: 3600 },
    { outcome: 'ERROR', delaySeconds: 15 * 60 },
  ],
  leaseSeconds: 2 * 3600,
  inDoubt: 'wait',
};

/** What became of a campaign's leads. Every lead is in exactly one of the states. */
export const LeadCounts = closed({
  total: Count,
  /** Due now. */
  ready: Count,
  /** Due later (retry or calling window). */
  waiting: Count,
  /** Lent to an edge. */
  leased: Count,
  /** Lent to an edge that has not reported past the lease's end. */
  inDoubt: Count,
  /** Reached, or a disposition said so. */
  finished: Count,
  /** Cap spent, dead number, do-not-call. */
  exhausted: Count,
});
export type LeadCounts = Static<typeof LeadCounts>;

/** What was dialed in a span of time and what came of it; refused attempts were never dialed. */
export const PaceCounts = closed({ attempts: Count, answered: Count, abandoned: Count });
export type PaceCounts = Static<typeof PaceCounts>;

/** An hour of a campaign: the instant of its start, what was dialed in it, and all attempts by outcome, refused ones too. */
export const CampaignHour = closed({
  from: Instant,
  ...PaceCounts.properties,
  outcomes: Type.Record(Type.String(), Count),
});
export type CampaignHour = Static<typeof CampaignHour>;

/** A line of a site over the hours of `CampaignView.hours`, by the tries that went out on it. */
export const LineFigures = closed({
  site: Name,
  line: Label,
  tries: Count,
  answered: Count,
  outcomes: Type.Record(Type.String(), Count),
});
export type LineFigures = Static<typeof LineFigures>;

/** Lines that a campaign's figures name at most: the most used ones. */
export const mostLines = 100;

export const CampaignView = closed({
  id: Id,
  status: CampaignStatus,
  settings: CampaignSettings,
  createdAt: Instant,
  leads: LeadCounts,
  /** Attempts by outcome, from the deduplicated rows. */
  outcomes: Type.Record(Type.String(), Count),
  /** The last 24 full or begun hours. */
  hours: Type.Array(CampaignHour),
  /** The last 60 minutes and the last 24 hours up to now. */
  pace: closed({
    hour: PaceCounts,
    day: PaceCounts,
    /** Minutes of the last 24 hours in which was dialed, in steps of a quarter of an hour. */
    workedMinutes: Count,
  }),
  /** Most tries first; at most `mostLines`. */
  lines: Type.Array(LineFigures),
  /** How many leads were ever dialed, were answered by somebody, and talked with an agent. */
  reach: closed({ dialed: Count, answered: Count, talked: Count }),
  dispositions: Type.Record(Type.String(), Count),
  abandonRate: Type.Number(),
  /** The figures are of the reader's own sites, and others work on the campaign too. Leads are always counted as a whole. */
  partial: Type.Boolean(),
  /** Real ms since the figures from ClickHouse were computed; absent when it does not answer. */
  figuresAgeMs: Type.Optional(Millis),
});
export type CampaignView = Static<typeof CampaignView>;

/** 0–100; within a list the higher goes first. */
export const LeadPriority = Type.Integer({ minimum: 0, maximum: 100 });

/** A lead as whoever ranks it sees it. */
export const LeadView = closed({
  id: Id,
  campaign: Id,
  state: oneOf(['open', 'leased', 'in-doubt', 'finished', 'exhausted']),
  /** Attempts that count for the cap. */
  attempts: Count,
  priority: LeadPriority,
});
export type LeadView = Static<typeof LeadView>;
export const LeadChange = closed({ priority: LeadPriority });
export type LeadChange = Static<typeof LeadChange>;

/** Leads of a campaign that are to have a priority: those that may still be dialed and meet all of the filter. */
export const PriorityChange = closed({
  priority: LeadPriority,
  filter: Type.Optional(Type.Array(LeadCondition, { maxItems: 20 })),
  /** The import; absent: every list. */
  list: Type.Optional(Id),
  /** Only count whom it would change. */
  dryRun: Type.Optional(Type.Boolean()),
});
export type PriorityChange = Static<typeof PriorityChange>;

/** Leads whose priority was, or would be, another one. */
export const PriorityChanged = closed({ leads: Count });
export type PriorityChanged = Static<typeof PriorityChanged>;

/** How much of a list is dialed beside the other lists of its campaign. */
export const ListWeight = Type.Integer({ minimum: 0, maximum: 100 });
export const ListChange = closed({ weight: ListWeight });
export type ListChange = Static<typeof ListChange>;

/** How far a campaign has come with each of its lists. */
export const ListPenetration = closed({
  items: Type.Array(
    closed({
      import: Id,
      file: Label,
      /** Its share of the leads that are lent, beside those of the other lists; 0: none. */
      weight: ListWeight,
      /** Leads that came with it and are still there. */
      leads: Count,
      /** Of them dialed at least once. */
      touched: Count,
      /** Of them finished or exhausted. */
      done: Count,
    }),
  ),
});
export type ListPenetration = Static<typeof ListPenetration>;

/** Callbacks of a campaign that are still to be kept. */
export const CallbackCount = closed({
  /** Who promised them, and where; absent: whoever is free. */
  edge: Type.Optional(Name),
  agent: Type.Optional(Name),
  promised: Count,
  /** Of them due by now. */
  due: Count,
  /** The first of them. */
  nextAt: Instant,
});
export type CallbackCount = Static<typeof CallbackCount>;
export const CallbackCounts = closed({ items: Type.Array(CallbackCount) });
export type CallbackCounts = Static<typeof CallbackCounts>;

/** When people answered: attempts of the last 30 days by weekday and hour of their own clock, or of the site's where theirs is not known. */
export const BestHours = closed({
  /** Hours in which nothing was dialed are absent. */
  hours: Type.Array(
    closed({
      /** ISO: 1 = Monday. */
      weekday: Type.Integer({ minimum: 1, maximum: 7 }),
      hour: Type.Integer({ minimum: 0, maximum: 23 }),
      dialed: Count,
      /** Of them answered by a person, abandoned ones included. */
      answered: Count,
    }),
  ),
});
export type BestHours = Static<typeof BestHours>;

export const CampaignSummary = closed({
  id: Id,
  name: Label,
  status: CampaignStatus,
  mode: Label,
  createdAt: Instant,
  leads: LeadCounts,
});
export type CampaignSummary = Static<typeof CampaignSummary>;

/** A number of a lead that the gate refused: to be lent, or to be dialed by the branch that had it. */
export const RefusedLead = closed({
  lead: Id,
  number: Type.String({ maxLength: 32 }),
  rule: GateRule,
  /** The last time it was refused. */
  at: Instant,
  /** Refused at the branch, before the call; otherwise where leads are lent. */
  branch: Type.Boolean(),
  /** The branch that had it, or would have got it. */
  edge: Name,
  site: Type.Optional(Name),
  reason: Label,
  /** The rule refuses until then. */
  until: Type.Optional(Instant),
  /** The edition of region rules that was asked. */
  rules: Type.Optional(Label),
  times: Count,
});
export type RefusedLead = Static<typeof RefusedLead>;

/** Where a list is on its way in, and back out. */
export const ImportState = oneOf([
  'running',
  'cancelling',
  'cancelled',
  'done',
  'failed',
  'undoing',
  'undone',
]);
export type ImportState = Static<typeof ImportState>;

/** Leads of a list that an undo leaves where they are. */
const keptLeads = {
  /** Lent to a branch at this moment. */
  lent: Count,
  /** Called, or decided about in another way. */
  worked: Count,
};

export const ImportView = closed({
  id: Id,
  campaign: Id,
  file: Label,
  state: ImportState,
  startedAt: Instant,
  endedAt: Type.Optional(Instant),
  bytesRead: Count,
  bytesTotal: Type.Optional(Count),
  rows: Count,
  imported: Count,
  duplicates: Count,
  rejected: Count,
  /** Rejected rows that were kept for the error file: the first ones, up to a limit. */
  errorsKept: Count,
  /** Leads that an undo has taken back. */
  takenBack: Count,
  /** What the undo left, once it is through. */
  kept: Type.Optional(closed(keptLeads)),
  error: Type.Optional(closed({ code: Label, message: Type.String(), advice: Type.String() })),
});
export type ImportView = Static<typeof ImportView>;

/** What an undo would do now. */
export const UndoForecast = closed({
  /** Leads that nobody has called and that are not lent. */
  takes: Count,
  /** Of these, such as the do-not-call list closed: what the rows of the import put on it stays there. */
  listed: Count,
  ...keptLeads,
});
export type UndoForecast = Static<typeof UndoForecast>;

/** Which leads the numbers of a row, any of them, are compared with: those of the list itself, of the campaign, or of all campaigns. */
export const DedupeScope = oneOf(['list', 'campaign', 'system']);
export type DedupeScope = Static<typeof DedupeScope>;

/** When a number of a list is there already and left out. */
export const Dedupe = closed({
  scope: DedupeScope,
  /** Only leads that came in within so many days count; absent: all. */
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
});
export type Dedupe = Static<typeof Dedupe>;

const Heading = Type.String({ maxLength: 200 });

/** What a lead that another dialer has called is worth here: to be called, done, or never to be called. */
export const LeadStanding = oneOf(['open', 'finished', 'exhausted', 'do-not-call']);
export type LeadStanding = Static<typeof LeadStanding>;

/** What the person who uploads says about the columns, by their headings, and about what stands in them. */
export const ColumnMapping = closed({
  phones: Type.Optional(Type.Array(Heading, { minItems: 1, maxItems: 10 })),
  name: Type.Optional(Heading),
  zone: Type.Optional(Heading),
  priority: Type.Optional(Heading),
  /** When, how, and where the evidence is that the person agreed to be called. */
  consent: Type.Optional(closed({ at: Heading, how: Heading, reference: Heading })),
  /** Of a list that VICIdial exported: what statuses mean that a center has made itself. */
  statuses: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z0-9_-]{1,20}$' }), LeadStanding, { maxProperties: 1000 }),
  ),
  /** The zone of its callback times; absent: that of each person called. */
  callbackZone: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
});
export type ColumnMapping = Static<typeof ColumnMapping>;

/** What a list would become. */
export const ImportPreview = closed({
  columns: Type.Array(Type.String()),
  /** Headings of the columns with numbers; none: somebody has to say which they are. */
  phones: Type.Array(Type.String()),
  zone: Type.Optional(Type.String()),
  priority: Type.Optional(Type.String()),
  /** Headings of the columns with the evidence of consent. */
  consent: Type.Optional(closed({ at: Type.String(), how: Type.String(), reference: Type.String() })),
  /** Headings that go to the agent's screen, under the name they get there. */
  fields: Type.Array(closed({ column: Type.String(), name: Type.String() })),
  /** Rows read. */
  rows: Count,
  /** Whether these were all rows of the list; not where nobody has said which columns have its numbers. */
  complete: Type.Boolean(),
  leads: Count,
  /** Of a list that VICIdial exported: what its statuses make of the leads. */
  standings: Type.Optional(closed({ open: Count, finished: Count, exhausted: Count, 'do-not-call': Count })),
  /** Of such a list: statuses, the first of them, of which nobody has said what they mean; their rows are rejected. */
  unknownStatuses: Type.Optional(Type.Array(Type.String())),
  /** What was said about the columns when a list with these headings was last imported; it is in force here. */
  remembered: Type.Optional(ColumnMapping),
  /** Among the leads: numbers that are there twice, or already by the scope that was asked for. */
  duplicates: Count,
  rejected: Count,
  /** The first rows, and the first rejected ones. */
  samples: Type.Array(
    closed({
      row: Count,
      cells: Type.Array(Type.String()),
      number: Type.Optional(Type.String()),
      problem: Type.Optional(Type.String()),
    }),
  ),
});
export type ImportPreview = Static<typeof ImportPreview>;
/** Rows of a list that were left out, each with its reason; `header` names the cells. */
export const RejectedRows = closed({
  header: Type.Array(Type.String()),
  items: Type.Array(closed({ row: Count, cells: Type.Array(Type.String()), reason: Type.String() })),
  next: Cursor,
});
export type RejectedRows = Static<typeof RejectedRows>;
