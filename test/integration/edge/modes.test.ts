import { afterEach, describe, expect, test } from 'vitest';
import { idSource, type DialMode, type LivePacing } from '@branchline/shared';
import type { Answerer, VirtualPhone } from '../../virtual-branch/index.ts';
import { logInAll } from '../../support/agents.ts';
import { eventually } from '../../support/eventually.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';

const speed = 40;
let branch: Branch;
afterEach(() => branch.close());

const agents = ['1001', '1002', '1003', '1004', '1005'].map((extension) => testAgent(extension));
const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `+86138${String(i + 1).padStart(8, '0')}`);

/** One in three answers after 6 s of virtual time, the others ring on. */
const oneInThree: Answerer = ({ to }, link) => {
  link.ring();
  const timer = Number(to.slice(-8)) % 3 === 0 && setTimeout(() => link.answer(), 6000 / speed);
  return { released: () => timer && clearTimeout(timer) };
};

const everybody: Answerer = (_, link) => {
  link.ring();
  const timer = setTimeout(() => link.answer(), 2000 / speed);
  return { released: () => clearTimeout(timer) };
};

/** Agents who talk for some virtual seconds, end the call (again, if nobody took the keys) and key a disposition. */
function talkers(phones: readonly VirtualPhone[], seconds: number): void {
  for (const phone of phones) {
    let keys: ReturnType<typeof setInterval>;
    phone.on('bridged', () => {
      clearInterval(keys);
      keys = setInterval(() => phone.sendDtmf('**'), (seconds * 1000) / speed);
    });
    phone.on('unbridged', () => {
      clearInterval(keys);
      setTimeout(() => phone.sendDtmf('1'), 20);
    });
  }
}

async function begin(campaign = testCampaign(), carrier = oneInThree): Promise<VirtualPhone[]> {
  branch = await startBranch({ speed, carrier, agents }, campaign);
  await branch.startEdge();
  await branch.switch.start();
  return logInAll(branch);
}

async function lend(campaign: string, wanted: readonly string[]): Promise<void> {
  for (let i = 0; i < wanted.length; i += 100)
    await branch.controller.send(
      branch.edge,
      'lease',
      branch.lease(wanted.slice(i, i + 100), { campaign, expiresAt: branch.clock.now() + 12 * 3_600_000 }),
    );
}

/** Snapshot and patches put together: what the branch last said of a campaign's pacing, as often as it said something. */
function pacingSeen(campaign: string): Partial<LivePacing>[] {
  return branch.controller.received('live').flatMap(({ snapshot, changes }) => {
    const told = (snapshot ?? changes) as { campaigns?: Record<string, { pacing?: LivePacing }> } | undefined;
    return told?.campaigns?.[campaign]?.pacing ?? [];
  });
}

const attempts = () => branch.controller.rows('attempt').filter(({ outcome }) => outcome !== 'REFUSED');

async function setMode(mode: DialMode): Promise<void> {
  const { desired } = branch;
  const next = {
    ...desired,
    version: branch.controller.received('reported').length + 10,
    campaigns: desired.campaigns.map((campaign) => ({ ...campaign, mode })),
  };
  await branch.controller.send(branch.edge, 'desired', next);
  await eventually('the new mode is in force', () =>
    branch.controller
      .received('reported')
      .find(({ status, version }) => status === 'applied' && version === next.version),
  );
}

describe('a predictive campaign', () => {
  const campaign = testCampaign({ mode: 'predictive', wrapUpSeconds: 5, ringSeconds: 20 });

  test('learns, then dials more than one call for each ready agent, within channels and cap', async () => {
    talkers(await begin(campaign), 60);
    await lend(campaign.id, numbers(500));
    await eventually('240 attempts', () => attempts().length >= 240, 90_000);
    const calls = branch.controller.rows('call').filter(({ direction }) => direction === 'outbound');
    // Progressive alone never has more calls on their way than agents.
    const ahead = Math.max(
      ...calls.map(
        ({ startedAt }) =>
          calls.filter((one) => one.startedAt <= startedAt && one.endedAt > startedAt).length,
      ),
    );
    expect(ahead).toBeGreaterThan(agents.length);
    expect(ahead).toBeLessThanOrEqual(20);
    const answered = calls.filter(({ answeredAt }) => answeredAt !== undefined);
    const abandoned = answered.filter(({ outcome }) => outcome === 'ABANDONED');
    expect(answered.length).toBeGreaterThan(50);
    expect(abandoned.length).toBeLessThanOrEqual(Math.max(1, 0.03 * answered.length + 1));
    for (const call of answered) expect(['ANSWERED', 'ABANDONED', 'CANCELLED']).toContain(call.outcome);
    const reasons = new Set(pacingSeen(campaign.id).map(({ because }) => because));
    expect([...reasons]).toEqual(expect.arrayContaining(['learning', 'risk']));
    expect(branch.controller.problems).toEqual([]);
  });

  test('and another share the agents they have in common fairly, whichever list answers more readily', async () => {
    const other = { ...campaign, id: idSource()(), name: 'Other' };
    const both = [campaign.id, other.id];
    // Of the other campaign's people two in three answer.
    const carrier: Answerer = (call, link) =>
      (call.to.startsWith('+8613800') || Number(call.to.slice(-8)) % 3 === 1 ? oneInThree : everybody)(
        call,
        link,
      );
    branch = await startBranch(
      {
        speed,
        carrier,
        agents,
        desired: {
          campaigns: [campaign, other],
          agents: agents.map((agent) => ({ ...agent, campaigns: both })),
        },
      },
      campaign,
    );
    await branch.startEdge();
    await branch.switch.start();
    talkers(await logInAll(branch), 60);
    await lend(campaign.id, numbers(300));
    await lend(
      other.id,
      numbers(300).map((number) => number.replace('+86138', '+86139')),
    );
    const talked = (id: string): number =>
      branch.controller
        .rows('call')
        .filter((row) => row.campaign === id && row.outcome === 'ANSWERED')
        .reduce((sum, row) => sum + row.endedAt - row.bridgedAt!, 0);
    const of = (id: string): number =>
      branch.controller.rows('call').filter((row) => row.campaign === id && row.outcome === 'ANSWERED')
        .length;
    await eventually('60 talks', () => of(campaign.id) + of(other.id) >= 60, 90_000);
    const share = talked(campaign.id) / (talked(campaign.id) + talked(other.id));
    expect(share).toBeGreaterThan(0.38);
    expect(share).toBeLessThan(0.62);
    expect(branch.controller.problems).toEqual([]);
  });

  test('an edge that starts again knows the answers of the day, and the mode changes while it runs', async () => {
    talkers(await begin(campaign), 20);
    await lend(campaign.id, numbers(60));
    await eventually('20 attempts', () => attempts().length >= 20, 60_000);
    await branch.stopEdge();
    const before = pacingSeen(campaign.id);
    const answered = before.findLast(({ answeredToday }) => answeredToday !== undefined)!.answeredToday!;
    expect(answered).toBeGreaterThan(0);
    await branch.startEdge();
    const [first] = await eventually('pacing is told again', () => {
      const since = pacingSeen(campaign.id).slice(before.length);
      return since.length > 0 ? since : undefined;
    });
    expect(first!.answeredToday).toBeGreaterThanOrEqual(answered);
    await setMode('progressive');
    await eventually('the rest', () => attempts().length === 60, 60_000);
    expect(new Set(attempts().map(({ number }) => number)).size).toBe(60);
  });
});

