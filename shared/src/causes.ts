import type { Outcome } from './contract/outcome.ts';

/** What a signal of the network says about a call that was not answered. */
export interface Judgement {
  readonly outcome: Outcome;
  /** 0–1: how far the evidence carries. Below 0.5 more should be looked for: what was heard before the end. */
  readonly confidence: number;
}

/** One line of the table of causes. */
export interface Cause extends Judgement {
  /**
   * `q850`: ITU-T Q.850, which FreeSWITCH's numbers below 128 equal; `switch`: what FreeSWITCH adds to it; `sip`: RFC 3261 and
   * its companions; `cme`: `+CME ERROR` to a dial command (3GPP TS 27.007 9.2); `at`: a modem's word.
   */
  readonly source: 'q850' | 'switch' | 'sip' | 'cme' | 'at';
  readonly code: number | string;
  /** FreeSWITCH's word for it, where it has one. */
  readonly name?: string;
}

/** What a network's announcement says, told by words that it contains. */
export interface Announcement extends Judgement {
  readonly words: RegExp;
}

type Rows = readonly (readonly [
  code: number | string,
  outcome: Outcome,
  confidence: number,
  name?: string,
])[];

const table = (source: Cause['source'], rows: Rows): Cause[] =>
  rows.map(([code, outcome, confidence, name]) => ({
    source,
    code,
    outcome,
    confidence,
    ...(name !== undefined && { name }),
  }));

const q850: Rows = [
  [1, 'INVALID_NUMBER', 0.95, 'UNALLOCATED_NUMBER'],
  [2, 'TRUNK_FAULT', 0.7, 'NO_ROUTE_TRANSIT_NET'],
  [3, 'INVALID_NUMBER', 0.7, 'NO_ROUTE_DESTINATION'],
  [6, 'TRUNK_FAULT', 0.8, 'CHANNEL_UNACCEPTABLE'],
  [7, 'TRUNK_FAULT', 0.6, 'CALL_AWARDED_DELIVERED'],
  [8, 'BARRED', 0.6],
  [10, 'BARRED', 0.6],
  // Without other evidence the network hides the reason; what was heard before may tell it.
  [16, 'NO_ANSWER', 0.3, 'NORMAL_CLEARING'],
  [17, 'BUSY', 0.95, 'USER_BUSY'],
  [18, 'POWERED_OFF', 0.6, 'NO_USER_RESPONSE'],
  [19, 'NO_ANSWER', 0.95, 'NO_ANSWER'],
  [20, 'UNREACHABLE', 0.9, 'SUBSCRIBER_ABSENT'],
  [21, 'REJECTED', 0.9, 'CALL_REJECTED'],
  [22, 'INVALID_NUMBER', 0.95, 'NUMBER_CHANGED'],
  [23, 'INVALID_NUMBER', 0.7, 'REDIRECTION_TO_NEW_DESTINATION'],
  [25, 'TRUNK_FAULT', 0.8, 'EXCHANGE_ROUTING_ERROR'],
  [27, 'UNREACHABLE', 0.8, 'DESTINATION_OUT_OF_ORDER'],
  [28, 'INVALID_NUMBER', 0.95, 'INVALID_NUMBER_FORMAT'],
  [29, 'BARRED', 0.6, 'FACILITY_REJECTED'],
  [31, 'NO_ANSWER', 0.3, 'NORMAL_UNSPECIFIED'],
  [34, 'CONGESTION', 0.95, 'NORMAL_CIRCUIT_CONGESTION'],
  [38, 'TRUNK_FAULT', 0.95, 'NETWORK_OUT_OF_ORDER'],
  [41, 'CONGESTION', 0.9, 'NORMAL_TEMPORARY_FAILURE'],
  [42, 'CONGESTION', 0.95, 'SWITCH_CONGESTION'],
  [44, 'CONGESTION', 0.95, 'REQUESTED_CHAN_UNAVAIL'],
  [47, 'CONGESTION', 0.8],
  [50, 'BARRED', 0.7, 'FACILITY_NOT_SUBSCRIBED'],
  [52, 'SUSPENDED', 0.8, 'OUTGOING_CALL_BARRED'],
  [54, 'SUSPENDED', 0.8, 'INCOMING_CALL_BARRED'],
  [55, 'BARRED', 0.7],
  [57, 'BARRED', 0.7, 'BEARERCAPABILITY_NOTAUTH'],
  [58, 'CONGESTION', 0.7, 'BEARERCAPABILITY_NOTAVAIL'],
  [63, 'BARRED', 0.5],
  [102, 'UNREACHABLE', 0.6, 'RECOVERY_ON_TIMER_EXPIRE'],
];

const freeSwitch: Rows = [
  [487, 'CANCELLED', 1, 'ORIGINATOR_CANCEL'],
  [702, 'CANCELLED', 1, 'LOSE_RACE'],
  [703, 'CANCELLED', 1, 'MANAGER_REQUEST'],
  [802, 'NO_ANSWER', 0.9, 'ALLOTTED_TIMEOUT'],
  [806, 'TRUNK_FAULT', 0.9, 'USER_NOT_REGISTERED'],
  [807, 'NO_ANSWER', 0.5, 'PROGRESS_TIMEOUT'],
  [808, 'TRUNK_FAULT', 1, 'INVALID_GATEWAY'],
  [809, 'TRUNK_FAULT', 1, 'GATEWAY_DOWN'],
  [811, 'TRUNK_FAULT', 1, 'INVALID_PROFILE'],
];

