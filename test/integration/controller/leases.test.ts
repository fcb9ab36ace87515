import { afterAll, beforeAll, expect, test } from 'vitest';
import { armor, Decrypter } from 'age-encryption';
import type { CampaignView, Desired, Lease, PlanVersion, SiteView } from '@branchline/shared';
import { DncList } from '@branchline/shared/node';
import { revokeIdle } from './parts.ts';
import { type Box, branchAtWork, branchPlan, Center, https, newId, until } from './center.ts';

let center: Center;
/** Open at any hour, so that the tests do not depend on when they run. */
const window = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };

beforeAll(async () => {
  center = await Center.start({ campaigns: { leadsPerAgent: 10 } });
});
afterAll(() => center[Symbol.asyncDispose]());

function list(first: number, count: number): string {
  return `phone,name\n${Array.from({ length: count }, (_, i) => `139${String(first + i).padStart(8, '0')},Person ${i}`).join('\n')}\n`;
}

async function campaign(settings: object): Promise<string> {
  const { status, body } = await center.admin.call<CampaignView>('POST', '/campaigns', {
    name: 'test',
    window,
    ...settings,
  });
  expect(status).toBe(201);
  return body.id;
}

async function counts(id: string) {
  return (await center.admin.call<CampaignView>('GET', `/campaigns/${id}`)).body.leads;
}

/** A site of its own with a box, whose agents serve these campaigns and are logged in. */
async function branch(site: string, campaigns: readonly string[]): Promise<Box> {
  await center.site(site);
  const box = await center.enrol(site, `${site}-1`);
  await center.admin.call('PUT', `/edges/${site}-1/plan`, branchPlan(campaigns));
  return box;
}

/** Says every few hundred ms that the agents are logged in. */
function keepWorking(box: Box): () => void {
  return box.keepLive(branchAtWork(['agent-100', 'agent-101']), 300);
}

async function leasesOf(box: Box, id: string, least = 1): Promise<Lease[]> {
  return until(`leads for ${box.edge}`, () => {
    const found = new Map(
      box
        .all('lease')
        .filter((lease) => lease.campaign === id)
        .map((lease) => [lease.id, lease]),
    );
    const leads = [...found.values()].reduce((sum, lease) => sum + lease.leads.length, 0);
    return leads >= least ? [...found.values()] : undefined;
  });
}

async function confirm(box: Box, leases: readonly Lease[]): Promise<void> {
  await box.send(
    'event',
    leases.map((lease) => ({
      id: newId(),
      type: 'lease-stored',
      lease: lease.id,
      leaseEpoch: lease.epoch,
      leads: lease.leads.length,
    })),
  );
}

/** The row of an attempt that was made on a lent lead. */
function attemptOf(
  lease: Lease,
  lead: Lease['leads'][number],
  outcome: string,
  call = newId(),
  more: object = {},
) {
  const number = lead.numbers[0]?.number ?? '';
  const now = Date.now();
  const made = { id: call, ordinal: 1, number, line: 'trunk-1', startedAt: now, endedAt: now, outcome };
  return {
    id: newId(),
    campaign: lease.campaign,
    lead: lead.id,
    lease: lease.id,
    number,
    ordinal: lead.attemptsMade + 1,
    dueAt: lead.dueAt,
    startedAt: now,
    endedAt: now,
    outcome,
    deadNumbers: [],
    tries: outcome === 'REFUSED' ? [] : [made],
    ...more,
  };
}

function ended(lease: Lease, unworked: readonly string[], afterAttempt: number, how = 'returned') {
  return {
    id: newId(),
    type: 'lease-ended',
    lease: lease.id,
    leaseEpoch: lease.epoch,
    how,
    unworked,
    afterAttempt,
  };
}

