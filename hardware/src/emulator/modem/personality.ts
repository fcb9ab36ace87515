import type { ProfileId } from '../../modem/index.ts';

/** What the lines of a call are made of. */
export interface CallFacts {
  readonly direction: 'out' | 'in';
  readonly number: string;
  readonly talkSeconds: number;
  /** The modem itself hung up. */
  readonly local: boolean;
  readonly answered: boolean;
  /** Q.850. */
  readonly cause: number;
  /** `<type>` of the number, 129 or 145. */
  readonly type: number;
}

/** Reports that commands have turned on. */
export interface ReportSwitches {
  readonly clcc: boolean;
  readonly moring: boolean;
  readonly dsci: boolean;
}

type CallLines = (call: CallFacts, on: ReportSwitches) => readonly string[];

/** How one family of modems speaks, from the reference's sections 4–6, 9 and 12. */
export interface Personality {
  readonly id: ProfileId;
  readonly maker: string;
  readonly model: string;
  readonly firmware: string;
  /** Type allocation code of its IMEI, 8 digits. */
  readonly tac: string;
  /** What it says after power-on, ms → line; the SIM's own lines come only with a SIM. */
  readonly boot: readonly (readonly [number, string])[];
  /** From power-on to answering commands, ms. */
  readonly bootMs: number;
  readonly iccid: { readonly command: string; readonly prefix: string };
  readonly ussd: 'packed' | 'plain';
  readonly originated: CallLines;
  readonly alerting: CallLines;
  readonly answered: CallLines;
  readonly released: CallLines;
  readonly ringing: CallLines;
  readonly simRemoved: readonly string[];
  readonly simInserted: readonly string[];
  readonly networkLost: readonly string[];
  readonly networkFound: (rssi: number) => readonly string[];
  /** Commands of its own that are taken with OK and do nothing here. */
  readonly accepts: RegExp;
  /** Commands that turn its sound on and off, where it has a port for sound. */
  readonly sound?: { readonly on: RegExp; readonly off: RegExp };
  /** On USB: a restart takes the port away for a while. On a UART it stays. */
  readonly usb: boolean;
  /** Speaks LTE: `+CEREG`, IMS. */
  readonly lte: boolean;
}

/** The word of 3GPP TS 27.007 for the end of a call. */
function endWord({ cause, answered }: CallFacts): string {
  if (!answered && cause === 17) return 'BUSY';
  return !answered && cause === 19 ? 'NO ANSWER' : 'NO CARRIER';
}

const remoteWord: CallLines = (call) => (call.local ? [] : [endWord(call)]);
const clcc = (stage: number, call: CallFacts, alpha = ',""'): string =>
  `+CLCC: 1,${call.direction === 'out' ? 0 : 1},${stage},0,0,"${call.number}",${call.type}${alpha}`;
const clip = (call: CallFacts): string => `+CLIP: "${call.number}",${call.type},"",,"",0`;
const dsci = (stage: number, call: CallFacts): string =>
  `^DSCI: 1,${call.direction === 'out' ? 0 : 1},${stage},0,${call.number},${call.type},0`;
const none = (): readonly string[] => [];

const generic: Personality = {
  id: 'generic',
  maker: 'Acme',
  model: 'GSM-1',
  firmware: '1.0.0',
  tac: '86000004',
  boot: [[100, '+CPIN: READY']],
  bootMs: 300,
  iccid: { command: '+CCID', prefix: '+CCID: ' },
  ussd: 'plain',
  originated: none,
  alerting: none,
  answered: none,
  released: remoteWord,
  ringing: (call) => ['RING', clip(call)],
  simRemoved: ['+CPIN: NOT READY'],
  simInserted: ['+CPIN: READY'],
  networkLost: [],
  networkFound: none,
  accepts: /^(?!)/,
  usb: false,
  lte: false,
};

const huawei: Personality = {
  ...generic,
  id: 'huawei',
  usb: true,
  maker: 'huawei',
  model: 'E173',
  firmware: '11.126.85.00.209',
  tac: '86301234',
  boot: [
    [50, '^BOOT:27710117,0,0,0,72'],
    [600, '^SIMST:1'],
  ],
  bootMs: 200,
  iccid: { command: '^ICCID?', prefix: '^ICCID: ' },
  ussd: 'packed',
  originated: () => ['^ORIG:1,0'],
  alerting: () => ['^CONF:1'],
  answered: () => ['^CONN:1,0'],
  released: (call) => {
    if (call.local) return [`^CEND:1,${call.talkSeconds},29`];
    const end = call.answered
      ? `^CEND:1,${call.talkSeconds},104,${call.cause}`
      : `^CEND: 1,0, 67, ${call.cause}`;
    return [end, endWord(call)];
  },
  simRemoved: ['^SIMST:255,1'],
  simInserted: ['^SIMST:1'],
  networkLost: ['^SRVST:0', '^MODE:0,0'],
  networkFound: (rssi) => ['^MODE:5,4', `^RSSI:${rssi}`],
  sound: { on: /^\^DDSETEX=2$/, off: /^(?!)/ },
  accepts: /^\^(DDSETEX=2|CURC=\d|U2DIAG=0|PORTSEL=[01]$)/,
};

