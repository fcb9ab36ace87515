import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  systemClock,
  type ApiError,
  type BranchlineError,
  type AuditEntry,
  type FactorSecret,
  type RecoveryCodes,
  type SecondFactorView,
  type SessionView,
  type TokenView,
  type User,
} from '@branchline/shared';
import { startController, type Controller } from '@branchline/controller';
import { silentLog } from '@branchline/shared/node';
import { Center, Person, signIn, until } from './center.ts';
import { findBrokenLink, openDatabase, SecondFactor, SecretVault } from './parts.ts';

const password = 'a password for a test';
const run = promisify(execFile);
const program = join(import.meta.dirname, '../../../controller/src/backup/main.ts');
let center: Center;

beforeAll(async () => {
  center = await Center.start();
  await center.site('east');
});
afterAll(() => center[Symbol.asyncDispose]());

/** The code an app shows, steps away from now. */
const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

async function attempt(
  name: string,
  code?: string,
  url = center.controller.httpUrl,
  secret = password,
): Promise<{ said: string; person: Person; mustEnrol?: boolean }> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: secret, ...(code !== undefined && { code }) }),
  });
  const body = (await response.json()) as Partial<SessionView & ApiError>;
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return {
    said: `${response.status} ${body.code ?? ''}`.trim(),
    person: new Person(url, cookie),
    ...(body.mustEnrol !== undefined && { mustEnrol: body.mustEnrol }),
  };
}

async function enrol(person: Person): Promise<{ secret: string; recoveryCodes: string[] }> {
  const begun = await person.call<FactorSecret>('POST', '/session/totp', { password });
  expect(begun.status).toBe(201);
  const done = await person.call<RecoveryCodes>('POST', '/session/totp/confirm', {
    code: codeOf(begun.body.secret, -1),
  });
  expect(done.status).toBe(200);
  return { secret: begun.body.secret, recoveryCodes: done.body.recoveryCodes };
}

async function idOf(name: string): Promise<string> {
  const { body } = await center.admin.call<{ items: User[] }>('GET', '/users');
  return body.items.find((user) => user.name === name)?.id ?? '';
}

/** Follows the live feed until the controller ends it. */
function listen(person: Person): { text: () => string; ended: () => boolean } {
  let text = '';
  let ended = false;
  request(`${center.controller.httpUrl}/api/v1/feed`, { headers: { cookie: person.cookie } }, (response) => {
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.on('end', () => (ended = true));
  })
    .on('error', () => undefined)
    .end();
  return { text: () => text, ended: () => ended };
}

/** As if the time of the used codes were past. */
const forgetSteps = async (name: string): Promise<void> => {
  await center.db
    .updateTable('user_totp')
    .set({ last_step: 0 })
    .where('user_id', '=', await idOf(name))
    .execute();
};

test('enrolling takes the password and a code, ends the other sessions, and from then on signing in takes a code', async () => {
  const person = await center.person('ann', 'supervisor', 'east');
  const elsewhere = (await attempt('ann')).person;
  const wrong = await person.call<ApiError>('POST', '/session/totp', { password: 'not the password' });
  expect(`${wrong.status} ${wrong.body.code}`).toBe('401 BL_AUTH_WRONG');
  expect(await person.call('POST', '/session/totp/confirm', { code: '123456' })).toMatchObject({
    status: 409,
    body: { code: 'BL_API_CONFLICT' },
  });
  const begun = await person.call<FactorSecret>('POST', '/session/totp', { password });
  expect(begun.body.uri).toContain(`secret=${begun.body.secret}`);
  const guess = codeOf(begun.body.secret, 40);
  expect((await person.call<ApiError>('POST', '/session/totp/confirm', { code: guess })).body.code).toBe(
    'BL_AUTH_CODE_WRONG',
  );
  // Nothing is asked for before the first code has come.
  expect((await attempt('ann')).said).toBe('200');
  const { recoveryCodes } = (
    await person.call<RecoveryCodes>('POST', '/session/totp/confirm', { code: codeOf(begun.body.secret) })
  ).body;
  expect(new Set(recoveryCodes).size).toBe(10);
  expect((await person.call('GET', '/session')).status).toBe(200);
  expect((await elsewhere.call('GET', '/session')).status).toBe(401);

  const first = await attempt('ann');
  expect(first.said).toBe('401 BL_AUTH_CODE_NEEDED');
  expect(first.person.cookie).toBe('');
  expect((await attempt('ann', codeOf(begun.body.secret, 1))).said).toBe('200');
  expect((await person.call<SecondFactorView>('GET', '/session/totp')).body).toMatchObject({
    enrolled: true,
    recoveryCodes: 10,
    required: false,
  });
  expect((await person.call('POST', '/session/totp', { password })).status).toBe(409);
});

