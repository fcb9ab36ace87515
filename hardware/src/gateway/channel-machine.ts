import { goTo, stay, type Step } from '@branchline/shared';
import type { ChannelCondition, ChannelFacts, ChannelFault } from './gateway.ts';

/** All facts about one channel; its condition follows from them (`conditionOf`). */
export interface ChannelState {
  /** `new`: has not been heard of since the start. */
  readonly link: 'new' | 'up' | 'lost' | 'refused' | 'garbage';
  /** Unreadable things in a row since the last readable one. */
  readonly garbage: number;
  readonly facts: ChannelFacts;
}

export const unknownChannel: ChannelState = {
  link: 'new',
  garbage: 0,
  facts: { sim: 'unknown', registration: 'unknown', call: 'idle', enabled: true },
};

export type ChannelInput =
  /** The whole state, as a keep-alive or an answer gives it. What it leaves out is not known any more. */
  | { readonly type: 'told'; readonly facts: ChannelFacts }
  /** A notice about one thing; no sign of a login. */
  | { readonly type: 'noticed'; readonly facts: Partial<ChannelFacts> }
  /** It was not heard of in time. */
  | { readonly type: 'silent' }
  /** Somebody tried to log in as this channel with another password. */
  | { readonly type: 'wrong-password' }
  /** The gateway itself refuses our login. */
  | { readonly type: 'refused' }
  | { readonly type: 'garbage' };

/** So much in a row is no accident of one datagram. */
const garbageLimit = 5;

/** A channel's facts. An input that a state ignores gives back the same state. */
export function nextChannel(state: ChannelState, input: ChannelInput): Step<ChannelState, never> {
  switch (input.type) {
    case 'told':
      return goTo({ link: 'up', garbage: 0, facts: input.facts });
    case 'noticed':
      return state.link === 'up'
        ? goTo({ ...state, facts: { ...state.facts, ...input.facts } })
        : stay(state);
    case 'silent':
      return state.link === 'lost' || state.link === 'refused' ? stay(state) : goTo(lost(state, 'lost'));
    case 'wrong-password':
      // A channel that is logged in is not talked down by whoever guesses at its password.
      return state.link === 'up' || state.link === 'refused' ? stay(state) : goTo(lost(state, 'refused'));
    case 'refused':
      return state.link === 'refused' ? stay(state) : goTo(lost(state, 'refused'));
    case 'garbage': {
      const garbage = Math.min(state.garbage + 1, garbageLimit);
      if (garbage < garbageLimit) return goTo({ ...state, garbage });
      return state.link === 'garbage' ? stay(state) : goTo({ ...lost(state, 'garbage'), garbage });
    }
  }
}

/** Whether a call goes on is not known of a channel that does not speak. */
function lost(state: ChannelState, link: ChannelState['link']): ChannelState {
  return { ...state, link, facts: { ...state.facts, call: 'idle' } };
}

/** What the facts amount to. @param weakestDbm weaker than this is no service */
export function conditionOf({ link, facts }: ChannelState, weakestDbm: number): ChannelCondition {
  return linkCondition(link) ?? simCondition(facts) ?? networkCondition(facts, weakestDbm) ?? service(facts);
}

function fail(fault: ChannelFault, reason: string): ChannelCondition {
  return { phase: 'failed', fault, reason };
}

function linkCondition(link: ChannelState['link']): ChannelCondition | undefined {
  switch (link) {
    case 'up':
      return undefined;
    case 'new':
      return { phase: 'waiting', reason: 'not heard of yet' };
    case 'lost':
      return fail('login-lost', 'the gateway is silent: check its power and its network');
    case 'refused':
      return fail('login-refused', 'the password of the gateway and the one set here differ');
    case 'garbage':
      return fail('garbage', 'the gateway sends what cannot be read: check its firmware and its settings');
  }
}

function simCondition({ enabled, sim }: ChannelFacts): ChannelCondition | undefined {
  if (!enabled) return { phase: 'disabled', reason: 'switched off on the gateway' };
  if (sim === 'missing') return fail('sim-missing', 'no SIM in the slot');
  if (sim === 'locked') return fail('sim-locked', 'the SIM is locked: enter its PIN or PUK');
  return undefined;
}

function networkCondition(
  { registration, signal, remaining }: ChannelFacts,
  weakestDbm: number,
): ChannelCondition | undefined {
  if (registration === 'denied') return fail('registration-denied', 'the network refuses this SIM');
  if (signal === 'none') return fail('no-signal', 'no network in reach: check the antenna');
  if (typeof signal === 'number' && signal < weakestDbm)
    return fail('no-signal', `${signal} dBm is too weak: check the antenna`);
  if (registration === 'searching') return { phase: 'searching', reason: 'searching for a network' };
  if (registration === 'unknown') return fail('not-registered', 'it is in no network');
  if (remaining !== undefined && remaining <= 0)
    return fail('limit-reached', 'the limit set on the gateway is used up');
  return undefined;
}

function service({ call, operator }: ChannelFacts): ChannelCondition {
  return call === 'busy'
    ? { phase: 'in-call', reason: 'in a call' }
    : { phase: 'in-service', reason: operator ?? 'registered' };
}
