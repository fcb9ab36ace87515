import { Channel } from './channel.ts';
import type { CallerProfile } from './channel.ts';
import type { SwitchCore } from './core.ts';
import { expand } from './expansion.ts';
import { Session } from './session.ts';
import type { SessionRuntime } from './session.ts';
import { setInviteVariables, setOutgoingVariables } from './sip-variables.ts';
import type { SipLeg } from './sip-variables.ts';

export interface DialRequest {
  readonly dialString: string;
  /** The leg that runs `bridge`; absent for `originate`. */
  readonly caller?: Session;
  readonly timeoutSeconds?: number;
  readonly callerName?: string;
  readonly callerNumber?: string;
}

/** A leg that is about to begin, whatever carries it. */
export interface OutgoingLeg {
  readonly uuid: string;
  readonly endpoint: 'sofia' | 'freetdm';
  /** Of the channel. */
  readonly name: string;
  readonly number: string;
  /** Absent for one that is no SIP. */
  readonly sip: SipLeg | undefined;
  readonly variables: ReadonlyMap<string, string>;
  readonly request: DialRequest;
}

/** The uuid of a new leg; undefined when no further session is let in, or the wanted uuid is taken. */
export function admitLeg(core: SwitchCore, variables: ReadonlyMap<string, string>): string | undefined {
  if (!core.admit()) return undefined;
  const wanted = variables.get('origination_uuid');
  if (wanted === undefined || wanted === '') return core.newUuid();
  return core.sessions.has(wanted) ? undefined : wanted;
}

/** Creates the channel of an admitted leg, with its events up to where it waits for the far end. */
export function beginLeg(core: SwitchCore, runtime: SessionRuntime, leg: OutgoingLeg): Session {
  const { uuid, name, number, sip, variables, request } = leg;
  const channel = new Channel(core, uuid, 'outbound', name);
  channel.profile = profileFor(channel, number, variables, request);
  channel.set('channel_name', name);
  if (sip) setOutgoingVariables(channel, sip);
  applyVariables(channel, leg);
  const session = new Session(core, channel, sip, runtime);
  core.sessions.set(uuid, session);
  channel.emit('CHANNEL_OUTGOING');
  if (request.caller) {
    channel.callUuid = request.caller.uuid;
    channel.set('call_uuid', request.caller.uuid);
  }
  channel.enter('CS_INIT');
  if (sip) setInviteVariables(channel, sip);
  channel.target = 'CS_ROUTING';
  channel.emit('CHANNEL_CREATE');
  channel.emit('CHANNEL_ORIGINATE');
  channel.enter('CS_ROUTING');
  channel.enter('CS_CONSUME_MEDIA');
  session.start({ kind: 'consume' });
  return session;
}

/** Whether a value of `ignore_early_media` says so. */
export function ignoresEarlyMedia(value: string | undefined): boolean {
  return value !== undefined && /^(true|ring_ready|consume|yes|1)$/i.test(value);
}

function profileFor(
  channel: Channel,
  dialed: string,
  variables: ReadonlyMap<string, string>,
  request: DialRequest,
): CallerProfile {
  const caller = request.caller?.channel;
  const theirs = caller?.profile;
  const name =
    variables.get('origination_caller_id_name') ??
    caller?.get('effective_caller_id_name') ??
    request.callerName ??
    theirs?.callerName ??
    '';
  const number =
    variables.get('origination_caller_id_number') ??
    caller?.get('effective_caller_id_number') ??
    request.callerNumber ??
    theirs?.callerNumber ??
    '0000000000';
  if (caller) channel.other = { type: 'originator', channel: caller };
  return {
    username: theirs?.username ?? '',
    dialplan: theirs?.dialplan ?? '',
    callerName: name,
    callerNumber: number,
    originalName: theirs?.originalName ?? name,
    originalNumber: theirs?.originalNumber ?? number,
    calleeName: variables.get('origination_callee_id_name') ?? 'Outbound Call',
    calleeNumber: variables.get('origination_callee_id_number') ?? dialed,
    networkAddress: theirs?.networkAddress ?? '',
    ani: theirs?.ani ?? number,
    rdnis: '',
    destination: dialed,
    source: theirs?.source ?? 'src/switch_ivr_originate.c',
    context: theirs?.context ?? 'default',
    transferSource: '',
    index: 1,
  };
}

function applyVariables(channel: Channel, { variables, request, endpoint }: OutgoingLeg): void {
  const { caller } = request;
  if (caller) {
    channel.set('max_forwards', '70');
    channel.set('originator', caller.uuid);
    channel.set('signal_bond', caller.uuid);
    for (const name of (caller.channel.get('export_vars') ?? '').split(',')) {
      const bare = name.trim().replace(/^(_?nolocal:|_nolocal_)/, '');
      if (bare !== '') channel.set(bare, caller.channel.get(name.trim()) ?? caller.channel.get(bare));
    }
    channel.set('ignore_early_media', caller.channel.get('ignore_early_media'));
    channel.set('originating_leg_uuid', caller.uuid);
  }
  for (const [name, value] of variables) channel.set(name, expand(channel.core, caller, value));
  channel.presenceId = channel.get('presence_id') ?? '';
  channel.set(
    'originate_early_media',
    ignoresEarlyMedia(channel.get('ignore_early_media')) ? 'false' : 'true',
  );
  channel.set('originate_endpoint', endpoint);
}

/** A leg that dies before it is one: only CHANNEL_DESTROY tells of it. */
export function stillborn(core: SwitchCore, uuid: string): void {
  const channel = new Channel(core, uuid, 'outbound', 'N/A');
  channel.target = 'CS_NEW';
  channel.emit('CHANNEL_DESTROY');
  channel.state = 'CS_DESTROY';
  channel.emit('CHANNEL_STATE');
}
