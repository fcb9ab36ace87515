import type { Clock } from '@branchline/shared';
import type { PortOpener } from '../port/index.ts';
import type { CallEvent } from './call-control.ts';
import type { CallState } from './call.ts';
import type { Received } from './message-box.ts';
import type { ModemCondition, ModemIdentity, SimIdentity } from './modem.ts';
import type { ProfileId } from './profile.ts';

export interface GsmModemOptions {
  /** Name of the line, for logs and errors. */
  readonly id: string;
  /** Opens the socket the modem is plugged into. */
  readonly open: PortOpener;
  readonly clock: Clock;
  /** Of the SIM, 4–8 digits; sent at most once to each SIM. */
  readonly pin?: string;
  /** By what the modem says of itself when absent. */
  readonly profile?: ProfileId;
  /** Weaker than this is no service, dBm. Default -97 (`+CSQ` 8). */
  readonly weakestDbm?: number;
  /** Pause between looks at signal, network and operator, ms (1000–600000). Default 20000. */
  readonly lookEveryMs?: number;
  /** Leaves short messages on the SIM: whoever only looks must not take them. Default false. */
  readonly leaveMessages?: boolean;
  readonly listener: ModemListener;
}

export interface ModemListener {
  /** The condition, the SIM or what is known of the network is another one. */
  changed(modem: ModemSnapshot): void;
  call(event: CallEvent): void;
  /** Must store it before it resolves: the SIM forgets it then. */
  received(received: Received): Promise<void>;
  /** Something the person on duty should read, such as a low supply voltage. */
  warning(text: string): void;
}

/** A modem as others see it. */
export interface ModemSnapshot {
  readonly id: string;
  readonly condition: ModemCondition;
  readonly profile: ProfileId;
  readonly identity?: ModemIdentity;
  readonly sim?: SimIdentity;
  readonly operator?: string;
  /** dBm; absent when unknown. */
  readonly signalDbm?: number;
  readonly call: CallState;
}

/** How to learn a balance from the operator; codes, targets and patterns differ per operator and are settings. */
export interface BalanceQuery {
  readonly method: 'ussd' | 'sms';
  /** `*100#`, or the text of the message. */
  readonly code: string;
  /** Whom the message goes to; the answer must come from there. */
  readonly target?: string;
  /** Its first group is the amount. */
  readonly pattern: RegExp;
}
