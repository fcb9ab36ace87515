import { afterEach, expect, test } from 'vitest';
import type { LeasedLead } from '@branchline/shared';
import type { Answerer } from '../../virtual-branch/index.ts';
import { eventually } from '../../support/eventually.ts';
import { startBranch, type Branch } from '../../support/branch.ts';

let branch: Branch;
afterEach(() => branch.close());

/** Answers, rejects or stays silent by the last digit: 1 answers, 2 busy, 3 never answers, 4 does not exist, 5 rejects. */
const byLastDigit: Answerer = ({ to }, link) => {
  const digit = to.at(-1);
  setTimeout(() => {
    if (digit === '2') return link.reject(486);
    if (digit === '4') return link.reject(404);
    if (digit === '5') return link.reject(603);
    link.ring();
    if (digit === '1') setTimeout(() => link.answer(), 50);
  }, 20);
  return { released: () => undefined };
};

async function begin(): Promise<void> {
  branch = await startBranch({ carrier: byLastDigit });
  await branch.startEdge();
  await branch.switch.start();
  await eventually('the configuration is applied', () =>
    branch.controller
      .received('reported')
      .find(({ status, version }) => status === 'applied' && version === 1),
  );
}

test('a branch dials its leads, bridges those who answer to its agents and reports each attempt once', async () => {
  await begin();
  for (const extension of ['1001', '1002']) {
    const phone = branch.switch.phone(extension);
    await eventually(`phone ${extension} registers`, () => phone.register());
    phone.dial('*11');
    phone.on('bridged', () => setTimeout(() => phone.sendDtmf('**'), 300));
    phone.on('unbridged', () => setTimeout(() => phone.sendDtmf('1'), 50));
  }
  await eventually(
    'both agents are ready',
    () => branch.controller.rows('agent').filter(({ to }) => to === 'ready').length === 2,
  );
  const numbers = [
    '+8613800000001',
    '+8613800000002',
    '+8613800000003',
    '+8613800000004',
    '+8613800000005',
    '+8613800000011',
  ];
  await branch.controller.send(branch.edge, 'lease', branch.lease(numbers));
  await eventually(
    'all attempts are reported',
    () => branch.controller.rows('attempt').length === numbers.length,
    20_000,
  );
  const outcomes = Object.fromEntries(
    branch.controller.rows('attempt').map(({ number, outcome }) => [number, outcome]),
  );
  expect(outcomes).toEqual({
    '+8613800000001': 'ANSWERED',
    '+8613800000002': 'BUSY',
    '+8613800000003': 'NO_ANSWER',
    '+8613800000004': 'INVALID_NUMBER',
    '+8613800000005': 'REJECTED',
    '+8613800000011': 'ANSWERED',
  });
  const ended = await eventually('the lease ends', () =>
    branch.controller.rows('event').find(({ type }) => type === 'lease-ended'),
  );
  expect(ended).toMatchObject({ how: 'returned', unworked: [], afterAttempt: 6 });
  await eventually(
    'dispositions',
    () => branch.controller.rows('event').filter(({ type }) => type === 'disposition').length === 2,
  );
  expect(branch.controller.problems).toEqual([]);
});

test('a next number that the gate refuses is told with the number that was tried, and does not count as dead', async () => {
  await begin();
  const phone = branch.switch.phone('1001');
  await eventually('the phone registers', () => phone.register());
  phone.dial('*11');
  await eventually('the agent is ready', () =>
    branch.controller.rows('agent').some(({ to, agent }) => to === 'ready' && agent === 'agent-1001'),
  );
  const lease = branch.lease(['+8613800000004']);
  const second = { number: '+861380000', zones: ['Asia/Shanghai'], calledAt: [] };
  const [lead] = lease.leads as [LeasedLead];
  const leads = [{ ...lead, numbers: [...lead.numbers, second] }];
  await branch.controller.send(branch.edge, 'lease', { ...lease, leads });
  const attempt = await eventually('the attempt', () =>
    branch.controller.rows('attempt').find(({ lease: of }) => of === lease.id),
  );
  expect(attempt).toMatchObject({
    number: '+8613800000004',
    outcome: 'INVALID_NUMBER',
    deadNumbers: ['+8613800000004'],
    refusal: { rule: 'invalid-number', number: '+861380000' },
  });
  expect(attempt.tries).toHaveLength(1);
  await eventually('the lease ends', () =>
    branch.controller.rows('event').find((row) => row.type === 'lease-ended' && row.lease === lease.id),
  );
});
