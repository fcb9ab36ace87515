import { stamp } from './core.ts';
import type { SwitchCore } from './core.ts';
import { eventOrigin } from './event-origins.ts';
import { SwitchEvent, eventsWithVariables } from './event.ts';

const stateNumbers = {
  CS_NEW: 0,
  CS_INIT: 1,
  CS_ROUTING: 2,
  CS_SOFT_EXECUTE: 3,
  CS_EXECUTE: 4,
  CS_EXCHANGE_MEDIA: 5,
  CS_PARK: 6,
  CS_CONSUME_MEDIA: 7,
  CS_HIBERNATE: 8,
  CS_RESET: 9,
  CS_HANGUP: 10,
  CS_REPORTING: 11,
  CS_DESTROY: 12,
  CS_NONE: 13,
} as const;

export type ChannelState = keyof typeof stateNumbers;

const callStateNumbers = {
  DOWN: 0,
  DIALING: 1,
  RINGING: 2,
  EARLY: 3,
  ACTIVE: 4,
  HELD: 5,
  RING_WAIT: 6,
  HANGUP: 7,
  UNHELD: 8,
} as const;

export type CallState = keyof typeof callStateNumbers;
export type AnswerState = 'ringing' | 'early' | 'answered' | 'hangup';

/** Who calls whom, as the dialplan sees it. */
export interface CallerProfile {
  username: string;
  dialplan: string;
  callerName: string;
  callerNumber: string;
  originalName: string;
  originalNumber: string;
  calleeName: string;
  calleeNumber: string;
  networkAddress: string;
  ani: string;
  rdnis: string;
  destination: string;
  source: string;
  context: string;
  transferSource: string;
  index: number;
}

/** µs since the epoch; 0 = never. */
export interface ChannelTimes {
  profileCreated: number;
  created: number;
  answered: number;
  progress: number;
  progressMedia: number;
  hangup: number;
  transfer: number;
  bridged: number;
  lastHold: number;
  holdAccum: number;
}

export type Extra = Iterable<readonly [string, string]>;

/** One leg as plain data plus the rules for turning it into event headers. */
export class Channel {
  readonly core: SwitchCore;
  readonly uuid: string;
  readonly sessionNumber: number;
  readonly direction: 'inbound' | 'outbound';
  readonly variables = new Map<string, string>();
  readonly times: ChannelTimes;
  name: string;
  profile: CallerProfile | undefined;
  /** The state that runs and the one it is heading for; the event headers show both. */
  state: ChannelState;
  target: ChannelState;
  callState: CallState = 'DOWN';
  answerState: AnswerState = 'ringing';
  hangupCause: string | undefined;
  callUuid: string;
  presenceId = '';
  hitDialplan: boolean;
  codec = false;
  logicalDirection: 'inbound' | 'outbound';
  /** The other leg, and which of the two began it. */
  other: { readonly type: 'originator' | 'originatee'; readonly channel: Channel } | undefined;
  /** The last application, for the CDR. */
  application: { name: string; data: string } = { name: '', data: '' };
  /** What `show channels` lists: also a `uuid_bridge`, and nothing after a hold. */
  listed: { name: string; data: string } = { name: '', data: '' };

  constructor(core: SwitchCore, uuid: string, direction: 'inbound' | 'outbound', name: string) {
    this.core = core;
    this.uuid = uuid;
    this.direction = direction;
    this.logicalDirection = direction;
    this.name = name;
    this.callUuid = uuid;
    this.sessionNumber = core.sessionsSinceStartup;
    this.state = direction === 'outbound' ? 'CS_NONE' : 'CS_NEW';
    this.target = direction === 'outbound' ? 'CS_INIT' : 'CS_NEW';
    this.hitDialplan = direction === 'inbound';
    const now = core.micros();
    this.times = {
      profileCreated: now,
      created: now,
      answered: 0,
      progress: 0,
      progressMedia: 0,
      hangup: 0,
      transfer: 0,
      bridged: 0,
      lastHold: 0,
      holdAccum: 0,
    };
    this.set('direction', direction);
    if (direction === 'outbound') this.set('is_outbound', 'true');
    this.set('uuid', uuid);
    this.set('call_uuid', uuid);
    this.set('session_id', String(this.sessionNumber));
  }

  get(name: string): string | undefined {
    const exact = this.variables.get(name);
    if (exact !== undefined) return exact;
    // Channel variables are case-insensitive in the real switch.
    const wanted = name.toLowerCase();
    for (const [key, value] of this.variables) if (key.toLowerCase() === wanted) return value;
    return this.profileField(name);
  }

  /** Sets a variable; an empty value removes it, as switch_channel_set_variable does. */
  set(name: string, value: string | undefined): void {
    if (value === undefined || value === '') this.variables.delete(name);
    else this.variables.set(name, value);
  }

