import { scaledClock } from '@branchline/shared';
import {
  DinstarGateway,
  GoipGateway,
  httpAccess,
  udpPort,
  type ChannelSnapshot,
  type DinstarOptions,
  type GatewayReceived,
  type GsmGateway,
} from '../src/index.ts';
import { EmulatedDinstar, EmulatedGoip, GatewayChannel, makeSim, World } from '../src/emulator/index.ts';

export const gatewayKinds = ['goip', 'dinstar digest', 'dinstar basic'] as const;
export type GatewayKind = (typeof gatewayKinds)[number];

/** Emulated seconds per real second, for both sides. */
const speed = 50;

/** A client on an emulated gateway of two channels, over loopback sockets. */
export interface GatewayLaboratory {
  readonly world: World;
  readonly gateway: GsmGateway;
  /** Names of the channels, as the client knows them. */
  readonly channels: readonly [string, string];
  readonly emulated: readonly [GatewayChannel, GatewayChannel];
  readonly received: (readonly [channel: string, received: GatewayReceived])[];
  /** Phases and faults of both channels, as they were told. */
  readonly history: readonly string[];
  /** While true, nothing that comes in can be stored. */
  full: boolean;
  readonly snapshot: (channel: string) => ChannelSnapshot;
  /** The phase of a channel, or its fault. */
  readonly condition: (channel: string) => string;
  readonly faults: {
    loginLost(on: boolean): void;
    hang(on: boolean): void;
    password(password: string): void;
    garbage(count: number): void;
  };
  stop(): Promise<void>;
}

export async function gatewayLaboratory(kind: GatewayKind): Promise<GatewayLaboratory> {
  const now = Date.now();
  const clock = scaledClock({ speed, real: now, business: now });
  const world = new World({ clock, seed: 1 });
  const ids = kind === 'goip' ? (['g1', 'g2'] as const) : (['0', '1'] as const);
  const channel = (id: string, n: number): GatewayChannel =>
    new GatewayChannel({ id, world, sim: makeSim(n), imei: '861120042000012' });
  const emulated = [channel(ids[0], 10_001), channel(ids[1], 10_002)] as const;
  const received: (readonly [string, GatewayReceived])[] = [];
  const history: string[] = [];
  const options = {
    id: 'gw',
    clock,
    listener: {
      changed: ({ condition }: ChannelSnapshot) =>
        void history.push(condition.phase === 'failed' ? condition.fault : condition.phase),
      received: async (id: string, each: GatewayReceived) => {
        if (laboratory.full) throw new Error('the disk is full');
        received.push([id, each]);
      },
    },
  };
  const { gateway, faults, stop } =
    kind === 'goip'
      ? await goip(options, emulated)
      : await dinstar(options, emulated, kind === 'dinstar basic' ? 'basic' : 'digest');
  const snapshot = (id: string): ChannelSnapshot => gateway.channels.find((each) => each.channel === id)!;
  const laboratory: GatewayLaboratory = {
    world,
    gateway,
    channels: ids,
    emulated,
    received,
    history,
    full: false,
    snapshot,
    faults,
    condition: (id) => {
      const { condition } = snapshot(id);
      return condition.phase === 'failed' ? condition.fault : condition.phase;
    },
    stop: async () => {
      world.stop();
      await gateway.stop();
      await stop();
    },
  };
  return laboratory;
}

type Common = Pick<DinstarOptions, 'id' | 'clock' | 'listener'>;
type Made = Pick<GatewayLaboratory, 'gateway' | 'faults' | 'stop'>;

async function goip(options: Common, channels: readonly GatewayChannel[]): Promise<Made> {
  const gateway = new GoipGateway({
    ...options,
    open: udpPort('127.0.0.1', 0),
    channels: channels.map(({ id }) => ({ id, password: 'secret' })),
  });
  await gateway.start();
  const server = gateway.address!;
  const devices = channels.map(
    (channel, i) =>
      new EmulatedGoip({ channel, password: 'secret', server, open: udpPort('127.0.0.1', 0), seed: i }),
  );
  for (const device of devices) await device.start();
  const all = (act: (device: EmulatedGoip) => void): void => devices.forEach(act);
  return {
    gateway,
    faults: {
      loginLost: (on) => all(({ faults }) => (faults.loginLost = on)),
      hang: (on) => all(({ faults }) => (faults.hung = on)),
      password: (password) => all((device) => (device.password = password)),
      garbage: (count) => all((device) => device.garbage(count)),
    },
    stop: async () => all((device) => device.stop()),
  };
}

async function dinstar(
  options: Common,
  ports: readonly GatewayChannel[],
  auth: 'digest' | 'basic',
): Promise<Made> {
  const login = { user: 'admin', password: 'secret' };
  const device = new EmulatedDinstar({ ports, auth, ...login });
  await device.start();
  const url = `http://127.0.0.1:${device.port}`;
  const gateway = new DinstarGateway({
    ...options,
    access: httpAccess({ gateway: 'gw', url, deadlineMs: 400, ...login }),
    ports: [0, 1],
  });
  await gateway.start();
  return {
    gateway,
    faults: {
      loginLost: (on) => (device.faults.loginLost = on),
      hang: (on) => (device.faults.hung = on),
      password: (password) => (device.password = password),
      garbage: (count) => (device.faults.garbage = count),
    },
    stop: () => device.stop(),
  };
}