const sip: Rows = [
  [404, 'INVALID_NUMBER', 0.9],
  [408, 'UNREACHABLE', 0.6],
  [410, 'INVALID_NUMBER', 0.95],
  [480, 'POWERED_OFF', 0.6],
  [484, 'INVALID_NUMBER', 0.9],
  [486, 'BUSY', 0.95],
  [487, 'CANCELLED', 0.9],
  [502, 'TRUNK_FAULT', 0.9],
  [503, 'CONGESTION', 0.9],
  // Our own modems say so of their SIM; no standard has a word for it.
  [590, 'SIM_FAULT', 0.9],
  [600, 'BUSY', 0.9],
  [603, 'REJECTED', 0.9],
  [604, 'INVALID_NUMBER', 0.9],
];

const cme: Rows = [
  ...[5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 103, 106, 111, 112, 113].map(
    (code) => [code, 'SIM_FAULT', 0.9] as const,
  ),
  ...[56, 62].map((code) => [code, 'BARRED', 0.9] as const),
  ...[0, 1, 3, 30, 31, 32, 57, 60, 100].map((code) => [code, 'TRUNK_FAULT', 0.9] as const),
  ...[26, 27].map((code) => [code, 'INVALID_NUMBER', 0.9] as const),
];

const at: Rows = [
  ['BUSY', 'BUSY', 0.8],
  ['NO ANSWER', 'NO_ANSWER', 0.8],
  ['NO DIALTONE', 'TRUNK_FAULT', 0.8],
  ['NO DIAL TONE', 'TRUNK_FAULT', 0.8],
];

/** Everything that the network or a device may say about the end of a call, and what it means: the only place that knows. */
export const causes: readonly Cause[] = [
  ...table('q850', q850),
  ...table('switch', freeSwitch),
  ...table('sip', sip),
  ...table('cme', cme),
  ...table('at', at),
];

const byCode = new Map(causes.map((cause) => [`${cause.source} ${cause.code}`, cause]));
const byName = new Map(causes.flatMap((cause) => (cause.name === undefined ? [] : [[cause.name, cause]])));

/** What a code of one kind means; undefined when the table does not say. */
export function causeOf(source: Cause['source'], code: number | string): Cause | undefined {
  return byCode.get(`${source} ${code}`);
}

/** What FreeSWITCH's word for a cause means, e.g. `USER_BUSY`. */
export function causeNamed(name: string): Cause | undefined {
  return byName.get(name);
}

/** What Chinese and English announcements say before they release the call; the first that fits counts. */
export const announcements: readonly Announcement[] = [
  {
    words: /空号|号码不存在|不存在的号码|does not exist|not in service|unallocated/i,
    outcome: 'INVALID_NUMBER',
    confidence: 0.95,
  },
  {
    words: /已停机|停机|欠费|service (?:has been |is )?suspended|out of service/i,
    outcome: 'SUSPENDED',
    confidence: 0.95,
  },
  { words: /已关机|关机|powered off|switched off|turned off/i, outcome: 'POWERED_OFF', confidence: 0.95 },
  {
    words: /正在通话|通话中|用户忙|(?:line|subscriber|number) .*(?:busy|engaged)/i,
    outcome: 'BUSY',
    confidence: 0.95,
  },
  {
    words:
      /无法接通|不在服务区|not reachable|cannot be (?:reached|connected)|out of (?:the )?(?:service|coverage) area/i,
    outcome: 'UNREACHABLE',
    confidence: 0.9,
  },
  { words: /无人接听|not answer(?:ed|ing)?|no answer/i, outcome: 'NO_ANSWER', confidence: 0.9 },
  {
    words: /呼入限制|限制呼入|incoming calls? (?:are |is )?(?:barred|restricted)/i,
    outcome: 'BARRED',
    confidence: 0.9,
  },
  {
    words: /网络(?:繁忙|忙)|线路忙|network is busy|circuits are busy/i,
    outcome: 'CONGESTION',
    confidence: 0.8,
  },
];

/** What an announcement means by the words that were heard in it; undefined when none is known. */
export function causeOfAnnouncement(heard: string): Announcement | undefined {
  return announcements.find(({ words }) => words.test(heard));
}

/** Tones by which networks say before the answer what becomes of a call (ITU-T E.180; `sit-…`: ANSI T1.401). */
export type NetworkSignal =
  | 'ring-back'
  | 'busy'
  | 'congestion'
  | 'sit'
  | 'sit-vacant-code'
  | 'sit-intercept'
  | 'sit-reorder'
  | 'sit-no-circuit';

const signals: Readonly<Record<NetworkSignal, Judgement | undefined>> = {
  'ring-back': undefined,
  busy: { outcome: 'BUSY', confidence: 0.9 },
  congestion: { outcome: 'CONGESTION', confidence: 0.9 },
  // The one of E.180 stands before every kind of announcement.
  sit: undefined,
  'sit-vacant-code': { outcome: 'INVALID_NUMBER', confidence: 0.9 },
  'sit-intercept': { outcome: 'INVALID_NUMBER', confidence: 0.8 },
  'sit-reorder': { outcome: 'CONGESTION', confidence: 0.8 },
  'sit-no-circuit': { outcome: 'CONGESTION', confidence: 0.9 },
};

/** What a tone of the network means for a call; undefined when it says nothing of that. */
export function causeOfSignal(signal: NetworkSignal): Judgement | undefined {
  return signals[signal];
}
