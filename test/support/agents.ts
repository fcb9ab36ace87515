import { eventually } from './eventually.ts';
import type { Branch } from './branch.ts';
import type { VirtualPhone } from '../virtual-branch/index.ts';

/** Registers the phones of the branch's agents and logs them in by feature code; waits until the edge calls them ready. */
export async function logInAll(branch: Branch): Promise<VirtualPhone[]> {
  const phones: VirtualPhone[] = [];
  for (const { extension } of branch.desired.agents) {
    const phone = branch.switch.phone(extension);
    await eventually(`phone ${extension} registers`, () => phone.register() || phone.registered);
    phone.dial('*11');
    phones.push(phone);
  }
  await eventually(
    'all agents are ready',
    () =>
      branch.desired.agents.every(
        ({ id }) => branch.controller.rows('agent').findLast((row) => row.agent === id)?.to === 'ready',
      ),
    40_000,
  );
  return phones;
}
