import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type {
  BranchPlan,
  ClockTrust,
  Desired,
  EdgeState,
  GsmPermission,
  Inventory,
  Reported,
} from '@branchline/shared';

type NullableJson<T extends object> = ColumnType<T | null, string | null | undefined, string | null>;

export interface SiteTable {
  id: string;
  name: string;
  zone: string;
  region: string;
  created_at: number;
  /** Absent: GSM lines are off. */
  gsm: NullableJson<GsmPermission>;
}

export interface EdgeTable {
  id: string;
  site: string;
  created_at: number;
  /** What the first enrolment bound the name to. */
  hardware_id: string | null;
  status: Generated<'never' | EdgeState['status']>;
  session: string | null;
  /** Business ms: `at` of the last state message that counted. */
  seen_at: number | null;
  firmware: string | null;
  contract: number | null;
  /** age public key of the box. */
  recipient: string | null;
  clock: ClockTrust | null;
  /** Without secrets: those are rows of `edge_secrets`. */
  plan: NullableJson<BranchPlan>;
  desired_version: Generated<number>;
  desired: NullableJson<Desired>;
  /** SHA-256 of the desired document without its version. */
  desired_hash: string | null;
  reported: NullableJson<Reported>;
  inventory: NullableJson<Inventory>;
}

export interface EdgeSecretTable {
  edge: string;
  /** `line:<id>` or `phone:<extension>`. */
  name: string;
  /** age text to the center's own key. */
  stored: string;
  /** age text to the box, once its key is known. */
  sealed: string | null;
  /** The key `sealed` is for. */
  recipient: string | null;
}

/** Instants of enrolment and certificates are real (transport) time. */
export interface EnrolmentTokenTable {
  hash: string;
  edge: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface EdgeCertificateTable {
  serial: string;
  edge: string;
  issued_at: number;
  expires_at: number;
  revoked_at: number | null;
}

export interface CommandTable {
  id: string;
  edge: string;
  verb: string;
  args: JSONColumnType<Record<string, unknown>>;
  issued_at: number;
  expires_at: number;
  ttl_ms: number;
  state: 'queued' | 'sent' | 'done' | 'failed' | 'expired';
  /** Session it was sent to last. */
  session: string | null;
  error_code: string | null;
  error_message: string | null;
  /** Who gave it; null: given before that was kept. */
  by: string | null;
}

export interface ArtifactTable {
  name: string;
  version: number;
  /** Revision of the source it was made from. */
  revision: number;
  sha256: string;
  bytes: number;
  /** The version of the base that changes are changes of. */
  base: number | null;
  made_at: number;
}

export interface ArtifactPartTable {
  name: string;
  version: number;
  /** Place of its first byte. */
  start: number;
  bytes: Buffer;
}

export interface ContractViolationTable {
  id: Generated<number>;
  at: number;
  edge: string;
  topic: string;
  code: string;
  problem: string;
  sample: string;
}

/** Which keys the installation has; every controller must bring the same. */
export interface InstallationKeyTable {
  /** Of the file or folder below the home. */
  name: string;
  /** SHA-256 of the authority's certificate, or the age recipient. */
  fingerprint: string;
}

export interface FleetTables {
  installation_keys: InstallationKeyTable;
  sites: SiteTable;
  edges: EdgeTable;
  edge_secrets: EdgeSecretTable;
  enrolment_tokens: EnrolmentTokenTable;
  edge_certificates: EdgeCertificateTable;
  commands: CommandTable;
  artifacts: ArtifactTable;
  artifact_parts: ArtifactPartTable;
  contract_violations: ContractViolationTable;
}