test('a plan becomes a desired document whose secrets only the box can open, and a version is spent only on a change', async () => {
  const box = await branch('beijing', []);
  expect(box.all('desired')).toEqual([]);
  await box.connect();
  const first = await until('the desired document', () => box.all('desired').at(-1));
  const open = async (text: string, identity: string): Promise<string> => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return decrypter.decrypt(armor.decode(text), 'text');
  };
  expect(await open(first.phones[0]?.password ?? '', box.keys.age)).toBe('phone-secret-100');
  expect(await open(first.lines[0]?.sip?.password ?? '', box.keys.age)).toBe('line-secret-1');
  expect(JSON.stringify(first)).not.toContain('secret-1');

  const shown = await center.admin.call('GET', '/edges/beijing-1/plan');
  expect(JSON.stringify(shown.body)).not.toContain('secret');
  // The plan as it is shown can be put back: absent secrets stay as they are.
  expect((await center.admin.call('PUT', '/edges/beijing-1/plan', shown.body)).status).toBe(200);
  await center.admin.call('PUT', '/edges/beijing-1/plan', { ...branchPlan(), domain: 'other.test' });
  const second = await until('the changed document', () =>
    box.all('desired').find((found) => found.domain === 'other.test'),
  );
  expect(second.version).toBe(first.version + 1);

  const stored = await center.db.selectFrom('edge_secrets').selectAll().execute();
  expect(JSON.stringify(stored)).not.toMatch(/phone-secret|line-secret/);
});

test('versions of a plan tell who stored it and why; one made from an older version is refused', async () => {
  await branch('xian', []);
  const put = (query: string, domain: string) =>
    center.admin.call('PUT', `/edges/xian-1/plan?${query}`, { ...branchPlan(), domain });
  const versions = async () =>
    (await center.admin.call<{ items: PlanVersion[] }>('GET', '/edges/xian-1/plan/versions')).body.items;
  const [first] = await versions();
  expect(first).toMatchObject({ by: 'admin', plan: { domain: branchPlan().domain } });
  const why = new URLSearchParams({ why: 'carrier moved us', over: String(first?.version) }).toString();
  // Two people who looked at the same version: one of them has to look again.
  const answers = await Promise.all([put(why, 'one.test'), put(why, 'two.test')]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
    code: 'BL_API_CONFLICT',
    message: expect.stringContaining('changed meanwhile by admin') as string,
  });
  const [second, ...older] = await versions();
  expect(second).toMatchObject({ why: 'carrier moved us' });
  expect(older).toEqual([first]);
  expect(JSON.stringify(second)).not.toContain('secret');
  expect((await put('over=many', 'three.test')).status).toBe(400);
});

test('a plan that cannot work is refused with the place that is wrong', async () => {
  await branch('nanjing', []);
  const put = (change: object) =>
    center.admin.call('PUT', '/edges/nanjing-1/plan', { ...branchPlan(), ...change });
  expect(await put({ routes: [{ prefix: '', lines: ['nowhere'] }] })).toMatchObject({
    status: 400,
    body: { code: 'BL_API_INVALID', place: '/routes/0' },
  });
  expect(await put({ fallbackGroup: ['999'] })).toMatchObject({
    status: 400,
    body: { place: '/fallbackGroup' },
  });
  expect(await put({ phones: [{ extension: '100', label: 'x', password: 'short' }] })).toMatchObject({
    status: 400,
  });
  const many = Array.from({ length: 400 }, (_, i) => ({
    extension: String(1000 + i),
    label: 'desk',
    password: 'long-enough',
  }));
  expect(await put({ phones: many, agents: [], fallbackGroup: [] })).toMatchObject({
    status: 413,
    body: { code: 'BL_CONTRACT_TOO_LARGE' },
  });
});

