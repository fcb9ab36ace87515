import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { permissions } from '../people/index.ts';
import { toErrorReply } from './api-errors.ts';
import { BranchlineError } from '@branchline/shared';
import { guardRoutes } from './principals.ts';
import type { Api } from './api.ts';
import cookie from '@fastify/cookie';
import { fastify } from 'fastify';
import type { SignIn } from '../people/index.ts';

const nobody = { resolve: () => Promise.resolve(undefined) } as unknown as SignIn;

let api: Api;
beforeAll(async () => {
  api = fastify();
  await api.register(cookie);
  guardRoutes(api, nobody);
});
afterAll(() => api.close());

test('a route that says nothing about who may use it cannot be registered', () => {
  expect(() => api.get('/forgotten', () => 'x')).toThrow('says nothing about who may use it');
  expect(() => api.get('/open', { config: { open: true } }, () => 'x')).not.toThrow();
});

test('every action that a route names is one of the permissions table', () => {
  const files = [
    '../people/routes.ts',
    '../people/second-factor-routes.ts',
    '../compliance/routes.ts',
    '../fleet/routes.ts',
    '../campaigns/routes.ts',
    '../campaigns/import-routes.ts',
    '../calls/routes.ts',
    '../campaigns/do-not-call-routes.ts',
    './wallboard.ts',
    './overview.ts',
  ];
  const named = files.flatMap((file) =>
    [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/action: '([a-z.-]+)'/g)].map(
      (match) => match[1] ?? '',
    ),
  );
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((action) => !(action in permissions))).toEqual([]);
});

test('an error of ours keeps its code, a foreign one becomes a code without its inner words', () => {
  const own = toErrorReply(new BranchlineError('BL_API_NOT_FOUND', { what: 'campaign', id: '7' }), 'r');
  expect(own).toMatchObject({
    status: 404,
    unexpected: false,
    body: { code: 'BL_API_NOT_FOUND', requestId: 'r' },
  });
  const foreign = toErrorReply(new Error('password=hunter2 at /srv/secret'), 'r');
  expect(foreign).toMatchObject({ status: 500, unexpected: true, body: { code: 'BL_API_FAILED' } });
  expect(JSON.stringify(foreign.body)).not.toContain('hunter2');
  const limited = toErrorReply(Object.assign(new Error('slow down'), { statusCode: 429 }), 'r');
  expect(limited).toMatchObject({ status: 429, body: { code: 'BL_API_BUSY' } });
});

test("characters that PostgreSQL cannot keep are the sender's to correct, not a failure of ours", () => {
  for (const code of ['22021', '22P05', '22P02']) {
    const reply = toErrorReply(Object.assign(new Error('invalid byte sequence'), { code }), 'r');
    expect(reply).toMatchObject({ status: 400, unexpected: false, body: { code: 'BL_API_INVALID' } });
  }
});
