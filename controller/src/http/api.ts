import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { BranchlineError } from '@branchline/shared';
import type { Action, Principal } from '../people/index.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on open routes without a session. */
    principal: Principal | null;
    /** Secret of the session's cookie. */
    sessionSecret: string | null;
    sessionExpiresAt: number;
    /** For answers that stay open: who holds the credential by now, if anybody. */
    whoNow: (() => Promise<Principal | undefined>) | null;
  }
  interface FastifyContextConfig {
    /** What one must be allowed to, somewhere, to use this route at all; the command path asks again for the place. */
    action?: Action;
    /** Anybody may use it. */
    open?: true;
    /** Also for those who must enrol an authenticator app first; everything else is closed to them. */
    enrolment?: true;
  }
}

/** The app as domains see it: routes are typed by their TypeBox schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Routes of one domain, mounted below `/api/v1`. */
export type Routes = (api: Api) => void;

/** Who asks. @throws BranchlineError `BL_AUTH_REQUIRED` */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new BranchlineError('BL_AUTH_REQUIRED');
  return request.principal;
}
