import { isCallWord, type CallWord } from '../at/index.ts';

/** State of one call as a modem tells it, in one vocabulary for `+CLCC`, `^DSCI` and the words of each maker. */
export type CallStage = 'active' | 'held' | 'dialling' | 'alerting' | 'incoming' | 'waiting' | 'ended';

/** Where a message waits; delivery reports have a memory of their own on some models. */
export type MessageMemory = 'SM' | 'ME' | 'SR';

/** What is known about a call from one line. */
export interface CallReport {
  readonly type: 'call';
  readonly stage: CallStage;
  /** The modem's own number of the call; several words of the makers come without one. */
  readonly id?: number;
  readonly number?: string;
  /** Q.850 cause. */
  readonly cause?: number;
  /** Huawei's `end_status`. */
  readonly endStatus?: number;
}

export type UssdReport = {
  readonly type: 'ussd';
  /** 0 final, 1 reply expected, 2 ended by the network, 3 other client, 4 not supported, 5 timeout. */
  readonly mode: number;
  readonly text?: string;
  readonly dcs: number;
};

/** What an unsolicited line says. */
export type ModemReport =
  | CallReport
  | UssdReport
  | { readonly type: 'call-word'; readonly word: CallWord }
  | { readonly type: 'ring' }
  | { readonly type: 'caller'; readonly number?: string }
  | { readonly type: 'registration'; readonly domain: 'cs' | 'eps'; readonly status: number }
  | { readonly type: 'service'; readonly available: boolean }
  | { readonly type: 'signal'; readonly dbm: number | undefined }
  | { readonly type: 'sim'; readonly sign: 'ready' | 'removed' | 'inserted' | 'locked' }
  | { readonly type: 'message'; readonly memory: MessageMemory; readonly index: number }
  | { readonly type: 'pdu'; readonly pdu: string }
  | { readonly type: 'storage-full' }
  | { readonly type: 'boot' }
  | { readonly type: 'power'; readonly problem: string };

/** The two meanings of `^DSCI` numbers; chosen by model, never by prefix. */
export type DsciDialect = 'quectel' | 'clcc';

const clccStages: readonly CallStage[] = [
  'active',
  'held',
  'dialling',
  'alerting',
  'incoming',
  'waiting',
  'ended',
];
const quectelStages: readonly (CallStage | undefined)[] = [
  undefined,
  'held',
  'dialling',
  'active',
  'incoming',
  'waiting',
  'ended',
  'alerting',
];

/** dBm of `+CSQ` (3GPP TS 27.007 8.5) and `^RSSI`; undefined for 99, unknown. */
export function dbmOf(rssi: number): number | undefined {
  return rssi >= 0 && rssi <= 31 ? 2 * rssi - 113 : undefined;
}

/** The comma-separated values after a prefix; quotes are taken off, blanks around values too. */
export function fieldsOf(line: string): string[] {
  const rest = line.slice(line.indexOf(':') + 1);
  const fields = rest.match(/("[^"]*"|[^,"])*(,|$)/g) ?? [];
  return fields.slice(0, -1).map((field) => field.replace(/,$/, '').trim().replaceAll('"', ''));
}

/** @param dialect meaning of `^DSCI`, by the modem's model */
export function readReport(
  line: string,
  payload: string | undefined,
  dialect: DsciDialect,
): ModemReport | undefined {
  if (isCallWord(line)) return { type: 'call-word', word: line };
  if (payload !== undefined) return { type: 'pdu', pdu: payload };
  const fixed = fixedLines[line];
  if (fixed) return fixed;
  const prefix = /^[+^*]?[A-Z_ -]+?(?=:)/i.exec(line)?.[0].toUpperCase();
  return prefix === undefined ? undefined : readers[prefix]?.(fieldsOf(line), dialect, line);
}

const removed = { type: 'sim', sign: 'removed' } as const;

const fixedLines: Readonly<Record<string, ModemReport>> = {
  RING: { type: 'ring' },
  RDY: { type: 'boot' },
  'MO RING': { type: 'call', stage: 'alerting' },
  'MO CONNECTED': { type: 'call', stage: 'active' },
  '+SIMCARD: NOT AVAILABLE': removed,
  'UNDER-VOLTAGE WARNNING': { type: 'power', problem: 'the supply voltage is low' },
  'UNDER-VOLTAGE POWER DOWN': { type: 'power', problem: 'switched off: the supply voltage was too low' },
  'OVER-VOLTAGE WARNNING': { type: 'power', problem: 'the supply voltage is high' },
  'OVER-VOLTAGE POWER DOWN': { type: 'power', problem: 'switched off: the supply voltage was too high' },
  'NORMAL POWER DOWN': { type: 'power', problem: 'switched off' },
  'POWERED DOWN': { type: 'power', problem: 'switched off' },
};

