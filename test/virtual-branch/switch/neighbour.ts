import { BlockList } from 'node:net';
import { fromStatus } from './causes.ts';
import type { SwitchConfiguration } from './configuration.ts';
import { CallRefused, placeCall } from './inbound.ts';
import type { Answerer, Invitation, Party, PartyLink } from './party.ts';
import { partyLink } from './sip-link.ts';
import type { VirtualSwitch } from './virtual-switch.ts';
import { attribute, childrenOf, descendants } from './xml-tree.ts';

/**
 * Lets calls to an address ring at a profile of another virtual switch, as between two boxes: to be given to `listen` of the one that calls.
 * @param from address that the calls come from
 */
export function neighbour(there: VirtualSwitch, profile: string, from = '127.0.0.1'): Answerer {
  return (invitation, link) => {
    const refuse = (status: number): Party => {
      setImmediate(() => link.reject(status));
      return { released: () => undefined };
    };
    if (!there.running) return refuse(503);
    const { configuration, sofia } = there.core;
    const settings = sofia.profiles.get(profile)?.parameters;
    if (!settings) return refuse(503);
    const list = settings.get('apply-inbound-acl');
    if (list !== undefined && !isAllowed(configuration, list, from)) return refuse(403);
    try {
      return joined(there, invitation, link, { profile, context: settings.get('context') ?? 'public', from });
    } catch (error) {
      if (error instanceof CallRefused) return refuse(503);
      throw error;
    }
  };
}

function joined(
  there: VirtualSwitch,
  invitation: Invitation,
  link: PartyLink,
  { profile, context, from }: { readonly profile: string; readonly context: string; readonly from: string },
): Party {
  const headers = [...invitation.headers].filter(([name]) => /^x-/i.test(name));
  const session = placeCall(there.core, {
    profile,
    context,
    callerNumber: invitation.callerNumber,
    callerName: invitation.callerName,
    destination: invitation.to,
    remote: `${invitation.callerNumber}@${from}:5060`,
    userAgent: 'Branchline',
    // FreeSWITCH keeps unknown headers of an INVITE under this name.
    variables: new Map(headers.map(([name, value]) => [`sip_h_${name}`, value])),
    from: `${invitation.callerNumber}@${from}`,
  });
  const far = partyLink(session);
  let answered = false;
  session.party = {
    ringing: () => link.ring(),
    early: () => link.earlyMedia(),
    answered: () => {
      answered = true;
      link.answer();
    },
    dtmf: (digit) => link.sendDtmf(digit),
    released: (cause) => (answered ? link.hangUp() : link.reject(statusOf(cause))),
  };
  // Not before the caller's own channel is in the hands of whoever dialed.
  setImmediate(() => session.start({ kind: 'dialplan' }));
  return { dtmf: (digit) => far.sendDtmf(digit), released: () => far.hangUp() };
}

/** What FreeSWITCH answers to an INVITE whose leg ends with a cause. */
function statusOf(cause: string): number {
  return [403, 404, 408, 480, 486, 488, 503, 603].find((status) => fromStatus(status).cause === cause) ?? 480;
}

/** Whether a list of `acl.conf` allows an address; what it does not name is as its default. */
function isAllowed({ root }: SwitchConfiguration, name: string, address: string): boolean {
  const list = descendants(root, 'list').find((each) => attribute(each, 'name') === name);
  if (!list) return false;
  const blocks = { allow: new BlockList(), deny: new BlockList() };
  for (const node of childrenOf(list, 'node')) {
    const [net = '', bits = '32'] = (attribute(node, 'cidr') ?? '').split('/');
    if (net.includes('.'))
      blocks[attribute(node, 'type') === 'allow' ? 'allow' : 'deny'].addSubnet(net, Number(bits), 'ipv4');
  }
  if (blocks.deny.check(address)) return false;
  return blocks.allow.check(address) || attribute(list, 'default') === 'allow';
}
