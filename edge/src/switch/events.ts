import type { LegQuality } from '@branchline/shared';
import type { RawEvent } from './event-socket.ts';
import type { Stranger } from './strangers.ts';

/** Variables of ours that travel on a channel (`variable_bl_*`), without the prefix. */
export interface Marks {
  /** Id of the call this leg belongs to. */
  readonly call?: string;
  readonly role?: 'customer' | 'agent';
  /** Of the phone at its far end. */
  readonly extension?: string;
  /** What the caller wants: `login`, `inbound`, a feature… set by the dialplan. */
  readonly wants?: string;
  /** Argument of a feature code. */
  readonly digits?: string;
  readonly line?: string;
  /** Of a caller of another site. */
  readonly conversation?: string;
  /** What FreeSWITCH does with the leg by itself. */
  readonly ended?: string;
  /** What its mod_amd made of who answered: `MACHINE`, `HUMAN`, `NOTSURE`. */
  readonly verdict?: string;
}

/** How a leg ended. */
export interface LegEnd {
  readonly cause: string;
  readonly q850: number;
  readonly sipStatus: number;
  readonly disposition: string;
  /** Absent: nothing was received. */
  readonly quality?: LegQuality;
}

interface Head {
  /** The leg. */
  readonly leg: string;
  /** Business time of the event, ms. */
  readonly at: number;
  readonly marks: Marks;
}

/** What the rest of the edge sees of FreeSWITCH's events. */
export type SwitchEvent =
  | (Head & {
      readonly type: 'ringing' | 'early' | 'answered' | 'unbridged' | 'held' | 'unheld' | 'destroyed';
    })
  | (Head & {
      readonly type: 'parked';
      /** Where the call came from, when it came in by SIP. */
      readonly from: string;
      readonly createdAt: number;
      readonly callerNumber: string;
      readonly dialed: string;
    })
  | (Head & { readonly type: 'bridged'; readonly other: string })
  | (Head & { readonly type: 'hungup'; readonly end: LegEnd })
  | (Head & { readonly type: 'dtmf'; readonly digit: string })
  | (Head & { readonly type: 'recorded'; readonly file: string; readonly ms: number })
  | { readonly type: 'job'; readonly job: string; readonly at: number; readonly result: string }
  | {
      readonly type: 'registered' | 'unregistered';
      readonly extension: string;
      readonly at: number;
      readonly userAgent: string;
    }
  | {
      readonly type: 'gateway';
      readonly gateway: string;
      readonly at: number;
      readonly up: boolean;
      readonly state: string;
    }
  | { readonly type: 'turned-away'; readonly at: number; readonly stranger: Stranger }
  /** Of FreeTDM: only that something changed, see `SpanMonitor`. */
  | { readonly type: 'trap'; readonly at: number; readonly headers: RawEvent }
  | { readonly type: 'heartbeat'; readonly at: number; readonly coreId: string };

/** What we subscribe to: enough to drive calls, without the bulk of state and execute events. */
export const subscription = [
  'CHANNEL_PROGRESS',
  'CHANNEL_PROGRESS_MEDIA',
  'CHANNEL_ANSWER',
  'CHANNEL_BRIDGE',
  'CHANNEL_UNBRIDGE',
  'CHANNEL_PARK',
  'CHANNEL_HOLD',
  'CHANNEL_UNHOLD',
  'CHANNEL_HANGUP_COMPLETE',
  'CHANNEL_DESTROY',
  'RECORD_STOP',
  'DTMF',
  'BACKGROUND_JOB',
  'HEARTBEAT',
  'TRAP',
  'CUSTOM',
  'sofia::register',
  'sofia::unregister',
  'sofia::expire',
  'sofia::gateway_state',
  'sofia::register_failure',
].join(' ');

const text = (event: RawEvent, name: string): string => {
  const value = event[name];
  return typeof value === 'string' ? value : Array.isArray(value) ? String(value[0] ?? '') : '';
};

/** Instants in headers are µs since the epoch; 0 stands for never. */
const microseconds = (event: RawEvent, name: string): number =>
  Math.round(Number(text(event, name) || 0) / 1000);

/** Our own marks of a channel, from an event or a channel dump. */
export function marksOf(event: RawEvent): Marks {
  const role = text(event, 'variable_bl_role');
  const marks: Record<string, string> = {};
  for (const name of [
    'call',
    'extension',
    'wants',
    'digits',
    'line',
    'conversation',
    'ended',
    'verdict',
  ] as const) {
    const value = text(event, `variable_bl_${name}`);
    if (value) marks[name] = value;
  }
  // A phone that somebody else's call rings gets the variables of its account only when it has answered; a customer's leg has a copy of whom it rang.
  const rung = text(event, 'variable_dialed_user');
  if (rung && role !== 'customer') marks['extension'] ??= rung;
  return role === 'customer' || role === 'agent' ? { ...marks, role } : marks;
}

/** Media statistics of a leg; FreeSWITCH sets them at its end. */
function legQuality(get: (name: string) => string): LegQuality | undefined {
  const figure = (name: string): number => Number(get(`variable_rtp_audio_in_${name}`) || Number.NaN);
  const packets = figure('packet_count');
  const mos = figure('mos');
  if (!(packets > 0) || !Number.isFinite(mos)) return undefined;
  const rounded = (value: number): number => Math.round((value || 0) * 1000) / 1000;
  return {
    mos: rounded(Math.min(5, Math.max(1, mos))),
    loss: rounded(Math.min(1, Math.max(0, figure('jitter_loss_rate') / 100))),
    jitterMs: rounded(Math.sqrt(Math.max(0, figure('jitter_max_variance') || 0))),
    packets: Math.floor(packets),
  };
}

