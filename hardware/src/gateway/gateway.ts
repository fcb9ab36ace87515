import type { Clock } from '@branchline/shared';
import type { Delivery } from '../sms/index.ts';
import type { UssdAnswer } from '../modem/index.ts';

/** All that a gateway tells of one channel (a SIM slot with its radio). What is absent it did not tell. */
export interface ChannelFacts {
  readonly sim: 'unknown' | 'ready' | 'missing' | 'locked';
  readonly registration: 'unknown' | 'registered' | 'searching' | 'denied';
  /** dBm; `none` when the gateway says that there is no network. */
  readonly signal?: number | 'none';
  readonly operator?: string;
  /** Of the SIM. Limits and balances belong to it, never to the slot. */
  readonly imsi?: string;
  readonly iccid?: string;
  /** Of the radio; read, never written. */
  readonly imei?: string;
  readonly call: 'idle' | 'busy';
  /** What the gateway's own limit leaves, in the unit it is set to; absent when it has none. */
  readonly remaining?: number;
  readonly enabled: boolean;
  /** Whether its voice side is registered by SIP; absent where the gateway does not tell. */
  readonly sip?: boolean;
}

/** Why a channel takes no calls although it is enabled. */
export type ChannelFault =
  | 'login-lost'
  | 'login-refused'
  | 'garbage'
  | 'sim-missing'
  | 'sim-locked'
  | 'no-signal'
  | 'not-registered'
  | 'registration-denied'
  | 'limit-reached';

/** What a channel is, in the words of the person on duty. */
export type ChannelCondition =
  | {
      readonly phase: 'waiting' | 'disabled' | 'searching' | 'in-service' | 'in-call';
      readonly reason: string;
    }
  | { readonly phase: 'failed'; readonly fault: ChannelFault; readonly reason: string };

/** A channel as others see it. */
export interface ChannelSnapshot {
  readonly gateway: string;
  /** GoIP: the id it logs in with. Dinstar: the number of the port, from 0. */
  readonly channel: string;
  readonly condition: ChannelCondition;
  readonly facts: ChannelFacts;
}

/** What came in over a channel. */
export type GatewayReceived =
  | {
      readonly type: 'message';
      readonly from: string;
      readonly text: string;
      /** ms since the epoch; when it came here if the gateway does not tell. */
      readonly sentAt: number;
      /** The gateway's own number of it: where to go on after a restart (`DinstarOptions.lastMessage`). */
      readonly id?: number;
    }
  | {
      readonly type: 'report';
      /** As `sendMessage` gave it. */
      readonly reference: string;
      readonly to: string;
      readonly delivery: Delivery;
    };

export interface GatewayListener {
  /** The condition or the facts of a channel are other ones. */
  changed(channel: ChannelSnapshot): void;
  /** Must store it before it resolves: the gateway forgets it then. May come again after a crash. */
  received(channel: string, received: GatewayReceived): Promise<void>;
}

/** Datagrams or answers that were not what they had to be. They change nothing else. */
export interface RefusedCounts {
  /** Could not be read. */
  readonly garbage: number;
  /** From an address that does not speak for the channel. */
  readonly unknownSource: number;
  /** For a channel that is not configured. */
  readonly unknownChannel: number;
  readonly wrongPassword: number;
  /** Answers that nobody waits for. */
  readonly unasked: number;
}

/** The management side of a GSM gateway. Voice is SIP and goes another way. */
export interface GsmGateway {
  readonly id: string;
  readonly channels: readonly ChannelSnapshot[];
  readonly refused: RefusedCounts;
  /** @throws BranchlineError `BL_PORT_UNAVAILABLE` when its own socket cannot be opened */
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Sends a text and asks for a delivery report.
   * @param to digits, `+` in front for the international form
   * @returns the reference that the report will carry; empty when the gateway gives none
   * @throws BranchlineError `BL_SMS_INVALID`, `BL_GATEWAY_CHANNEL`, `BL_GATEWAY_STATE`, `BL_GATEWAY_REFUSED`,
   *   `BL_GATEWAY_TIMEOUT` (it may have been sent all the same)
   */
  sendMessage(channel: string, to: string, text: string): Promise<string>;
  /** @throws BranchlineError `BL_USSD_CODE`, `BL_USSD_FAILED`, and as `sendMessage` */
  ussd(channel: string, code: string): Promise<UssdAnswer>;
  /** Restarts the radio of one channel. @throws as `sendMessage` */
  reset(channel: string): Promise<void>;
  /** Takes a channel out of use, or back. @throws as `sendMessage` */
  setEnabled(channel: string, enabled: boolean): Promise<void>;
}

/** What both kinds are made of. */
export interface GatewayOptions {
  /** Name of the gateway, for logs and errors. */
  readonly id: string;
  readonly clock: Clock;
  /** Weaker than this is no service, dBm. Default -97. */
  readonly weakestDbm?: number;
  readonly listener: GatewayListener;
}
