import type { Kysely, Transaction } from 'kysely';
import {
  BranchlineError,
  type Clock,
  type Grant,
  type IdSource,
  type NewUser,
  type User,
  type UserChange,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { hashPassword, newPassword } from './secrets.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

interface UserRow {
  id: string;
  name: string;
  display_name: string;
  language: User['language'];
  disabled: boolean;
  totp_required: boolean;
}

async function withGrants(db: Db, rows: readonly UserRow[]): Promise<User[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const grants = await db.selectFrom('user_grants').selectAll().where('user_id', 'in', ids).execute();
  const apps = await db
    .selectFrom('user_totp')
    .select('user_id')
    .where('user_id', 'in', ids)
    .where('confirmed_at', 'is not', null)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    language: row.language,
    disabled: row.disabled,
    totp: apps.some((app) => app.user_id === row.id),
    totpRequired: row.totp_required,
    grants: grants
      .filter((grant) => grant.user_id === row.id)
      .map((grant): Grant => ({ role: grant.role, ...(grant.site !== null && { site: grant.site }) })),
  }));
}

/** A user with grants, or undefined. */
export async function findUser(db: Db, by: { id: string } | { name: string }): Promise<User | undefined> {
  const query = db.selectFrom('users').selectAll();
  const row = await (
    'id' in by ? query.where('id', '=', by.id) : query.where('name', '=', by.name)
  ).executeTakeFirst();
  return row && (await withGrants(db, [row]))[0];
}

/** All users by name. */
export async function listUsers(db: Db): Promise<User[]> {
  return withGrants(db, await db.selectFrom('users').selectAll().orderBy('name').execute());
}

/** @throws BranchlineError `BL_API_CONFLICT` when the name is taken, `BL_API_NOT_FOUND` for an unknown site */
export async function createUser(
  trx: Transaction<Tables>,
  user: NewUser,
  passwordHash: string,
  newId: IdSource,
  clock: Clock,
): Promise<User> {
  const id = newId();
  const made = await trx
    .insertInto('users')
    .values({
      id,
      name: user.name,
      display_name: user.displayName,
      language: user.language ?? 'en',
      password_hash: passwordHash,
      totp_required: user.totpRequired ?? false,
      created_at: clock.now(),
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made)
    throw new BranchlineError('BL_API_CONFLICT', { problem: `the user name "${user.name}" is taken` });
  await setGrants(trx, id, user.grants);
  return (await findUser(trx, { id }))!;
}

/** Applies a change; a new password or a disabled account ends the sessions. @throws BranchlineError `BL_API_NOT_FOUND` */
export async function changeUser(
  trx: Transaction<Tables>,
  id: string,
  change: Omit<UserChange, 'password'>,
  passwordHash: string | undefined,
): Promise<User> {
  const user = await findUser(trx, { id });
  if (!user) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'user', id });
  const values = {
    ...(change.displayName !== undefined && { display_name: change.displayName }),
    ...(change.language !== undefined && { language: change.language }),
    ...(change.disabled !== undefined && { disabled: change.disabled }),
    ...(change.totpRequired !== undefined && { totp_required: change.totpRequired }),
    ...(passwordHash !== undefined && { password_hash: passwordHash }),
  };
  if (Object.keys(values).length > 0)
    await trx.updateTable('users').set(values).where('id', '=', id).execute();
  if (change.grants) await setGrants(trx, id, change.grants);
  if (change.disabled === true || passwordHash !== undefined) await endSessions(trx, id);
  await keepOneAdministrator(trx);
  return (await findUser(trx, { id }))!;
}

/** Signs somebody out everywhere. */
export async function endSessions(trx: Transaction<Tables>, id: string): Promise<void> {
  await trx.deleteFrom('user_sessions').where('user_id', '=', id).execute();
}

async function setGrants(trx: Transaction<Tables>, id: string, grants: readonly Grant[]): Promise<void> {
  const sites = [...new Set(grants.flatMap((grant) => grant.site ?? []))];
  const known =
    sites.length > 0 ? await trx.selectFrom('sites').select('id').where('id', 'in', sites).execute() : [];
  const unknown = sites.find((site) => !known.some((row) => row.id === site));
  if (unknown) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: unknown });
  await trx.deleteFrom('user_grants').where('user_id', '=', id).execute();
  if (grants.length === 0) return;
  await trx
    .insertInto('user_grants')
    .values(grants.map((grant) => ({ user_id: id, role: grant.role, site: grant.site ?? null })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** An installation whose last administrator locked himself out can only be repaired in the database. */
async function keepOneAdministrator(trx: Transaction<Tables>): Promise<void> {
  // Two administrators who demote each other at the same time must be seen one after the other.
  await trx.selectFrom('audit_head').select('id').forUpdate().execute();
  const left = await trx
    .selectFrom('users')
    .innerJoin('user_grants', 'user_grants.user_id', 'users.id')
    .select('users.id')
    .where('users.disabled', '=', false)
    .where('user_grants.role', '=', 'admin')
    .where('user_grants.site', 'is', null)
    .executeTakeFirst();
  if (!left) {
    throw new BranchlineError('BL_API_CONFLICT', {
      problem: 'this would leave the installation without an administrator',
    });
  }
}

/** The first administrator, made when there is no user at all. The password is shown once and stored nowhere. */
export async function createFirstAdministrator(
  db: Kysely<Tables>,
  newId: IdSource,
  clock: Clock,
): Promise<{ name: string; password: string } | undefined> {
  const anyone = await db.selectFrom('users').select('id').limit(1).executeTakeFirst();
  if (anyone) return undefined;
  const name = 'admin';
  const password = newPassword();
  const passwordHash = await hashPassword(password);
  return db.transaction().execute(async (trx) => {
    // Two controllers may start on one empty database.
    await trx.selectFrom('audit_head').select('id').forUpdate().execute();
    if (await trx.selectFrom('users').select('id').limit(1).executeTakeFirst()) return undefined;
    await createUser(
      trx,
      { name, displayName: 'Administrator', password, grants: [{ role: 'admin' }] },
      passwordHash,
      newId,
      clock,
    );
    return { name, password };
  });
}
