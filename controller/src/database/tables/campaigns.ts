import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type {
  CallbackFor,
  CampaignSettings,
  CampaignStatus,
  ColumnMapping,
  Consent,
  GateRule,
  ImportState,
  Lease,
  LeadNumber,
  Outcome,
  Revoke,
} from '@branchline/shared';

type NullableJson<T extends object> = ColumnType<T | null, string | null | undefined, string | null>;

export interface CampaignTable {
  id: string;
  name: string;
  status: CampaignStatus;
  settings: JSONColumnType<CampaignSettings>;
  created_at: number;
  changed_at: number;
}

/** Zone sets that occur among a campaign's leads: the planner asks only for those that may be called now. */
export interface CampaignZoneTable {
  campaign: string;
  /** Zones joined by a comma, sorted. */
  zone_key: string;
}

/** `open` is due at `due_at`; `finished` and `exhausted` are final unless a late fact says otherwise. */
export type LeadState = 'open' | 'leased' | 'in-doubt' | 'finished' | 'exhausted';

export interface LeadTable {
  id: string;
  campaign: string;
  import: string | null;
  state: LeadState;
  /** In the order in which they are to be tried next. */
  numbers: JSONColumnType<LeadNumber[]>;
  /** The first number of the list as imported: what deduplication compares. */
  first_number: string;
  zone_key: string;
  fields: JSONColumnType<Record<string, string>>;
  consent: NullableJson<Consent>;
  /** Attempts that count for the cap. */
  attempts: Generated<number>;
  /** Of `attempts`: made elsewhere before the lead came here. */
  earlier_attempts: Generated<number>;
  /** When anyone may call, business ms. */
  due_at: number;
  /** When somebody was promised to be called; by an agent of an edge, or whoever is free. */
  callback_at: number | null;
  callback_edge: string | null;
  callback_agent: string | null;
  /** Higher is lent first. */
  priority: Generated<number>;
  /** `priority`, or above all others what was promised. */
  rank: GeneratedAlways<number>;
  /** The import, or of leads without one the campaign. */
  list: GeneratedAlways<string>;
  /** What an agent decided last. */
  disposition: string | null;
  lease: string | null;
  last_outcome: Outcome | null;
  last_attempt_at: number | null;
  /** Why it is finished or exhausted. */
  reason: string | null;
  /** Settings and rules by which the gate refused it, by their key; under others it is open again. */
  refused_under: string | null;
  /** What a lent lead becomes once it is back: a late fact, an opt-out or the office has decided meanwhile. */
  final_state: 'finished' | 'exhausted' | null;
  created_at: number;
}

export interface ImportTable {
  id: string;
  campaign: string;
  file: string;
  state: ImportState;
  started_at: number;
  ended_at: number | null;
  bytes_read: number;
  bytes_total: number | null;
  rows: number;
  imported: number;
  duplicates: number;
  rejected: number;
  error: NullableJson<{ code: string; message: string; advice: string }>;
  header: NullableJson<string[]>;
  errors_kept: Generated<number>;
  taken_back: Generated<number>;
  kept: NullableJson<{ lent: number; worked: number }>;
  weight: Generated<number>;
}

export interface ImportErrorTable {
  import: string;
  /** 1 for the first row below the header. */
  row: number;
  cells: JSONColumnType<string[]>;
  reason: string;
}

/** What was last said about the columns of lists with the same headings. */
export interface ColumnMappingTable {
  signature: string;
  mapping: JSONColumnType<ColumnMapping>;
  at: number;
}

export interface DoNotCallTable {
  /** `*` for all campaigns, or a campaign's id. */
  scope: string;
  number: string;
  reason: string;
  added_at: number;
  added_by: string;
  /** The uploaded lists that name it; null: a person did. */
  lists: string[] | null;
}

/** An uploaded do-not-call list. */
export interface DncListTable {
  id: string;
  file: string;
  scope: string;
  reason: string;
  added_by: string;
  /** Business ms. */
  at: number;
  added: number;
  known: number;
  rejected: number;
  undone_at: number | null;
}

/** A lead that was closed because of an entry that has been taken back since; it is to be opened again. */
export interface UnlistedLeadTable {
  lead: string;
}

/** One row: counts the changes of the list. */
export interface DncRevisionTable {
  one: Generated<boolean>;
  revision: number;
  /** The last revision that changed more than can be told one by one. */
  bulk: Generated<number>;
}

