import type { Kysely, Transaction } from 'kysely';
import {
  BranchlineError,
  type Clock,
  type FactorSecret,
  type SecondFactorView,
  type User,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { hashSecret, randomLetters } from './secrets.ts';
import { newTotpSecret, stepOf, totpUri } from './totp.ts';

const recoveryCodes = 10;
/** How long a begun enrolment waits for its first code, ms. */
const enrolmentMs = 15 * 60_000;

/** Seals secrets for the database and opens them again. */
export interface Vault {
  store(clear: string): Promise<string>;
  open(sealed: string): Promise<string>;
}

/**
 * Authenticator apps (TOTP) and recovery codes. Secrets are sealed at rest; a code is accepted once, over all controllers of
 * one database. Everything that changes takes the transaction of its audit entry.
 */
export class SecondFactor {
  readonly #vault: Vault;
  readonly #real: Clock;
  readonly #business: Clock;

  /** @param clocks codes follow real (transport) time; what is shown is business time */
  constructor(vault: Vault, clocks: { readonly transport: Clock; readonly business: Clock }) {
    this.#vault = vault;
    this.#real = clocks.transport;
    this.#business = clocks.business;
  }

  async view(db: Kysely<Tables>, user: User): Promise<SecondFactorView> {
    const row = await db
      .selectFrom('user_totp')
      .select('confirmed_at')
      .where('user_id', '=', user.id)
      .executeTakeFirst();
    const { left } = await db
      .selectFrom('user_recovery_codes')
      .select(({ fn }) => fn.countAll<number>().as('left'))
      .where('user_id', '=', user.id)
      .executeTakeFirstOrThrow();
    const since = row?.confirmed_at ?? undefined;
    return {
      enrolled: since !== undefined,
      ...(since !== undefined && { since }),
      recoveryCodes: left,
      required: user.totpRequired,
    };
  }

  /** Begins an enrolment, or begins it anew. @throws BranchlineError `BL_API_CONFLICT` when there is an app already */
  async begin(trx: Transaction<Tables>, user: User): Promise<FactorSecret> {
    const secret = newTotpSecret();
    const values = { secret: await this.#vault.store(secret), started_at: this.#real.now() };
    const begun = await trx
      .insertInto('user_totp')
      .values({ user_id: user.id, ...values })
      .onConflict((conflict) =>
        conflict.column('user_id').doUpdateSet(values).where('user_totp.confirmed_at', 'is', null),
      )
      .executeTakeFirst();
    if (begun.numInsertedOrUpdatedRows === 0n)
      throw new BranchlineError('BL_API_CONFLICT', {
        problem: 'this account has an authenticator app already; switch it off first',
      });
    return { secret, uri: totpUri(secret, user.name) };
  }

  /**
   * Ends an enrolment with the first code of the app; from now on signing in needs one. Sessions begun without it end.
   * @param keep hash of the session that goes on
   * @returns the recovery codes, which are kept as hashes only
   * @throws BranchlineError `BL_AUTH_CODE_WRONG`; `BL_API_CONFLICT` when no enrolment waits
   */
  async confirm(trx: Transaction<Tables>, user: User, code: string, keep: string): Promise<string[]> {
    await trx.selectFrom('users').select('id').where('id', '=', user.id).forUpdate().execute();
    const now = this.#real.now();
    const row = await trx
      .selectFrom('user_totp')
      .select('secret')
      .where('user_id', '=', user.id)
      .where('confirmed_at', 'is', null)
      .where('started_at', '>', now - enrolmentMs)
      .executeTakeFirst();
    if (!row)
      throw new BranchlineError('BL_API_CONFLICT', {
        problem: 'no enrolment of an authenticator app is under way; begin anew',
      });
    const step = stepOf(await this.#vault.open(row.secret), plain(code), now);
    if (step === undefined) throw new BranchlineError('BL_AUTH_CODE_WRONG');
    await trx
      .updateTable('user_totp')
      .set({ confirmed_at: this.#business.now(), last_step: step })
      .where('user_id', '=', user.id)
      .execute();
    const codes = Array.from({ length: recoveryCodes }, newRecoveryCode);
    await trx
      .insertInto('user_recovery_codes')
      .values(codes.map((each) => ({ user_id: user.id, hash: hashSecret(plain(each)) })))
      .execute();
    await trx.deleteFrom('user_sessions').where('user_id', '=', user.id).where('hash', '<>', keep).execute();
    return codes;
  }

  /**
   * Takes the second step of a sign-in, where there is one; spends the code.
   * @returns what was shown; undefined when this person has no app
   * @throws BranchlineError `BL_AUTH_CODE_NEEDED`, `BL_AUTH_CODE_WRONG`
   */
  async pass(
    trx: Transaction<Tables>,
    userId: string,
    code: string | undefined,
  ): Promise<'app' | 'recovery code' | undefined> {
    // An enrolment that ends just now waits for this sign-in, or this for it: neither overlooks the other.
    await trx.selectFrom('users').select('id').where('id', '=', userId).forShare().execute();
    const row = await trx
      .selectFrom('user_totp')
      .select('secret')
      .where('user_id', '=', userId)
      .where('confirmed_at', 'is not', null)
      .executeTakeFirst();
    if (!row) return undefined;
    if (code === undefined) throw new BranchlineError('BL_AUTH_CODE_NEEDED');
    const shown = plain(code);
    if (/^\d{6}$/.test(shown)) {
      const step = stepOf(await this.#vault.open(row.secret), shown, this.#real.now());
      const taken = await trx
        .updateTable('user_totp')
        .set({ last_step: step ?? 0 })
        .where('user_id', '=', userId)
        // The row is locked until the commit: of two who show the same code the second finds its step taken.
        .where('last_step', '<', step ?? 0)
        .executeTakeFirst();
      if (taken.numUpdatedRows === 0n) throw new BranchlineError('BL_AUTH_CODE_WRONG');
      return 'app';
    }
    const spent = await trx
      .deleteFrom('user_recovery_codes')
      .where('user_id', '=', userId)
      .where('hash', '=', hashSecret(shown))
      .executeTakeFirst();
    if (spent.numDeletedRows === 0n) throw new BranchlineError('BL_AUTH_CODE_WRONG');
    return 'recovery code';
  }

  /** Takes app and recovery codes away. @throws BranchlineError `BL_API_NOT_FOUND` when there is none */
  async remove(trx: Transaction<Tables>, userId: string): Promise<void> {
    const gone = await trx.deleteFrom('user_totp').where('user_id', '=', userId).executeTakeFirst();
    if (gone.numDeletedRows === 0n)
      throw new BranchlineError('BL_API_NOT_FOUND', { what: 'authenticator app of user', id: userId });
  }
}

/** 79 random bits: too many to be found from their hash. */
function newRecoveryCode(): string {
  return randomLetters(16).replaceAll(/(.{4})(?!$)/g, '$1-');
}

/** A code as it was meant: people copy spaces, write capitals and leave hyphens out. */
function plain(code: string): string {
  return code.replaceAll(/[\s-]/g, '').toLowerCase();
}
