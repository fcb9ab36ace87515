import { DatabaseSync } from 'node:sqlite';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { idSource } from '@branchline/shared';
import type { Answerer } from '../../virtual-branch/index.ts';
import { logInAll } from '../../support/agents.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { eventually } from '../../support/eventually.ts';

const ids = idSource();
let branch: Branch;
afterEach(() => branch.close());

const answers =
  (hangUpAfterMs?: number): Answerer =>
  (_, link) => {
    setTimeout(() => link.ring(), 10);
    setTimeout(() => link.answer(), 40);
    if (hangUpAfterMs !== undefined) setTimeout(() => link.hangUp(), hangUpAfterMs);
    return { released: () => undefined };
  };
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `+86138${String(10_000_000 + i)}`);
const attempts = () => branch.controller.rows('attempt');
const run = async (options: Parameters<typeof startBranch>[0], campaign = testCampaign()) => {
  branch = await startBranch(options, campaign);
  await branch.startEdge();
  await branch.switch.start();
  return logInAll(branch);
};

test('call control does not wait for the ledger: with 300 ms a commit customers are bridged as fast as ever, and attempts are written before they are dialed', async () => {
  const dialed: { number: string; onDisk: boolean }[] = [];
  await run(
    {
      speed: 1,
      commitDelayMs: 300,
      carrier: (invitation, link) => {
        const db = new DatabaseSync(join(branch.home, 'ledger', 'ledger.sqlite'), { readOnly: true });
        const row = db
          .prepare('SELECT 1 FROM try JOIN attempt ON attempt.id = try.attempt WHERE try.number = ?')
          .get(invitation.to);
        db.close();
        dialed.push({ number: invitation.to, onDisk: row !== undefined });
        return answers(700)(invitation, link);
      },
    },
    testCampaign({ wrapUpSeconds: 0 }),
  );
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(8)));
  await eventually('all are reported', () => attempts().length === 8, 60_000);
  expect(dialed).toHaveLength(8);
  expect(dialed.every(({ onDisk }) => onDisk)).toBe(true);
  const waits = branch.controller.rows('call').map(({ answerToAgentMs }) => answerToAgentMs ?? Infinity);
  expect(Math.max(...waits)).toBeLessThan(250);
});

test('with the link cut the branch dials what it was lent, stops when the lease ends, and tells everything afterwards', async () => {
  await run({ speed: 100, carrier: answers(400) }, testCampaign({ wrapUpSeconds: 5 }));
  const now = branch.clock.now();
  await branch.controller.send(
    branch.edge,
    'lease',
    branch.lease(numbers(60), { expiresAt: now + 6 * 60_000 }),
  );
  await eventually('some calls were made', () => attempts().length >= 2);
  await branch.controller.stop();
  const before = attempts().length;
  // Seven virtual minutes alone.
  await new Promise((resolve) => setTimeout(resolve, 4200));
  await branch.controller.start();
  const ended = await eventually(
    'the end of the lease is told',
    () => branch.controller.rows('event').find(({ type }) => type === 'lease-ended'),
    20_000,
  );
  expect(ended).toMatchObject({ how: 'expired' });
  const unworked = ended.type === 'lease-ended' ? ended.unworked.length : 0;
  expect(attempts().length).toBeGreaterThan(before);
  expect(attempts().length + unworked).toBe(60);
  expect(attempts().every(({ startedAt }) => startedAt < now + 6 * 60_000)).toBe(true);
});

test('a refusal of the gate is an attempt without tries, with its rule, and nobody was called', async () => {
  let called = 0;
  await run(
    { carrier: (invitation, link) => (called++, answers(300)(invitation, link)) },
    testCampaign({ window: { fromMinute: 0, toMinute: 1, weekdays: [7] } }),
  );
  const lease = branch.lease(numbers(2), { expiresAt: branch.clock.now() + 3_600_000 });
  const spent = branch.lease(['+8613900000009']);
  await branch.controller.send(branch.edge, 'lease', lease);
  await branch.controller.send(branch.edge, 'lease', {
    ...spent,
    leads: [{ ...spent.leads[0]!, attemptsMade: 4 }],
  });
  await eventually('the refusals are told', () => attempts().length === 3);
  expect(attempts().map(({ outcome, refusal, tries }) => [outcome, refusal?.rule, tries.length])).toEqual(
    expect.arrayContaining([
      ['REFUSED', 'calling-window', 0],
      ['REFUSED', 'attempts-cap', 0],
    ]),
  );
  expect(called).toBe(0);
});