  /** Whether a variable reads as true: true, yes, on, 1. */
  isTrue(name: string): boolean {
    return /^(true|yes|on|enabled|active|allow|t|y|[1-9]\d*)$/i.test(this.get(name) ?? '');
  }

  profileField(name: string): string | undefined {
    const { profile } = this;
    if (!profile) return undefined;
    switch (name) {
      case 'destination_number':
        return profile.destination;
      case 'caller_id_number':
        return profile.callerNumber;
      case 'caller_id_name':
        return profile.callerName;
      case 'callee_id_number':
        return profile.calleeNumber;
      case 'ani':
        return profile.ani;
      case 'rdnis':
        return profile.rdnis;
      case 'network_addr':
        return profile.networkAddress;
      case 'context':
        return profile.context;
      case 'dialplan':
        return profile.dialplan;
      case 'username':
        return profile.username;
      case 'source':
        return profile.source;
      case 'chan_name':
        return this.name;
      default:
        return undefined;
    }
  }

  setState(state: ChannelState): void {
    this.state = state;
    if (stateNumbers[this.target] < stateNumbers[state] || state === 'CS_INIT') this.target = state;
    this.emit('CHANNEL_STATE');
  }

  /** Moves both the running state and the one aimed at. */
  enter(state: ChannelState): void {
    this.target = state;
    this.state = state;
    this.emit('CHANNEL_STATE');
  }

  setCallState(state: CallState): void {
    if (this.callState === state) return;
    const before = this.callState;
    this.callState = state;
    this.emit('CHANNEL_CALLSTATE', [
      ['Original-Channel-Call-State', before],
      ['Channel-Call-State-Number', String(callStateNumbers[state])],
    ]);
  }

  /** Sends an event with this channel's headers; nothing is built when nobody listens. */
  emit(name: string, extra: Extra = [], leading: Extra = [], subclass?: string): void {
    if (!this.core.wants(name, subclass)) return;
    this.core.publish(this.event(name, extra, leading), subclass);
  }

  event(name: string, extra: Extra = [], leading: Extra = []): SwitchEvent {
    const headers = new Map<string, string>();
    headers.set('Event-Name', name);
    for (const [key, value] of leading) headers.set(key, value);
    for (const [key, value] of this.core.baseHeaders(name, eventOrigin(name))) headers.set(key, value);
    this.writeHeaders(headers);
    if (eventsWithVariables.has(name)) {
      for (const [key, value] of this.variables) headers.set(`variable_${key}`, value);
    }
    for (const [key, value] of extra) headers.set(key, value);
    return new SwitchEvent(name, headers);
  }

  writeHeaders(headers: Map<string, string>): void {
    headers.set('Channel-State', this.state);
    headers.set('Channel-Call-State', this.callState);
    headers.set('Channel-State-Number', String(stateNumbers[this.target]));
    headers.set('Channel-Name', this.name);
    headers.set('Unique-ID', this.uuid);
    headers.set('Call-Direction', this.direction);
    headers.set('Presence-Call-Direction', this.direction);
    headers.set('Channel-HIT-Dialplan', String(this.hitDialplan));
    if (this.presenceId !== '') headers.set('Channel-Presence-ID', this.presenceId);
    headers.set('Channel-Call-UUID', this.callUuid);
    headers.set('Answer-State', this.answerState);
    if (this.hangupCause !== undefined) headers.set('Hangup-Cause', this.hangupCause);
    if (this.codec) {
      for (const side of ['Read', 'Write']) {
        headers.set(`Channel-${side}-Codec-Name`, 'PCMA');
        headers.set(`Channel-${side}-Codec-Rate`, '8000');
        headers.set(`Channel-${side}-Codec-Bit-Rate`, '64000');
      }
    }
    if (!this.profile || this.state === 'CS_NEW') return;
    writeProfile(headers, 'Caller', this, this.times);
    if (!this.other) return;
    const { type, channel } = this.other;
    headers.set('Other-Type', type);
    if (channel.profile)
      writeProfile(headers, 'Other-Leg', channel, type === 'originatee' ? channel.times : undefined);
  }
}

