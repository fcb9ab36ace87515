import { idSource } from '@branchline/shared';
import { startBranch, testAgent, testCampaign, type Branch } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { percentile } from '../support/ledger-proof.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

const leads = 120;
const agents = 6;
/** The aim of the product: 95 of 100 customers hear their agent within this time of answering, ms. */
const aimMs = 200;

/** From the customer's CHANNEL_ANSWER to CHANNEL_BRIDGE on the virtual switch, nailed-up agents, in real time. */
export async function run(): Promise<BenchLine[]> {
  const ids = idSource();
  const branch: Branch = await startBranch(
    {
      speed: 1,
      agents: Array.from({ length: agents }, (_, i) => testAgent(String(1001 + i))),
      carrier: (_, link) => {
        setTimeout(() => link.ring(), 20);
        setTimeout(() => link.answer(), 60 + Math.random() * 100);
        setTimeout(() => link.hangUp(), 500);
        return { released: () => undefined };
      },
    },
    testCampaign({ wrapUpSeconds: 0 }),
  );
  try {
    await branch.startEdge();
    await branch.switch.start();
    for (let i = 0; i < agents; i++) {
      const phone = branch.switch.phone(String(1001 + i));
      await eventually(`phone ${1001 + i} registers`, () => phone.register(), 20_000);
      phone.dial('*11');
    }
    await eventually(
      'all agents are ready',
      () => branch.controller.rows('agent').filter(({ to }) => to === 'ready').length >= agents,
      20_000,
    );
    const numbers = Array.from({ length: leads }, (_, i) => `+86138${String(10_000_000 + i)}`);
    for (let i = 0; i < numbers.length; i += 60)
      await branch.controller.send(
        branch.edge,
        'lease',
        branch.lease(numbers.slice(i, i + 60), { id: ids() }),
      );
    const calls = await eventually(
      'all calls are reported',
      () => {
        const rows = branch.controller.rows('call');
        return rows.length >= leads ? rows : undefined;
      },
      120_000,
    );
    const waits = calls.flatMap(({ answerToAgentMs }) =>
      answerToAgentMs === undefined ? [] : [answerToAgentMs],
    );
    if (waits.length < leads * 0.9) throw new Error(`only ${waits.length} of ${leads} calls were bridged`);
    return [50, 95].map((p) =>
      benchLine(`answer-to-agent virtual p${p}`, percentile(waits, p), aimMs, 'ms, baseline is the aim'),
    );
  } finally {
    await branch.close();
  }
}