test('an opt-out keyed by an agent holds at once, also for a lead that is already here', async () => {
  const phones = await run(
    { speed: 10, agents: [testAgent('1001')], carrier: answers() },
    testCampaign({ wrapUpSeconds: 10 }),
  );
  phones[0]!.on('bridged', () => setTimeout(() => phones[0]!.sendDtmf('**'), 100));
  phones[0]!.once('unbridged', () => setTimeout(() => phones[0]!.sendDtmf('5'), 100));
  const number = '+8613800000001';
  const [first, second] = [branch.lease([number]), branch.lease([number])];
  await branch.controller.send(branch.edge, 'lease', first);
  await eventually('the opt-out is told', () =>
    branch.controller.rows('optout').find((row) => row.number === number),
  );
  await branch.controller.send(branch.edge, 'lease', second);
  const refused = await eventually('the second is refused', () =>
    attempts().find(({ refusal }) => refusal?.rule === 'do-not-call'),
  );
  expect(refused).toMatchObject({ number, tries: [] });
});

test('an agent whom a new plan leaves out ends their call first, and is logged out with it', async () => {
  const [phone] = await run({
    speed: 10,
    agents: [testAgent('1001'), testAgent('1002')],
    carrier: answers(),
  });
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(1)));
  const states = (): string[] =>
    branch.controller
      .rows('agent')
      .filter(({ agent }) => agent === talking.agent)
      .map(({ to }) => to);
  const talking = await eventually('a talk', () =>
    branch.controller.rows('agent').find(({ to }) => to === 'talking'),
  );
  const agents = branch.desired.agents.filter(({ id }) => id !== talking.agent);
  await branch.controller.send(branch.edge, 'desired', { ...branch.desired, version: 2, agents });
  await eventually('the plan is in force', () =>
    branch.controller
      .received('reported')
      .find(({ version, status }) => version === 2 && status === 'applied'),
  );
  expect(states().at(-1)).toBe('talking');
  const own = talking.agent === 'agent-1001' ? phone! : branch.switch.phone('1002');
  expect(own.call?.state).toBe('up');
  own.sendDtmf('**');
  await eventually('logged out', () => states().at(-1) === 'offline');
  await eventually('the phone is down', () => own.call === undefined);
  expect(branch.controller.rows('call')).toMatchObject([{ outcome: 'ANSWERED', agent: talking.agent }]);
});

test('leads taken back are not dialed, and the lease ends as revoked', async () => {
  branch = await startBranch({ carrier: answers(300) });
  await branch.startEdge();
  await branch.switch.start();
  await eventually('the branch is linked', () =>
    branch.controller.received('state').find(({ status }) => status === 'online'),
  );
  const lease = branch.lease(numbers(5));
  await branch.controller.send(branch.edge, 'lease', lease);
  await eventually('the lease is stored', () =>
    branch.controller.rows('event').find(({ type }) => type === 'lease-stored'),
  );
  await branch.controller.send(branch.edge, 'revoke', {
    id: ids(),
    reason: 'campaign stopped',
    campaign: lease.campaign,
  });
  const ended = await eventually('it ends', () =>
    branch.controller.rows('event').find(({ type }) => type === 'lease-ended'),
  );
  expect(ended).toMatchObject({ how: 'revoked', unworked: lease.leads.map(({ id }) => id) });
  await logInAll(branch);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(attempts()).toEqual([]);
});

test('a fault of one line fails over to the next; the callee’s busy does not', async () => {
  await run({
    carrier: (invitation, link) => {
      setTimeout(() => (invitation.gateway === 'carrier-a' ? link.reject(503) : link.reject(486)), 20);
      return { released: () => undefined };
    },
  });
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(1)));
  const attempt = await eventually('it is told', () => attempts()[0]);
  expect(attempt).toMatchObject({
    outcome: 'BUSY',
    tries: [
      { line: 'carrier-a', outcome: 'CONGESTION' },
      { line: 'carrier-b', outcome: 'BUSY' },
    ],
  });
  await eventually('both calls are told', () => branch.controller.rows('call').length === 2);
});

test('a desired document that contradicts itself leaves the last good one in force and is reported', async () => {
  await run({ carrier: answers(300) });
  await branch.controller.send(branch.edge, 'desired', {
    ...branch.desired,
    version: 2,
    routes: [{ prefix: '', lines: ['nowhere'] }],
  });
  const reported = await eventually('the refusal is reported', () =>
    branch.controller.received('reported').find(({ status }) => status === 'rejected'),
  );
  expect(reported).toMatchObject({ version: 1, tried: 2, problem: { code: 'BL_CONFIG_INVALID' } });
  expect(reported.problem?.message).toContain('/routes/(all)');
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(2)));
  await eventually('the branch goes on', () => attempts().length === 2);
  expect(await readFile(join(branch.home, 'config', 'last-good.json'), 'utf8')).toContain('"version": 1');
});

