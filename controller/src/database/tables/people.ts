import type { Generated } from 'kysely';
import type { Language, Role } from '@branchline/shared';

export interface UserTable {
  id: string;
  name: string;
  display_name: string;
  language: Language;
  disabled: Generated<boolean>;
  /** argon2id, PHC string. */
  password_hash: string;
  totp_required: Generated<boolean>;
  created_at: number;
}

/** Somebody's authenticator app. */
export interface UserTotpTable {
  user_id: string;
  /** Sealed to the center's own key. */
  secret: string;
  /** Transport time. */
  started_at: number;
  /** Business time; null until the first code has come. */
  confirmed_at: number | null;
  /** The last time step whose code was accepted: none is accepted twice. */
  last_step: Generated<number>;
}

/** Recovery codes that were not used yet. */
export interface UserRecoveryCodeTable {
  user_id: string;
  /** SHA-256 of the code. */
  hash: string;
}

export interface UserGrantTable {
  user_id: string;
  role: Role;
  /** Null: everywhere. */
  site: string | null;
}

/** Instants of people's sessions and tokens are real (transport) time. */
export interface UserSessionTable {
  /** SHA-256 of the cookie's secret. */
  hash: string;
  user_id: string;
  created_at: number;
  expires_at: number;
}

export interface ApiTokenTable {
  id: string;
  /** SHA-256 of the secret. */
  hash: string;
  user_id: string;
  label: string;
  created_at: number;
  expires_at: number;
  /** Told once a minute at most. */
  used_at: Generated<number | null>;
}

/** Hash-chained; `detail` is text because its bytes are hashed. */
export interface AuditLogTable {
  id: number;
  at: number;
  principal: string;
  action: string;
  target: string;
  site: string | null;
  detail: string;
  previous: string;
  hash: string;
}

/** One row: the end of the chain. */
export interface AuditHeadTable {
  one: Generated<boolean>;
  id: number;
  hash: string;
}

export interface PeopleTables {
  users: UserTable;
  user_grants: UserGrantTable;
  user_totp: UserTotpTable;
  user_recovery_codes: UserRecoveryCodeTable;
  user_sessions: UserSessionTable;
  api_tokens: ApiTokenTable;
  audit_log: AuditLogTable;
  audit_head: AuditHeadTable;
}
