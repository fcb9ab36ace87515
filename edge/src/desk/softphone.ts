import type { Desired, DeskSoftphone } from '@branchline/shared';
import { refuse } from '../refuse.ts';
import { digestHash } from '../switch/configuration/index.ts';

/** Whether an agent speaks by the desk page itself. */
export function speaksByBrowser({ phones }: Pick<Desired, 'phones'>, extension: string): boolean {
  return phones.find((phone) => phone.extension === extension)?.device?.vendor === 'browser';
}

/**
 * What the page of a signed-in agent needs to be their phone.
 * @param port of FreeSWITCH's secure WebSocket
 * @param passwordOf opens the password of a phone
 * @throws BranchlineError `BL_DESK_REFUSED` for an agent with a phone of their own
 */
export async function softphoneOf(
  desired: Pick<Desired, 'phones' | 'agents' | 'domain'>,
  agent: string,
  port: number,
  passwordOf: (extension: string, sealed: string) => Promise<string>,
): Promise<DeskSoftphone> {
  const extension = desired.agents.find(({ id }) => id === agent)?.extension;
  const phone = desired.phones.find((each) => each.extension === extension);
  if (!phone || !speaksByBrowser(desired, phone.extension))
    refuse('the plan gives this agent a phone beside the page');
  const { domain } = desired;
  const password = await passwordOf(phone.extension, phone.password);
  return {
    extension: phone.extension,
    domain,
    port,
    ha1: digestHash(phone.extension, domain, password),
  };
}