test('leads are lent to a branch at work, come back one by one, and the lease settles when its last attempt is here', async () => {
  const id = await campaign({ name: 'flow', sites: [] });
  expect((await center.admin.upload(id, list(1000, 50))).body).toMatchObject({
    state: 'done',
    imported: 50,
    rows: 50,
  });
  const box = await branch('wuhan', [id]);
  await box.connect();
  const stop = keepWorking(box);
  try {
    await center.admin.call('POST', `/campaigns/${id}/start`);
    const leases = await leasesOf(box, id, 20);
    const [lease] = leases;
    if (!lease) throw new Error('no lease');
    expect(lease.budgets.attemptsPerLead).toBe(4);
    // Unconfirmed leases are sent again.
    await until(
      'the lease again',
      () => box.all('lease').filter((sent) => sent.id === lease.id).length >= 2,
      15_000,
    );
    await confirm(box, leases);
    await until('the counts', async () => {
      const { total, leased, ready } = await counts(id);
      return total === 50 && leased === 20 && ready === 30;
    });

    const [answered, busy, refused, ...rest] = lease.leads;
    if (!answered || !busy || !refused) throw new Error('too few leads');
    const call = newId();
    const position = await box.send('attempt', [
      attemptOf(lease, answered, 'ANSWERED', call),
      attemptOf(lease, busy, 'BUSY'),
      attemptOf(lease, refused, 'REFUSED', newId(), {
        refusal: { rule: 'calling-window', reason: 'closed' },
      }),
    ]);
    expect(position.upTo).toBe(3);
    await until('the results', async () => (await counts(id)).finished === 1);
    const leadOf = (lead: string) =>
      center.db.selectFrom('leads').selectAll().where('id', '=', lead).executeTakeFirstOrThrow();
    expect(await leadOf(busy.id)).toMatchObject({
      state: 'open',
      attempts: 1,
      last_outcome: 'BUSY',
      lease: null,
    });
    expect(await leadOf(refused.id)).toMatchObject({ state: 'open', attempts: 0 });

    // A lease that ends before its last attempt is committed stays open until then.
    await box.send('event', [
      ended(
        lease,
        rest.slice(1).map((lead) => lead.id),
        4,
      ),
    ]);
    expect(
      await center.db
        .selectFrom('leases')
        .select('state')
        .where('id', '=', lease.id)
        .executeTakeFirstOrThrow(),
    ).toEqual({ state: 'ended' });
    const [last] = rest;
    if (last) await box.send('attempt', [attemptOf(lease, last, 'NO_ANSWER')]);
    await until('the lease to be settled', async () => {
      const row = await center.db
        .selectFrom('leases')
        .select('state')
        .where('id', '=', lease.id)
        .executeTakeFirstOrThrow();
      return row.state === 'settled';
    });
    expect(
      await center.db.selectFrom('leased_numbers').selectAll().where('lease', '=', lease.id).execute(),
    ).toEqual([]);

    // "Call again" takes the answered lead back into the game, whatever came first.
    await box.send('event', [
      { id: newId(), type: 'disposition', call, agent: 'agent-100', code: 'call-again', by: 'phone' },
    ]);
    await until('the lead to wait again', async () => (await leadOf(answered.id)).state === 'open');
  } finally {
    stop();
  }
});

test('the same attempt twice counts once, also under another number of the stream', async () => {
  const id = await campaign({ name: 'repeat' });
  await center.admin.upload(id, list(2000, 3));
  const box = await branch('xian', [id]);
  await box.connect();
  const stop = keepWorking(box);
  try {
    await center.admin.call('POST', `/campaigns/${id}/start`);
    const leases = await leasesOf(box, id, 3);
    await confirm(box, leases);
    const lease = leases[0]!;
    const row = attemptOf(lease, lease.leads[0]!, 'BUSY');
    await box.send('attempt', [row]);
    await box.send('attempt', [row]);
    const lead = await center.db
      .selectFrom('leads')
      .selectAll()
      .where('id', '=', row.lead)
      .executeTakeFirstOrThrow();
    expect(lead).toMatchObject({ attempts: 1, state: 'open' });
  } finally {
    stop();
  }
});

test('a disposition that arrives before its attempt is applied when the attempt comes', async () => {
  const id = await campaign({ name: 'early disposition' });
  await center.admin.upload(id, list(3000, 2));
  const box = await branch('jinan', [id]);
  await box.connect();
  const stop = keepWorking(box);
  try {
    await center.admin.call('POST', `/campaigns/${id}/start`);
    const leases = await leasesOf(box, id, 2);
    await confirm(box, leases);
    const lease = leases[0]!;
    const call = newId();
    await box.send('event', [
      { id: newId(), type: 'disposition', call, agent: 'agent-100', code: 'not-interested', by: 'phone' },
    ]);
    await box.send('attempt', [attemptOf(lease, lease.leads[0]!, 'BUSY', call)]);
    const lead = await center.db
      .selectFrom('leads')
      .selectAll()
      .where('id', '=', lease.leads[0]!.id)
      .executeTakeFirstOrThrow();
    expect(lead).toMatchObject({ state: 'finished', reason: 'not-interested' });
  } finally {
    stop();
  }
});

