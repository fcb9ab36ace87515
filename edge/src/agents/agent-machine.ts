import { goTo as go, hasRoom, stay, type AgentState, type Engagement, type Step } from '@branchline/shared';
import {
  callbackLimit,
  phoneLost,
  phoneNotReachable,
  voiceOf,
  type AgentEffect,
  type AgentInput,
  type AgentPresence,
} from './agent.ts';

type AgentStep = Step<AgentPresence, AgentEffect>;
const goTo = go<AgentPresence, AgentEffect>;

/** Why an agent who is ready is offered nothing. */
const ownCall = 'in a call of their own';

const inCall: ReadonlySet<AgentState> = new Set(['reserved', 'ringing', 'talking', 'held']);

/** Whether a call reaches the agent: a nailed-up one needs its leg, whatever the phone's registration says, any other the phone. */
export function isReachable({ leg, mode, phoneGone }: AgentPresence): boolean {
  return mode === 'ring' ? phoneGone !== true : leg !== undefined;
}

/** Whether the agent's phone is taken by a call of its own: a colleague's, say, or one of the fallback group. */
export function isEngaged({ mode, state, onPhone }: AgentPresence): boolean {
  return mode === 'ring' && onPhone === true && !inCall.has(state);
}

/** Whether the agent can take a call now. */
export function isAvailable(agent: AgentPresence): boolean {
  return (
    agent.state === 'ready' && isReachable(agent) && !isEngaged(agent) && hasRoom(agent.engagements, 'voice')
  );
}

/** Whether the agent has said to be here, even if on break or between calls. */
export function isLoggedIn(agent: AgentPresence): boolean {
  return agent.state !== 'offline';
}

/** Whether the agent has a customer, be it on hold. */
export function isTalking({ state }: AgentPresence): boolean {
  return state === 'talking' || state === 'held';
}

/** The agent state machine. An input that a state ignores gives back the same state. */
export function nextAgent(agent: AgentPresence, input: AgentInput): AgentStep {
  switch (input.type) {
    case 'login':
      return login(agent, input);
    case 'logout':
      return agent.state === 'offline' ? stay(agent) : logout(agent, input.at);
    case 'break':
      return takeBreak(agent, input);
    case 'ready':
      if (agent.state === 'wrap-up') return free(agent, input.at, 'ready again');
      return agent.state === 'break' ? back(agent, input.at) : clearBreak(agent);
    case 'wrap-up-done':
      return agent.state === 'wrap-up' ? free(agent, input.at, 'wrap-up over') : stay(agent);
    case 'preview':
      if (!isAvailable(agent)) return stay(agent);
      return goTo(
        engage(enter(agent, 'preview', input.at, 'looks at a person'), input.call, input.campaign),
        ...marked(agent, false),
        ...toned(agent, 'preview'),
      );
    case 'reserve':
      if (agent.state === 'preview')
        return goTo(
          withVoice(enter(agent, 'reserved', input.at, 'promised to a call'), { call: input.call }),
        );
      // A further try of the same attempt is another call for the same promise.
      if (agent.state === 'reserved') return goTo(withVoice(agent, { call: input.call }));
      if (!isAvailable(agent)) return stay(agent);
      return goTo(
        engage(enter(agent, 'reserved', input.at, 'promised to a call'), input.call, input.campaign),
        ...marked(agent, false),
      );
    case 'ring':
      return agent.state === 'reserved'
        ? goTo(enter(agent, 'ringing', input.at, 'phone rings'))
        : stay(agent);
    case 'talk':
      if (agent.state !== 'reserved' && agent.state !== 'ringing') return stay(agent);
      return goTo(
        { ...enter(agent, 'talking', input.at, 'in a call'), noAnswers: 0 },
        ...toned(agent, 'customer'),
      );
    case 'hold':
      return agent.state === 'talking'
        ? goTo(enter(agent, 'held', input.at, 'customer on hold'))
        : stay(agent);
    case 'unhold':
      return agent.state === 'held' ? goTo(enter(agent, 'talking', input.at, 'in a call')) : stay(agent);
    case 'release':
      return release(agent, input);
    case 'disposed':
      return voiceOf(agent)?.disposed === false
        ? goTo(withVoice(agent, { disposed: true }), ...toned(agent, 'ready'))
        : stay(agent);
    case 'phone':
      return phone(agent, input.there);
    case 'on-phone':
      return onPhone(agent, input.on);
    case 'phone-lost':
      return losePhone(agent, input);
    case 'leg-lost':
      return legLost(agent);
    case 'called-back': {
      if (agent.state === 'offline') return goTo(agent, { do: 'hangup-leg', leg: input.leg });
      const standing = { ...agent, leg: input.leg, callbacks: 0 };
      return goTo(standing, { do: 'mark-idle', leg: input.leg, idle: !isTalking(agent) });
    }
    case 'callback-failed':
      if (agent.leg !== undefined || agent.state === 'offline') return stay(agent);
      if (agent.callbacks < callbackLimit)
        return goTo({ ...agent, callbacks: agent.callbacks + 1 }, { do: 'call-back' });
      return restFromNow(agent, phoneNotReachable, input.at, { do: 'tell-phone-lost', how: 'not-reachable' });
  }
}

