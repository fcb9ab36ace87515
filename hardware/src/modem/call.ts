import type { CallWord } from '../at/index.ts';
import type { CallEvidence } from './call-outcome.ts';
import type { CallReport } from './report.ts';

export type CallDirection = 'out' | 'in';

/** The one call of a modem. */
export interface ModemCall {
  readonly direction: CallDirection;
  /** As dialed, or as the caller showed it; absent when withheld or not yet told. */
  readonly number?: string;
  /** ms of the driver's clock. */
  readonly startedAt: number;
  /** The modem's own number of the call, once it told it. */
  readonly id?: number;
  readonly alertedAt?: number;
  readonly answeredAt?: number;
}

/** Where the call is. `settling`: its end was heard, and a second line may still say why. */
export type CallState =
  | { readonly at: 'idle' }
  | { readonly at: 'dialling'; readonly call: ModemCall }
  | { readonly at: 'alerting'; readonly call: ModemCall }
  | { readonly at: 'active'; readonly call: ModemCall }
  | { readonly at: 'answering'; readonly call: ModemCall }
  /** `presented` once somebody was told: the first RING may come before the caller's number. */
  | { readonly at: 'incoming'; readonly call: ModemCall; readonly presented: boolean }
  | {
      readonly at: 'releasing';
      readonly call: ModemCall;
      readonly why: 'cancelled' | 'ring-timer';
      /** How often the modem was asked to hang up. */
      readonly tries: number;
    }
  | { readonly at: 'settling'; readonly call: ModemCall; readonly evidence: CallEvidence };

export type CallTimer = 'ring' | 'dial' | 'release' | 'settle' | 'caller' | 'silence';

export type CallInput =
  | { readonly type: 'dial'; readonly number: string; readonly ringMs: number; readonly at: number }
  /** The dial command was refused; `code` of its `+CME ERROR`. */
  | { readonly type: 'refused'; readonly code?: number; readonly word?: CallWord; readonly at: number }
  | { readonly type: 'report'; readonly report: CallReport; readonly at: number }
  | { readonly type: 'word'; readonly word: CallWord; readonly at: number }
  /** A complete `AT+CLCC`. */
  | { readonly type: 'listed'; readonly calls: readonly CallReport[]; readonly at: number }
  /** `AT+CEER` after the end; only a cause that was found. */
  | { readonly type: 'cause'; readonly cause: number; readonly at: number }
  | { readonly type: 'ring'; readonly at: number }
  | { readonly type: 'caller'; readonly number?: string; readonly at: number }
  | { readonly type: 'answer'; readonly at: number }
  | { readonly type: 'hang-up'; readonly at: number }
  | { readonly type: 'line-lost'; readonly at: number }
  | { readonly type: 'timer'; readonly timer: CallTimer; readonly at: number };

export type CallEffect =
  | {
      readonly do: 'command';
      readonly command: 'dial' | 'answer' | 'hang-up' | 'hang-up-old' | 'restart' | 'cause';
      readonly number?: string;
    }
  | { readonly do: 'timer'; readonly timer: CallTimer; readonly ms: number }
  | { readonly do: 'tell'; readonly what: 'alerting' | 'answered' | 'incoming'; readonly call: ModemCall }
  /** The modem is free again; all timers of the call are void. */
  | { readonly do: 'ended'; readonly call: ModemCall; readonly evidence: CallEvidence };

export const idleCall: CallState = { at: 'idle' };
