import type { Kysely, Transaction } from 'kysely';
import {
  BranchlineError,
  type Clock,
  type IdSource,
  type NewToken,
  type OwnedToken,
  type TokenView,
  type User,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { Principal } from './principal.ts';
import { hashSecret, newSecret, passwordFits } from './secrets.ts';
import { SignInThrottle } from './sign-in-throttle.ts';
import { findUser, listUsers } from './user-book.ts';

/** How long a session lasts, ms of transport time. */
const sessionMs = 12 * 3_600_000;
const dayMs = 86_400_000;
/** How long a resolved principal is believed without asking the database, ms. */
const rememberMs = 2000;
/** Nobody's id: a list of none is no list to PostgreSQL. */
const noUser = '00000000-0000-0000-0000-000000000000';
/** How exactly the last use of a token is written down, ms. */
const usedMs = 60_000;

export interface OpenSession {
  readonly secret: string;
  readonly expiresAt: number;
}

/** Somebody who knows the password. */
export interface ProvenPassword {
  readonly user: User;
  /** Every step was taken: earlier failures are forgiven. */
  succeeded(): void;
  /** The second step was not tried yet: this attempt is no failure. */
  undecided(): void;
}

/** Whether somebody may do nothing before an authenticator app is enrolled. */
export function mustEnrol(user: User): boolean {
  return user.totpRequired && !user.totp;
}

/** Sessions of people and tokens of programs. All instants are transport time. */
export class SignIn {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  readonly #newId: IdSource;
  readonly #throttle: SignInThrottle;
  /** How often everything was forgotten. */
  #forgotten = 0;
  readonly #remembered = new Map<string, { principal: Principal; expiresAt: number; until: number }>();

  constructor(db: Kysely<Tables>, clock: Clock, newId: IdSource) {
    this.#db = db;
    this.#clock = clock;
    this.#newId = newId;
    this.#throttle = new SignInThrottle(clock);
  }

  /**
   * Whether name and password fit. Counts as a failure until the caller says otherwise, because a second step may follow.
   * @throws BranchlineError `BL_AUTH_WRONG`, `BL_AUTH_THROTTLED`
   */
  async prove(name: string, password: string, address: string): Promise<ProvenPassword> {
    const keys = [`name ${name.toLowerCase()}`, `address ${address}`];
    this.#throttle.admit(...keys);
    // Counted before the slow comparison, so that a burst of parallel guesses does not slip through.
    this.#throttle.failed(...keys);
    const row = await this.#db
      .selectFrom('users')
      .select(['id', 'password_hash', 'disabled'])
      .where('name', '=', name)
      .executeTakeFirst();
    const fits = await passwordFits(row?.password_hash, password);
    const user = row && fits && !row.disabled ? await findUser(this.#db, { id: row.id }) : undefined;
    if (!user) throw new BranchlineError('BL_AUTH_WRONG');
    return {
      user,
      succeeded: () => this.#throttle.succeeded(...keys),
      undecided: () => this.#throttle.withdraw(...keys),
    };
  }

  /** Begins a session of somebody who has taken every step. */
  async open(trx: Transaction<Tables>, user: User): Promise<OpenSession> {
    const secret = newSecret();
    const now = this.#clock.now();
    const expiresAt = now + sessionMs;
    await trx.deleteFrom('user_sessions').where('expires_at', '<', now).execute();
    await trx
      .insertInto('user_sessions')
      .values({ hash: hashSecret(secret), user_id: user.id, created_at: now, expires_at: expiresAt })
      .execute();
    return { secret, expiresAt };
  }

  async close(secret: string): Promise<void> {
    const hash = hashSecret(secret);
    this.#remembered.delete(`session ${hash}`);
    await this.#db.deleteFrom('user_sessions').where('hash', '=', hash).execute();
  }

  /** Who holds this cookie or token; undefined when it is unknown, expired or its user disabled. */
  async resolve(
    kind: 'session' | 'token',
    secret: string,
  ): Promise<{ principal: Principal; expiresAt: number } | undefined> {
    const hash = hashSecret(secret);
    const key = `${kind} ${hash}`;
    const now = this.#clock.now();
    const known = this.#remembered.get(key);
    if (known && known.until > now) return known;
    this.#remembered.delete(key);
    const forgotten = this.#forgotten;
    const table = kind === 'session' ? ('user_sessions' as const) : ('api_tokens' as const);
    const row = await this.#db
      .selectFrom(table)
      .select(['user_id', 'expires_at'])
      .where('hash', '=', hash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    const user = row && (await findUser(this.#db, { id: row.user_id }));
    if (!row || !user || user.disabled) return undefined;
    if (kind === 'token') await this.#used(hash, now);
    const name = kind === 'session' ? user.name : `${user.name} (token)`;
    const entry = {
      principal: { kind, name, grants: user.grants, user, confined: kind === 'session' && mustEnrol(user) },
      expiresAt: row.expires_at,
      until: Math.min(now + rememberMs, row.expires_at),
    };
    if (this.#remembered.size > 10_000) this.#remembered.clear();
    // What was read before a change must not be believed after it.
    if (this.#forgotten === forgotten) this.#remembered.set(key, entry);
    return entry;
  }

  async #used(hash: string, now: number): Promise<void> {
    await this.#db
      .updateTable('api_tokens')
      .set({ used_at: now })
      .where('hash', '=', hash)
      .where((token) => token.or([token('used_at', 'is', null), token('used_at', '<', now - usedMs)]))
      .execute();
  }

  /** Believes nothing older: called after a change of users, so that it holds at once in this process. */
  forget(): void {
    this.#forgotten++;
    this.#remembered.clear();
  }

  /** A token that acts as its owner. The secret is in the answer and nowhere else. */
  async createToken(db: Kysely<Tables>, user: User, token: NewToken): Promise<TokenView> {
    const secret = newSecret();
    const id = this.#newId();
    const createdAt = this.#clock.now();
    const expiresAt = createdAt + (token.days ?? 90) * dayMs;
    await db
      .insertInto('api_tokens')
      .values({
        id,
        hash: hashSecret(secret),
        user_id: user.id,
        label: token.label,
        created_at: createdAt,
        expires_at: expiresAt,
      })
      .execute();
    return { id, label: token.label, user: user.name, createdAt, expiresAt, secret };
  }

  /** @throws BranchlineError `BL_API_NOT_FOUND` when the token is not this user's */
  async deleteToken(db: Kysely<Tables>, user: User, id: string): Promise<void> {
    const gone = await db
      .deleteFrom('api_tokens')
      .where('id', '=', id)
      .where('user_id', '=', user.id)
      .executeTakeFirst();
    if (gone.numDeletedRows === 0n) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'token', id });
  }

  /**
   * Takes anybody's token away.
   * @throws BranchlineError `BL_API_NOT_FOUND`
   */
  async revokeToken(
    db: Kysely<Tables>,
    id: string,
  ): Promise<{ label: string; user: string; userId: string }> {
    const gone = await db
      .deleteFrom('api_tokens')
      .using('users')
      .whereRef('users.id', '=', 'api_tokens.user_id')
      .where('api_tokens.id', '=', id)
      .returning(['api_tokens.label', 'users.name as user', 'users.id as userId'])
      .executeTakeFirst();
    if (!gone) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'token', id });
    return gone;
  }

  /** The tokens of one user, oldest first. */
  async tokensOf(user: User): Promise<TokenView[]> {
    return this.#tokens([user]).then((tokens) =>
      tokens.map(({ grants: _grants, disabled: _disabled, ...view }) => view),
    );
  }

  /** Everybody's tokens by owner, oldest first, without their secrets. */
  async allTokens(): Promise<OwnedToken[]> {
    return this.#tokens(await listUsers(this.#db));
  }

  async #tokens(users: readonly User[]): Promise<OwnedToken[]> {
    const rows = await this.#db
      .selectFrom('api_tokens')
      .select(['id', 'user_id', 'label', 'created_at', 'expires_at', 'used_at'])
      .where('user_id', 'in', [noUser, ...users.map(({ id }) => id)])
      .orderBy('id')
      .execute();
    return users.flatMap(({ id, name, grants, disabled }) =>
      rows
        .filter((row) => row.user_id === id)
        .map((row) => ({
          id: row.id,
          label: row.label,
          user: name,
          createdAt: row.created_at,
          expiresAt: row.expires_at,
          ...(row.used_at !== null && { usedAt: row.used_at }),
          grants: [...grants],
          disabled,
        })),
    );
  }
}