test('power dials a fixed number of calls for each ready agent', async () => {
  const campaign = testCampaign({ mode: 'power', callsPerAgent: 2, maxAbandonRate: 0.1, ringSeconds: 20 });
  talkers(await begin(campaign), 20);
  await lend(campaign.id, numbers(150));
  await eventually('100 attempts', () => attempts().length >= 100, 60_000);
  const calls = branch.controller.rows('call').filter(({ direction }) => direction === 'outbound');
  const together = calls.map(
    ({ startedAt }) => calls.filter((one) => one.startedAt <= startedAt && one.endedAt > startedAt).length,
  );
  expect(Math.max(...together)).toBeGreaterThan(agents.length);
  expect(Math.max(...together)).toBeLessThanOrEqual(2 * agents.length);
});

test('preview shows a person, dials on a key or by itself, and passes over whom the agent does not want', async () => {
  const campaign = testCampaign({ mode: 'preview', previewSeconds: 200, wrapUpSeconds: 0 });
  const phones = await begin(campaign, everybody);
  talkers(phones, 5);
  await lend(campaign.id, numbers(5));
  const looking = (): string[] =>
    branch.controller
      .rows('agent')
      .filter(({ to }) => to === 'preview')
      .map(({ agent }) => agent);
  await eventually('everybody looks at a person', () => new Set(looking()).size === 5, 10_000);
  expect(attempts()).toEqual([]);
  phones[0]!.sendDtmf('1');
  phones[1]!.sendDtmf('2');
  await eventually('the one is dialed', () => attempts().length >= 1, 10_000);
  // The others by themselves, and the one who was passed over not within the half hour.
  await eventually('the others', () => attempts().length === 4, 20_000);
  expect(attempts().map(({ agent }) => agent)).not.toContain('agent-1002');
  expect(attempts().every(({ outcome }) => outcome === 'ANSWERED')).toBe(true);
});

test('a person who is taken back while somebody looks at them is shown to nobody any more, and never dialed', async () => {
  const campaign = testCampaign({ mode: 'manual', wrapUpSeconds: 0 });
  const phones = await begin(campaign, everybody);
  await lend(campaign.id, numbers(2));
  await eventually('the lease is stored', () =>
    branch.controller.rows('event').find(({ type }) => type === 'lease-stored'),
  );
  const states = (): string[] =>
    branch.controller
      .rows('agent')
      .filter(({ agent }) => agent === 'agent-1003')
      .map(({ to }) => to);
  phones[2]!.sendDtmf('*16');
  await eventually('a person is shown', () => states().at(-1) === 'preview');
  await branch.controller.send(branch.edge, 'revoke', {
    id: idSource()(),
    reason: 'do-not-call',
    campaign: campaign.id,
  });
  await eventually('nobody is shown', () => states().at(-1) === 'ready');
  phones[2]!.sendDtmf('1');
  const ends = await eventually('the end of the lease', () => {
    const rows = branch.controller.rows('event').filter(({ type }) => type === 'lease-ended');
    return rows.length > 0 && rows;
  });
  expect(ends).toMatchObject([{ how: 'revoked' }]);
  expect(attempts()).toEqual([]);
});

test('manual waits for an agent to ask', async () => {
  const campaign = testCampaign({ mode: 'manual', wrapUpSeconds: 0 });
  const phones = await begin(campaign, everybody);
  talkers(phones, 5);
  await lend(campaign.id, numbers(3));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(attempts()).toEqual([]);
  phones[2]!.sendDtmf('*16');
  await eventually('a person is shown', () =>
    branch.controller.rows('agent').find(({ to, agent }) => to === 'preview' && agent === 'agent-1003'),
  );
  phones[2]!.sendDtmf('1');
  const [attempt] = await eventually(
    'the call',
    () => (attempts().length === 1 ? attempts() : undefined),
    10_000,
  );
  expect(attempt).toMatchObject({ agent: 'agent-1003', outcome: 'ANSWERED' });
});
