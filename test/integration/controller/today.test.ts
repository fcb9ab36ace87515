import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOfDay, type Overview, type Wallboard } from '@branchline/shared';
import { sampleCall } from '../stores/parts.ts';
import { Center, newId, until, type Person } from './center.ts';

let center: Center;
const zones = ['Pacific/Auckland', 'Asia/Shanghai', 'Europe/Paris', 'America/New_York', 'Pacific/Honolulu'];

beforeAll(async () => {
  center = await Center.start();
});
afterAll(() => center?.[Symbol.asyncDispose]());

const ask = async (person: Person) => ({
  overview: (await person.call<Overview>('GET', '/overview')).body,
  wallboard: (await person.call<Wallboard>('GET', '/wallboard')).body,
});

test('overview and wallboard agree on the day, whoever has asked before', async () => {
  const now = Date.now();
  const begun = zones
    .map((zone) => ({ zone, midnight: startOfDay(now, zone) }))
    .toSorted((a, b) => b.midnight - a.midnight);
  const [late, early] = [begun[0]!, begun.at(-1)!];
  const between = Math.round((late.midnight + early.midnight) / 2);
  for (const [id, { zone }] of Object.entries({ abroad: late, home: early })) {
    await center.admin.call('POST', '/sites', { id, name: id, zone, region: 'CN' });
    const box = await center.enrol(id, `${id}-1`);
    await box.connect();
    const call = sampleCall(1, { startedAt: between, endedAt: between + 5000 });
    await box.send('call', [{ ...call, id: newId() }]);
    await box.send('attempt', [
      {
        id: newId(),
        campaign: newId(),
        lead: newId(),
        lease: newId(),
        number: '+8613900000001',
        ordinal: 1,
        dueAt: between,
        startedAt: between,
        endedAt: between + 5000,
        outcome: 'ANSWERED',
        deadNumbers: [],
        tries: [],
      },
    ]);
  }
  // Who may see both goes by the clocks of the first of them, where the day has begun after all that.
  const people = {
    all: center.admin,
    abroad: await center.person('abroad', 'supervisor', 'abroad'),
    home: await center.person('home', 'supervisor', 'home'),
  };
  // Calls and attempts come in on ways of their own.
  await until('all records in both', async () => {
    const { overview, wallboard } = await ask(people.home);
    return [overview, wallboard].every(({ today }) => today.attempts === 1 && today.live === 1);
  });
  for (const [who, attempts] of Object.entries({ all: 0, abroad: 0, home: 1 })) {
    const { overview, wallboard } = await ask(people[who as keyof typeof people]);
    expect({ who, attempts: overview.today.attempts, live: overview.today.live }).toEqual({
      who,
      attempts,
      live: wallboard.today.live,
    });
    expect(wallboard.today.attempts).toBe(attempts);
  }
});

test('an overview whose totals cannot be read says so with a code', async () => {
  const { clickHouse } = center.controller.parts;
  await clickHouse.command(
    `CREATE OR REPLACE VIEW ${clickHouse.database}.calls_unique AS SELECT 1 AS unforeseen`,
  );
  const fault = await until(
    'the fault',
    async () => (await center.admin.call<Overview>('GET', '/overview')).body.todayFault,
  );
  expect(fault.code).toBe('BL_CLICKHOUSE_REFUSED');
});