/** What changed since the newest base of the list, as it was last. */
export interface DncChangeTable {
  digest: Buffer;
  revision: number;
  listed: boolean;
}

export interface LeaseTable {
  id: string;
  epoch: string;
  edge: string;
  site: string;
  campaign: string;
  /** Business ms. */
  issued_at: number;
  expires_at: number;
  /** `settled`: every lead of it has a fate here. */
  state: 'issued' | 'stored' | 'ended' | 'settled';
  leads: number;
  /** Sent again until the edge confirmed it. */
  payload: NullableJson<Lease>;
  /** Business ms. */
  sent_at: number | null;
  how: 'returned' | 'expired' | 'revoked' | 'written-off' | null;
  /** Position in the attempt stream of `ledger` that must be committed before it is settled. */
  after_attempt: number | null;
  ledger: string | null;
  unworked: NullableJson<string[]>;
}

/** The lock that keeps a callee from being lent twice. */
export interface LeasedNumberTable {
  number: string;
  lease: string;
  lead: string;
}

/** What an edge must give back, sent in every session until its leases have ended. */
export interface RevocationTable {
  id: string;
  edge: string;
  message: JSONColumnType<Revoke>;
  /** Business ms; afterwards the leases have expired anyway. */
  until: number;
  session: string | null;
}

export interface AttemptTable {
  id: string;
  lead: string;
  campaign: string;
  lease: string;
  edge: string;
  ordinal: number;
  outcome: Outcome;
  ended_at: number;
  /** Counted because an edge never reported; the true row takes its place when it comes. */
  assumed: Generated<boolean>;
}

/** Which call belongs to which lead: dispositions name only the call. What was assumed of a silent edge is there too. */
export interface AttemptCallTable {
  call: string;
  attempt: string;
  lead: string;
  number: string;
  /** Business ms. */
  started_at: number | null;
  outcome: Outcome | null;
}

/** Calls to somebody that no attempt made: back to callers, and to people outside. Caps per callee count them, too. */
export interface OtherCallTable {
  call: string;
  number: string;
  /** Business ms. */
  started_at: number;
  outcome: Outcome;
}

/** What the gate did not let a branch have, or a branch dial, by lead, number and rule. */
export interface GateRefusalTable {
  lead: string;
  number: string;
  rule: GateRule;
  /** Refused at the branch, before the call; otherwise where the lead was to be lent. */
  branch: Generated<boolean>;
  campaign: string;
  /** Business ms of the last time. */
  at: number;
  edge: string;
  reason: string;
  until: number | null;
  rules: string | null;
  times: Generated<number>;
}

export interface CallDispositionTable {
  call: string;
  edge: string;
  agent: string;
  code: string;
  set_by: string;
  at: number;
  callback_at: number | null;
  callback_for: CallbackFor | null;
}

export interface LeaseEpochTable {
  id: string;
  /** Business ms. */
  started_at: number;
  reason: string;
  /** Business ms until which nothing is lent unless every edge reported; null when not blocked. */
  blocked_until: number | null;
}

/** Edges that have not yet shown that they hold nothing of an older epoch. */
export interface LeaseEpochWaitTable {
  epoch: string;
  edge: string;
}

/** One row: grows while the controller runs; a restored database is behind the file beside it. */
export interface RestoreMarkTable {
  one: Generated<boolean>;
  mark: number;
}

export interface CampaignTables {
  campaigns: CampaignTable;
  campaign_zones: CampaignZoneTable;
  leads: LeadTable;
  imports: ImportTable;
  import_errors: ImportErrorTable;
  column_mappings: ColumnMappingTable;
  do_not_call: DoNotCallTable;
  dnc_lists: DncListTable;
  unlisted_leads: UnlistedLeadTable;
  dnc_revision: DncRevisionTable;
  dnc_changes: DncChangeTable;
  leases: LeaseTable;
  leased_numbers: LeasedNumberTable;
  revocations: RevocationTable;
  attempts: AttemptTable;
  attempt_calls: AttemptCallTable;
  other_calls: OtherCallTable;
  gate_refusals: GateRefusalTable;
  call_dispositions: CallDispositionTable;
  lease_epochs: LeaseEpochTable;
  lease_epoch_waits: LeaseEpochWaitTable;
  restore_mark: RestoreMarkTable;
}
