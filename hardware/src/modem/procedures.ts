import { at, AtRefusal, refusalCode, type AtCommand, type RegistrationDomain } from '../at/index.ts';
import type { ModemIdentity, SimIdentity, SimState } from './modem.ts';
import type { ModemProfile } from './profile.ts';
import { dbmOf, fieldsOf } from './report.ts';

/** Sends one command; the information lines of its answer. */
export type Execute = (command: AtCommand, urgent?: boolean) => Promise<readonly string[]>;

/** The answer, or undefined when the modem refuses: other models do without. */
export async function optional(answer: Promise<readonly string[]>): Promise<readonly string[] | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AtRefusal) return undefined;
    throw error;
  }
}

/** Manners first, then who it is. */
export async function identify(execute: Execute): Promise<ModemIdentity> {
  await execute(at.attention);
  await optional(execute(at.echoOff));
  await optional(execute(at.verboseResults));
  await optional(execute(at.numericErrors));
  const word = async (command: AtCommand): Promise<string> =>
    plain((await optional(execute(command)))?.[0] ?? '');
  return {
    maker: await word(at.manufacturer),
    model: await word(at.model),
    firmware: await word(at.revision),
    imei: await word(at.imei),
  };
}

/** A value without the prefix and quotes that some models put around it. */
function plain(line: string): string {
  return line
    .replace(/^[+^]\w+: */, '')
    .replaceAll('"', '')
    .trim();
}

const simWords: Readonly<Record<string, SimState>> = {
  READY: 'ready',
  'SIM PIN': 'pin',
  'SIM PUK': 'puk',
  'SIM PIN2': 'ready',
  'SIM PUK2': 'ready',
  'NOT READY': 'busy',
  'NOT INSERTED': 'missing',
  'SIM REMOVED': 'missing',
};

const simErrors: Readonly<Record<number, SimState>> = {
  5: 'locked',
  10: 'missing',
  11: 'pin',
  12: 'puk',
  13: 'failed',
  14: 'busy',
  15: 'failed',
};

export async function readSimState(execute: Execute): Promise<SimState> {
  try {
    const word = plain((await execute(at.simState)).at(-1) ?? '');
    return simWords[word] ?? (word.startsWith('PH-') ? 'locked' : 'unknown');
  } catch (error) {
    if (!(error instanceof AtRefusal)) throw error;
    return simErrors[refusalCode(error, 'cme') ?? -1] ?? 'busy';
  }
}

/** Makes the modem ready for calls and messages. What a model does not know is left out. */
export async function setUp(execute: Execute, profile: ModemProfile): Promise<SimIdentity> {
  const imsi = plain((await optional(execute(at.imsi)))?.[0] ?? '');
  const iccid = plain((await optional(execute(at.iccid(profile.iccid))))?.[0] ?? '').replace(/F$/i, '');
  const commands = [
    at.operatorByName,
    at.reportRegistration('CREG'),
    ...(profile.fallback ? [at.reportRegistration('CEREG')] : []),
    at.showCallerId,
    at.pduMode,
    at.messageStorage('SM'),
    at.messageReports,
    ...profile.setup,
  ];
  for (const command of commands) await optional(execute(command));
  return { ...(imsi && { imsi }), ...(iccid && { iccid }) };
}

/** What the modem says about the network now. */
export interface NetworkFacts {
  /** Registration is no longer reported: the modem restarted without a word and forgot what was set up. */
  readonly forgotten: boolean;
  readonly cs?: number;
  readonly eps?: number;
  readonly ims?: boolean;
  /** Absent when the modem did not answer; `none` when it does not know. */
  readonly signal?: number | 'none';
  readonly operator?: string;
}

export async function readNetwork(execute: Execute, profile: ModemProfile): Promise<NetworkFacts> {
  const [mode, cs] = await readRegistration(execute, 'CREG');
  const [, eps] = profile.fallback ? await readRegistration(execute, 'CEREG') : [];
  const ims = await readIms(execute, profile);
  const rssi = (await optional(execute(at.signal)))?.[0];
  const name = (await optional(execute(at.operator)))?.[0];
  const operator = name === undefined ? undefined : fieldsOf(name)[2];
  return {
    forgotten: mode === 0,
    ...(cs !== undefined && { cs }),
    ...(eps !== undefined && { eps }),
    ...(ims !== undefined && { ims }),
    ...(rssi !== undefined && { signal: dbmOf(Number(fieldsOf(rssi)[0])) ?? 'none' }),
    ...(operator !== undefined && { operator }),
  };
}

/** `<n>` and `<stat>`. */
async function readRegistration(execute: Execute, domain: RegistrationDomain): Promise<readonly number[]> {
  const line = (await optional(execute(at.registration(domain))))?.[0];
  return line === undefined ? [] : fieldsOf(line).slice(0, 2).map(Number);
}

async function readIms(execute: Execute, profile: ModemProfile): Promise<boolean | undefined> {
  if (!profile.fallback) return undefined;
  const quectel = profile.id === 'ec20';
  const line = (await optional(execute(quectel ? at.imsQuectel : at.imsSimcom)))?.[0];
  return line === undefined ? undefined : fieldsOf(line)[quectel ? 2 : 1] === '1';
}

/** The Q.850 number in a `+CEER` text, e.g. `"16 Normal call clearing"` or `0,0,5,16,normal call clearing`. */
export function causeInText(line: string): number | undefined {
  const found = /(?:^|[ ,"])(\d{1,3})(?=[ ,][ ]*[A-Za-z])/.exec(line.slice(line.indexOf(':') + 1));
  const cause = found ? Number(found[1]) : 0;
  return cause >= 1 && cause <= 127 ? cause : undefined;
}
