import { BranchlineError } from '@branchline/shared';

declare const made: unique symbol;

/**
 * A command of the closed list below. There is no way to send another text: nothing here writes an IMEI, hides or sets a
 * caller ID, or changes a modem's USB layout, and a test holds this file to that.
 */
export interface AtCommand {
  /** As sent, without the final CR. */
  readonly text: string;
  /** For logs and errors; without secrets. */
  readonly shown: string;
  /** Longest wait for the final result, ms. */
  readonly deadlineMs: number;
  /** Information lines that belong to the answer; every other line is unsolicited. */
  readonly response?: RegExp;
  /** Sent after the prompt, ended by 0x1A. */
  readonly body?: string;
  /** `NO CARRIER`, `BUSY` and the like end the command. */
  readonly endsByCallWord?: true;
  readonly [made]: true;
}

type Options = Partial<Omit<AtCommand, 'text' | typeof made>>;

const usualDeadlineMs = 5_000;

function at(rest: string, options: Options = {}): AtCommand {
  const text = `AT${rest}`;
  return { text, shown: text, deadlineMs: usualDeadlineMs, ...options } as AtCommand;
}

/** A value that stands between quotes or at the end of a command: nothing in it may end the command. */
function safe(name: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value))
    throw new BranchlineError('BL_AT_ARGUMENT', { name, problem: `it must match ${String(pattern)}` });
  return value;
}

// Liveness and manners.
export const attention = at('', { deadlineMs: 1_000 });
export const echoOff = at('E0', { deadlineMs: 1_000 });
export const verboseResults = at('V1', { deadlineMs: 1_000 });
export const numericErrors = at('+CMEE=1');

// Identity, read only.
export const manufacturer = at('+CGMI', { response: /^(?!\^|\+(?!CGMI:)|RING$).*\S/ });
export const model = at('+CGMM', { response: /^(?!\^|\+(?!CGMM:)|RING$).*\S/ });
export const revision = at('+CGMR', { response: /^(?!\^|\+(?!CGMR:)|RING$).*\S/ });
export const imei = at('+CGSN', { response: /^(\+CGSN: ?)?"?\d{14,17}"?$/ });
export const imsi = at('+CIMI', { response: /^(\+CIMI: ?)?"?\d{14,15}"?$/ });

const iccidLine = /^(\+CCID: ?|\+ICCID: ?|\+QCCID: ?|\^ICCID: ?)?"?[0-9A-F]{18,22}"?$/i;
const iccidForms = {
  '+CCID': at('+CCID', { response: iccidLine }),
  '+CICCID': at('+CICCID', { response: iccidLine }),
  '+QCCID': at('+QCCID', { response: iccidLine }),
  '^ICCID?': at('^ICCID?', { response: iccidLine }),
} as const;
export type IccidForm = keyof typeof iccidForms;
export const iccid = (form: IccidForm): AtCommand => iccidForms[form];

// SIM.
export const simState = at('+CPIN?', { response: /^\+CPIN:/ });
export const enterPin = (pin: string): AtCommand =>
  at(`+CPIN="${safe('PIN', pin, /^\d{4,8}$/)}"`, { shown: 'AT+CPIN=…', deadlineMs: 10_000 });

// Network. A registration's answer has two plain numbers; with one it is an unsolicited report.
export type RegistrationDomain = 'CREG' | 'CEREG';
export const reportRegistration = (domain: RegistrationDomain): AtCommand => at(`+${domain}=2`);
export const registration = (domain: RegistrationDomain): AtCommand =>
  at(`+${domain}?`, { response: new RegExp(`^\\+${domain}: ?\\d, ?\\d`) });
export const operatorByName = at('+COPS=3,0');
export const operator = at('+COPS?', { response: /^\+COPS:/ });
export const signal = at('+CSQ', { response: /^\+CSQ:/ });
export const imsSimcom = at('+CIREG?', { response: /^\+CIREG: ?\d, ?\d/ });
export const imsQuectel = at('+QCFG="ims"', { response: /^\+QCFG: ?"ims"/ });

// Calls.
export const showCallerId = at('+CLIP=1', { deadlineMs: 15_000 });
export const dial = (number: string): AtCommand =>
  at(`D${safe('number', number, /^\+?\d{2,20}$/)};`, { deadlineMs: 20_000, endsByCallWord: true });
export const answer = at('A', { deadlineMs: 20_000, endsByCallWord: true });
export const hangUp = at('+CHUP');
export const hangUpOld = at('H');
export const listCalls = at('+CLCC', { response: /^\+CLCC: ?\d+, ?\d/ });
export const lastCause = at('+CEER', { response: /^\+CEER:/ });
export const tone = (key: string): AtCommand => at(`+VTS=${safe('key', key, /^[0-9A-D*#]$/)}`);
export const toneHuawei = (call: number, key: string): AtCommand =>
  at(`^DTMF=${call},${safe('key', key, /^[0-9A-D*#]$/)}`);
export const callReports = at('+CLCC=1');
export const alertingReports = at('+MORING=1');
export const callStateReports = at('^DSCI=1');

// Audio.
export const voiceCapability = at('^CVOICE?', { response: /^\^CVOICE:/ });
export const audioHuawei = at('^DDSETEX=2');
export const audioSimcom = (on: boolean): AtCommand => at(`+CPCMREG=${on ? 1 : 0}`);
export const audioQuectel = (on: boolean): AtCommand => at(on ? '+QPCMV=1,0' : '+QPCMV=0');

// Messages.
export const pduMode = at('+CMGF=0');
export const messageStorage = (memory: 'SM' | 'ME'): AtCommand =>
  at(`+CPMS="${memory}","${memory}","${memory}"`, { response: /^\+CPMS:/ });
/** Which memory is read and deleted from. */
export const readFrom = (memory: 'SM' | 'ME' | 'SR'): AtCommand =>
  at(`+CPMS="${memory}"`, { response: /^\+CPMS:/ });
export const messageReports = at('+CNMI=2,1,0,2,0');
export const sendMessage = (octets: number, pdu: string): AtCommand =>
  at(`+CMGS=${octets}`, {
    body: safe('PDU', pdu, /^([0-9A-F]{2}){8,180}$/),
    response: /^\+CMGS:/,
    deadlineMs: 60_000,
  });
export const readMessage = (index: number): AtCommand => at(`+CMGR=${index}`, { response: /^\+CMGR:/ });
export const listMessages = at('+CMGL=4', { response: /^\+CMGL:/, deadlineMs: 20_000 });
export const deleteMessage = (index: number): AtCommand => at(`+CMGD=${index}`);

// Supplementary services. The answer is an unsolicited +CUSD.
export const gsmCharset = at('+CSCS="GSM"');
/** @param text as the modem wants it: plain, packed hexadecimal or UCS-2 hexadecimal */
export const ussd = (text: string): AtCommand =>
  at(`+CUSD=1,"${safe('USSD text', text, /^[0-9A-Za-z*#+ ]{1,182}$/)}",15`, { deadlineMs: 60_000 });
export const ussdCancel = at('+CUSD=2');

// SIM tray and restart.
export const traySimcom = at('+CSMINS=1');
export const trayQuectel = at('+QSIMSTAT=1');
export const restart = at('+CFUN=1,1', { deadlineMs: 15_000 });
