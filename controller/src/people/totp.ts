import { Secret, TOTP } from 'otpauth';

/** One time step, ms. */
const stepMs = 30_000;
/** Steps a phone's clock may be off, either way. */
const window = 1;
const issuer = 'Branchline';

/** What every authenticator app understands: SHA-1, six digits, 30 seconds (RFC 6238 with the defaults of the key URI). */
function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer, label, algorithm: 'SHA1', digits: 6, period: stepMs / 1000, secret });
}

/** 160 random bits (RFC 4226, R6), Base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The key URI that apps read from a QR code. */
export function totpUri(secret: string, userName: string): string {
  return totpOf(secret, userName).toString();
}

/**
 * The time step a code belongs to, or undefined when it fits none of the present one and its neighbours. Whether it was
 * used before is for the caller: a step is accepted once.
 * @param secret Base32
 * @param now ms since the Unix epoch, real time
 */
export function stepOf(secret: string, code: string, now: number): number | undefined {
  const delta = totpOf(secret, issuer).validate({ token: code, timestamp: now, window });
  return delta === null ? undefined : Math.floor(now / stepMs) + delta;
}