type Reader = (fields: string[], dialect: DsciDialect, line: string) => ModemReport | undefined;

const readers: Readonly<Record<string, Reader>> = {
  '+CRING': () => ({ type: 'ring' }),
  '+CLIP': ([number]) => ({ type: 'caller', ...(number && { number }) }),
  '+CLCC': readListed,
  '^DSCI': readDsci,
  '^ORIG': ([id]) => call('dialling', id),
  '^CONF': ([id]) => call('alerting', id),
  '^CONN': ([id]) => call('active', id),
  '^CEND': ([id, , endStatus, cause]) => ({
    ...call('ended', id),
    ...integer('endStatus', endStatus),
    ...integer('cause', cause),
  }),
  'VOICE CALL': (_, __, line) => (/END/.test(line) ? { type: 'call', stage: 'ended' } : undefined),
  MISSED_CALL: () => ({ type: 'call', stage: 'ended' }),
  '+CREG': (fields) => readRegistration('cs', fields),
  '+CEREG': (fields) => readRegistration('eps', fields),
  '^SRVST': ([status]) => ({ type: 'service', available: status === '2' }),
  '^RSSI': ([rssi]) => ({ type: 'signal', dbm: dbmOf(Number(rssi)) }),
  '+QIND': ([what, rssi]) => (what === 'csq' ? { type: 'signal', dbm: dbmOf(Number(rssi)) } : undefined),
  '+CPIN': ([state]) =>
    state === 'READY'
      ? { type: 'sim', sign: 'ready' }
      : state === 'NOT READY' || state === 'NOT INSERTED' || state === 'SIM REMOVED'
        ? removed
        : { type: 'sim', sign: 'locked' },
  '+CSMINS': ([, inserted]) => tray(inserted === '1'),
  '+QSIMSTAT': ([, inserted]) => tray(inserted === '1'),
  '^SIMST': ([status]) => (status === '255' ? removed : status === '1' ? tray(true) : undefined),
  '+CMTI': readIndex,
  '+CDSI': readIndex,
  '^SMMEMFULL': () => ({ type: 'storage-full' }),
  '+SMS FULL': () => ({ type: 'storage-full' }),
  '+CUSD': ([mode, text, dcs]) =>
    /^\d$/.test(mode ?? '')
      ? { type: 'ussd', mode: Number(mode), ...(text !== undefined && { text }), dcs: Number(dcs ?? 15) || 0 }
      : undefined,
};

/** One entry of `+CLCC`, asked for or not. */
export function readListed([id, , stage, mode, , number]: readonly string[]): CallReport | undefined {
  const known = clccStages[Number(stage)];
  if (!known || (mode !== undefined && mode !== '0')) return undefined;
  return { ...call(known, id), ...(number && { number }) };
}

function readDsci(fields: readonly string[], dialect: DsciDialect): CallReport | undefined {
  const [id, , state] = fields;
  if (dialect === 'quectel') {
    const stage = quectelStages[Number(state)];
    const number = fields[4];
    return stage && { ...call(stage, id), ...(number && { number }) };
  }
  const stage = clccStages[Number(state)];
  const number = fields[5];
  return stage && { ...call(stage, id), ...(number && { number }), ...integer('cause', fields[8]) };
}

function readRegistration(domain: 'cs' | 'eps', [status]: readonly string[]): ModemReport | undefined {
  return /^\d+$/.test(status ?? '') ? { type: 'registration', domain, status: Number(status) } : undefined;
}

function readIndex([memory, index]: readonly string[]): ModemReport | undefined {
  const known = memory === 'SM' || memory === 'ME' || memory === 'SR' ? memory : 'SM';
  return /^\d+$/.test(index ?? '') ? { type: 'message', memory: known, index: Number(index) } : undefined;
}

function tray(inserted: boolean): ModemReport {
  return { type: 'sim', sign: inserted ? 'inserted' : 'removed' };
}

function call(stage: CallStage, id: string | undefined): CallReport {
  return { type: 'call', stage, ...integer('id', id) };
}

function integer<Name extends string>(name: Name, value: string | undefined): { [key in Name]?: number } {
  const found = value !== undefined && /^\d+$/.test(value) ? { [name]: Number(value) } : {};
  return found as { [key in Name]?: number };
}