test('a code is accepted once, whoever asks, and so is a recovery code', async () => {
  const person = await center.person('bob', 'auditor');
  const { secret, recoveryCodes } = await enrol(person);
  const code = codeOf(secret);
  const both = await Promise.all([attempt('bob', code), attempt('bob', code)]);
  expect(both.map(({ said }) => said).toSorted()).toEqual(['200', '401 BL_AUTH_CODE_WRONG']);
  // The step before is past as well.
  expect((await attempt('bob', codeOf(secret, -1))).said).toBe('401 BL_AUTH_CODE_WRONG');
  const [spare = ''] = recoveryCodes;
  const written = spare.toUpperCase().replaceAll('-', ' ');
  const twice = await Promise.all([attempt('bob', written), attempt('bob', spare)]);
  expect(twice.map(({ said }) => said).toSorted()).toEqual(['200', '401 BL_AUTH_CODE_WRONG']);
  const { body } = await person.call<SecondFactorView>('GET', '/session/totp');
  expect(body.recoveryCodes).toBe(9);
});

test('a code that one controller has accepted is refused by any other of the same database', async () => {
  const name = 'two';
  const { secret } = await enrol(await center.person(name, 'auditor'));
  const id = await idOf(name);
  // What a second controller brings: connections of its own, and the same keys.
  const database = await openDatabase({ url: center.controller.parts.database.url }, { log: silentLog });
  try {
    const vault = await SecretVault.open(join(center.home, 'secrets.agekey'));
    const other = new SecondFactor(vault, { transport: systemClock, business: systemClock });
    const code = codeOf(secret);
    const elsewhere = (): Promise<string> =>
      database.kysely
        .transaction()
        .execute((trx) => other.pass(trx, id, code))
        .then(
          () => '200',
          (error: BranchlineError) => `${error.status} ${error.code}`,
        );
    const here = (): Promise<string> => attempt(name, code).then(({ said }) => said);
    const said = await Promise.all([here(), elsewhere(), here(), elsewhere(), elsewhere()]);
    expect(said.toSorted()).toEqual(['200', ...Array.from({ length: 4 }, () => '401 BL_AUTH_CODE_WRONG')]);
  } finally {
    await database.close();
  }
});

