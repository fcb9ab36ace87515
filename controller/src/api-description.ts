import { silentLog } from '@branchline/shared/node';
import { buildApi, Metrics } from './http/index.ts';
import type { SignIn } from './people/index.ts';
import { controllerRoutes, type RouteContext } from './routes.ts';

/**
 * The OpenAPI document of the API, made from the routes themselves. Needs no store: no handler runs, so what the handlers
 * would work with is left out.
 */
export async function describeApi(): Promise<Record<string, unknown>> {
  const absent = {
    people: {},
    fleet: {},
    campaigns: {},
    flows: {},
    knowledge: {},
    calls: {},
    doNotCall: {},
    compliance: {},
  } as unknown as RouteContext;
  const nobody = {} as SignIn;
  const api = await buildApi({
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    signIn: nobody,
    metrics: new Metrics(),
    readiness: () => Promise.reject(new Error('nothing runs')),
    routes: controllerRoutes(absent),
    trustProxy: false,
    requestsPerMinute: 60,
    uploadBytes: 1024,
  });
  const document = api.swagger() as unknown as Record<string, unknown>;
  await api.close();
  return document;
}
