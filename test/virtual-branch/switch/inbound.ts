import { Channel } from './channel.ts';
import type { SwitchCore } from './core.ts';
import type { Party, PartyLink } from './party.ts';
import { runtime } from './programs.ts';
import { Session } from './session.ts';
import { partyLink } from './sip-link.ts';
import type { SipLeg } from './sip-variables.ts';
import { setIncomingVariables } from './sip-variables.ts';

export interface InboundRequest {
  readonly gateway: string;
  /** The number that was called. */
  readonly did: string;
  readonly callerId: string;
  readonly callerName?: string;
  /** What the caller does with what it hears. */
  readonly party?: Partial<Party>;
}

/** A call that was refused before it became a channel: limits, no such gateway. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
}

/** A customer on the line: what was heard so far, and the means to act. */
export class InboundCaller {
  readonly channel: string;
  readonly link: PartyLink;
  state: 'calling' | 'ringing' | 'early' | 'answered' | 'over' = 'calling';
  bridgedTo: string | undefined;
  cause: string | undefined;
  readonly heard: string[] = [];
  readonly digits: string[] = [];

  constructor(channel: string, link: PartyLink) {
    this.channel = channel;
    this.link = link;
  }

  hangUp(): void {
    this.link.hangUp();
  }

  sendDtmf(digits: string): void {
    this.link.sendDtmf(digits);
  }
}

interface Incoming {
  readonly profile: string;
  readonly context: string;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly destination: string;
  readonly remote: string;
  readonly userAgent: string;
  readonly variables: ReadonlyMap<string, string>;
  /** `user@host` in the channel's name. */
  readonly from: string;
}

/** Brings a call to the switch. @throws CallRefused when the switch takes no more sessions */
export function placeCall(core: SwitchCore, incoming: Incoming): Session {
  if (!core.admit()) throw new CallRefused('503: no more sessions');
  const channel = new Channel(core, core.newUuid(), 'inbound', `sofia/${incoming.profile}/${incoming.from}`);
  const sip: SipLeg = {
    profile: incoming.profile,
    profileUrl: core.sofia.url(incoming.profile),
    gateway: undefined,
    contactUri: `<${core.sofia.url(incoming.profile)}>`,
    remote: incoming.remote,
    userAgent: core.options.faults.userAgent ?? incoming.userAgent,
  };
  channel.profile = {
    username: incoming.callerNumber,
    dialplan: 'XML',
    callerName: incoming.callerName,
    callerNumber: incoming.callerNumber,
    originalName: incoming.callerName,
    originalNumber: incoming.callerNumber,
    calleeName: '',
    calleeNumber: '',
    networkAddress: (incoming.remote.split('@').at(-1) ?? '').split(':')[0] ?? '',
    ani: incoming.callerNumber,
    rdnis: '',
    destination: incoming.destination,
    source: 'mod_sofia',
    context: incoming.context,
    transferSource: '',
    index: 1,
  };
  const session = new Session(core, channel, sip, runtime);
  core.sessions.set(channel.uuid, session);
  channel.emit('CHANNEL_STATE');
  setIncomingVariables(channel, sip, incoming.destination);
  for (const [name, value] of incoming.variables) channel.set(name, value);
  channel.presenceId = incoming.from;
  channel.set('presence_id', incoming.from);
  channel.enter('CS_INIT');
  channel.target = 'CS_ROUTING';
  channel.emit('CHANNEL_CREATE');
  return session;
}

/** A customer calls in through a gateway. @throws CallRefused */
export function placeInboundCall(core: SwitchCore, request: InboundRequest): InboundCaller {
  const gateway = core.sofia.gateways.get(request.gateway);
  if (!gateway) throw new CallRefused(`no gateway ${request.gateway}`);
  const { profile, parameters, variables } = gateway.configuration;
  const proxy = parameters.get('proxy') ?? parameters.get('realm') ?? '127.0.0.1';
  const registers = parameters.get('register') === 'true';
  gateway.callsIn++;
  const session = placeCall(core, {
    profile,
    context:
      parameters.get('context') ?? core.sofia.profiles.get(profile)?.parameters.get('context') ?? 'public',
    callerNumber: request.callerId,
    callerName: request.callerName ?? request.callerId,
    destination: request.did,
    remote: `${request.callerId}@${proxy}`,
    userAgent: '',
    // Only a call that carries the registration's contact is known to belong to a gateway.
    variables: registers ? new Map([['sip_gateway', request.gateway], ...variables]) : new Map(),
    from: `${request.callerId}@${proxy.split(':')[0] ?? ''}`,
  });
  const caller = new InboundCaller(session.uuid, partyLink(session));
  session.party = observing(caller, request.party ?? {});
  // Not before the caller is in the hands of whoever placed the call.
  setImmediate(() => session.start({ kind: 'dialplan' }));
  return caller;
}

function observing(caller: InboundCaller, own: Partial<Party>): Party {
  return {
    ringing: () => {
      caller.state = 'ringing';
      own.ringing?.();
    },
    early: () => {
      caller.state = 'early';
      own.early?.();
    },
    answered: () => {
      caller.state = 'answered';
      own.answered?.();
    },
    bridged: (other) => {
      caller.bridgedTo = other;
      own.bridged?.(other);
    },
    unbridged: () => {
      caller.bridgedTo = undefined;
      own.unbridged?.();
    },
    heard: (what) => {
      caller.heard.push(what);
      own.heard?.(what);
    },
    dtmf: (digit) => {
      caller.digits.push(digit);
      own.dtmf?.(digit);
    },
    held: (held) => own.held?.(held),
    released: (cause) => {
      caller.state = 'over';
      caller.cause = cause;
      own.released?.(cause);
    },
  };
}
