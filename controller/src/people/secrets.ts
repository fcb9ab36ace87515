import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** 256 bits for cookies and tokens; only their hash is stored. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Secrets of 256 random bits need no slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A password people can type: 98 bits. */
export function newPassword(): string {
  return randomLetters(20);
}

/** Letters and digits without look-alikes, 4.95 bits each. */
export function randomLetters(length: number): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  let text = '';
  // Rejection sampling: a plain modulo would favour the first letters.
  while (text.length < length) {
    for (const byte of randomBytes(32)) {
      if (byte < 248 && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** argon2id, as OWASP's password storage sheet recommends: 19 MiB, 2 passes, 1 lane. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}

let decoy: Promise<string> | undefined;

/** Compares in the same time whether or not there is such an account. */
export async function passwordFits(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword(newSecret());
  const fits = await verify(stored ?? (await decoy), password);
  return stored !== undefined && fits;
}
