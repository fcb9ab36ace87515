import { BranchlineError } from '@branchline/shared';
import { principalOf, type Routes } from '../http/index.ts';

/**
 * Tells a reverse proxy who is signed in (nginx `auth_request`, Caddy `forward_auth`), for programs beside the console that
 * take a name from a header, such as Grafana. Dashboards show all sites, so only people who may see all sites pass: 204 with
 * `X-Branchline-User` and `X-Branchline-Role` (Grafana's `Admin` or `Viewer`), else 401 or 403.
 */
export function proxyRoutes(): Routes {
  return (api) => {
    api.get(
      '/session/proxy',
      // A page of dashboards asks for each of its parts.
      { schema: { hide: true }, config: { action: 'dashboard.read', rateLimit: false } },
      async (request, reply) => {
        const { user, grants } = principalOf(request);
        if (!user) throw new BranchlineError('BL_AUTH_REQUIRED');
        const admin = grants.some(({ role, site }) => role === 'admin' && site === undefined);
        return reply
          .code(204)
          .header('X-Branchline-User', user.name)
          .header('X-Branchline-Role', admin ? 'Admin' : 'Viewer')
          .send();
      },
    );
  };
}
