import { BranchlineError, type Clock, type Line, type LineFault } from '@branchline/shared';
import {
  DinstarGateway,
  GoipGateway,
  httpAccess,
  udpPort,
  type BalanceQuery,
  type ChannelFault,
  type ChannelSnapshot,
  type GatewayListener,
  type GsmGateway,
} from '@branchline/hardware';
import type { LineReport } from '../line-watch.ts';
import { deviceFacts, simFacts, type DeviceListener, type LineDevice } from './device.ts';

/** A line on a gateway, and what opens it. */
export interface GatewayLine {
  readonly line: string;
  readonly settings: NonNullable<Line['gateway']>;
  readonly password: string;
}

export interface GatewayOptions {
  readonly clock: Clock;
  readonly listener: DeviceListener;
  /** Where GoIP channels log in, on this box. */
  readonly goip: { readonly host: string; readonly port: number };
}

/** Which lines share a management connection: all GoIP channels log in at one place, a Dinstar is asked as a whole. */
export function gatewayKey({ settings }: GatewayLine): string {
  return settings.make === 'goip' ? 'goip' : `dinstar ${settings.address} ${settings.username ?? ''}`;
}

/** One management connection and the lines behind it. */
export interface Gateway {
  readonly devices: ReadonlyMap<string, LineDevice>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes the management connection of some lines. @throws BranchlineError `BL_CONFIG_INVALID` */
export function openGateway(lines: readonly GatewayLine[], options: GatewayOptions): Gateway {
  const byChannel = new Map(lines.map((own) => [own.settings.channel, own.line]));
  const listener: GatewayListener = {
    changed: (channel) => {
      const line = byChannel.get(channel.channel);
      if (line !== undefined) options.listener.report(line, reportOf(channel));
    },
    received: async (channel, received) => {
      const line = byChannel.get(channel);
      if (line !== undefined && received.type === 'message') await options.listener.message(line, received);
    },
  };
  const gateway = open(lines, options, listener);
  const deviceOf = ({ channel }: GatewayLine['settings']): LineDevice => ({
    reset: () => gateway.reset(channel),
    balance: (query) => balanceOf(gateway, channel, query),
  });
  return {
    devices: new Map(lines.map(({ line, settings }) => [line, deviceOf(settings)])),
    start: () => gateway.start(),
    stop: () => gateway.stop(),
  };
}

function open(
  lines: readonly GatewayLine[],
  { clock, goip }: GatewayOptions,
  listener: GatewayListener,
): GsmGateway {
  const [first] = lines;
  if (!first) throw new RangeError('a gateway without lines');
  const { make, address, username = 'admin' } = first.settings;
  if (make === 'goip') {
    return new GoipGateway({
      id: 'goip',
      clock,
      listener,
      open: udpPort(goip.host, goip.port),
      channels: lines.map(({ settings, password }) => ({
        id: settings.channel,
        password,
        host: settings.address,
      })),
    });
  }
  const ports = lines.map(({ settings }) => Number(settings.channel));
  if (ports.some((port) => !Number.isInteger(port) || port < 0 || port > 31))
    throw new BranchlineError('BL_CONFIG_INVALID', {
      place: `/lines/${first.line}/gateway/channel`,
      problem: 'a Dinstar’s ports are 0 to 31',
    });
  return new DinstarGateway({
    id: address,
    clock,
    listener,
    ports,
    access: httpAccess({
      gateway: address,
      url: `http://${address}`,
      user: username,
      password: first.password,
    }),
  });
}

async function balanceOf(
  gateway: GsmGateway,
  channel: string,
  { code, pattern }: BalanceQuery,
): Promise<number> {
  const { text } = await gateway.ussd(channel, code);
  const amount = Number(pattern.exec(text)?.[1]);
  if (!Number.isFinite(amount))
    throw new BranchlineError('BL_USSD_FAILED', { code, problem: `no amount in "${text.slice(0, 100)}"` });
  return amount;
}

const faults: Readonly<Record<ChannelFault, LineFault>> = {
  'login-lost': 'login-lost',
  'login-refused': 'login-refused',
  garbage: 'garbage',
  'sim-missing': 'sim-missing',
  'sim-locked': 'sim-locked',
  'no-signal': 'no-signal',
  'not-registered': 'not-registered',
  'registration-denied': 'registration-denied',
  'limit-reached': 'gateway-limit',
};

function reportOf({ condition, facts }: ChannelSnapshot): LineReport {
  const { phase, reason } = condition;
  const up = phase === 'in-service' || phase === 'in-call';
  return {
    health: up ? 'up' : phase === 'waiting' ? 'unknown' : 'down',
    phase,
    reason,
    ...(phase === 'failed' && { fault: faults[condition.fault] }),
    sim: simFacts({
      signal: typeof facts.signal === 'number' ? facts.signal : undefined,
      operator: facts.operator,
      iccid: facts.iccid,
      imsi: facts.imsi,
    }),
    device: deviceFacts({ imei: facts.imei }),
  };
}
