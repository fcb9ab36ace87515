import Type from 'typebox';
import type { Kysely } from 'kysely';
import {
  BranchlineError,
  closed,
  NewToken,
  NewUser,
  OwnedToken,
  page,
  SessionView,
  SignIn as SignInBody,
  TokenView,
  User,
  UserChange,
  type Clock,
  type ErrorCode,
  type IdSource,
} from '@branchline/shared';
import type { Execute } from '../compliance/index.ts';
import type { Tables } from '../database/index.ts';
import { principalOf, sendCsv, sessionCookie, setSessionCookie, type Routes } from '../http/index.ts';
import { hashPassword } from './secrets.ts';
import { peopleCsv } from './people-csv.ts';
import { systemPrincipal } from './principal.ts';
import type { ControllerBell } from '../rings.ts';
import type { SecondFactor } from './second-factor.ts';
import { mustEnrol, type SignIn } from './sign-in.ts';
import { changeUser, createUser, listUsers } from './user-book.ts';

export interface PeopleContext {
  readonly db: Kysely<Tables>;
  readonly signIn: SignIn;
  readonly secondFactor: SecondFactor;
  readonly execute: Execute;
  readonly newId: IdSource;
  /** Business time. */
  readonly clock: Clock;
  readonly bell: ControllerBell;
}

const isCode = (error: unknown, code: ErrorCode): boolean =>
  error instanceof BranchlineError && error.code === code;
const Done = closed({ done: Type.Literal(true) });
const ById = closed({ id: Type.String({ maxLength: 64 }) });

