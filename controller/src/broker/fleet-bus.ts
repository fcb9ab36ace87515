import type { ChannelName, ControllerState, Payload, channels } from '@branchline/shared';

type Directed<D extends string> = {
  [C in ChannelName]: (typeof channels)[C]['direction'] extends D ? C : never;
}[ChannelName];

/** Channels an edge speaks on. */
export type UpChannel = Directed<'up'>;
/** Channels the controller speaks on to one edge. */
export type DownChannel = Directed<'down'>;

/** A message of an edge that fitted the contract. */
export interface Inbound<C extends UpChannel> {
  readonly edge: string;
  readonly topic: string;
  /** Of the `out` channel. */
  readonly stream?: string;
  readonly payload: Payload<C>;
}

/**
 * What happens with a message. Runs in the edge's own queue, one message after the other; a retryable rejection is tried
 * again. Messages on `out` are begun in their order without waiting for those before, and not tried again: the edge itself
 * repeats them.
 */
export type InboundHandler<C extends UpChannel> = (message: Inbound<C>) => Promise<void> | void;

/** Something on the bus that did not fit the contract. */
export interface Violation {
  readonly edge: string;
  readonly topic: string;
  readonly code: string;
  readonly problem: string;
  /** First bytes of the payload, for the person who looks. */
  readonly sample: string;
}

export interface BusStats {
  readonly connected: number;
  readonly received: number;
  readonly sent: number;
  /** Messages that did not fit, by code. */
  readonly violations: Readonly<Record<string, number>>;
  /** Messages not taken because the edge's queue was full. */
  readonly overflowed: number;
  /** Messages waiting in all queues. */
  readonly queued: number;
  /** Subscribers dropped because they did not drain in time. */
  readonly drained: number;
  /** Connections refused before or at CONNECT. */
  readonly refused: number;
  /** Messages swallowed because their topic was refused three times before. */
  readonly quarantined: number;
}

/** The way to and from the branches, whatever broker carries it. */
export interface FleetBus {
  /** Sends to one edge. @throws BranchlineError `BL_CONTRACT_PAYLOAD`, `BL_CONTRACT_TOO_LARGE`, `BL_BROKER_UNREACHABLE` */
  publish<C extends DownChannel>(channel: C, edge: string, payload: Payload<C>): Promise<void>;
  /** States the controller's own presence to all edges (retained). */
  announce(state: ControllerState): Promise<void>;
  /** Begins to take messages; handlers are attached before. */
  listen(): Promise<void>;
  /** Has everything that the broker keeps for its subscribers (births, inventories, reports) sent again. */
  recall(): Promise<void>;
  /** Whether messages can go out now. */
  readonly reachable: boolean;
  /** One handler per channel. */
  on<C extends UpChannel>(channel: C, handler: InboundHandler<C>): void;
  /** Called whenever the broker's memory may be empty: retained messages must be published again. */
  onReady(handler: () => void): void;
  /** Ends the session of an edge; false when there is none or the broker is not ours. */
  kick(edge: string): boolean;
  /** Whether the edge has a session as far as this process can tell. */
  connected(edge: string): boolean;
  stats(): BusStats;
  /** Resolves when nothing more will arrive; the broker is gone afterwards. */
  close(): Promise<void>;
}
