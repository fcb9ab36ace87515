import Type, { type Static } from 'typebox';
import {
  closed,
  Count,
  DialedDigits,
  Instant,
  Label,
  Millis,
  Name,
  oneOf,
  SealedText,
} from './primitives.ts';

const Host = Type.String({ pattern: '^[A-Za-z0-9._\\-]{1,253}(?::\\d{1,5})?$' });
const SipUser = Type.String({ pattern: '^[A-Za-z0-9._\\-]{1,64}$' });
/** A device by where it is plugged in, never by the number it happened to get (`/dev/serial/by-path/…`). */
const DevicePath = Type.String({ pattern: '^/[A-Za-z0-9._:/+\\-]{1,200}$', maxLength: 201 });
const SoundDevice = Type.String({
  pattern: '^(?:/[A-Za-z0-9._:/+\\-]{1,200}|(?:plug)?hw:[A-Za-z0-9_=,\\-]{1,80})$',
  maxLength: 201,
});
const upTo = (maximum: number, minimum = 1) => Type.Integer({ minimum, maximum });

/** The five kinds of lines (architecture.md, Words). */
export const LineKind = oneOf(['sip-trunk', 'e1-gateway', 'e1-card', 'gsm-gateway', 'gsm-modem']);
export type LineKind = Static<typeof LineKind>;

/** Kinds that are a SIM in a radio: off until an administrator has enabled them for the site, and one line is one SIM. */
export const gsmKinds: ReadonlySet<LineKind> = new Set(['gsm-gateway', 'gsm-modem']);

/** What a line is held back by. */
export const LineLimit = oneOf([
  'calls-per-hour',
  'calls-per-day',
  'minutes-per-day',
  'minutes-per-month',
  'gap',
  'rest',
  'balance',
  'answered-ratio',
  'failures-in-a-row',
]);
export type LineLimit = Static<typeof LineLimit>;

/**
 * Protection of a line, or of the SIM in it. A limit that is absent does not hold. An hour is any sixty minutes; days and
 * months are the site's own. Minutes are charged from the answer.
 */
export const LinePolicy = closed({
  callsPerHour: Type.Optional(upTo(1000)),
  callsPerDay: Type.Optional(upTo(10_000)),
  minutesPerDay: Type.Optional(upTo(1440 * 30)),
  minutesPerMonth: Type.Optional(upTo(44_640 * 30)),
  /** From the end of a call to the next one, seconds. */
  gapSeconds: Type.Optional(upTo(3600)),
  /** After so many calls without such a pause between them, the pause is made. */
  rest: Type.Optional(closed({ afterCalls: upTo(1000, 2), seconds: upTo(86_400) })),
  /** Minutes are charged in steps of so many seconds; default 60. */
  billingStepSeconds: Type.Optional(upTo(3600)),
  /** No call begins below this balance, in the SIM's own currency. */
  balanceFloor: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  /** Of the last so many calls this share must have been answered; otherwise the line is quarantined. */
  answeredFloor: Type.Optional(
    closed({ share: Type.Number({ minimum: 0.01, maximum: 1 }), calls: upTo(200, 5) }),
  ),
  /** So many calls in a row that the network ended within five seconds quarantine the line: a blocked SIM looks like that. */
  failuresInARow: Type.Optional(upTo(50, 2)),
  /** How long a quarantine lasts; 0: until a person ends it. Default 0. */
  quarantineMinutes: Type.Optional(upTo(44_640, 0)),
});
export type LinePolicy = Static<typeof LinePolicy>;

/** What calls cost. Prices are in millionths of the currency. */
export const Tariff = closed({
  /** ISO 4217. */
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  perMinute: Count,
  /** Of every answered call, beside its minutes. */
  perCall: Count,
  /** Every started step is charged, seconds. */
  stepSeconds: upTo(3600),
  /** Other minute prices, by the callee's operator. */
  operators: Type.Optional(Type.Record(Type.String({ minLength: 1, maxLength: 60 }), Count)),
});
export type Tariff = Static<typeof Tariff>;

/** A span of an E1/T1 card (DAHDI with FreeTDM). */
const SpanSettings = closed({
  /** As DAHDI numbers it, from 1. */
  number: upTo(256),
  /** Name of the span in FreeTDM's configuration. */
  name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,31}$' }),
  type: oneOf(['e1', 't1']),
  /** `down`: from the highest timeslot, against the exchange that hunts from the lowest. */
  hunt: oneOf(['up', 'down']),
  /** Dialect of the carrier's exchange. Default: `euroisdn` for an E1, `ni2` for a T1. */
  switchType: Type.Optional(oneOf(['euroisdn', 'ni1', 'ni2', 'dms100', '5ess', '4ess', 'q931'])),
});

/** A GSM module on serial ports. */
const ModemSettings = closed({
  port: DevicePath,
  /** Its voice, 8 kHz PCM: a serial port, or a USB sound card by ALSA's name; a modem without it takes no calls. */
  audio: Type.Optional(SoundDevice),
  pin: Type.Optional(SealedText),
});

