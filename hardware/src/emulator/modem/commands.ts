import { cmeErrors, cmsErrors } from '../../at/index.ts';
import { hexOfOctets, octetsOfHex, textOfSeptets, unpack } from '../../sms/index.ts';
import type { EmulatedModem } from './emulated-modem.ts';
import type { MessageStore } from './message-store.ts';

/** What a command is answered with. */
export interface CommandReply {
  readonly lines?: readonly string[];
  /** Final result; default `OK`, empty for none. */
  readonly final?: string;
  readonly afterMs?: number;
  /** After the final result. */
  readonly afterwards?: () => void;
  /** Sends the prompt; is given what was typed, or undefined when it was cancelled. */
  readonly body?: (text: string | undefined) => CommandReply;
}

type Handler = (modem: EmulatedModem, match: RegExpExecArray) => CommandReply;

const ok: CommandReply = {};
const lines = (...texts: readonly string[]): CommandReply => ({ lines: texts });

/**
 * One command line without its `AT`; several commands stand between semicolons. Everything that would change the identity of
 * the modem or hide the caller is unknown here, as it is on a modem that is sold.
 */
export function answerCommand(modem: EmulatedModem, line: string): CommandReply {
  const commands = /^D/i.test(line)
    ? [line]
    : line.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/).filter((each) => each !== '');
  if (commands.length === 0) return ok;
  const gathered: string[] = [];
  for (const [i, command] of commands.entries()) {
    const reply = answerOne(modem, command.trim());
    if (i === commands.length - 1) return { ...reply, lines: [...gathered, ...(reply.lines ?? [])] };
    if (reply.final !== undefined && reply.final !== 'OK') return { ...reply, lines: gathered };
    gathered.push(...(reply.lines ?? []));
    reply.afterwards?.();
  }
  return ok;
}

function answerOne(modem: EmulatedModem, command: string): CommandReply {
  modem.switchSound(command);
  if (modem.personality.accepts.test(command)) return ok;
  for (const [pattern, handler, needs] of handlers) {
    const match = pattern.exec(command);
    if (!match) continue;
    const refused = needs === 'sim' ? simRefusal(modem) : undefined;
    return refused ?? handler(modem, match);
  }
  const { iccid } = modem.personality;
  if (command.toUpperCase() === iccid.command)
    return simRefusal(modem, true) ?? lines(`${iccid.prefix}${modem.sim.iccid}`);
  return error(modem);
}

function error(modem: EmulatedModem): CommandReply {
  return modem.settings.errors === 0 ? { final: 'ERROR' } : cme(modem, 4);
}

function cme(modem: EmulatedModem, code: number): CommandReply {
  const { errors } = modem.settings;
  return { final: errors === 0 ? 'ERROR' : `+CME ERROR: ${errors === 2 ? (cmeErrors[code] ?? code) : code}` };
}

function cms(modem: EmulatedModem, code: number): CommandReply {
  return { final: `+CMS ERROR: ${modem.settings.errors === 2 ? (cmsErrors[code] ?? code) : code}` };
}

function simRefusal(modem: EmulatedModem, identityOnly = false): CommandReply | undefined {
  if (!modem.simInserted) return cme(modem, 10);
  if (identityOnly || modem.simReady) return undefined;
  return cme(modem, modem.sim.pinTriesLeft > 0 ? 11 : 12);
}

/** A text in the character set that was chosen. */
function charset(modem: EmulatedModem, text: string): string {
  return modem.settings.charset === 'UCS2' ? hexOfOctets([...Buffer.from(text, 'utf16le').swap16()]) : text;
}

