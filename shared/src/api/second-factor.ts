import Type, { type Static } from 'typebox';
import { closed, Count, Instant } from '../contract/primitives.ts';

const Password = Type.String({ maxLength: 200 });
/** Six digits of the authenticator app, or a recovery code; spaces and hyphens do not matter. */
export const FactorCode = Type.String({ minLength: 6, maxLength: 60 });

/** Whether somebody's sign-in is protected by an authenticator app (TOTP, RFC 6238). */
export const SecondFactorView = closed({
  enrolled: Type.Boolean(),
  /** When it was confirmed, business time. */
  since: Type.Optional(Instant),
  /** Recovery codes that were not used yet. */
  recoveryCodes: Count,
  /** An administrator wants it. */
  required: Type.Boolean(),
});
export type SecondFactorView = Static<typeof SecondFactorView>;

export const FactorStart = closed({ password: Password });
export type FactorStart = Static<typeof FactorStart>;

/** What the authenticator app has to know; answered once and never again. */
export const FactorSecret = closed({
  /** Base32 (RFC 4648), for typing. */
  secret: Type.String(),
  /** The same for a QR code: `otpauth://totp/…`. */
  uri: Type.String(),
});
export type FactorSecret = Static<typeof FactorSecret>;

export const FactorConfirm = closed({ code: FactorCode });
export type FactorConfirm = Static<typeof FactorConfirm>;

/** Each works once in place of a code of the app; answered once and never again. */
export const RecoveryCodes = closed({ recoveryCodes: Type.Array(Type.String()) });
export type RecoveryCodes = Static<typeof RecoveryCodes>;

export const FactorEnd = closed({ password: Password, code: FactorCode });
export type FactorEnd = Static<typeof FactorEnd>;
