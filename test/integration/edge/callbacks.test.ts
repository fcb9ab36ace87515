import { afterEach, expect, test } from 'vitest';
import { defaultCampaign, ownCallbackMs } from '@branchline/shared';
import type { Answerer } from '../../virtual-branch/index.ts';
import { logInAll } from '../../support/agents.ts';
import { eventually } from '../../support/eventually.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';

const speed = 200;
let branch: Branch;
afterEach(() => branch.close());

const agents = ['1001', '1002'].map((extension) => testAgent(extension));
const everybody: Answerer = (_, link) => {
  link.ring();
  const timer = setTimeout(() => link.answer(), 10);
  return { released: () => clearTimeout(timer) };
};
const dispositions = defaultCampaign.dispositions.map((one) =>
  one.code === 'call-again' ? { ...one, callback: { delaySeconds: 3600, for: 'own' as const } } : one,
);
const attempts = () => branch.controller.rows('attempt').filter(({ outcome }) => outcome !== 'REFUSED');

async function begin(change = {}) {
  branch = await startBranch(
    { speed, carrier: everybody, agents },
    testCampaign({ dispositions, wrapUpSeconds: 600, ...change }),
  );
  await branch.startEdge();
  await branch.switch.start();
  return logInAll(branch);
}

/** Lends a lead that an agent promised to call in a minute. */
async function lendPromised(number: string, agent: string): Promise<number> {
  const lease = branch.lease([number]);
  const at = branch.clock.now() + 60_000;
  const leads = lease.leads.map((lead) => ({ ...lead, dueAt: at, callback: { at, agent } }));
  await branch.controller.send(branch.edge, 'lease', { ...lease, leads });
  return at;
}

test('a key promises a callback, and whoever promised it makes the call although others have waited longer', async () => {
  const phones = await begin();
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001']));
  const [first] = await eventually('an answer', () => {
    const calls = branch.controller.rows('agent').filter(({ to }) => to === 'talking');
    return calls.length > 0 ? calls : undefined;
  });
  const phone = phones[first!.agent === 'agent-1001' ? 0 : 1]!;
  phone.sendDtmf('3');
  const said = await eventually('the disposition', () =>
    branch.controller.rows('event').find((row) => row.type === 'disposition'),
  );
  expect(said).toMatchObject({ code: 'call-again', agent: first!.agent, callbackFor: 'own' });
  expect(said).toMatchObject({ callbackAt: said.at + 3_600_000 });
  phone.sendDtmf('**');
  await eventually('the attempt', () => attempts().length === 1);
  await eventually(
    'the agent to be ready',
    () => branch.controller.rows('agent').findLast(({ agent }) => agent === first!.agent)?.to === 'ready',
  );
  const at = await lendPromised('+8613800000002', first!.agent);
  const call = await eventually('the callback', () =>
    branch.controller.rows('agent').find((row) => row.to === 'talking' && row.at > at),
  );
  expect(call.agent).toBe(first!.agent);
});

test.each(['progressive', 'predictive'] as const)(
  '%s: whoever promised is away: nobody else calls for half an hour, then anyone',
  async (mode) => {
    const phones = await begin({ mode });
    phones[0]!.sendDtmf('*131');
    await eventually('the break', () => branch.controller.rows('agent').find(({ to }) => to === 'break'));
    const at = await lendPromised('+8613800000003', 'agent-1001');
    const attempt = await eventually(
      'the call',
      () => branch.controller.rows('agent').find(({ to }) => to === 'talking'),
      20_000,
    );
    expect(attempt).toMatchObject({ agent: 'agent-1002' });
    expect(attempt.at).toBeGreaterThanOrEqual(at + ownCallbackMs);
  },
);
