/** How a command ended, other than well. */
export type AtRefusalKind = 'error' | 'cme' | 'cms' | 'call';

/** Words that end a call, and that end a dial or answer command too (ITU-T V.250 6.3.1). */
export const callWords = ['NO CARRIER', 'BUSY', 'NO ANSWER', 'NO DIALTONE', 'NO DIAL TONE'] as const;
export type CallWord = (typeof callWords)[number];

export type AtFinal =
  | { readonly kind: 'ok' }
  | { readonly kind: Exclude<AtRefusalKind, 'call'>; readonly code?: number; readonly text: string }
  | { readonly kind: 'call'; readonly text: CallWord };

/** A final result code, or undefined for any other line. */
export function readFinal(line: string): AtFinal | undefined {
  if (line === 'OK' || line.startsWith('CONNECT')) return { kind: 'ok' };
  if (line === 'ERROR' || line === 'COMMAND NOT SUPPORT' || line === 'TOO MANY PARAMETERS')
    return { kind: 'error', text: line };
  if (isCallWord(line)) return { kind: 'call', text: line };
  const error = /^\+CM([ES]) ERROR: *(.+)$/.exec(line);
  if (!error) return undefined;
  const kind = error[1] === 'E' ? 'cme' : 'cms';
  const text = error[2]!;
  const code = /^\d+$/.test(text) ? Number(text) : codeOf(kind, text);
  return { kind, text, ...(code !== undefined && { code }) };
}

export function isCallWord(line: string): line is CallWord {
  return (callWords as readonly string[]).includes(line);
}

/** 3GPP TS 27.007 9.2, the words of `AT+CMEE=2`. */
export const cmeErrors: Readonly<Record<number, string>> = {
  0: 'phone failure',
  1: 'no connection to phone',
  3: 'operation not allowed',
  4: 'operation not supported',
  5: 'PH-SIM PIN required',
  10: 'SIM not inserted',
  11: 'SIM PIN required',
  12: 'SIM PUK required',
  13: 'SIM failure',
  14: 'SIM busy',
  15: 'SIM wrong',
  16: 'incorrect password',
  17: 'SIM PIN2 required',
  18: 'SIM PUK2 required',
  20: 'memory full',
  21: 'invalid index',
  22: 'not found',
  23: 'memory failure',
  24: 'text string too long',
  25: 'invalid characters in text string',
  26: 'dial string too long',
  27: 'invalid characters in dial string',
  30: 'no network service',
  31: 'network timeout',
  32: 'network not allowed - emergency calls only',
  50: 'incorrect parameters',
  51: 'command disabled',
  52: 'command aborted',
  56: 'FDN only',
  57: 'temporarily out of service',
  62: 'call barred',
  100: 'unknown',
  103: 'illegal MS',
  106: 'illegal ME',
  107: 'GPRS services not allowed',
  111: 'PLMN not allowed',
  112: 'location area not allowed',
  113: 'roaming not allowed in this location area',
};

/** 3GPP TS 27.005 3.2.5. */
export const cmsErrors: Readonly<Record<number, string>> = {
  300: 'ME failure',
  301: 'SMS service of ME reserved',
  302: 'operation not allowed',
  303: 'operation not supported',
  304: 'invalid PDU mode parameter',
  305: 'invalid text mode parameter',
  310: 'SIM not inserted',
  311: 'SIM PIN required',
  312: 'PH-SIM PIN required',
  313: 'SIM failure',
  314: 'SIM busy',
  315: 'SIM wrong',
  316: 'SIM PUK required',
  320: 'memory failure',
  321: 'invalid memory index',
  322: 'memory full',
  330: 'SMSC address unknown',
  331: 'no network service',
  332: 'network timeout',
  340: 'no CNMA acknowledgement expected',
  500: 'unknown error',
};

function codeOf(kind: 'cme' | 'cms', text: string): number | undefined {
  const wanted = text.toLowerCase();
  const found = Object.entries(kind === 'cme' ? cmeErrors : cmsErrors).find(
    ([, words]) => words.toLowerCase() === wanted,
  );
  return found && Number(found[0]);
}
