import { parseArgs } from 'node:util';
import { BranchlineError } from '@branchline/shared';
import { channelVerbs, EmulatedDinstar, GatewayChannel } from './gateway/index.ts';
import type { Emulation, Kind, KindContext } from './kind.ts';
import { integer, isOn } from './options.ts';
import { makeSim, operators, withCheckDigit } from './world/index.ts';

type Verb = (dinstar: EmulatedDinstar, rest: readonly string[]) => void;

/** SIMs of a kind begin here, so that kinds in one world have different ones. */
const firstSim = 20_001;
/** More ports than any model has; keeps the SIMs of two gateways apart. */
const mostPorts = 32;

/** Verbs for a whole gateway. */
const verbs: Readonly<Record<string, readonly [takes: string, act: Verb]>> = {
  'login-lost': ['[off]', (dinstar, [on]) => (dinstar.faults.loginLost = isOn(on))],
  hang: ['[off]', (dinstar, [on]) => (dinstar.faults.hung = isOn(on))],
  garbage: ['ANSWERS', (dinstar, [count]) => (dinstar.faults.garbage = integer(count ?? '10', 0, 10_000))],
  password: ['PASSWORD', (dinstar, [password]) => (dinstar.password = password ?? '')],
};

interface Options {
  readonly count: number;
  readonly ports: number;
  readonly user: string;
  readonly password: string;
  readonly auth: 'digest' | 'basic';
}

/** Dinstar gateways with their HTTP API. Their ports are `d1-0`, `d1-1` … */
export const dinstarKind: Kind = {
  name: 'dinstar',
  help: [
    'dinstar --count N (1–16, default 1) --ports N (1–32, default 4) --user U --password P (default admin) --auth digest|basic',
    ...Object.entries(verbs).map(([verb, [takes]]) => `${verb} d1${takes && ` ${takes}`}`),
    ...Object.entries(channelVerbs).map(([verb, [takes]]) => `${verb} d1-0${takes && ` ${takes}`}`),
  ],
  async start(options, context) {
    const own = readOptions(options);
    const gateways: EmulatedDinstar[] = [];
    for (let i = 0; i < own.count; i++) gateways.push(await startDinstar(i, own, context));
    return emulation(gateways);
  },
};

function readOptions(options: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...options],
    options: { count: text, ports: text, user: text, password: text, auth: text },
  });
  const { auth = 'digest', user = 'admin', password = 'admin' } = values;
  if (auth !== 'digest' && auth !== 'basic')
    throw new BranchlineError('BL_EMULATOR_COMMAND', { problem: `there is no login by "${auth}"` });
  const count = integer(values.count ?? '1', 1, 16);
  return { count, ports: integer(values.ports ?? '4', 1, mostPorts), user, password, auth };
}

async function startDinstar(
  index: number,
  { ports, user, password, auth }: Options,
  { world, announce }: KindContext,
): Promise<EmulatedDinstar> {
  const id = `d${index + 1}`;
  const channels = Array.from({ length: ports }, (_, port) => {
    const n = index * mostPorts + port;
    return new GatewayChannel({
      id: `${id}-${port}`,
      world,
      sim: makeSim(firstSim + n, operators[n % operators.length]),
      imei: withCheckDigit(`86391103${String(300_000 + n)}`),
    });
  });
  const dinstar = new EmulatedDinstar({ ports: channels, user, password, auth });
  await dinstar.start();
  announce(`dinstar ${id} 127.0.0.1:${dinstar.port}`);
  return dinstar;
}

function emulation(gateways: readonly EmulatedDinstar[]): Emulation {
  return {
    control(verb, device, rest) {
      const [, which, port] = /^d(\d+)(?:-(\d+))?$/.exec(device) ?? [];
      const gateway = gateways[Number(which) - 1];
      const channel = port === undefined ? undefined : gateway?.ports[Number(port)];
      if (gateway && port === undefined && Object.hasOwn(verbs, verb)) verbs[verb]![1](gateway, rest);
      else if (channel && Object.hasOwn(channelVerbs, verb)) channelVerbs[verb]![1](channel, rest);
      else return undefined;
      return `${verb} ${device}`;
    },
    async stop() {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
    },
  };
}
