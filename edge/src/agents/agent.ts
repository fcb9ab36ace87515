import type { AgentChoice, AgentState, Engagement, PhoneLoss } from '@branchline/shared';

/** An agent as plain data: a presence and the engagements inside it. Times are business ms. */
export interface AgentPresence {
  readonly id: string;
  readonly state: AgentState;
  readonly since: number;
  /** Why: the reason of a break, or what led here. */
  readonly reason: string;
  readonly extension: string;
  /** `nailed`: one long call that customers are bridged to; `ring`: the phone rings for each. */
  readonly mode: 'nailed' | 'ring';
  /** The nailed-up leg, while there is one. */
  readonly leg?: string;
  /** The phone is known not to be there: where it rings for each call, none is offered. */
  readonly phoneGone?: true;
  /** The phone has a leg, of whatever call: where it rings for each call, none is offered meanwhile. */
  readonly onPhone?: true;
  /** What it is promised to, in, or (wrap-up) was in. */
  readonly engagements: readonly Engagement[];
  /** A break asked for during a call. */
  readonly breakAfter?: string;
  /** Calls back of a lost nailed-up leg since it last stood. */
  readonly callbacks: number;
  /** Calls that rang in vain, one after the other. */
  readonly noAnswers?: number;
}

export type AgentInput =
  | { readonly type: 'login'; readonly leg?: string; readonly at: number }
  | { readonly type: 'logout' | 'ready' | 'wrap-up-done'; readonly at: number }
  | { readonly type: 'break'; readonly reason: string; readonly at: number }
  | {
      readonly type: 'reserve';
      readonly call: string;
      readonly campaign?: string;
      /** Why this agent, where somebody waited. */
      readonly choice?: AgentChoice;
      readonly at: number;
    }
  /** Looks at a person before the call; `call` is what it would be. */
  | { readonly type: 'preview'; readonly call: string; readonly campaign: string; readonly at: number }
  | { readonly type: 'ring' | 'talk'; readonly at: number }
  /** The customer is put on hold, or talked to again. */
  | { readonly type: 'hold' | 'unhold'; readonly at: number }
  /** The promise is over: `unused` nobody answered, `failed` the phone was not taken, `talked` wrap-up begins. */
  | {
      readonly type: 'release';
      readonly how: 'talked' | 'unused' | 'failed';
      readonly wrapUpMs: number;
      /** `failed`: so many in a row mean a break; absent: one. */
      readonly noAnswerLimit?: number;
      readonly at: number;
    }
  | { readonly type: 'disposed'; readonly at: number }
  /** Whether the phone is registered, and the page it may be is open. */
  | { readonly type: 'phone'; readonly there: boolean; readonly at: number }
  /** Whether the phone has a leg. */
  | { readonly type: 'on-phone'; readonly on: boolean; readonly at: number }
  /** The phone is dead: no sound comes from it, or its registration has run out while its leg stands. */
  | { readonly type: 'phone-lost'; readonly how: PhoneLoss; readonly at: number }
  /** The nailed-up leg ended. */
  | { readonly type: 'leg-lost'; readonly at: number }
  /** The phone that was called back has answered. */
  | { readonly type: 'called-back'; readonly leg: string; readonly at: number }
  | { readonly type: 'callback-failed'; readonly at: number };

export type AgentEffect =
  | { readonly do: 'call-back' }
  | { readonly do: 'hangup-leg'; readonly leg: string }
  | { readonly do: 'tell-phone-lost'; readonly how: PhoneLoss }
  /** Whether the survival dialplan may free this leg. */
  | { readonly do: 'mark-idle'; readonly leg: string; readonly idle: boolean }
  | {
      readonly do: 'tone';
      readonly leg: string;
      readonly tone: 'ready' | 'preview' | 'customer' | 'break' | 'refused';
    }
  | { readonly do: 'wrap-up-timer'; readonly until: number };

/** How often a lost nailed-up phone is called back before its agent is put on break. */
export const callbackLimit = 3;

/** Reasons of the break of an agent whose phone is dead, or was called back in vain. */
export const phoneLost = 'phone lost';
export const phoneNotReachable = 'phone not reachable';

export function offlineAgent(
  id: string,
  extension: string,
  mode: AgentPresence['mode'],
  at: number,
): AgentPresence {
  return {
    id,
    state: 'offline',
    since: at,
    reason: 'not logged in',
    extension,
    mode,
    engagements: [],
    callbacks: 0,
  };
}

/** The call an agent is promised to, in, or was in just before. */
export function voiceOf({ engagements }: AgentPresence): Engagement | undefined {
  return engagements.find(({ channel }) => channel === 'voice');
}
