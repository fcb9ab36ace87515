import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BranchlineError } from '@branchline/shared';
import { profileIds, type ProfileId } from '../modem/index.ts';
import type { Emulation, Kind, KindContext } from './kind.ts';
import { EmulatedModem, personality } from './modem/index.ts';
import { integer, isOn } from './options.ts';
import { PtyCable } from './pty.ts';
import { makeSim, operators, withCheckDigit } from './world/index.ts';

/** What it gives is answered after the verb and the device. */
type Verb = (modem: EmulatedModem, rest: readonly string[]) => unknown;

/** Verb of the control channel → what it takes, what it does. */
const verbs: Readonly<Record<string, readonly [takes: string, act: Verb]>> = {
  state: ['', (modem) => (modem.reachable ? (modem.call?.stage ?? 'idle') : 'out-of-reach')],
  keys: ['', (modem) => modem.call?.keys ?? ''],
  unplug: ['', (modem) => modem.unplug()],
  plug: ['', (modem) => modem.plug()],
  reboot: ['', (modem) => modem.restart()],
  garbage: ['BYTES', (modem, [bytes]) => modem.garbage(integer(bytes ?? '200', 1, 100_000))],
  hang: ['[off]', (modem, [on]) => (modem.faults.hung = isOn(on))],
  'stuck-call': ['[off]', (modem, [on]) => (modem.faults.stuckCall = isOn(on))],
  'split-writes': ['[off]', (modem, [on]) => (modem.faults.splitWrites = isOn(on))],
  'lose-results': ['N', (modem, [count]) => (modem.faults.lostResults = integer(count ?? '1', 0, 1000))],
  'sim-remove': ['', (modem) => modem.removeSim()],
  'sim-insert': ['', (modem) => modem.insertSim()],
  pin: ['PIN', (modem, [pin]) => modem.lockSim(pin ?? '1234')],
  block: ['[off]', (modem, [on]) => modem.block(isOn(on))],
  signal: ['CSQ', (modem, [rssi]) => modem.setSignal(integer(rssi, 0, 99))],
  balance: ['YUAN', (modem, [yuan]) => (modem.sim.balance = Number(yuan))],
};

/** 100 ms: sound that nobody reads in time is lost. */
const soundBacklog = 1_600;

/** GSM modems on ptys. */
export const modemKind: Kind = {
  name: 'modem',
  help: [
    `modem --count N (1–64, default 1) --profile ${profileIds.join('|')} (default: one after the other) --links DIR`,
    ...Object.entries(verbs).map(([verb, [takes]]) => `${verb} DEVICE${takes && ` ${takes}`}`),
  ],
  async start(options, context) {
    const { count, profile, links } = readOptions(options);
    if (links !== undefined) mkdirSync(links, { recursive: true });
    const modems = Array.from({ length: count }, (_, i) =>
      startModem(`m${i + 1}`, i, profile ?? profileIds[i % profileIds.length]!, links, context),
    );
    return emulation(modems);
  },
};

function readOptions(options: readonly string[]): { count: number; profile?: ProfileId; links?: string } {
  const { values } = parseArgs({
    args: [...options],
    options: { count: { type: 'string' }, profile: { type: 'string' }, links: { type: 'string' } },
  });
  const profile = profileIds.find((id) => id === values.profile);
  if (values.profile !== undefined && profile === undefined)
    throw new BranchlineError('BL_EMULATOR_COMMAND', { problem: `there is no profile "${values.profile}"` });
  return {
    count: integer(values.count ?? '1', 1, 64),
    ...(profile && { profile }),
    ...(values.links !== undefined && { links: values.links }),
  };
}

function startModem(
  id: string,
  index: number,
  profile: ProfileId,
  links: string | undefined,
  { world, seed, announce }: KindContext,
): EmulatedModem {
  const speaks = personality(profile);
  const cable = new PtyCable({
    received: (bytes) => modem.receive(bytes),
    plugged: (path) => announce(`modem ${id} ${path}`),
    ...(links !== undefined && { link: join(links, id) }),
  });
  const sound =
    speaks.sound &&
    new PtyCable({
      received: (bytes) => modem.receiveSound(bytes),
      plugged: (path) => announce(`sound ${id}-sound ${path}`),
      ...(links !== undefined && { link: join(links, `${id}-sound`) }),
      backlog: soundBacklog,
    });
  const modem: EmulatedModem = new EmulatedModem({
    id,
    world,
    cable,
    ...(sound && { soundCable: sound }),
    personality: speaks,
    sim: makeSim(index + 1, operators[index % operators.length]),
    imei: withCheckDigit(`${speaks.tac}${String(100_000 + index)}`),
    seed: seed + index,
  });
  modem.plug();
  return modem;
}

function emulation(modems: readonly EmulatedModem[]): Emulation {
  return {
    control(verb, device, rest) {
      const modem = modems.find(({ id }) => id === device);
      const act = verbs[verb]?.[1];
      if (!modem || !act) return undefined;
      const said = act(modem, rest);
      return `${verb} ${device}${typeof said === 'string' ? ` ${said}` : ''}`;
    },
    async stop() {
      for (const modem of modems) modem.unplug();
    },
  };
}