test('whoever must have an app and has none can do nothing but enrol one, on every route', async () => {
  const person = await center.person('must', 'admin');
  const token = (await person.call<TokenView>('POST', '/tokens', { label: 'made in a full session' })).body;
  const listening = listen(person);
  await until('the feed', () => listening.text().includes('event: overview'));
  const id = await idOf('must');
  expect((await center.admin.call('PATCH', `/users/${id}`, { totpRequired: true })).status).toBe(200);
  const now = await attempt('must');
  expect(now).toMatchObject({ said: '200', mustEnrol: true });

  const { paths } = (await (await fetch(`${center.controller.httpUrl}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => [method.toUpperCase(), path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, id)] as const,
    ),
  );
  expect(routes.length).toBeGreaterThan(45);
  const open: string[] = [];
  for (const [method, path] of [...routes, ['GET', '/session/proxy'] as const]) {
    if (path === '/session' && method !== 'GET') continue;
    const answer = await now.person.call<ApiError>(method, path, method === 'GET' ? undefined : {});
    if (`${answer.status} ${answer.body.code}` !== '403 BL_AUTH_ENROL_NEEDED') open.push(`${method} ${path}`);
  }
  // Those that answer: who one is, and the enrolment itself.
  expect(open.toSorted()).toEqual([
    'GET /session',
    'GET /session/totp',
    'POST /session/totp',
    'POST /session/totp/confirm',
    'POST /session/totp/disable',
  ]);
  // The session that was there before is no better, and its open feed ends.
  expect((await person.call<ApiError>('GET', '/overview')).body.code).toBe('BL_AUTH_ENROL_NEEDED');
  await until('the end of the feed', () => listening.ended(), 20_000);
  // A token was made in a full session and is its own proof.
  const withToken = await fetch(`${center.controller.httpUrl}/api/v1/overview`, {
    headers: { authorization: `Bearer ${token.secret}` },
  });
  expect(withToken.status).toBe(200);

  await enrol(now.person);
  expect((await now.person.call<SessionView>('GET', '/session')).body.mustEnrol).toBe(false);
  expect((await now.person.call('GET', '/session/proxy')).status).toBe(204);
  expect((await now.person.call('GET', '/users')).status).toBe(200);
});

test('switching off takes password and code, and nobody else can do it with a token', async () => {
  const person = await center.person('off', 'auditor');
  const { secret } = await enrol(person);
  const disable = (password: string, code: string) =>
    person.call<ApiError>('POST', '/session/totp/disable', { password, code });
  expect((await disable('not the password', codeOf(secret))).body.code).toBe('BL_AUTH_WRONG');
  expect((await disable(password, codeOf(secret, 40))).body.code).toBe('BL_AUTH_CODE_WRONG');
  const token = (await person.call<TokenView>('POST', '/tokens', { label: 'script' })).body;
  const withToken = await fetch(`${center.controller.httpUrl}/api/v1/session/totp`, {
    headers: { authorization: `Bearer ${token.secret}` },
  });
  expect(withToken.status).toBe(403);
  expect((await disable(password, codeOf(secret))).status).toBe(200);
  expect((await attempt('off')).said).toBe('200');
});

test('an administrator resets the app of somebody else, who is signed out and signs in with the password alone', async () => {
  const person = await center.person('lost-phone', 'supervisor', 'east');
  await enrol(person);
  const id = await idOf('lost-phone');
  expect((await person.call('POST', `/users/${id}/totp/reset`)).status).toBe(403);
  expect((await center.admin.call('POST', `/users/${id}/totp/reset`)).status).toBe(200);
  expect((await center.admin.call('POST', `/users/${id}/totp/reset`)).status).toBe(404);
  expect((await person.call('GET', '/session')).status).toBe(401);
  expect((await attempt('lost-phone')).said).toBe('200');
  const own = await center.admin.call('POST', `/users/${await idOf('admin')}/totp/reset`);
  expect(own).toMatchObject({ status: 409, body: { code: 'BL_API_CONFLICT' } });
});

test('every act stands in the audit log, and no secret does, there or readable in the database', async () => {
  const person = await center.person('traced', 'auditor');
  const { secret, recoveryCodes } = await enrol(person);
  await attempt('traced');
  await attempt('traced', codeOf(secret));
  await attempt('traced', recoveryCodes[0]);
  await center.admin.call('POST', `/users/${await idOf('traced')}/totp/reset`);
  const { body } = await center.admin.call<{ items: AuditEntry[] }>('GET', '/audit?limit=7');
  expect(body.items.map(({ principal, detail }) => [principal, detail]).toReversed()).toMatchObject([
    ['traced', { result: 'signed in' }],
    ['traced', { enrolment: 'begun' }],
    ['traced', { enrolment: 'done' }],
    ['system', { result: 'right password, code asked for' }],
    ['traced', { result: 'signed in', factor: 'app' }],
    ['traced', { result: 'signed in', factor: 'recovery code' }],
    ['admin', { authenticatorApp: 'reset' }],
  ]);
  const sealed = await enrol(await center.person('sealed', 'auditor'));
  const rows = JSON.stringify([
    await center.db.selectFrom('user_totp').selectAll().execute(),
    await center.db.selectFrom('user_recovery_codes').selectAll().execute(),
    await center.db.selectFrom('audit_log').selectAll().execute(),
  ]);
  for (const kept of [sealed.secret, ...sealed.recoveryCodes, secret, ...recoveryCodes])
    expect(rows).not.toContain(kept);
  expect(await findBrokenLink(center.db)).toBeUndefined();
});

test('an app goes on working in a center that was restored from its backup, and a code used before is refused there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'branchline-center-'));
  const [home, other, backup] = [join(folder, 'a'), join(folder, 'b'), join(folder, 'backup')];
  const start = (home: string): Promise<Controller> =>
    startController({ home, http: { port: 0 }, edge: { port: 0 }, mqtt: { port: 0 }, log: silentLog });
  let controller = await start(home);
  try {
    const { name, password } = controller.firstAdmin ?? { name: '', password: '' };
    const admin = await signIn(controller.httpUrl, name, password);
    const begun = (await admin.call<FactorSecret>('POST', '/session/totp', { password })).body;
    const used = codeOf(begun.secret);
    expect((await admin.call('POST', '/session/totp/confirm', { code: used })).status).toBe(200);
    await controller.stop();
    await run(process.execPath, [program, 'backup', '--home', home, '--to', backup]);
    await run(process.execPath, [program, 'restore', '--home', other, '--from', backup]);
    controller = await start(other);
    const again = (code: string) => attempt(name, code, controller.httpUrl, password);
    expect((await again(used)).said).toBe('401 BL_AUTH_CODE_WRONG');
    expect((await again(codeOf(begun.secret, 1))).said).toBe('200');
  } finally {
    await controller.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('guessing codes is slowed down as guessing passwords is, and a right password forgives nothing', async () => {
  const { secret } = await enrol(await center.person('guessed', 'auditor'));
  const said: string[] = [];
  for (let i = 0; i < 6; i++) {
    said.push((await attempt('guessed')).said);
    said.push((await attempt('guessed', codeOf(secret, 40 + i))).said);
  }
  expect(said.slice(0, 2)).toEqual(['401 BL_AUTH_CODE_NEEDED', '401 BL_AUTH_CODE_WRONG']);
  expect(said.at(-1)).toBe('429 BL_AUTH_THROTTLED');
  await forgetSteps('guessed');
  expect((await attempt('guessed', codeOf(secret))).said).toBe('429 BL_AUTH_THROTTLED');
});
