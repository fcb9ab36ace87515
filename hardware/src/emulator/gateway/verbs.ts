import { BranchlineError } from '@branchline/shared';
import { integer, isOn } from '../options.ts';
import type { GatewayChannel } from './gateway-channel.ts';

type Verb = (channel: GatewayChannel, rest: readonly string[]) => unknown;

const refuse = (problem: string): never => {
  throw new BranchlineError('BL_EMULATOR_COMMAND', { problem });
};

/** Verbs for a channel of any gateway → what it takes, what it does. */
export const channelVerbs: Readonly<Record<string, readonly [takes: string, act: Verb]>> = {
  'sim-remove': ['', (channel) => channel.insertSim(false)],
  'sim-insert': ['', (channel) => channel.insertSim(true)],
  block: ['[off]', (channel, [on]) => channel.block(isOn(on))],
  signal: ['CSQ', (channel, [rssi]) => channel.setSignal(integer(rssi, 0, 31))],
  balance: ['YUAN', (channel, [yuan]) => (channel.sim.balance = Number(yuan))],
  limit: ['LEFT|off', (channel, [left]) => (channel.remaining = isOn(left) ? integer(left, 0, 1e6) : -1)],
  busy: ['[off]', (channel, [on]) => (channel.busy = isOn(on))],
  dial: [
    'NUMBER',
    (channel, [number = '']) => channel.dial(number) || refuse(`${channel.id} cannot dial now`),
  ],
  'hang-up': ['', (channel) => channel.hangUp()],
};