const simcomLte: Personality = {
  ...generic,
  id: 'sim7600',
  usb: true,
  maker: 'SIMCOM INCORPORATED',
  model: 'SIMCOM_SIM7600CE',
  firmware: 'SIM7600CE_V1.0',
  tac: '86147503',
  boot: [
    [6_000, 'RDY'],
    [7_000, '+CPIN: READY'],
    [9_000, 'SMS DONE'],
    [11_000, 'PB DONE'],
  ],
  bootMs: 6_000,
  iccid: { command: '+CICCID', prefix: '+ICCID: ' },
  originated: (call, on) => (on.clcc ? [clcc(2, call, '')] : []),
  alerting: (call, on) => (on.clcc ? [clcc(3, call, '')] : []),
  answered: (call, on) => ['VOICE CALL: BEGIN', ...(on.clcc ? [clcc(0, call, '')] : [])],
  released: (call, on) => [
    ...(on.clcc ? [clcc(6, call, '')] : []),
    ...(call.answered ? [`VOICE CALL: END: ${String(call.talkSeconds).padStart(6, '0')}`] : []),
    ...(call.direction === 'in' && !call.answered ? [`MISSED_CALL: 10:21AM ${call.number}`] : []),
    ...remoteWord(call, on),
  ],
  ringing: (call) => ['+CRING: VOICE', clip(call)],
  simRemoved: ['+CPIN: SIM REMOVED'],
  sound: { on: /^\+CPCMREG=1$/, off: /^\+CPCMREG=0$/ },
  accepts: /^\+CPCMREG=[01]/,
  lte: true,
};

const personalities: readonly Personality[] = [
  generic,
  huawei,
  simcomLte,
  // A7670 on a network with fallback: everything that looks like an answer comes when the far side begins to ring.
  {
    ...simcomLte,
    id: 'a7670',
    model: 'A7670C-LASS',
    firmware: 'A7670M7_V1.11.1',
    alerting: (call, on) => [
      ...(on.clcc ? [clcc(3, call, '')] : []),
      'VOICE CALL: BEGIN',
      ...(on.clcc ? [clcc(0, call, '')] : []),
    ],
    answered: none,
  },
  {
    ...generic,
    id: 'sim800c',
    maker: 'SIMCOM_Ltd',
    model: 'SIMCOM_SIM800C',
    firmware: 'Revision:1418B04SIM800C24',
    tac: '86571304',
    boot: [
      [2_900, 'RDY'],
      [2_900, '+CFUN: 1'],
      [4_200, '+CPIN: READY'],
      [8_500, 'Call Ready'],
      [9_300, 'SMS Ready'],
    ],
    bootMs: 2_900,
    originated: (call, on) => (on.clcc ? [clcc(2, call)] : []),
    alerting: (call, on) => [...(on.moring ? ['MO RING'] : []), ...(on.clcc ? [clcc(3, call)] : [])],
    answered: (call, on) => [
      ...(on.moring && call.direction === 'out' ? ['MO CONNECTED'] : []),
      ...(on.clcc ? [clcc(0, call)] : []),
    ],
    released: (call, on) => [...remoteWord(call, on), ...(on.clcc ? [clcc(6, call)] : [])],
    simRemoved: ['+CPIN: NOT READY', '+CSMINS: 1,0'],
    simInserted: ['+CSMINS: 1,1'],
    accepts: /^(\+CSMINS=1|\+IPR=|\+CIURC=)/,
  },
  {
    ...generic,
    id: 'ec20',
    usb: true,
    maker: 'Quectel',
    model: 'EC20F',
    firmware: 'EC20CEFAGR06A10M4G',
    tac: '86778403',
    boot: [
      [11_800, 'RDY'],
      [12_100, '+CFUN: 1'],
      [12_900, '+CPIN: READY'],
      [13_000, '+QUSIM: 1'],
      [14_200, '+QIND: SMS DONE'],
      [16_000, '+QIND: PB DONE'],
    ],
    bootMs: 11_800,
    iccid: { command: '+QCCID', prefix: '+QCCID: ' },
    originated: (call, on) => (on.dsci ? [dsci(2, call)] : []),
    alerting: (call, on) => (on.dsci ? [dsci(7, call)] : []),
    answered: (call, on) => (on.dsci ? [dsci(3, call)] : []),
    released: (call, on) => [...(on.dsci ? [dsci(6, call)] : []), ...remoteWord(call, on)],
    ringing: (call, on) => ['RING', ...(on.dsci ? [dsci(4, call)] : []), clip(call)],
    simRemoved: ['+QSIMSTAT: 1,0'],
    simInserted: ['+QSIMSTAT: 1,1', '+CPIN: READY'],
    sound: { on: /^\+QPCMV=1,0$/, off: /^\+QPCMV=0$/ },
    accepts: /^(\+QPCMV=|\+QSIMSTAT=1|\+QSIMDET=|\+QURCCFG=|\+QINDCFG=)/,
    lte: true,
  },
];

export function personality(id: ProfileId): Personality {
  return personalities.find((each) => each.id === id) ?? generic;
}
