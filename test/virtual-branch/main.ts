import { join } from 'node:path';
import { connectFtdm } from '@branchline/hardware/emulator';
import { scaledClock, seededRandom } from '@branchline/shared';
import { BranchOptionsError, parseBranchOptions } from './branch-options.ts';
import { Population } from './people/population.ts';
import { VirtualAgents } from './people/virtual-agents.ts';
import { VirtualSwitch } from './switch/virtual-switch.ts';

/** One branch as a process: waits for its configuration, serves, and ends with its parent. */
async function main(): Promise<void> {
  const options = parseBranchOptions(process.argv.slice(2), Date.now());
  const clock = scaledClock(options.scale);
  const population = new Population({ seed: options.seed, clock });
  const spans = options.spans === undefined ? undefined : await connectFtdm(join(options.spans, 'ftdm.sock'));
  const owner = new VirtualSwitch({
    directory: options.config,
    business: clock,
    random: seededRandom(options.seed),
    maxWavSeconds: options.maxWavSeconds,
    carrier: population.answer,
    ...(spans && { spans }),
  });
  const waiting = new AbortController();
  const end = (): void => {
    waiting.abort(new Error('ended while waiting for the configuration'));
    population.stop();
    void owner.stop().finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  // With an ipc channel the branch must not outlive whoever started it.
  process.once('disconnect', end);
  // What really reached the carriers, for whoever holds it against the branch's own books.
  process.on('message', (question) => {
    if (question === 'dialed') process.send?.({ dialed: Object.fromEntries(population.counts.dialed) });
  });
  await owner.startWhenConfigured(waiting.signal);
  const agents = new VirtualAgents({ owner, population, seats: options.agents, seed: options.seed });
  agents.start();
  if (options.gateway !== undefined && options.did !== undefined) {
    population.callIn(owner, { gateway: options.gateway, did: options.did, perHour: options.inboundPerHour });
  }
  process.stdout.write(`${JSON.stringify({ ready: true, eslPort: owner.eslPort })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof BranchOptionsError ? error.message : String(error)}\n`);
  process.exit(1);
});