test('an opt-out at one branch is on the list, in the artifact and called back from another branch within seconds', async () => {
  const id = await campaign({ name: 'opt-out', sites: [] });
  await center.admin.upload(id, list(4000, 5));
  const holder = await branch('hefei', [id]);
  const other = await branch('changsha', []);
  await Promise.all([holder.connect(), other.connect()]);
  const stop = keepWorking(holder);
  try {
    await center.admin.call('POST', `/campaigns/${id}/start`);
    const leases = await leasesOf(holder, id, 5);
    await confirm(holder, leases);
    const lead = leases[0]!.leads[0]!;
    const number = lead.numbers[0]!.number;
    await other.send('optout', [{ id: newId(), number, agent: 'agent-100' }]);
    const revoke = await until('the number to be called back', () =>
      holder.all('revoke').find((sent) => sent.numbers?.includes(number)),
    );
    expect(revoke.reason).toBe('do-not-call');
    expect((await center.admin.call('GET', `/dnc?number=${encodeURIComponent(number)}`)).body).toMatchObject({
      items: [{ number, reason: 'asked not to be called again', by: 'agent agent-100' }],
    });
    const desired = await until('the new artifact', () =>
      holder
        .all('desired')
        .find((found: Desired) =>
          found.artifacts.some((artifact) => artifact.name === 'dnc' && artifact.bytes > 8),
        ),
    );
    const artifact = desired.artifacts[0]!;
    const url = `${new URL(center.controller.edgeUrl).origin}${artifact.url}`;
    const whole = await https(url, 'GET', holder.tls);
    expect(whole.status).toBe(200);
    expect(whole.headers['x-branchline-sha256']).toBe(artifact.sha256);
    expect(new DncList(whole.bytes).has(number)).toBe(true);
    const tail = await https(url, 'GET', holder.tls, undefined, { range: 'bytes=8-' });
    expect(tail).toMatchObject({
      status: 206,
      headers: { 'content-range': `bytes 8-${artifact.bytes - 1}/${artifact.bytes}` },
    });
    expect(tail.bytes).toEqual(whole.bytes.subarray(8));
    expect((await https(url, 'GET', holder.tls, undefined, { range: 'bytes=999999-' })).status).toBe(416);
    expect((await https(url, 'GET', { ca: holder.tls.ca })).body).toMatchObject({ code: 'BL_AUTH_REQUIRED' });
    // The lead comes back unworked, and is closed instead of being lent again.
    await holder.send('event', [
      ended(
        leases[0]!,
        leases[0]!.leads.map((lent) => lent.id),
        0,
      ),
    ]);
    const row = await center.db
      .selectFrom('leads')
      .selectAll()
      .where('id', '=', lead.id)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'exhausted', reason: 'do-not-call' });
  } finally {
    stop();
  }
});

test('a number that two campaigns have in common is lent once, whoever asks', async () => {
  const first = await campaign({ name: 'twin a', priority: 90 });
  const second = await campaign({ name: 'twin b', priority: 90 });
  await center.admin.upload(first, list(5000, 15));
  await center.admin.upload(second, list(5000, 15));
  const a = await branch('fuzhou', [first, second]);
  const b = await branch('xiamen', [first, second]);
  await Promise.all([a.connect(), b.connect()]);
  const stops = [keepWorking(a), keepWorking(b)];
  try {
    await Promise.all([first, second].map((id) => center.admin.call('POST', `/campaigns/${id}/start`)));
    await until('every number to be lent', async () => {
      const rows = await center.db
        .selectFrom('leads')
        .select('id')
        .where('campaign', 'in', [first, second])
        .where('state', '=', 'leased')
        .execute();
      return rows.length >= 15;
    });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const held = [...a.all('lease'), ...b.all('lease')].filter(
      (lease) => lease.campaign === first || lease.campaign === second,
    );
    const byNumber = new Map<string, Set<string>>();
    for (const lease of held)
      for (const lead of lease.leads)
        for (const { number } of lead.numbers)
          byNumber.set(number, (byNumber.get(number) ?? new Set()).add(lease.id));
    expect(byNumber.size).toBe(15);
    expect([...byNumber.values()].every((leases) => leases.size === 1)).toBe(true);
  } finally {
    for (const stop of stops) stop();
  }
});

