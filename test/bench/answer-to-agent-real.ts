import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { percentile } from '../support/ledger-proof.ts';
import { openRealBranch } from '../system/real-branch.ts';
import { sippMissing } from '../system/sipp.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

const leads = 16;
const aimMs = 200;

/** From CHANNEL_ANSWER to CHANNEL_BRIDGE on a real FreeSWITCH, nailed-up agents, sipp as carrier and phones. */
export async function run(): Promise<BenchLine[]> {
  const found = findSwitch();
  const missing = 'missing' in found ? found.missing : sippMissing();
  if ('missing' in found || missing !== undefined) {
    console.error(`answer-to-agent-real is skipped: ${missing}`);
    return [];
  }
  const extensions = ['1001', '1002'];
  const branch = await openRealBranch(
    found.binary,
    extensions.map((extension) => testAgent(extension)),
  );
  try {
    await branch.startEdge();
    await branch.startSwitch();
    branch.parties.carrier(branch.ports.carrier);
    for (const extension of extensions) {
      await branch.register(extension);
      branch.dial(extension, '*11');
    }
    await eventually(
      'both agents are ready',
      () => branch.controller.rows('agent').filter(({ to }) => to === 'ready').length >= 2,
      20_000,
    );
    // Numbers that end in 6 answer and hang up after three seconds.
    await branch.lease(
      Array.from({ length: leads }, (_, i) => `+861380000${String(100 + i).padStart(3, '0')}6`),
    );
    const calls = await eventually(
      'all calls are reported',
      () => {
        const rows = branch.controller.rows('call');
        return rows.length >= leads ? rows : undefined;
      },
      150_000,
    );
    const waits = calls.flatMap(({ answerToAgentMs }) =>
      answerToAgentMs === undefined ? [] : [answerToAgentMs],
    );
    return [50, 95].map((p) =>
      benchLine(`answer-to-agent real p${p}`, percentile(waits, p), aimMs, 'ms, baseline is the aim'),
    );
  } finally {
    await branch.close();
  }
}
