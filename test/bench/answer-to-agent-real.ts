import { createSocket } from 'node:dgram';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { percentile } from '../support/ledger-proof.ts';
import { openRealBranch } from '../system/real-branch.ts';
import { sippMissing } from '../system/sipp.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

const leads = 16;
const aimMs = 200;

/** Notes when RTP reaches an agent's phone, wall clock ms. */
async function listener(): Promise<{ port: number; packets: number[]; close: () => void }> {
  const socket = createSocket('udp4');
  const packets: number[] = [];
  socket.on('message', () => packets.push(Date.now()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { port: socket.address().port, packets, close: () => socket.close() };
}

/**
 * On a real FreeSWITCH with nailed-up agents, sipp as carrier and phones: from CHANNEL_ANSWER to CHANNEL_BRIDGE, and to
 * the first RTP packet at the agent's phone.
 */
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
  const ears = new Map<string, Awaited<ReturnType<typeof listener>>>();
  try {
    await branch.startEdge();
    await branch.startSwitch();
    branch.parties.carrier(branch.ports.carrier);
    for (const extension of extensions) {
      const ear = await listener();
      ears.set(`agent-${extension}`, ear);
      await branch.register(extension);
      branch.dial(extension, '*11', [], ear.port);
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
    const heard = calls.flatMap(({ agent, answeredAt, endedAt }) => {
      const first = ears
        .get(agent ?? '')
        ?.packets.find((at) => answeredAt !== undefined && at >= answeredAt && at <= endedAt);
      return first === undefined || answeredAt === undefined ? [] : [first - answeredAt];
    });
    const unit = 'ms, baseline is the aim';
    return [50, 95].flatMap((p) => [
      benchLine(`answer-to-agent real bridge p${p}`, percentile(waits, p), aimMs, unit),
      benchLine(`answer-to-agent real first RTP p${p}`, percentile(heard, p), aimMs, unit),
    ]);
  } finally {
    for (const ear of ears.values()) ear.close();
    await branch.close();
  }
}