function enter(agent: AgentPresence, state: AgentState, at: number, reason: string): AgentPresence {
  return { ...agent, state, since: at, reason };
}

function engage(agent: AgentPresence, call: string, campaign: string | undefined): AgentPresence {
  const voice = {
    channel: 'voice',
    call,
    disposed: false,
    ...(campaign !== undefined && { campaign }),
  } as const;
  return { ...agent, engagements: [...forgetCall(agent).engagements, voice] };
}

function withVoice(agent: AgentPresence, change: Partial<Engagement>): AgentPresence {
  const engagements = agent.engagements.map((each) =>
    each.channel === 'voice' ? { ...each, ...change } : each,
  );
  return { ...agent, engagements };
}

function forgetCall(agent: AgentPresence): AgentPresence {
  return { ...agent, engagements: agent.engagements.filter(({ channel }) => channel !== 'voice') };
}

function marked(agent: AgentPresence, idle: boolean): AgentEffect[] {
  return agent.leg === undefined ? [] : [{ do: 'mark-idle', leg: agent.leg, idle }];
}

function toned(
  agent: AgentPresence,
  tone: 'ready' | 'preview' | 'customer' | 'break' | 'refused',
): AgentEffect[] {
  return agent.leg === undefined ? [] : [{ do: 'tone', leg: agent.leg, tone }];
}

function login(agent: AgentPresence, input: Extract<AgentInput, { type: 'login' }>): AgentStep {
  const old =
    agent.leg !== undefined && agent.leg !== input.leg ? [{ do: 'hangup-leg', leg: agent.leg } as const] : [];
  const { leg: _leg, ...rest } = agent;
  const here = { ...rest, callbacks: 0, ...(input.leg !== undefined && { leg: input.leg }) };
  // Logging in again from the phone gives the agent a fresh leg and keeps a call that is going on.
  if (inCall.has(agent.state)) return goTo(here, ...old, ...marked(here, false));
  const { breakAfter: _break, ...fresh } = forgetCall(here);
  const ready = enter(fresh, 'ready', input.at, 'logged in');
  return goTo(ready, ...old, ...marked(ready, true), ...toned(ready, 'ready'));
}

function logout(agent: AgentPresence, at: number): AgentStep {
  return isTalking(agent)
    ? goTo({ ...agent, breakAfter: 'logout' }, ...toned(agent, 'break'))
    : leave(agent, at);
}

function leave(agent: AgentPresence, at: number): AgentStep {
  const { leg, breakAfter: _break, ...rest } = forgetCall(agent);
  const hangup: AgentEffect[] = leg === undefined ? [] : [{ do: 'hangup-leg', leg }];
  return goTo(enter(rest, 'offline', at, 'logged out'), ...hangup);
}

function takeBreak(agent: AgentPresence, input: Extract<AgentInput, { type: 'break' }>): AgentStep {
  if (agent.state === 'offline') return stay(agent);
  // A promised call still comes; the break begins after it.
  if (inCall.has(agent.state)) return goTo({ ...agent, breakAfter: input.reason }, ...toned(agent, 'break'));
  return goTo(
    enter(forgetCall(agent), 'break', input.at, input.reason),
    ...toned(agent, 'break'),
    ...marked(agent, true),
  );
}

function back(agent: AgentPresence, at: number): AgentStep {
  const ready = enter(forgetCall(agent), 'ready', at, 'back from break');
  if (agent.mode === 'nailed' && agent.leg === undefined)
    return goTo({ ...ready, callbacks: 0 }, { do: 'call-back' });
  return goTo(ready, ...toned(ready, 'ready'), ...marked(ready, true));
}