/** The management side of a GSM gateway; its voice side is `sip`. */
const GatewaySettings = closed({
  make: oneOf(['goip', 'dinstar']),
  /** Where it is managed (Dinstar), or where it may log in from (GoIP). */
  address: Host,
  /** GoIP: the id it logs in with; Dinstar: the number of the port, from 0. */
  channel: Type.String({ pattern: '^[A-Za-z0-9._\\-]{1,40}$' }),
  username: Type.Optional(SipUser),
  password: Type.Optional(SealedText),
});

/** How the operator is asked for the balance of a SIM; operators differ, so all of it is a setting. */
const BalanceSettings = closed({
  method: oneOf(['ussd', 'sms']),
  /** `*100#`, or the text of the message. */
  code: Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,160}$' }),
  /** Whom the message goes to. */
  target: Type.Optional(DialedDigits),
  /** Words of the answer that the amount comes after. */
  after: Label,
  everyHours: upTo(168),
});

/** Something calls go out on and come in from. */
export const Line = closed({
  id: Name,
  kind: LineKind,
  enabled: Type.Boolean(),
  /** How many calls fit at once; a SIM has one. */
  channels: Type.Integer({ minimum: 1, maximum: 2000 }),
  /** SIP kinds: where the carrier or gateway is. */
  sip: Type.Optional(
    closed({
      proxy: Host,
      register: Type.Boolean(),
      username: Type.Optional(SipUser),
      password: Type.Optional(SealedText),
      /** OPTIONS ping every so many seconds; FreeSWITCH ignores less than 5. 0 = none. */
      pingSeconds: Type.Union([Type.Literal(0), Type.Integer({ minimum: 5, maximum: 3600 })]),
      /** Dialed before the number: how a gateway is told which of its ports to take. */
      prefix: Type.Optional(Type.String({ pattern: '^[0-9*#]{1,12}$' })),
    }),
  ),
  span: Type.Optional(SpanSettings),
  modem: Type.Optional(ModemSettings),
  gateway: Type.Optional(GatewaySettings),
  balance: Type.Optional(BalanceSettings),
  /** How numbers are sent: as they are (E.164), or as they are dialed inside the country. Default: `national` for E1 cards. */
  numberFormat: Type.Optional(oneOf(['e164', 'national'])),
  /** Caller IDs registered with the carrier for this line; the first is the default. */
  callerIds: Type.Array(DialedDigits, { minItems: 1, maxItems: 100 }),
  /** Whether "answered" can be believed (architecture: answer supervision). */
  answerSupervision: oneOf(['reliable', 'besteffort', 'none']),
  /** Emergency calls may leave here. */
  emergency: Type.Boolean(),
  /** Whose network it is in, as numbering plans name it. */
  operator: Type.Optional(Label),
  tariff: Type.Optional(Tariff),
  /** Absent: the default of its kind (`defaultPolicies`). */
  policy: Type.Optional(LinePolicy),
});
export type Line = Static<typeof Line>;

/** What a line is plugged into or logs in as: two lines cannot be the same thing. Undefined for what has no such place. */
export function placeOfLine({
  modem,
  span,
  gateway,
}: Pick<Line, 'modem' | 'span' | 'gateway'>): string | undefined {
  if (modem) return `the port ${modem.port}`;
  if (span) return `span ${span.number}`;
  return gateway && `channel ${gateway.channel} of the ${gateway.make} at ${gateway.address}`;
}

/** Conservative until somebody knows better: what operators are said to watch for, with room to spare. */
export const defaultPolicies: Readonly<Record<'gsm' | 'fixed', LinePolicy>> = {
  gsm: {
    callsPerHour: 15,
    callsPerDay: 60,
    minutesPerDay: 240,
    minutesPerMonth: 3000,
    gapSeconds: 20,
    rest: { afterCalls: 10, seconds: 600 },
    billingStepSeconds: 60,
    answeredFloor: { share: 0.15, calls: 30 },
    failuresInARow: 5,
    quarantineMinutes: 0,
  },
  fixed: {},
};

/** The protection that holds for a line. */
export function policyOf(line: Pick<Line, 'kind' | 'policy'>): LinePolicy {
  return line.policy ?? defaultPolicies[gsmKinds.has(line.kind) ? 'gsm' : 'fixed'];
}

/**
 * Which lines a number may take. The longest matching prefix wins; an empty prefix matches all. `order`: the first that can;
 * `even`: the one with the fewest calls today; `cheapest`: by the tariff for the callee's operator.
 */
export const Route = closed({
  prefix: Type.String({ pattern: '^(?:\\+\\d{0,15})?$' }),
  lines: Type.Array(Name, { minItems: 1, maxItems: 50 }),
  hunt: Type.Optional(oneOf(['order', 'even', 'cheapest'])),
});
export type Route = Static<typeof Route>;

/** Why GSM lines may be used at a site at all, and who is answerable for it. */
export const GsmPermission = closed({ justification: Label, by: Label, at: Instant });
export type GsmPermission = Static<typeof GsmPermission>;

