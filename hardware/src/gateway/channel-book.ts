import { BranchlineError } from '@branchline/shared';
import {
  conditionOf,
  nextChannel,
  unknownChannel,
  type ChannelInput,
  type ChannelState,
} from './channel-machine.ts';
import type { ChannelSnapshot, GatewayOptions } from './gateway.ts';

const defaultWeakestDbm = -97;

/** The states of all channels of one gateway; tells what others see of a change. */
export class ChannelBook {
  readonly #options: GatewayOptions;
  readonly #states: Map<string, ChannelState>;

  constructor(options: GatewayOptions, channels: readonly string[]) {
    this.#options = options;
    this.#states = new Map(channels.map((channel) => [channel, unknownChannel]));
  }

  get snapshots(): ChannelSnapshot[] {
    return Array.from(this.#states.keys(), (channel) => this.snapshot(channel));
  }

  /** @throws BranchlineError `BL_GATEWAY_CHANNEL` */
  state(channel: string): ChannelState {
    const state = this.#states.get(channel);
    if (!state) throw new BranchlineError('BL_GATEWAY_CHANNEL', { gateway: this.#options.id, channel });
    return state;
  }

  /** @throws BranchlineError `BL_GATEWAY_CHANNEL` */
  snapshot(channel: string): ChannelSnapshot {
    const state = this.state(channel);
    const condition = conditionOf(state, this.#options.weakestDbm ?? defaultWeakestDbm);
    return { gateway: this.#options.id, channel, condition, facts: state.facts };
  }

  input(channel: string, input: ChannelInput): void {
    const before = this.snapshot(channel);
    const { state } = nextChannel(this.state(channel), input);
    this.#states.set(channel, state);
    const after = this.snapshot(channel);
    if (JSON.stringify(after) !== JSON.stringify(before)) this.#options.listener.changed(after);
  }

  inputAll(input: ChannelInput): void {
    for (const channel of this.#states.keys()) this.input(channel, input);
  }

  /** @throws BranchlineError `BL_GATEWAY_STATE` unless the channel is in service or in a call; `BL_GATEWAY_CHANNEL` */
  requireService(channel: string, action: string): void {
    const { condition } = this.snapshot(channel);
    if (condition.phase !== 'in-service' && condition.phase !== 'in-call') this.#refuse(channel, action);
  }

  /** @throws BranchlineError `BL_GATEWAY_STATE` unless the gateway speaks; `BL_GATEWAY_CHANNEL` */
  requireLink(channel: string, action: string): void {
    if (this.state(channel).link !== 'up') this.#refuse(channel, action);
  }

  #refuse(channel: string, action: string): never {
    const { condition } = this.snapshot(channel);
    const state = condition.phase === 'failed' ? condition.fault : condition.phase;
    throw new BranchlineError('BL_GATEWAY_STATE', { gateway: this.#options.id, channel, state, action });
  }
}
