import { BranchlineError } from '@branchline/shared';
import { dbmOf } from '../../modem/report.ts';
import type { ChannelFacts } from '../gateway.ts';

/** The envelope of every answer of the API. */
export interface DinstarReply {
  /** 200 done, 202 accepted; the others are refusals. */
  readonly errorCode: number;
  /** The list of the answer, whatever it is called in this version: entries that are no objects are left out. */
  readonly list: readonly Entry[];
}

const listNames = ['info', 'result', 'sms', 'reply'] as const;
type Key =
  | (typeof listNames)[number]
  | 'error_code'
  | 'port'
  | 'reg'
  | 'signal'
  | 'imsi'
  | 'iccid'
  | 'imei'
  | 'callstate'
  | 'remain_credit'
  | 'remain_daily_call_time'
  | 'incoming_sms_id'
  | 'number'
  | 'text'
  | 'timestamp'
  | 'user_id'
  | 'status'
  | 'ref_id'
  | 'status_code';
/** What is known by name; nothing is known of the values. */
type Entry = { readonly [key in Key]?: unknown };

/** What a code means (HTTP API for UC2000 and DWG). */
const errorWords: Readonly<Record<number, string>> = {
  400: 'bad request',
  403: 'forbidden',
  404: 'not found',
  413: 'too many',
  486: 'port busy',
  500: 'internal error',
  503: 'port not registered',
  550: 'no such port',
};

export function errorText(code: number): string {
  const words = errorWords[code];
  return words === undefined ? String(code) : `${code} (${words})`;
}

/** @throws BranchlineError `BL_GATEWAY_GARBAGE` */
export function readReply(text: string): DinstarReply {
  const value = parse(text);
  if (!isEntry(value)) throw garbage('the answer is no object');
  const errorCode = integerOf(value.error_code);
  if (errorCode === undefined) throw garbage('the answer has no error_code');
  const list = listNames.map((name) => value[name]).find((each) => Array.isArray(each)) ?? [];
  return { errorCode, list: (list as readonly unknown[]).filter(isEntry) };
}

/** State of each port that is told of. */
export function readPorts({ list }: DinstarReply): ReadonlyMap<number, ChannelFacts> {
  return new Map(
    list.flatMap((entry) => {
      const port = integerOf(entry.port);
      return port === undefined ? [] : [[port, factsOf(entry)] as const];
    }),
  );
}

function factsOf(entry: Entry): ChannelFacts {
  const reg = textOf(entry.reg).toUpperCase();
  const signal = integerOf(entry.signal);
  const remaining = [entry.remain_credit, entry.remain_daily_call_time].map(integerOf).filter(isLimit);
  return {
    ...registrationOf(reg),
    ...(signal !== undefined && { signal: signal === 0 ? 'none' : (dbmOf(signal) ?? 'none') }),
    ...named('imsi', entry),
    ...named('iccid', entry),
    ...named('imei', entry),
    call: /^(idle)?$/i.test(textOf(entry.callstate)) ? 'idle' : 'busy',
    ...(remaining.length > 0 && { remaining: Math.min(...remaining) }),
    enabled: !/BLOCK|POWER_?OFF|DISABLE/.test(reg),
  };
}

/** The words differ by version: `REGISTER_OK`, `NO_SIM`, `SIM_PIN`, `REGISTER_FAIL`, `UNREGISTER` … */
function registrationOf(reg: string): Pick<ChannelFacts, 'sim' | 'registration'> {
  if (/NO_?SIM|SIM_?NOT/.test(reg)) return { sim: 'missing', registration: 'unknown' };
  if (/PIN|PUK|SIM_?LOCK/.test(reg)) return { sim: 'locked', registration: 'unknown' };
  if (/FAIL|DENIED|REJECT/.test(reg)) return { sim: 'ready', registration: 'denied' };
  if (/(^|_)OK$|ROAM/.test(reg)) return { sim: 'ready', registration: 'registered' };
  if (/SEARCH|REGISTERING|UNREG/.test(reg)) return { sim: 'ready', registration: 'searching' };
  return { sim: 'unknown', registration: 'unknown' };
}

export interface IncomingMessage {
  readonly id: number;
  readonly port: number;
  readonly from: string;
  readonly text: string;
  /** In the gateway's own time zone, as it writes it. */
  readonly timestamp: string;
}

/** In the order of their ids. */
export function readIncoming({ list }: DinstarReply): IncomingMessage[] {
  return list
    .flatMap((entry) => {
      const [id, port] = [integerOf(entry.incoming_sms_id), integerOf(entry.port)];
      if (id === undefined || port === undefined) return [];
      const [from, text, timestamp] = [textOf(entry.number), textOf(entry.text), textOf(entry.timestamp)];
      return [{ id, port, from, text, timestamp }];
    })
    .toSorted((a, b) => a.id - b.id);
}

export interface MessageResult {
  readonly status: 'SENDING' | 'SENT_OK' | 'FAILED' | 'DELIVERED';
  readonly reference: string;
}

/** @param user our own number of the message */
export function readResult({ list }: DinstarReply, user: number): MessageResult | undefined {
  const entry = list.find((each) => integerOf(each.user_id) === user);
  const status = (['SENDING', 'SENT_OK', 'FAILED', 'DELIVERED'] as const).find(
    (each) => each === textOf(entry?.status),
  );
  return status && { status, reference: textOf(entry?.ref_id) };
}

export interface DeliveryEntry {
  readonly to: string;
  readonly reference: string;
  /** TP-Status. */
  readonly status: number;
}

export function readDeliveries({ list }: DinstarReply): DeliveryEntry[] {
  return list.flatMap((entry) => {
    const status = integerOf(entry.status_code);
    return status === undefined
      ? []
      : [{ to: textOf(entry.number), reference: textOf(entry.ref_id), status }];
  });
}

/** The code for one port, where the answer has one for each. */
export function portStatus({ errorCode, list }: DinstarReply, port: number): number {
  const entry = list.find((each) => integerOf(each.port) === port);
  return integerOf(entry?.status) ?? errorCode;
}

/** Empty while there is none. */
export function readUssd({ list }: DinstarReply, port: number): string {
  return textOf(list.find((entry) => integerOf(entry.port) === port)?.text);
}

function named<Name extends Key>(name: Name, entry: Entry): { [key in Name]?: string } {
  const value = textOf(entry[name]);
  return (value === '' ? {} : { [name]: value }) as { [key in Name]?: string };
}

/** Versions write numbers as such or as text. */
function integerOf(value: unknown): number | undefined {
  if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** -1: there is no limit. */
function isLimit(value: number | undefined): value is number {
  return value !== undefined && value >= 0;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw garbage('the answer is no JSON');
  }
}

function garbage(problem: string): BranchlineError {
  return new BranchlineError('BL_GATEWAY_GARBAGE', { problem });
}
