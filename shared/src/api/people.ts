import Type, { type Static } from 'typebox';
import { closed, Instant, Label, Name, oneOf } from '../contract/primitives.ts';

export const Role = oneOf(['admin', 'operations', 'supervisor', 'auditor', 'engineer', 'agent']);
export type Role = Static<typeof Role>;

export const Language = oneOf(['en', 'zh-CN']);
export type Language = Static<typeof Language>;

/** A role, everywhere or at one site. */
export const Grant = closed({ role: Role, site: Type.Optional(Name) });
export type Grant = Static<typeof Grant>;

export const User = closed({
  id: Type.String(),
  name: Name,
  displayName: Label,
  language: Language,
  disabled: Type.Boolean(),
  grants: Type.Array(Grant),
});
export type User = Static<typeof User>;

export const NewUser = closed({
  name: Name,
  displayName: Label,
  password: Type.String({ minLength: 10, maxLength: 200 }),
  language: Type.Optional(Language),
  grants: Type.Array(Grant, { maxItems: 100 }),
});
export type NewUser = Static<typeof NewUser>;

export const SignIn = closed({
  name: Type.String({ maxLength: 100 }),
  password: Type.String({ maxLength: 200 }),
});
export type SignIn = Static<typeof SignIn>;

/** Who is signed in. */
export const SessionView = closed({ user: User, expiresAt: Instant });
export type SessionView = Static<typeof SessionView>;

export const AuditEntry = closed({
  id: Type.Integer(),
  at: Instant,
  principal: Label,
  action: Label,
  target: Label,
  site: Type.Optional(Name),
  detail: Type.Unknown(),
  hash: Type.String(),
});
export type AuditEntry = Static<typeof AuditEntry>;