const handlers: readonly (readonly [RegExp, Handler, 'sim'?])[] = [
  [/^$/, () => ok],
  [/^E([01])?$/i, (modem, [, on]) => set(modem, { echo: on === '1' })],
  [/^([VQ]\d?|Z|&F|&C\d|&D\d|S\d+=\d+)$/i, () => ok],
  [/^I$/i, ({ personality: { maker, model, firmware } }) => lines(maker, model, firmware)],
  [/^\+CGMI$/i, ({ personality }) => lines(personality.maker)],
  [/^\+CGMM$/i, ({ personality }) => lines(personality.model)],
  [/^\+CGMR$/i, ({ personality }) => lines(personality.firmware)],
  [/^\+(CGSN|GSN)$/i, ({ imei }) => lines(imei)],
  [/^\+CIMI$/i, ({ sim }) => ({ ...lines(sim.imsi), afterMs: 90 }), 'sim'],
  [/^\+CNUM$/i, (modem) => lines(`+CNUM: "","${modem.sim.msisdn}",129`), 'sim'],
  [/^\+CMEE=([012])$/i, (modem, [, level]) => set(modem, { errors: Number(level) })],
  [/^\+CSCS=\?$/i, () => lines('+CSCS: ("IRA","GSM","UCS2")')],
  [/^\+CSCS\?$/i, ({ settings }) => lines(`+CSCS: "${settings.charset}"`)],
  [/^\+CSCS="(IRA|GSM|UCS2)"$/i, (modem, [, name]) => set(modem, { charset: name! })],
  [/^\+CPIN\?$/i, pinState],
  [/^\+CPIN="?(\d{4,8})"?$/i, enterPin],
  [/^\+CPAS$/i, ({ call }) => lines(`+CPAS: ${call ? (call.stage === 'incoming' ? 3 : 4) : 0}`)],
  [/^\+CFUN\?$/i, () => lines('+CFUN: 1')],
  [/^\+CFUN=1,1$/i, (modem) => ({ afterwards: () => modem.later(1_500, () => modem.restart()) })],
  [/^\+CFUN=1(,0)?$/i, () => ok],
  [/^\+CREG=([012])$/i, (modem, [, mode]) => set(modem, { creg: Number(mode) })],
  [/^\+CREG\?$/i, (modem) => registrationLine(modem, 'CREG', modem.settings.creg)],
  [/^\+CGREG=([012])$/i, (modem, [, mode]) => set(modem, { cgreg: Number(mode) })],
  [/^\+CGREG\?$/i, (modem) => registrationLine(modem, 'CGREG', modem.settings.cgreg)],
  [/^\+CEREG=([012])$/i, (modem, [, mode]) => lteOnly(modem, () => set(modem, { cereg: Number(mode) }))],
  [/^\+CEREG\?$/i, (modem) => lteOnly(modem, () => registrationLine(modem, 'CEREG', modem.settings.cereg))],
  [
    /^\+CIREG\?$/i,
    (modem) => lteOnly(modem, () => lines(`+CIREG: 2,${modem.registration === 1 ? 1 : 0},15`)),
  ],
  [
    /^\+QCFG="ims"$/i,
    (modem) => lteOnly(modem, () => lines(`+QCFG: "ims",1,${modem.registration === 1 ? 1 : 0}`)),
  ],
  [/^\+CGATT\?$/i, () => lines('+CGATT: 1')],
  [/^\+COPS=3,([012])$/i, (modem, [, form]) => set(modem, { operatorForm: Number(form) })],
  [/^\+COPS\?$/i, operatorLine],
  [/^\+CSQ$/i, ({ rssi }) => lines(`+CSQ: ${rssi},99`)],
  [/^\+CCLK\?$/i, ({ world }) => lines(`+CCLK: "${clockText(world.clock.now())}"`)],
  [/^\+CLIP=([01])$/i, (modem, [, on]) => ({ ...set(modem, { clip: on === '1' }), afterMs: 80 })],
  [/^\+CLCC=([01])$/i, (modem, [, on]) => reports(modem, { clcc: on === '1' })],
  [/^\+MORING=([01])$/i, (modem, [, on]) => reports(modem, { moring: on === '1' })],
  [/^\^DSCI=([01])$/i, (modem, [, on]) => reports(modem, { dsci: on === '1' })],
  [
    /^\^CVOICE\?$/i,
    ({ personality }) => (personality.id === 'huawei' ? lines('^CVOICE:0,8000,16,20') : { final: 'ERROR' }),
  ],
  [/^\+CLCC$/i, ({ call }) => (call ? lines(call.listed()) : ok)],
  [/^D(\+?\d{2,20});?$/i, dial, 'sim'],
  [/^A$/i, answer],
  [/^(\+CHUP|H0?)$/i, hangUp],
  [/^\+VTS=("?)([0-9A-D*#])\1$/i, ({ call }, [, , key]) => play(call, key)],
  [
    /^\^DTMF=1,([0-9A-D*#])$/i,
    ({ call, personality }, [, key]) => play(personality.id === 'huawei' ? call : undefined, key),
  ],
  [/^\+CMGF=0$/i, () => ok],
  [/^\+CMGF=\?$/i, () => lines('+CMGF: (0)')],
  [/^\+CMGF\?$/i, () => lines('+CMGF: 0')],
  [/^\+CSMS=[01]$/i, () => lines('+CSMS: 1,1,1')],
  [/^\+CSMS\?$/i, () => lines('+CSMS: 1,1,1,1')],
  [
    /^\+CSCA\?$/i,
    (modem) => lines(`+CSCA: "${charset(modem, modem.sim.operator.serviceCentre)}",145`),
    'sim',
  ],
  [/^\+CPMS=\?$/i, () => lines('+CPMS: ("SM","SR"),("SM"),("SM")')],
  [/^\+CPMS\?$/i, (modem) => lines(`+CPMS: ${storages(modem, true)}`), 'sim'],
  [/^\+CPMS="(SM|SR)"(,"SM"(,"SM")?)?$/i, chooseStorage, 'sim'],
  [/^\+CNMI=\?$/i, () => lines('+CNMI: (0-2),(0,1),(0),(0-2),(0,1)')],
  [/^\+CNMI\?$/i, ({ settings }) => lines(`+CNMI: ${settings.cnmi.join(',')}`)],
  [/^\+CNMI=(\d(?:,\d)*)$/i, (modem, [, list]) => set(modem, { cnmi: list!.split(',').map(Number) })],
  [/^\+CMGS=(\d+)$/i, sendMessage, 'sim'],
  [/^\+CMGR=(\d+)$/i, readMessage, 'sim'],
  [/^\+CMGL(?:=([04]))?$/i, listMessages, 'sim'],
  [/^\+CMGD=(\d+)(?:,0)?$/i, deleteMessage, 'sim'],
  [/^\+CUSD=2$/i, () => ok],
  [/^\+CUSD=1,"([^"]+)"(?:,\d+)?$/i, ussd, 'sim'],
];

function set(modem: EmulatedModem, change: Partial<EmulatedModem['settings']>): CommandReply {
  modem.settings = { ...modem.settings, ...change };
  return ok;
}

function reports(modem: EmulatedModem, change: Partial<EmulatedModem['settings']['reports']>): CommandReply {
  return set(modem, { reports: { ...modem.settings.reports, ...change } });
}

function lteOnly(modem: EmulatedModem, answer: () => CommandReply): CommandReply {
  return modem.personality.lte ? answer() : error(modem);
}

function pinState(modem: EmulatedModem): CommandReply {
  if (!modem.simInserted) return cme(modem, 10);
  const wanted = modem.sim.pinTriesLeft > 0 ? 'SIM PIN' : 'SIM PUK';
  return lines(`+CPIN: ${modem.simReady ? 'READY' : wanted}`);
}

function enterPin(modem: EmulatedModem, [, pin]: RegExpExecArray): CommandReply {
  const { sim } = modem;
  if (!modem.simInserted) return cme(modem, 10);
  if (modem.simReady) return cme(modem, 3);
  if (sim.pinTriesLeft === 0) return cme(modem, 12);
  if (sim.pin !== pin) {
    sim.pinTriesLeft--;
    return cme(modem, 16);
  }
  sim.pinTriesLeft = 3;
  modem.pinOpen = true;
  return {
    afterwards: () => {
      modem.say('+CPIN: READY');
      modem.search();
    },
  };
}

function registrationLine(modem: EmulatedModem, name: string, mode: number): CommandReply {
  const place = mode === 2 && modem.reachable ? ',"18DB","00F3A1C2"' : '';
  return lines(`+${name}: ${mode},${modem.registration}${place}`);
}

function operatorLine(modem: EmulatedModem): CommandReply {
  if (!modem.reachable) return lines('+COPS: 0');
  const form = modem.settings.operatorForm;
  const { name, plmn } = modem.sim.operator;
  const shown = form === 2 ? plmn : charset(modem, name);
  return lines(`+COPS: 0,${form},"${shown}"${modem.personality.lte ? ',7' : ',0'}`);
}

/** `yy/MM/dd,hh:mm:ss+zz` in China's zone, quarter hours. */
function clockText(now: number): string {
  const local = new Date(now + 8 * 3_600_000).toISOString();
  return `${local.slice(2, 10).replaceAll('-', '/')},${local.slice(11, 19)}+32`;
}

function dial(modem: EmulatedModem, [, number]: RegExpExecArray): CommandReply {
  if (!modem.reachable) return cme(modem, 30);
  return modem.dial(number!) ? { afterMs: 60 } : cme(modem, 3);
}

function answer(modem: EmulatedModem): CommandReply {
  if (modem.call?.stage !== 'incoming') return { final: 'NO CARRIER' };
  // The word of the answer may come before the OK, as it does on real ones.
  modem.later(15, () => modem.call?.answer());
  return { afterMs: 30 };
}

function hangUp(modem: EmulatedModem): CommandReply {
  if (modem.faults.stuckCall) return ok;
  return { afterwards: () => modem.call?.hangUp() };
}

function store(modem: EmulatedModem): MessageStore {
  return modem.settings.readFrom === 'SR' ? modem.statusReports : modem.messages;
}

function storages(modem: EmulatedModem, named: boolean): string {
  const sizes = (memory: 'SM' | 'SR'): string => {
    const { used, capacity } = memory === 'SR' ? modem.statusReports : modem.messages;
    return `${named ? `"${memory}",` : ''}${used},${capacity}`;
  };
  return [modem.settings.readFrom, 'SM' as const, 'SM' as const].map(sizes).join(',');
}

function chooseStorage(modem: EmulatedModem, [, memory]: RegExpExecArray): CommandReply {
  set(modem, { readFrom: memory as 'SM' | 'SR' });
  return { ...lines(`+CPMS: ${storages(modem, false)}`), afterMs: 110 };
}

function sendMessage(modem: EmulatedModem, [, octets]: RegExpExecArray): CommandReply {
  return {
    afterMs: 40,
    body: (pdu) => {
      if (pdu === undefined) return ok;
      const centre = Number.parseInt(pdu.slice(0, 2), 16) + 1;
      if (!/^([0-9A-F]{2})+$/i.test(pdu) || pdu.length / 2 - centre !== Number(octets))
        return cms(modem, 304);
      if (!modem.reachable) return { ...cms(modem, 331), afterMs: 1_000 };
      if (modem.sim.balance <= 0 || modem.sim.blocked) return { ...cms(modem, 500), afterMs: 1_200 };
      return submit(modem, pdu);
    },
  };
}

function submit(modem: EmulatedModem, pdu: string): CommandReply {
  try {
    return { ...lines(`+CMGS: ${modem.world.submit(modem.sim, pdu)}`), afterMs: 3_300 };
  } catch {
    return cms(modem, 304);
  }
}

function readMessage(modem: EmulatedModem, [, index]: RegExpExecArray): CommandReply {
  const found = store(modem).lines(Number(index), false);
  return found ? lines(...found) : cms(modem, 321);
}

function listMessages(modem: EmulatedModem, [, which]: RegExpExecArray): CommandReply {
  const chosen = store(modem).indexes(which !== '4');
  return lines(...chosen.flatMap((index) => store(modem).lines(index, true) ?? []));
}

function deleteMessage(modem: EmulatedModem, [, index]: RegExpExecArray): CommandReply {
  const kind = modem.settings.readFrom === 'SR' ? 'report' : 'message';
  const moved = store(modem).delete(Number(index));
  return { afterwards: () => moved.forEach((each) => modem.announce(kind, each)) };
}

function ussd(modem: EmulatedModem, [, text]: RegExpExecArray): CommandReply {
  const hex = /^([0-9A-F]{2}){4,}$/i.test(text!);
  const { ussd: form } = modem.personality;
  if (form === 'plain' && hex) return { final: '+CME ERROR: retry operation' };
  if (form === 'packed' && !hex) return cme(modem, 50);
  const octets = octetsOfHex(text!);
  const code = hex ? textOfSeptets(unpack(octets, Math.floor((octets.length * 8) / 7))) : text!;
  const answer = modem.world.ussd(modem.sim, code.replace(/@$/, ''));
  return {
    afterMs: 100,
    afterwards: () =>
      modem.later(answer === undefined ? 30_000 : 4_000, () => {
        const body =
          answer === undefined ? undefined : hexOfOctets([...Buffer.from(answer, 'utf16le').swap16()]);
        modem.say(body === undefined ? '+CUSD: 4' : `+CUSD: 0,"${body}",72`);
      }),
  };
}

/** A key is heard by whom one talks to. */
function play(call: EmulatedModem['call'], key = ''): CommandReply {
  if (call?.stage !== 'active') return { final: 'ERROR' };
  call.keys += key;
  return ok;
}