function clearBreak(agent: AgentPresence): AgentStep {
  if (agent.breakAfter === undefined) return stay(agent);
  const { breakAfter: _break, ...rest } = agent;
  return goTo(rest, ...toned(agent, 'ready'));
}

/** After a call: the break that was asked for, or ready. */
function free(agent: AgentPresence, at: number, reason: string): AgentStep {
  const { breakAfter, ...done } = forgetCall(agent);
  if (breakAfter === 'logout') return leave(done, at);
  if (breakAfter !== undefined)
    return goTo(enter(done, 'break', at, breakAfter), ...toned(done, 'break'), ...marked(done, true));
  return goTo(enter(done, 'ready', at, reason), ...marked(done, true));
}

function release(agent: AgentPresence, input: Extract<AgentInput, { type: 'release' }>): AgentStep {
  if (!inCall.has(agent.state) && agent.state !== 'preview') return stay(agent);
  if (input.how === 'talked') {
    if (input.wrapUpMs === 0) return free(agent, input.at, 'call over');
    const until = input.at + input.wrapUpMs;
    return goTo(
      withVoice(enter(agent, 'wrap-up', input.at, 'call over'), { until }),
      { do: 'wrap-up-timer', until },
      ...marked(agent, true),
    );
  }
  // A phone that was not taken: its agent is not there, unless they are in a call of their own.
  if (input.how === 'failed' && agent.mode === 'ring' && agent.onPhone !== true) {
    const noAnswers = (agent.noAnswers ?? 0) + 1;
    if (noAnswers < (input.noAnswerLimit ?? 1))
      return free({ ...agent, noAnswers }, input.at, 'did not answer');
    return goTo(enter({ ...forgetCall(agent), noAnswers: 0 }, 'break', input.at, 'did not answer'));
  }
  return free(agent, input.at, input.how === 'unused' ? 'call not needed' : 'call failed');
}

function phone(agent: AgentPresence, there: boolean): AgentStep {
  if (there === (agent.phoneGone !== true)) return stay(agent);
  const { phoneGone: _gone, ...rest } = agent;
  return goTo(there ? rest : { ...rest, phoneGone: true });
}

function onPhone(agent: AgentPresence, on: boolean): AgentStep {
  if (on === (agent.onPhone === true)) return stay(agent);
  const { onPhone: _on, ...rest } = agent;
  const waits = agent.mode === 'ring' && agent.state === 'ready';
  if (on) return goTo({ ...rest, onPhone: true, ...(waits && { reason: ownCall }) });
  return goTo(agent.reason === ownCall ? { ...rest, reason: 'ready again' } : rest);
}

/** On break, as soon as there is neither a call nor the work after it. */
function restFromNow(agent: AgentPresence, why: string, at: number, ...effects: AgentEffect[]): AgentStep {
  if (inCall.has(agent.state) || agent.state === 'wrap-up') {
    const breakAfter = agent.breakAfter === 'logout' ? 'logout' : why;
    return goTo({ ...agent, breakAfter }, ...effects);
  }
  return goTo(enter(forgetCall(agent), 'break', at, why), ...effects);
}

/** A customer on the leg is not taken from it: what they hear, or do not, ends it by itself. */
function losePhone(agent: AgentPresence, input: Extract<AgentInput, { type: 'phone-lost' }>): AgentStep {
  if (agent.state === 'offline' || agent.reason === phoneLost || agent.breakAfter === phoneLost)
    return stay(agent);
  const told = { do: 'tell-phone-lost', how: input.how } as const;
  if (agent.leg === undefined || inCall.has(agent.state)) {
    // On a break of their own they stay.
    if (agent.state === 'break') return stay(agent);
    return restFromNow(agent, phoneLost, input.at, told);
  }
  const { leg, ...rest } = agent;
  const hungup = { do: 'hangup-leg', leg } as const;
  return agent.state === 'break'
    ? goTo(rest, hungup, told)
    : restFromNow(rest, phoneLost, input.at, hungup, told);
}

function legLost(agent: AgentPresence): AgentStep {
  if (agent.leg === undefined) return stay(agent);
  const { leg: _leg, ...rest } = agent;
  if (agent.state === 'offline') return goTo(rest);
  // On break the handset may rest, and a phone that rings for each call needs no leg.
  if (agent.state === 'break' || agent.mode === 'ring') return goTo(rest);
  // A dead phone is not called back.
  return agent.breakAfter === phoneLost ? goTo(rest) : goTo(rest, { do: 'call-back' });
}
