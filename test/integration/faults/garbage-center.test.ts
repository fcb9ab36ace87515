import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom, type ApiError, type CampaignView, type EnrolResponse } from '@branchline/shared';
import { oddRequests, type ApiDocument } from '../../support/api-garbage.ts';
import {
  badMessages,
  foreignMessages,
  packets,
  publishAll,
  sayInside,
  sayPlainly,
  type BoxPapers,
} from '../../support/broker-garbage.ts';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';
import { randomBytes } from '../../support/switch-garbage.ts';
import { postEnrolment } from '../controller/center.ts';
import { makeBoxKeys } from '../controller/parts.ts';

let fleet: Fleet;
/** One session for everything here: so much nonsense at the sign-in brings its throttle on. */
let cookie = '';

beforeAll(async () => {
  fleet = await Fleet.start();
  cookie = await fleet.center.cookie();
  await fleet.dial();
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

/** What has become of the center: programs that ended and its own opinion, once calls have gone on. */
async function condition(): Promise<{ crashed: readonly string[]; status: number }> {
  const crashed = await fleet.crashed();
  if (crashed.length > 0) return { crashed, status: 0 };
  await fleet.dialsOn(5);
  return { crashed, status: (await fetch(`${fleet.client.url}/readyz`)).status };
}

const well = { crashed: [], status: 200 };

test('the broker: strangers with noise in their mouths get nowhere', async () => {
  for (const bytes of packets('east-1')) {
    await sayPlainly(fleet.ports.mqtt, bytes);
    await sayInside(fleet.ports.mqtt, bytes);
  }
  expect(await condition()).toEqual(well);
});

test('the broker: a box with valid papers that talks nonsense is put out, and the others are served', async () => {
  const view = await fleet.announceBox('vandal-1');
  const { csr, key } = await makeBoxKeys('vandal-1');
  const answer = await postEnrolment(view, {
    edge: 'vandal-1',
    token: view.token,
    csr,
    hardwareId: 'the box of a vandal',
  });
  expect(answer.status).toBe(201);
  const { ca, certificate } = answer.body as EnrolResponse;
  const papers: BoxPapers = { ca, cert: certificate, key };
  for (const bytes of packets('vandal-1')) await sayInside(fleet.ports.mqtt, bytes, papers);
  await publishAll(fleet.ports.mqtt, 'vandal-1', papers, badMessages('vandal-1'));
  const endings = await publishAll(fleet.ports.mqtt, 'vandal-1', papers, foreignMessages('east-1'));
  expect(endings).toBeGreaterThan(0);
  expect(await fleet.stuckAgents()).toEqual([]);
  expect(await condition()).toEqual(well);
});

test('the API: whatever is asked at any address is answered with a code of the catalogue, never with a failure of ours', async () => {
  const api = (await (await fetch(`${fleet.client.url}/openapi.json`)).json()) as ApiDocument;
  const requests = oddRequests(api, seededRandom(4), 14);
  expect(requests.length).toBeGreaterThan(400);
  const failures: string[] = [];
  const codes = new Map<string, number>();
  for (const { method, path, type, body } of requests) {
    const ends = method === 'DELETE' && path.endsWith('/session');
    const response = await fetch(`${fleet.client.url}${path}`, {
      method,
      headers: { ...(!ends && { cookie }), ...(type !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const answered = `${method} ${path.slice(0, 80)} ${String(body).slice(0, 300)}: ${response.status}`;
    if (response.status < 400) {
      codes.set('done', (codes.get('done') ?? 0) + 1);
      await response.body?.cancel();
      continue;
    }
    const error = (await response.json().catch(() => ({}))) as Partial<ApiError>;
    codes.set(error.code ?? '', (codes.get(error.code ?? '') ?? 0) + 1);
    if (response.status >= 500 || !/^BL_[A-Z_]+$/.test(error.code ?? ''))
      failures.push(`${answered} ${JSON.stringify(error)}`);
  }
  // Most got past the door, and some all the way: otherwise this would prove nothing.
  expect(codes.get('BL_AUTH_REQUIRED') ?? 0).toBeLessThan(requests.length / 10);
  expect(codes.get('BL_API_BUSY') ?? 0).toBe(0);
  expect(codes.get('done')).toBeGreaterThan(20);
  expect(failures.slice(0, 10)).toEqual([]);
  expect(await condition()).toEqual(well);
});

const utf16 = Buffer.from('\ufeffname,phone\nA,13800000000\n', 'utf16le');
const badLists: readonly (readonly [what: string, content: Buffer | string, code: RegExp | undefined])[] = [
  ['noise', randomBytes(21, 200_000), /^BL_IMPORT_/],
  ['UTF-16', utf16, /^BL_IMPORT_/],
  [
    'GBK',
    Buffer.from([...Buffer.from('name,phone\n'), 0xcd, 0xf5, 0xb7, 0xbc, ...Buffer.from(',13912345678\n')]),
    /^BL_IMPORT_ENCODING$/,
  ],
  ['a line of 10 MB', `name,phone\n${'x'.repeat(10 * 1024 * 1024)},13912345678\n`, /^BL_IMPORT_TOO_LARGE$/],
  [
    'a quote that is never closed',
    `name,phone\n"A,13912345678\n${'B,13912345679\n'.repeat(1000)}`,
    /^BL_IMPORT_SYNTAX$/,
  ],
  ['quotes in the middle', 'name,phone\nA"B"C,"139"12345678\n', /^BL_IMPORT_SYNTAX$/],
  ['nothing', '', /^BL_IMPORT_/],
  ['a heading alone', 'name,phone\n', undefined],
  ['no column with numbers', 'name,city\nA,B\n', /^BL_IMPORT_/],
  ['zeros among the letters', 'name,phone\nA\u0000B,13912345678\n', undefined],
  [
    'rows of all lengths with nonsense in them',
    `name,phone\n${',,,,\n"",""\n=1+1,abc\n🙂,++--\n'.repeat(200)}`,
    undefined,
  ],
];

test.for(badLists)('the import: %s changes nothing', async ([, content, code]) => {
  const before = await fleet.client.get<CampaignView>(`/campaigns/${fleet.campaign}`);
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(Buffer.from(content))], { type: 'text/csv' }), 'list.csv');
  const response = await fetch(`${fleet.client.url}/api/v1/campaigns/${fleet.campaign}/imports`, {
    method: 'POST',
    headers: { cookie },
    body: form,
  });
  const answer = (await response.json()) as Partial<ApiError>;
  if (code === undefined) expect(response.status).toBeLessThan(500);
  else {
    expect(answer.code).toMatch(code);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  }
  const after = await fleet.client.get<CampaignView>(`/campaigns/${fleet.campaign}`);
  expect(after.leads.total).toBe(before.leads.total);
});

test('after all of that: every call has its record, nobody was called twice, every agent is at work', async () => {
  expect(await condition()).toEqual(well);
  expect(await fleet.proof()).toMatchObject(allWell);
});
