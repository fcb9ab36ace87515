import { parseArgs } from 'node:util';
import { BranchlineError } from '@branchline/shared';
import { endpointText, udpPort, type Endpoint } from '../port/index.ts';
import { channelVerbs, EmulatedGoip, GatewayChannel } from './gateway/index.ts';
import type { Emulation, Kind, KindContext } from './kind.ts';
import { integer, isOn } from './options.ts';
import { makeSim, operators, withCheckDigit } from './world/index.ts';

type Verb = (goip: EmulatedGoip, rest: readonly string[]) => void;

/** SIMs of a kind begin here, so that kinds in one world have different ones. */
const firstSim = 10_001;

/** Verbs for the login of one channel. */
const verbs: Readonly<Record<string, readonly [takes: string, act: Verb]>> = {
  'login-lost': ['[off]', (goip, [on]) => setLogin(goip, !isOn(on))],
  hang: ['[off]', (goip, [on]) => (goip.faults.hung = isOn(on))],
  double: ['[off]', (goip, [on]) => (goip.faults.doubled = isOn(on))],
  garbage: ['DATAGRAMS', (goip, [count]) => goip.garbage(integer(count ?? '10', 1, 10_000))],
  password: ['PASSWORD', (goip, [password]) => (goip.password = password ?? '')],
  'keep-alive': ['', (goip) => goip.logIn()],
};

function setLogin(goip: EmulatedGoip, on: boolean): void {
  goip.faults.loginLost = !on;
  if (on) goip.logIn();
}

/** Channels of GoIP gateways; each logs in by UDP from a socket of its own. */
export const goipKind: Kind = {
  name: 'goip',
  help: [
    'goip --count N (channels, 1–64, default 1) --server HOST:PORT (default 127.0.0.1:44444) --password P (default goip)',
    ...Object.entries({ ...channelVerbs, ...verbs }).map(
      ([verb, [takes]]) => `${verb} g1${takes && ` ${takes}`}`,
    ),
  ],
  async start(options, context) {
    const { count, server, password } = readOptions(options);
    const devices: EmulatedGoip[] = [];
    for (let i = 0; i < count; i++) devices.push(await startGoip(i, server, password, context));
    return emulation(devices);
  },
};

function readOptions(options: readonly string[]): { count: number; server: Endpoint; password: string } {
  const { values } = parseArgs({
    args: [...options],
    options: { count: { type: 'string' }, server: { type: 'string' }, password: { type: 'string' } },
  });
  const server = values.server ?? '127.0.0.1:44444';
  const [, host, port] = /^([\w.-]+):(\d+)$/.exec(server) ?? [];
  if (host === undefined)
    throw new BranchlineError('BL_EMULATOR_COMMAND', { problem: `"${server}" is not HOST:PORT` });
  return {
    count: integer(values.count ?? '1', 1, 64),
    server: { host, port: integer(port, 1, 65_535) },
    password: values.password ?? 'goip',
  };
}

async function startGoip(
  index: number,
  server: Endpoint,
  password: string,
  { world, seed, announce }: KindContext,
): Promise<EmulatedGoip> {
  const goip = new EmulatedGoip({
    channel: new GatewayChannel({
      id: `g${index + 1}`,
      world,
      sim: makeSim(firstSim + index, operators[index % operators.length]),
      imei: withCheckDigit(`86112004${String(200_000 + index)}`),
    }),
    password,
    server,
    open: udpPort('127.0.0.1', 0),
    seed: seed + index,
  });
  await goip.start();
  announce(`goip ${goip.channel.id} ${endpointText(goip.address!)}`);
  return goip;
}

function emulation(devices: readonly EmulatedGoip[]): Emulation {
  return {
    control(verb, device, rest) {
      const goip = devices.find(({ channel }) => channel.id === device);
      if (!goip) return undefined;
      if (Object.hasOwn(verbs, verb)) verbs[verb]![1](goip, rest);
      else if (Object.hasOwn(channelVerbs, verb)) channelVerbs[verb]![1](goip.channel, rest);
      else return undefined;
      return `${verb} ${device}`;
    },
    async stop() {
      for (const goip of devices) goip.stop();
    },
  };
}
