import type { CallKey } from '../agents/index.ts';
import { refuse } from '../refuse.ts';
import type { Calls } from './calls.ts';
import type { HandOvers } from './hand-overs.ts';

/**
 * What an agent keys on the phone means what the same button of the desk page does.
 * @throws BranchlineError `BL_DESK_REFUSED`
 */
export function pressCallKey(
  { calls, handOvers }: { readonly calls: Calls; readonly handOvers: HandOvers },
  agent: string,
  call: string,
  key: CallKey,
): void | Promise<void> {
  const { held, recordingPausedAt, agent: leads } = calls.get(call) ?? {};
  // Who has parked a customer and has no other yet wants that one back.
  if (key.do === 'park' && leads !== agent && handOvers.takeBack(agent)) return;
  if (leads !== agent && key.do !== 'consult-over') refuse('the call is your colleague’s still');
  switch (key.do) {
    case 'consult':
      return 'number' in key
        ? handOvers.consultOutside(call, key.number, agent)
        : handOvers.consult(call, key.extension);
    case 'transfer':
      return 'number' in key
        ? handOvers.transferOutside(call, key.number, agent)
        : handOvers.transfer(call, { phone: key.extension }, agent);
    case 'park':
      return handOvers.park(call, agent);
    case 'hold':
      return calls.control(call, held ? 'resume' : 'hold');
    case 'recording':
      return calls.control(call, recordingPausedAt === undefined ? 'pause-recording' : 'resume-recording');
    case 'three-way':
    case 'complete':
    case 'consult-over':
      return handOvers.decide(call, key.do, agent);
  }
}
