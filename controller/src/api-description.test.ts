import { expect, test } from 'vitest';
import { describeApi } from './api-description.ts';

interface Described {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { responses?: Record<string, unknown> }>>;
}

test('every route of the API is described with what it answers', async () => {
  const { openapi, paths } = (await describeApi()) as unknown as Described;
  expect(openapi).toBe('3.1.0');
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
  expect(operations.map(({ name }) => name).toSorted()).toEqual([
    'delete /api/v1/dnc',
    'delete /api/v1/flows/{id}',
    'delete /api/v1/session',
    'delete /api/v1/tokens/{id}',
    'get /api/v1/abandoned-calls',
    'get /api/v1/abandoned-calls/export',
    'get /api/v1/audit',
    'get /api/v1/audit/proof',
    'get /api/v1/calls',
    'get /api/v1/calls/export',
    'get /api/v1/calls/{id}',
    'get /api/v1/campaigns',
    'get /api/v1/campaigns/{id}',
    'get /api/v1/campaigns/{id}/best-hours',
    'get /api/v1/campaigns/{id}/callbacks',
    'get /api/v1/campaigns/{id}/imports',
    'get /api/v1/campaigns/{id}/penetration',
    'get /api/v1/campaigns/{id}/refusals',
    'get /api/v1/campaigns/{id}/refusals/export',
    'get /api/v1/completeness',
    'get /api/v1/dnc',
    'get /api/v1/dnc/lists',
    'get /api/v1/edges/{edge}/commands',
    'get /api/v1/edges/{edge}/commands/{id}',
    'get /api/v1/edges/{edge}/plan',
    'get /api/v1/edges/{edge}/plan/versions',
    'get /api/v1/feed',
    'get /api/v1/floor',
    'get /api/v1/floor/names',
    'get /api/v1/flows',
    'get /api/v1/flows/{id}',
    'get /api/v1/flows/{id}/versions',
    'get /api/v1/imports/{id}',
    'get /api/v1/imports/{id}/errors',
    'get /api/v1/imports/{id}/rejected',
    'get /api/v1/imports/{id}/undo',
    'get /api/v1/overview',
    'get /api/v1/session',
    'get /api/v1/session/totp',
    'get /api/v1/sites',
    'get /api/v1/sites/{site}/history',
    'get /api/v1/sites/{site}/lines',
    'get /api/v1/tokens',
    'get /api/v1/users',
    'get /api/v1/wallboard',
    'get /api/v1/why',
    'get /api/v1/why/call/{id}',
    'get /api/v1/why/campaign/{id}',
    'get /api/v1/why/lead/{id}',
    'get /api/v1/why/number',
    'get /api/v1/why/site/{id}',
    'patch /api/v1/campaigns/{id}',
    'patch /api/v1/imports/{id}',
    'patch /api/v1/users/{id}',
    'post /api/v1/calls/{id}/disposition',
    'post /api/v1/campaigns',
    'post /api/v1/campaigns/{id}/imports',
    'post /api/v1/campaigns/{id}/imports/preview',
    'post /api/v1/campaigns/{id}/pause',
    'post /api/v1/campaigns/{id}/start',
    'post /api/v1/campaigns/{id}/stop',
    'post /api/v1/completeness/attempts',
    'post /api/v1/dnc',
    'post /api/v1/dnc/lists',
    'post /api/v1/dnc/lists/{id}/undo',
    'post /api/v1/edges/{edge}/commands',
    'post /api/v1/edges/{edge}/leases/write-off',
    'post /api/v1/edges/{edge}/revoke',
    'post /api/v1/flows',
    'post /api/v1/imports/{id}/cancel',
    'post /api/v1/imports/{id}/undo',
    'post /api/v1/session',
    'post /api/v1/session/totp',
    'post /api/v1/session/totp/confirm',
    'post /api/v1/session/totp/disable',
    'post /api/v1/sites',
    'post /api/v1/sites/{site}/edges',
    'post /api/v1/tokens',
    'post /api/v1/users',
    'post /api/v1/users/{id}/totp/reset',
    'put /api/v1/edges/{edge}/plan',
    'put /api/v1/edges/{edge}/staff',
    'put /api/v1/flows/{id}',
    'put /api/v1/sites/{site}/gsm',
  ]);
  const streams = [
    'get /api/v1/campaigns/{id}/refusals/export',
    'get /api/v1/abandoned-calls/export',
    'get /api/v1/calls/export',
    'get /api/v1/feed',
    'get /api/v1/imports/{id}/errors',
  ];
  const silent = operations.filter(
    ({ name, operation }) =>
      !streams.includes(name) && !JSON.stringify(operation.responses ?? {}).includes('application/json'),
  );
  expect(silent.map(({ name }) => name)).toEqual([]);
});
