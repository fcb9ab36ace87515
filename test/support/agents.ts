import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './eventually.ts';
import type { Branch } from './branch.ts';
import type { VirtualPhone } from '../virtual-branch/index.ts';

/** Registers the phones of the branch's agents and logs them in by feature code; waits until the edge calls them ready. */
export async function logInAll(branch: Branch): Promise<VirtualPhone[]> {
  const phones: VirtualPhone[] = [];
  for (const { extension } of branch.desired.agents) {
    const phone = branch.switch.phone(extension);
    await eventually(`phone ${extension} registers`, () => phone.register() || phone.registered);
    phones.push(phone);
  }
  const waiting = (): VirtualPhone[] =>
    phones.filter((_, i) => {
      const { id } = branch.desired.agents[i]!;
      return branch.controller.rows('agent').findLast((row) => row.agent === id)?.to !== 'ready';
    });
  // On a machine that is busy elsewhere the switch's own timers may end a login: people dial again, and so do these.
  for (let tries = 0; tries < 3 && waiting().length > 0; tries++) {
    for (const [i, phone] of waiting().entries()) {
      // The switch takes a hundred calls a second.
      if (i > 0 && i % 50 === 0) await pause(1000);
      phone.dial('*11');
    }
    await eventually('all agents are ready', () => waiting().length === 0, 12_000).catch(() => undefined);
  }
  if (waiting().length > 0) throw new Error('agents are not ready after three logins');
  return phones;
}