test('a stopped campaign calls its leads back, also from a branch that was away', async () => {
  const id = await campaign({ name: 'stopped' });
  await center.admin.upload(id, list(6000, 4));
  const box = await branch('kunming', [id]);
  await box.connect();
  const stop = keepWorking(box);
  await center.admin.call('POST', `/campaigns/${id}/start`);
  const leases = await leasesOf(box, id, 4);
  await confirm(box, leases);
  stop();
  box.disconnect();
  await until('the edge to be lost', async () => {
    const { body } = await center.admin.call<{ items: SiteView[] }>('GET', '/sites');
    return body.items.find((site) => site.id === 'kunming')?.edges[0]?.status === 'lost';
  });
  expect((await center.admin.call('POST', `/campaigns/${id}/stop`)).body).toMatchObject({
    status: 'stopped',
  });
  expect(await center.admin.call('POST', `/campaigns/${id}/start`)).toMatchObject({
    status: 409,
    body: { code: 'BL_CAMPAIGN_STATE' },
  });
  await until('the leads to be still lent', async () => (await counts(id)).leased === 4);
  await box.connect();
  await until('the leads to be called back', () => box.all('revoke').find((sent) => sent.campaign === id));
  const desired = await until('the stopped campaign in the document', () =>
    box
      .all('desired')
      .findLast((found: Desired) =>
        found.campaigns.some((known) => known.id === id && known.status === 'stopped'),
      ),
  );
  expect(desired.campaigns.length).toBeGreaterThan(0);
  await box.send('event', [
    ended(
      leases[0]!,
      leases[0]!.leads.map((lead) => lead.id),
      0,
      'revoked',
    ),
  ]);
  await until('the leads to be free', async () => {
    const { leased, ready } = await counts(id);
    return leased === 0 && ready === 4;
  });
});

test('an edge whose clock is not to be believed gets no leads', async () => {
  const id = await campaign({ name: 'clock' });
  await center.admin.upload(id, list(7000, 4));
  const box = await branch('guiyang', [id]);
  await box.connect();
  const stop = box.keepLive({ ...branchAtWork(['agent-100']), clock: 'untrusted' }, 300);
  await center.admin.call('POST', `/campaigns/${id}/start`);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  stop();
  expect(box.all('lease')).toEqual([]);
});

test('questions of a branch are answered: a listed number, and who is calling', async () => {
  const id = await campaign({ name: 'questions' });
  await center.admin.upload(id, list(8000, 2));
  const box = await branch('nanning', []);
  await box.connect();
  await center.admin.call('POST', '/dnc', { numbers: ['139 0000 8001'], region: 'CN' });
  const ask = async (question: object) => {
    const asked = newId();
    await box.publish('ask', { id: asked, deadlineMs: 5000, question } as never);
    return (await until('the answer', () => box.all('answer').find((answer) => answer.id === asked))).answer;
  };
  expect(await ask({ kind: 'number-check', number: '+8613900008001' })).toMatchObject({
    allowed: false,
    reason: 'do-not-call',
  });
  expect(await ask({ kind: 'number-check', number: '+8613900008000' })).toMatchObject({ allowed: true });
  expect(await ask({ kind: 'customer-lookup', number: '13900008000' })).toMatchObject({
    leads: [{ campaign: id, campaignName: 'questions', attempts: 0, fields: { name: 'Person 0' } }],
  });
});

test('leads that a branch holds with nobody at work come back before the lease ends, and go to one that works', async () => {
  const id = await campaign({ name: 'idle' });
  await center.admin.upload(id, list(9700, 6));
  const [idle, busy] = [await branch('kunming', [id]), await branch('guiyang', [id])];
  await idle.connect();
  let stop = keepWorking(idle);
  try {
    await center.admin.call('POST', `/campaigns/${id}/start`);
    const leases = await leasesOf(idle, id, 6);
    await confirm(idle, leases);
    stop();
    await idle.live(branchAtWork([]));
    // Ten minutes are ten minutes: what the desk does after them is done here at once.
    const places = [{ edge: idle.edge, campaign: id }];
    const callBack = () => center.db.transaction().execute((trx) => revokeIdle(trx, places));
    await callBack();
    await callBack();
    const called = await until('the leases to be called back', () => {
      // A new branch is told of campaigns that were stopped before it came, too.
      const found = idle.all('revoke').flatMap(({ lease }) => lease ?? []);
      return leases.every((lease) => found.includes(lease.id)) ? found : undefined;
    });
    expect(called).toHaveLength(leases.length);
    await busy.connect();
    stop = keepWorking(busy);
    await idle.send(
      'event',
      leases.map((lease) =>
        ended(
          lease,
          lease.leads.map((lead) => lead.id),
          0,
          'revoked',
        ),
      ),
    );
    const again = await leasesOf(busy, id, 6);
    const ids = (all: readonly Lease[]) =>
      all.flatMap(({ leads }) => leads.map((lead) => lead.id)).toSorted();
    expect(ids(again)).toEqual(ids(leases));
    expect(again[0]!.leads[0]!.attemptsMade).toBe(0);
  } finally {
    stop();
  }
});