/** Signing in and out, users and tokens. */
export function peopleRoutes(context: PeopleContext): Routes {
  const { db, signIn, secondFactor, execute, newId, clock, bell } = context;
  return (api) => {
    api.post(
      '/session',
      {
        schema: { body: SignInBody, response: { 200: SessionView } },
        // An office behind one address comes at the same hour, with two steps each.
        config: { open: true, rateLimit: { max: 60, timeWindow: 60_000 } },
      },
      async (request, reply) => {
        const { name, password, code } = request.body;
        const audited = `sign-in of ${name}`;
        const said = (result: string): Promise<void> =>
          execute(systemPrincipal, { action: 'token.own' }, audited, async (_trx, note) =>
            note({ result, address: request.ip }),
          );
        try {
          const proven = await signIn.prove(name, password, request.ip);
          const { user } = proven;
          try {
            // Signing in needs no permission; the entry stands in the person's name.
            const opened = await execute(
              { ...systemPrincipal, name: user.name },
              { action: 'token.own' },
              audited,
              async (trx, note) => {
                const factor = await secondFactor.pass(trx, user.id, code);
                note({ result: 'signed in', address: request.ip, ...(factor && { factor }) });
                return signIn.open(trx, user);
              },
            );
            proven.succeeded();
            setSessionCookie(request, reply, opened.secret, opened.expiresAt);
            return { user, expiresAt: opened.expiresAt, mustEnrol: mustEnrol(user) };
          } catch (error) {
            if (isCode(error, 'BL_AUTH_CODE_NEEDED')) proven.undecided();
            throw error;
          }
        } catch (error) {
          if (isCode(error, 'BL_AUTH_WRONG')) await said('refused');
          if (isCode(error, 'BL_AUTH_CODE_WRONG')) await said('refused: wrong code');
          if (isCode(error, 'BL_AUTH_CODE_NEEDED')) await said('right password, code asked for');
          throw error;
        }
      },
    );
    api.get(
      '/session',
      { schema: { response: { 200: SessionView } }, config: { action: 'token.own', enrolment: true } },
      (request) => {
        const { user, confined = false } = principalOf(request);
        if (!user) throw new BranchlineError('BL_AUTH_REQUIRED');
        return { user, expiresAt: request.sessionExpiresAt, mustEnrol: confined };
      },
    );
    api.delete(
      '/session',
      { schema: { response: { 200: Done } }, config: { open: true } },
      async (request, reply) => {
        if (request.sessionSecret) await signIn.close(request.sessionSecret);
        if (request.principal?.user) await bell.ring('people', request.principal.user.id);
        void reply.clearCookie(sessionCookie, { path: '/' });
        return { done: true as const };
      },
    );

    api.get(
      '/users',
      { schema: { response: { 200: page(User) } }, config: { action: 'user.read' } },
      async () => ({
        items: await listUsers(db),
      }),
    );
    api.get(
      '/users/export',
      {
        schema: { description: 'Everybody with their roles, a row for each role.', produces: ['text/csv'] },
        config: { action: 'user.read' },
      },
      async (_request, reply) => sendCsv(reply, 'people', peopleCsv(await listUsers(db))),
    );
    api.post(
      '/users',
      { schema: { body: NewUser, response: { 201: User } }, config: { action: 'user.write' } },
      async (request, reply) => {
        const { password, ...rest } = request.body;
        const passwordHash = await hashPassword(password);
        const user = await execute(
          principalOf(request),
          { action: 'user.write' },
          `user ${rest.name}`,
          async (trx, note) => {
            note({ created: rest });
            return createUser(trx, request.body, passwordHash, newId, clock);
          },
        );
        return reply.code(201).send(user);
      },
    );
    api.patch(
      '/users/:id',
      {
        schema: { params: ById, body: UserChange, response: { 200: User } },
        config: { action: 'user.write' },
      },
      async (request) => {
        const { password, ...change } = request.body;
        const passwordHash = password === undefined ? undefined : await hashPassword(password);
        const user = await execute(
          principalOf(request),
          { action: 'user.write' },
          `user ${request.params.id}`,
          async (trx, note) => {
            note({ changed: change, password: password === undefined ? 'kept' : 'new' });
            return changeUser(trx, request.params.id, change, passwordHash);
          },
        );
        await bell.ring('people', user.id);
        return user;
      },
    );

    const owner = (request: Parameters<typeof principalOf>[0]): User => {
      const { user, kind } = principalOf(request);
      // A token that could make tokens could not be taken away again.
      if (!user || kind !== 'session')
        throw new BranchlineError('BL_AUTH_FORBIDDEN', { action: 'manage tokens with a token' });
      return user;
    };
    api.get(
      '/tokens',
      { schema: { response: { 200: page(TokenView) } }, config: { action: 'token.own' } },
      async (request) => ({
        items: await signIn.tokensOf(owner(request)),
      }),
    );
    api.post(
      '/tokens',
      { schema: { body: NewToken, response: { 201: TokenView } }, config: { action: 'token.own' } },
      async (request, reply) => {
        const user = owner(request);
        const token = await execute(
          principalOf(request),
          { action: 'token.own' },
          `token ${request.body.label}`,
          async (trx, note) => {
            const made = await signIn.createToken(trx, user, request.body);
            note({ created: made.id, expiresAt: made.expiresAt });
            return made;
          },
        );
        return reply.code(201).send(token);
      },
    );
    api.delete(
      '/tokens/:id',
      { schema: { params: ById, response: { 200: Done } }, config: { action: 'token.own' } },
      async (request) => {
        const user = owner(request);
        const { id } = request.params;
        await execute(principalOf(request), { action: 'token.own' }, `token ${id}`, async (trx, note) => {
          note({ deleted: id });
          await signIn.deleteToken(trx, user, id);
        });
        await bell.ring('people', user.id);
        return { done: true as const };
      },
    );
    api.get(
      '/users/tokens',
      { schema: { response: { 200: page(OwnedToken) } }, config: { action: 'user.read' } },
      async () => ({ items: await signIn.allTokens() }),
    );
    api.delete(
      '/users/tokens/:id',
      { schema: { params: ById, response: { 200: Done } }, config: { action: 'user.write' } },
      async (request) => {
        const { id } = request.params;
        const act = { action: 'user.write' } as const;
        const of = await execute(principalOf(request), act, `token ${id}`, async (trx, note) => {
          const { label, user, userId } = await signIn.revokeToken(trx, id);
          note({ revoked: label, of: user });
          return userId;
        });
        await bell.ring('people', of);
        return { done: true as const };
      },
    );
  };
}
