import type { AtTrouble } from '../at/index.ts';

/** Who a modem says it is; read, never written. */
export interface ModemIdentity {
  readonly maker: string;
  readonly model: string;
  readonly firmware: string;
  readonly imei: string;
}

export interface SimIdentity {
  readonly imsi?: string;
  readonly iccid?: string;
}

/** What is known of the SIM. `busy` is normal for some seconds after a boot. */
export type SimState = 'unknown' | 'busy' | 'ready' | 'pin' | 'puk' | 'missing' | 'failed' | 'locked';

/** Why a modem cannot take calls although something is plugged in. */
export type ModemFault =
  | 'sim-missing'
  | 'sim-failed'
  | 'sim-locked'
  | 'pin-required'
  | 'pin-wrong'
  | 'puk-required'
  | 'registration-denied'
  | 'no-signal'
  | 'hung'
  | 'garbage';

/** What the modem is, in the words of the person on duty. */
export type ModemCondition =
  | {
      readonly phase:
        | 'absent'
        | 'initialising'
        | 'sim'
        | 'searching'
        | 'registered'
        | 'in-service'
        | 'in-call';
      readonly reason: string;
    }
  | { readonly phase: 'failed'; readonly fault: ModemFault; readonly reason: string };

/** All facts about one modem; its condition follows from them (`conditionOf`). */
export interface ModemState {
  /** `out-of-step`: open, but what it says cannot be matched at the moment. */
  readonly link: 'closed' | 'opening' | 'open' | 'out-of-step';
  /** Why the link lost step last; kept over the reopening until the modem has identified itself. */
  readonly trouble?: AtTrouble;
  /** Why the port could not be opened or closed. */
  readonly problem: string;
  /** Openings in a row without an identified modem. */
  readonly attempts: number;
  readonly identity?: ModemIdentity;
  readonly sim: SimState;
  /** Signs in a row that the SIM is gone; one alone may be a hiccup. */
  readonly missingSigns: number;
  /** The PIN was sent for this SIM: never twice. */
  readonly pin: 'untried' | 'sent' | 'refused';
  readonly simIdentity?: SimIdentity;
  /** Set up for calls and messages. */
  readonly ready: boolean;
  /** `<stat>` of 3GPP TS 27.007 7.2: circuit-switched, LTE. */
  readonly registration: { readonly cs?: number; readonly eps?: number };
  /** Registered for voice over LTE; undefined where the modem does not tell. */
  readonly ims?: boolean;
  /** dBm; `none` when the modem says unknown, undefined before it said anything. */
  readonly signal?: number | 'none';
  readonly operator?: string;
  readonly busy: boolean;
}

/** Why a modem is absent that nobody has looked for yet. */
export const notStarted = 'not started';

export const absentModem: ModemState = {
  link: 'closed',
  problem: notStarted,
  attempts: 0,
  sim: 'unknown',
  missingSigns: 0,
  pin: 'untried',
  ready: false,
  registration: {},
  busy: false,
};

export type ModemInput =
  | { readonly type: 'open' }
  | { readonly type: 'opened' }
  | { readonly type: 'closed'; readonly problem: string; readonly trouble?: AtTrouble }
  | { readonly type: 'trouble'; readonly kind: AtTrouble }
  | { readonly type: 'recovered' }
  | { readonly type: 'identified'; readonly identity: ModemIdentity }
  /** The answer to `AT+CPIN?`, or a tray's sign that it is gone. */
  | { readonly type: 'sim'; readonly sim: SimState }
  | { readonly type: 'sim-inserted' }
  | { readonly type: 'pin-refused' }
  | { readonly type: 'set-up'; readonly sim: SimIdentity }
  | { readonly type: 'registration'; readonly domain: 'cs' | 'eps'; readonly status: number }
  | { readonly type: 'ims'; readonly registered: boolean }
  | { readonly type: 'signal'; readonly dbm: number | undefined }
  | { readonly type: 'operator'; readonly name: string | undefined }
  /** The modem restarted by itself: nothing of what was set up holds. */
  | { readonly type: 'booted' }
  /** It was told to restart, and answers for some seconds more. */
  | { readonly type: 'restarting' }
  | { readonly type: 'busy'; readonly busy: boolean };

export type ModemEffect =
  | { readonly do: 'open' }
  | { readonly do: 'open-later'; readonly ms: number }
  | { readonly do: 'identify'; readonly afterMs: number }
  | { readonly do: 'ask-sim'; readonly afterMs: number }
  | { readonly do: 'enter-pin' }
  | { readonly do: 'set-up' };

/** What a modem's state depends on besides what it says. */
export interface ModemRules {
  readonly hasPin: boolean;
  /** Weaker than this is no service, dBm. */
  readonly weakestDbm: number;
}
