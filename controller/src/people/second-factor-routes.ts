import Type from 'typebox';
import {
  BranchlineError,
  closed,
  FactorConfirm,
  FactorEnd,
  FactorSecret,
  FactorStart,
  RecoveryCodes,
  SecondFactorView,
  type User,
} from '@branchline/shared';
import { principalOf, type Routes } from '../http/index.ts';
import { hashSecret } from './secrets.ts';
import type { ProvenPassword } from './sign-in.ts';
import { endSessions } from './user-book.ts';
import type { PeopleContext } from './routes.ts';

const Done = closed({ done: Type.Literal(true) });
const ById = closed({ id: Type.String({ maxLength: 64 }) });
type Request = Parameters<typeof principalOf>[0];

/** One's own authenticator app, and what an administrator can do about somebody else's. */
export function secondFactorRoutes({ db, signIn, secondFactor, execute, bell }: PeopleContext): Routes {
  const own = { action: 'account.own', enrolment: true } as const;
  const guessed = { ...own, rateLimit: { max: 30, timeWindow: 60_000 } } as const;
  const owner = (request: Request): User => {
    const { user, kind } = principalOf(request);
    if (!user || kind !== 'session')
      throw new BranchlineError('BL_AUTH_FORBIDDEN', { action: 'change an authenticator app with a token' });
    return user;
  };
  /** Whoever sits at an unlocked screen does not know the password. */
  const reproven = (request: Request, password: string): Promise<ProvenPassword> =>
    signIn.prove(owner(request).name, password, request.ip);

  return (api) => {
    api.get(
      '/session/totp',
      { schema: { response: { 200: SecondFactorView } }, config: own },
      async (request) => secondFactor.view(db, owner(request)),
    );
    api.post(
      '/session/totp',
      { schema: { body: FactorStart, response: { 201: FactorSecret } }, config: guessed },
      async (request, reply) => {
        const proven = await reproven(request, request.body.password);
        const secret = await execute(
          principalOf(request),
          { action: 'account.own' },
          `authenticator app of ${proven.user.name}`,
          async (trx, note) => {
            note({ enrolment: 'begun' });
            return secondFactor.begin(trx, proven.user);
          },
        );
        proven.succeeded();
        return reply.code(201).send(secret);
      },
    );
    api.post(
      '/session/totp/confirm',
      { schema: { body: FactorConfirm, response: { 200: RecoveryCodes } }, config: guessed },
      async (request) => {
        const user = owner(request);
        const codes = await execute(
          principalOf(request),
          { action: 'account.own' },
          `authenticator app of ${user.name}`,
          async (trx, note) => {
            note({ enrolment: 'done', otherSessions: 'ended' });
            return secondFactor.confirm(
              trx,
              user,
              request.body.code,
              hashSecret(request.sessionSecret ?? ''),
            );
          },
        );
        await bell.ring('people', user.id);
        return { recoveryCodes: codes };
      },
    );
    // Not DELETE: some proxies take the body of one away.
    api.post(
      '/session/totp/disable',
      { schema: { body: FactorEnd, response: { 200: Done } }, config: guessed },
      async (request) => {
        const { password, code } = request.body;
        const proven = await reproven(request, password);
        const { user } = proven;
        await execute(
          principalOf(request),
          { action: 'account.own' },
          `authenticator app of ${user.name}`,
          async (trx, note) => {
            const shown = await secondFactor.pass(trx, user.id, code);
            note({ disabled: true, shown });
            await secondFactor.remove(trx, user.id);
          },
        );
        proven.succeeded();
        await bell.ring('people', user.id);
        return { done: true as const };
      },
    );
    api.post(
      '/users/:id/totp/reset',
      { schema: { params: ById, response: { 200: Done } }, config: { action: 'user.write' } },
      async (request) => {
        const { id } = request.params;
        const principal = principalOf(request);
        if (principal.user?.id === id)
          throw new BranchlineError('BL_API_CONFLICT', {
            problem: 'your own authenticator app is switched off in your account, with password and code',
          });
        await execute(principal, { action: 'user.write' }, `user ${id}`, async (trx, note) => {
          note({ authenticatorApp: 'reset', sessions: 'ended' });
          await secondFactor.remove(trx, id);
          await endSessions(trx, id);
        });
        await bell.ring('people', id);
        return { done: true as const };
      },
    );
  };
}