/** How a leg ended, from its last event or its CDR's variables. */
export function legEnd(get: (name: string) => string): LegEnd {
  const cause = get('variable_hangup_cause') || get('Hangup-Cause') || 'UNKNOWN';
  const sip =
    /^sip:(\d{3})$/.exec(get('variable_proto_specific_hangup_cause'))?.[1] ?? get('variable_sip_term_status');
  const quality = legQuality(get);
  return {
    ...(quality && { quality }),
    cause,
    q850: Number(get('variable_hangup_cause_q850') || 0),
    sipStatus: Number(sip || 0),
    disposition: get('variable_sip_hangup_disposition'),
  };
}

/** Reads one raw event; undefined for those that mean nothing to us. */
export function readEvent(event: RawEvent): SwitchEvent | undefined {
  const name = text(event, 'Event-Name');
  const at = microseconds(event, 'Event-Date-Timestamp');
  if (name === 'BACKGROUND_JOB')
    return { type: 'job', job: text(event, 'Job-UUID'), at, result: text(event, '_body') };
  if (name === 'HEARTBEAT') return { type: 'heartbeat', at, coreId: text(event, 'Core-UUID') };
  if (name === 'TRAP') return { type: 'trap', at, headers: event };
  if (name === 'CUSTOM') return readCustom(event, at);
  const leg = text(event, 'Unique-ID');
  // Some events come twice, first without any channel (DETECTED_TONE does): those say nothing.
  if (!leg) return undefined;
  const head = { leg, at, marks: marksOf(event) };
  switch (name) {
    case 'CHANNEL_PROGRESS':
      return { ...head, type: 'ringing' };
    case 'CHANNEL_PROGRESS_MEDIA':
      return { ...head, type: 'early' };
    case 'CHANNEL_ANSWER':
      return { ...head, type: 'answered' };
    case 'CHANNEL_UNBRIDGE':
      return { ...head, type: 'unbridged' };
    case 'CHANNEL_HOLD':
      return { ...head, type: 'held' };
    case 'CHANNEL_UNHOLD':
      return { ...head, type: 'unheld' };
    case 'CHANNEL_DESTROY':
      return { ...head, type: 'destroyed' };
    case 'CHANNEL_PARK':
      return {
        ...head,
        type: 'parked',
        createdAt: microseconds(event, 'Caller-Channel-Created-Time'),
        from: text(event, 'Caller-Network-Addr'),
        callerNumber: text(event, 'Caller-Caller-ID-Number'),
        dialed: text(event, 'Caller-Destination-Number'),
      };
    case 'CHANNEL_BRIDGE': {
      const [a, b] = [text(event, 'Bridge-A-Unique-ID'), text(event, 'Bridge-B-Unique-ID')];
      return { ...head, type: 'bridged', other: a === leg ? b : a };
    }
    case 'CHANNEL_HANGUP_COMPLETE':
      return { ...head, type: 'hungup', end: legEnd((key) => text(event, key)) };
    case 'DTMF':
      return { ...head, type: 'dtmf', digit: text(event, 'DTMF-Digit') };
    case 'RECORD_STOP':
      return {
        ...head,
        type: 'recorded',
        file: text(event, 'Record-File-Path'),
        ms: Number(text(event, 'variable_record_ms') || 0),
      };
    default:
      return undefined;
  }
}

function readCustom(event: RawEvent, at: number): SwitchEvent | undefined {
  switch (text(event, 'Event-Subclass')) {
    case 'sofia::register':
      return {
        type: 'registered',
        extension: text(event, 'from-user'),
        at,
        userAgent: text(event, 'user-agent'),
      };
    case 'sofia::unregister':
      return { type: 'unregistered', extension: text(event, 'from-user'), at, userAgent: '' };
    case 'sofia::expire':
      return { type: 'unregistered', extension: text(event, 'user'), at, userAgent: '' };
    case 'sofia::register_failure':
      return {
        type: 'turned-away',
        at,
        stranger: {
          what: text(event, 'registration-type') === 'INVITE' ? 'call' : 'registration',
          address: text(event, 'network-ip'),
          extension: text(event, 'to-user'),
          userAgent: text(event, 'user-agent'),
        },
      };
    case 'sofia::gateway_state': {
      const state = text(event, 'State');
      const up = text(event, 'Ping-Status') !== 'DOWN' && (state === 'REGED' || state === 'NOREG');
      return { type: 'gateway', gateway: text(event, 'Gateway'), at, up, state };
    }
    default:
      return undefined;
  }
}

/** What a line of FreeSWITCH's log says that no event does: a call from an address of no carrier and no site. @param at ms */
export function readLogLine(line: string, at: number): SwitchEvent | undefined {
  const [, address, list] = /IP (\S+) Rejected by acl "(carriers|sites)"/.exec(line) ?? [];
  if (address === undefined) return undefined;
  const what = list === 'sites' ? 'site' : 'line';
  return { type: 'turned-away', at, stranger: { what, address, extension: '', userAgent: '' } };
}