/** What is wrong with a line. Each fault has its advice in the words of whoever shows it. */
export const LineFault = oneOf([
  'unreachable',
  'not-registered',
  'registration-denied',
  'login-lost',
  'login-refused',
  'breaker-open',
  'no-carrier-signal',
  'remote-alarm',
  'upstream-alarm',
  'looped',
  'not-open',
  'd-channel-down',
  'slips',
  'driver-missing',
  'device-missing',
  'garbage',
  'hung',
  'no-signal',
  'sim-missing',
  'sim-failed',
  'sim-locked',
  'pin-required',
  'pin-wrong',
  'puk-required',
  'no-audio',
  'gateway-limit',
  'quarantined',
  'balance-low',
  'answered-low',
]);
export type LineFault = Static<typeof LineFault>;

/** What is used of a line's limits. */
const LineUse = closed({ callsHour: Count, callsDay: Count, minutesDay: Count, minutesMonth: Count });
export type LineUse = Static<typeof LineUse>;

/** What a SIM and its radio tell. */
export const SimFacts = closed({
  /** dBm. */
  signal: Type.Optional(Type.Integer({ minimum: -150, maximum: 0 })),
  operator: Type.Optional(Label),
  iccid: Type.Optional(Type.String({ pattern: '^[0-9A-Fa-f]{1,22}$' })),
  imsi: Type.Optional(Type.String({ pattern: '^\\d{5,16}$' })),
  model: Type.Optional(Label),
  balance: Type.Optional(Type.Number()),
  balanceAt: Type.Optional(Instant),
});
export type SimFacts = Static<typeof SimFacts>;

/** What a span tells. Counters count since the driver was loaded. */
export const SpanFacts = closed({
  alarms: Type.Array(Name, { maxItems: 12 }),
  dChannel: oneOf(['up', 'down', 'unknown']),
  /** One letter per timeslot, from 0: `f` framing, `s` signalling, `-` idle, `b` busy, `a` alarmed, `o` out of service. */
  timeslots: Type.String({ pattern: '^[fs\\-bao]{0,32}$' }),
  counters: closed({ bpv: Count, crc4: Count, ebit: Count, fas: Count, irq: Count, slips: Count }),
  slipsPerHour: Type.Number({ minimum: 0 }),
});
export type SpanFacts = Static<typeof SpanFacts>;

/** What a line lives on, as the thing itself tells; identities are read, never written. */
export const DeviceFacts = closed({
  /** Maker and model of a modem, a card as its driver describes it. */
  model: Type.Optional(Label),
  firmware: Type.Optional(Label),
  /** A span as its driver names it. */
  driver: Type.Optional(Label),
  imei: Type.Optional(Type.String({ pattern: '^\\d{14,17}$' })),
  iccid: SimFacts.properties.iccid,
});
export type DeviceFacts = Static<typeof DeviceFacts>;

/** A line at this moment. */
export const LiveLine = closed({
  /** `unknown` counts as up: a line that was never tried must not be refused. */
  state: oneOf(['up', 'down', 'unknown']),
  inUse: Count,
  channels: Count,
  /** What the person on duty would call it, and why. */
  phase: Name,
  reason: Label,
  fault: Type.Optional(LineFault),
  since: Instant,
  /** Calls are kept away from it, or let through one by one to see whether it works again. */
  breaker: Type.Optional(oneOf(['open', 'half-open'])),
  /** A limit that it has reached; `until` is absent when a person has to decide. */
  held: Type.Optional(closed({ limit: LineLimit, until: Type.Optional(Instant) })),
  used: LineUse,
  /** What its protection allows, where it limits anything. */
  limits: Type.Optional(Type.Partial(LineUse)),
  sim: Type.Optional(SimFacts),
  span: Type.Optional(SpanFacts),
});
export type LiveLine = Static<typeof LiveLine>;

/** A line that nothing is known of yet. */
export function unheardLine(channels: number): LiveLine {
  return {
    state: 'unknown',
    inUse: 0,
    channels,
    phase: 'waiting',
    reason: 'not heard of yet',
    since: 0,
    used: { callsHour: 0, callsDay: 0, minutesDay: 0, minutesMonth: 0 },
  };
}

/** Columns of a line's record of one minute (`LineRow`). */
export const lineMinute = {
  line: Name,
  kind: LineKind,
  state: oneOf(['up', 'down', 'unknown']),
  fault: Type.Optional(LineFault),
  inUse: Count,
  channels: Count,
  used: LineUse,
  signal: Type.Optional(Type.Integer({ minimum: -150, maximum: 0 })),
  balance: Type.Optional(Type.Number()),
  slipsPerHour: Type.Optional(Type.Number({ minimum: 0 })),
  /** Of the span's counters, since the last record. */
  crcErrors: Type.Optional(Count),
  codeViolations: Type.Optional(Count),
  /** How long it was down since the last record, ms. */
  downMs: Millis,
} as const;