function writeProfile(
  headers: Map<string, string>,
  prefix: 'Caller' | 'Other-Leg',
  channel: Channel,
  times: ChannelTimes | undefined,
): void {
  const { profile } = channel;
  if (!profile) return;
  const put = (name: string, value: string): void => {
    if (value !== '') headers.set(`${prefix}-${name}`, value);
  };
  const own = prefix === 'Caller';
  put('Direction', channel.direction);
  put('Logical-Direction', own ? channel.logicalDirection : 'inbound');
  put('Username', profile.username);
  put('Dialplan', profile.dialplan);
  put('Caller-ID-Name', profile.callerName);
  put('Caller-ID-Number', profile.callerNumber);
  put('Orig-Caller-ID-Name', profile.originalName);
  put('Orig-Caller-ID-Number', profile.originalNumber);
  put('Callee-ID-Name', profile.calleeName);
  put('Callee-ID-Number', profile.calleeNumber);
  put('Network-Addr', profile.networkAddress);
  put('ANI', profile.ani);
  put('RDNIS', profile.rdnis);
  put('Destination-Number', profile.destination);
  put('Unique-ID', channel.uuid);
  put('Source', profile.source);
  put('Transfer-Source', profile.transferSource);
  put('Context', profile.context);
  put('Channel-Name', channel.name);
  if (own) put('Profile-Index', String(profile.index));
  put('Profile-Created-Time', String(times?.profileCreated ?? 0));
  put('Channel-Created-Time', String(times?.created ?? 0));
  put('Channel-Answered-Time', String(times?.answered ?? 0));
  put('Channel-Progress-Time', String(times?.progress ?? 0));
  put('Channel-Progress-Media-Time', String(times?.progressMedia ?? 0));
  put('Channel-Hangup-Time', String(times?.hangup ?? 0));
  put('Channel-Transfer-Time', String(times?.transfer ?? 0));
  put('Channel-Resurrect-Time', '0');
  put('Channel-Bridged-Time', String(times?.bridged ?? 0));
  put('Channel-Last-Hold', String(times?.lastHold ?? 0));
  put('Channel-Hold-Accum', String(times?.holdAccum ?? 0));
  put('Screen-Bit', 'true');
  put('Privacy-Hide-Name', 'false');
  put('Privacy-Hide-Number', 'false');
}

/** The time variables that exist from CHANNEL_HANGUP_COMPLETE on: stamps, epochs and durations in s, ms and µs. */
export function setTimeVariables(channel: Channel): void {
  const { times } = channel;
  const set = (name: string, value: string): void => channel.set(name, value);
  const stamps: readonly [string, number][] = [
    ['start', times.created],
    ['profile_start', times.profileCreated],
    ['answer', times.answered],
    ['bridge', times.bridged],
    ['hold', times.lastHold],
    ['progress', times.progress],
    ['progress_media', times.progressMedia],
    ['end', times.hangup],
  ];
  for (const [name, at] of stamps) if (at > 0) set(`${name}_stamp`, stamp(at));
  if (times.holdAccum > 0) set('hold_events', `{{${times.lastHold},${times.lastHold + times.holdAccum}}}`);
  const epochs: readonly [string, number][] = [
    ['start', times.created],
    ['profile_start', times.profileCreated],
    ['answer', times.answered],
    ['bridge', times.bridged],
    ['last_hold', times.lastHold],
    ['resurrect', 0],
    ['progress', times.progress],
    ['progress_media', times.progressMedia],
    ['end', times.hangup],
  ];
  for (const [name, at] of epochs) {
    set(`${name}_epoch`, String(Math.floor(at / 1_000_000)));
    set(`${name}_uepoch`, String(at));
  }
  set('hold_accum_seconds', String(Math.floor(times.holdAccum / 1_000_000)));
  set('hold_accum_usec', String(times.holdAccum));
  set('hold_accum_ms', String(Math.floor(times.holdAccum / 1000)));
  if (channel.application.name !== '') set('last_app', channel.application.name);
  if (channel.application.data !== '') set('last_arg', channel.application.data);
  const { profile } = channel;
  if (profile) {
    set(
      'caller_id',
      profile.callerName === '' ? profile.callerNumber : `"${profile.callerName}" <${profile.callerNumber}>`,
    );
  }
  const since = (at: number, from: number): number => (at > 0 ? at - from : 0);
  const durations: readonly [string, number][] = [
    ['duration', since(times.hangup, times.created)],
    ['bill', times.answered > 0 ? times.hangup - times.answered : 0],
    ['progress', since(times.progress, times.created)],
    ['answer', since(times.answered, times.created)],
    ['wait', since(times.bridged, times.created)],
    ['progress_media', since(times.progressMedia, times.created)],
    ['flow_bill', times.answered > 0 ? times.hangup - times.created : 0],
  ];
  for (const [name, micros] of durations) {
    // Seconds are differences of whole seconds in the real switch; whole seconds of the difference differ by at most one.
    const seconds = String(Math.floor(micros / 1_000_000));
    if (name === 'duration') {
      set('duration', seconds);
      set('mduration', String(Math.round(micros / 1000)));
      set('uduration', String(micros));
    } else {
      set(`${name}sec`, seconds);
      set(`${name}msec`, String(Math.round(micros / 1000)));
      set(`${name}usec`, String(micros));
    }
  }
}