test('a configuration under which calls stop working is taken back, reported and not tried again', async () => {
  let broken = false;
  await run({
    carrier: (invitation, link) => {
      const dead = broken && invitation.gateway === 'carrier-a';
      setTimeout(() => link.reject(dead ? 503 : 486), 20);
      return { released: () => undefined };
    },
  });
  const line = (): string | undefined => attempts().at(-1)?.tries[0]?.line;
  await eventually('the lines being up', () =>
    branch.controller.received('live').some(({ snapshot }) => snapshot?.lines['carrier-a']?.state === 'up'),
  );
  const lines = branch.desired.lines.map((each) =>
    each.id === 'carrier-a' && each.sip ? { ...each, sip: { ...each.sip, pingSeconds: 30 } } : each,
  );
  const changed = { ...branch.desired, version: 2, lines };
  broken = true;
  await branch.controller.send(branch.edge, 'desired', changed);
  await eventually('version 2', () =>
    branch.controller.received('reported').find(({ version }) => version === 2),
  );
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(6)));
  const refused = () => branch.controller.received('reported').filter(({ status }) => status === 'rejected');
  await eventually('the change being taken back', () => refused().length > 0, 15_000);
  broken = false;
  expect(refused()[0]).toMatchObject({ version: 1, tried: 2, problem: { code: 'BL_CONFIG_REVERTED' } });
  await eventually('the event being told', () =>
    branch.controller.rows('event').some((row) => row.type === 'config-rejected' && row.version === 2),
  );
  // The controller keeps saying what it wants; the branch keeps what works, also after a restart.
  await branch.stopEdge();
  await branch.startEdge();
  const before = refused().length;
  await branch.controller.send(branch.edge, 'desired', changed);
  await eventually('being told again', () => refused().length > before);
  const done = attempts().length;
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(7).slice(6)));
  await eventually('the branch goes on', () => attempts().length > done);
  expect(line()).toBe('carrier-a');
});

describe('commands', () => {
  const command = async (verb: 'agent-break' | 'drain', args: object, change: object = {}) => {
    const id = ids();
    const message = {
      id,
      verb,
      args,
      expiresAt: branch.clock.now() + 60_000,
      ttlMs: 60_000,
      ...change,
    } as never;
    await branch.controller.send(branch.edge, 'command', message);
    const result = await eventually(`the result of ${verb}`, () =>
      branch.controller.received('result').find((each) => each.id === id),
    );
    return { message, result };
  };

  test('are executed once: a repeated id is answered from the journal, an expired one is not executed', async () => {
    await run({});
    const { message, result } = await command('agent-break', { agent: 'agent-1001', reason: 'meeting' });
    expect(result.status).toBe('done');
    await eventually(
      'the agent is on break',
      () => branch.controller.rows('agent').findLast(({ agent }) => agent === 'agent-1001')?.to === 'break',
    );
    await branch.controller.send(branch.edge, 'command', message);
    await eventually(
      'it is answered again',
      () => branch.controller.received('result').filter(({ id }) => id === result.id).length === 2,
    );
    expect(branch.controller.rows('agent').filter(({ to }) => to === 'break')).toHaveLength(1);
    expect((await command('drain', {}, { expiresAt: branch.clock.now() - 1 })).result.status).toBe('expired');
    expect((await command('agent-break', { agent: 'nobody', reason: 'x' })).result).toMatchObject({
      status: 'failed',
      error: { code: 'BL_API_NOT_FOUND' },
    });
  });
});

test('rows that the controller asks for again come again, and one that it never saw is not skipped', async () => {
  await run({ carrier: answers(300) });
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(4)));
  await eventually('all are reported', () => attempts().length === 4);
  const epoch = branch.controller.received('out')[0]!.epoch;
  const seen = branch.controller.received('out').length;
  await branch.controller.send(branch.edge, 'ack', { kind: 'replay', stream: 'attempt', epoch, from: 2 });
  const again = await eventually('the rows come again', () =>
    branch.controller
      .received('out')
      .slice(seen)
      .find(({ from }) => from === 2),
  );
  expect(again.rows.length).toBe(3);
});

test('an inbound caller is bridged to an idle agent, and rings the fallback group when the edge is dead although agents were nailed up', async () => {
  const phones = await run({ speed: 1, agents: [testAgent('1001')] });
  const first = branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId: '13700000000' });
  await eventually('the caller talks to the agent', () => first.bridgedTo !== undefined);
  first.hangUp();
  const call = await eventually('the call is told', () => branch.controller.rows('call')[0]);
  expect(call).toMatchObject({
    direction: 'inbound',
    customer: '13700000000',
    agent: 'agent-1001',
    outcome: 'ANSWERED',
    hangupBy: 'customer',
  });
  await eventually(
    'the agent is free again',
    () => branch.controller.rows('agent').findLast(({ agent }) => agent === 'agent-1001')?.to !== 'talking',
  );
  await branch.stopEdge();
  const rings = new Promise<number>((resolve) => phones[0]!.once('ringing', () => resolve(Date.now())));
  const asked = Date.now();
  const second = branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId: '13700000001' });
  expect((await rings) - asked).toBeLessThan(5000);
  await eventually('the caller is served', () => second.bridgedTo !== undefined);
  second.hangUp();
  await branch.startEdge();
  const alone = await eventually('the call that FreeSWITCH served alone is told', () =>
    branch.controller.rows('call').find(({ evidence }) => evidence === 'spool'),
  );
  expect(alone).toMatchObject({ direction: 'inbound', customer: '13700000001' });
});
