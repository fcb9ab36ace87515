import type { FastifyReply, FastifyRequest } from 'fastify';
import { BranchlineError } from '@branchline/shared';
import { permits, scopeFor, type SignIn } from '../people/index.ts';
import type { Api } from './api.ts';

export const sessionCookie = 'branchline_session';

/** Sets the session's cookie: unreadable for scripts, never sent by other sites' pages. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  expiresAt: number,
): void {
  void reply.setCookie(sessionCookie, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    expires: new Date(expiresAt),
  });
}

/**
 * Finds out who asks and whether the route is for them. A route that names neither an action nor `open` cannot be
 * registered: forgetting the permission is an error at start, not a hole.
 */
export function guardRoutes(api: Api, signIn: SignIn): void {
  api.decorateRequest('principal', null);
  api.decorateRequest('sessionSecret', null);
  api.decorateRequest('sessionExpiresAt', 0);
  api.decorateRequest('whoNow', null);
  api.addHook('onRoute', (route) => {
    if (!route.config?.action && !route.config?.open) {
      throw new Error(`the route ${String(route.method)} ${route.url} says nothing about who may use it`);
    }
  });
  api.addHook('onRequest', async (request) => {
    await identify(request, signIn);
    const { action, open, enrolment } = request.routeOptions.config;
    if (request.principal?.confined && !enrolment) {
      if (!open) throw new BranchlineError('BL_AUTH_ENROL_NEEDED');
      // Where anybody may come they are nobody in particular.
      request.principal = null;
    }
    if (open || !action) return;
    if (!request.principal) throw new BranchlineError('BL_AUTH_REQUIRED');
    const scope = scopeFor(request.principal, action);
    const somewhere = scope === 'all' || permits(request.principal.grants, action, scope.slice(0, 1));
    if (!somewhere) throw new BranchlineError('BL_AUTH_FORBIDDEN', { action });
  });
}

async function identify(request: FastifyRequest, signIn: SignIn): Promise<void> {
  const bearer = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer) {
    const found = await signIn.resolve('token', bearer);
    if (!found) throw new BranchlineError('BL_AUTH_REQUIRED');
    request.principal = found.principal;
    request.whoNow = async () => (await signIn.resolve('token', bearer))?.principal;
    return;
  }
  const secret = request.cookies[sessionCookie];
  if (!secret) return;
  // SameSite keeps the cookie at home; this also stops browsers that do not know it.
  const from = request.headers['sec-fetch-site'];
  const mutates = request.method !== 'GET' && request.method !== 'HEAD';
  if (mutates && from !== undefined && from !== 'same-origin' && from !== 'none') {
    throw new BranchlineError('BL_AUTH_FORBIDDEN', { action: `act from another site (${from})` });
  }
  const found = await signIn.resolve('session', secret);
  if (!found) return;
  request.principal = found.principal;
  request.sessionSecret = secret;
  request.whoNow = async () => {
    const now = await signIn.resolve('session', secret);
    return now?.principal.confined ? undefined : now?.principal;
  };
  request.sessionExpiresAt = found.expiresAt;
}
