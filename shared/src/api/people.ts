import Type, { type Static } from 'typebox';
import { closed, Instant, Label, Name, oneOf } from '../contract/primitives.ts';
import { FactorCode } from './second-factor.ts';

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
  /** Signs in with a code of an authenticator app. */
  totp: Type.Boolean(),
  /** Must: without an app, a session of this person can do nothing but enrol one. */
  totpRequired: Type.Boolean(),
  grants: Type.Array(Grant),
});
export type User = Static<typeof User>;

export const NewUser = closed({
  name: Name,
  displayName: Label,
  password: Type.String({ minLength: 10, maxLength: 200 }),
  language: Type.Optional(Language),
  totpRequired: Type.Optional(Type.Boolean()),
  grants: Type.Array(Grant, { maxItems: 100 }),
});
export type NewUser = Static<typeof NewUser>;

/** Absent fields stay as they are. */
export const UserChange = Type.Partial(
  closed({
    displayName: Label,
    password: Type.String({ minLength: 10, maxLength: 200 }),
    language: Language,
    disabled: Type.Boolean(),
    totpRequired: Type.Boolean(),
    grants: Type.Array(Grant, { maxItems: 100 }),
  }),
  { additionalProperties: false },
);
export type UserChange = Static<typeof UserChange>;

/** An API token as it is listed; the secret itself is shown once, when it is made. */
export const TokenView = closed({
  id: Type.String(),
  label: Label,
  user: Name,
  createdAt: Instant,
  expiresAt: Instant,
  /** When it was used last, within a minute; absent when it never was. */
  usedAt: Type.Optional(Instant),
  secret: Type.Optional(Type.String()),
});
export type TokenView = Static<typeof TokenView>;

/** A token of anybody, with what its owner may do and where: the token may do the same. */
export const OwnedToken = closed({
  ...TokenView.properties,
  grants: Type.Array(Grant),
  /** The owner may not sign in, and the token is refused. */
  disabled: Type.Boolean(),
});
export type OwnedToken = Static<typeof OwnedToken>;

export const NewToken = closed({
  label: Label,
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 90 })),
});
export type NewToken = Static<typeof NewToken>;

export const SignIn = closed({
  name: Type.String({ maxLength: 100 }),
  password: Type.String({ maxLength: 200 }),
  /** The second step, for those who have one: without it they are answered `BL_AUTH_CODE_NEEDED`. */
  code: Type.Optional(FactorCode),
});
export type SignIn = Static<typeof SignIn>;

/** Who is signed in. */
export const SessionView = closed({
  user: User,
  expiresAt: Instant,
  /** This session can do nothing but enrol an authenticator app. */
  mustEnrol: Type.Boolean(),
});
export type SessionView = Static<typeof SessionView>;

/** What the audit log is searched by; all that is given must fit. */
export const AuditFilter = closed({
  /** Who did it: the whole name. */
  principal: Type.Optional(Label),
  /** What was done, or the part before the dot: `campaign` finds `campaign.run`. */
  action: Type.Optional(Type.String({ pattern: '^[a-z-]+(\\.[a-z-]+)?$', maxLength: 60 })),
  /** A part of what it was done to. */
  target: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
});
export type AuditFilter = Static<typeof AuditFilter>;

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
