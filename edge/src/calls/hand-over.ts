import { goTo as go, stay, type Step } from '@branchline/shared';
import type { Call, CallEffect, CallInput, Consult, Destination } from './call.ts';
import { resumedRecording } from './recording-pauses.ts';
import { withSegment } from './segments.ts';

type CallStep = Step<Call, CallEffect>;
const goTo = go<Call, CallEffect>;

/** What FreeSWITCH has done already. */
interface Already {
  /** The agent's leg has ended. */
  readonly gone?: boolean;
  /** The customer is parked, or on the way there. */
  readonly parked?: boolean;
}

/** The customer leaves the agent: parked by FreeSWITCH first, then on to where they are sent. */
export function part(call: Call, next: Destination, at: number, { gone, parked }: Already = {}): CallStep {
  const {
    agent,
    agentLeg,
    held,
    muted,
    talkingSince,
    backTo: _before,
    site: _site,
    ...alone
  } = resumedRecording(call, at);
  const parted: Call = {
    ...withSegment(alone, 'agent', talkingSince ?? call.bridgedAt ?? at, at, agent),
    phase: 'parting',
    partedAt: at,
    next,
    ...(agent !== undefined && { lastAgent: agent, backTo: agent }),
  };
  const sound: CallEffect[] =
    agentLeg !== undefined && !gone && (held || muted) ? [{ do: 'restore-sound', leg: agentLeg }] : [];
  const unmask: CallEffect[] =
    call.recordingPausedAt === undefined || call.recordTo === undefined
      ? []
      : [{ do: 'unmask', file: call.recordTo }];
  const release: CallEffect[] = agent === undefined ? [] : [{ do: 'release-agent', agent, how: 'talked' }];
  return goTo(parted, ...sound, ...unmask, ...(gone || parked ? [] : [{ do: 'part' } as const]), ...release);
}

/** The customer is parked: on to whoever they are for. */
export function arrive(call: Call, at: number): CallStep {
  const { next, ...here } = call;
  switch (next?.to) {
    case 'leg':
      return takenOver(here, next);
    case 'agent':
      return goTo({ ...here, phase: 'parked' }, { do: 'music' }, { do: 'offer', agent: next.agent });
    case 'park':
      return goTo({ ...here, phase: 'parked' }, { do: 'music' }, { do: 'await-pick-up' });
    case 'phones':
      return goTo(
        { ...withSegment(here, 'parked', call.partedAt ?? at, at), phase: 'message', servedBy: 'group' },
        { do: 'take-over' },
        { do: 'ring-phones', phones: next.phones },
      );
    case 'outside':
      return goTo({ ...here, next, phase: 'parked' }, { do: 'music' });
    case 'flow': {
      const { flowState: _state, flowLeftAt: _left, ...anew } = here;
      return goTo({ ...anew, phase: 'flow', flow: next.flow }, { do: 'run-flow' });
    }
    case 'queue':
    case undefined:
      return intoLine(here, next?.queue, at, next?.priority);
  }
}

function intoLine(call: Call, queue: string | undefined, at: number, priority?: number): CallStep {
  return goTo(
    {
      ...call,
      phase: 'waiting',
      ...(queue !== undefined && { queue, queuedAt: at, inLineSince: at }),
      ...(priority !== undefined && { priority }),
    },
    { do: 'take-over' },
    { do: 'find-agent' },
  );
}

/** Nobody took the customer: back to who gave them away, then to whoever is free. */
export function recall(call: Call, at: number): CallStep {
  const { backTo, next: _nobody, ...rest } = call;
  if (backTo === undefined) return intoLine(rest, call.queue, at);
  return goTo({ ...rest, phase: 'parked' }, { do: 'music' }, { do: 'offer', agent: backTo });
}

/**
 * A customer has been on hold for long: the agent is reminded; then the phone rings again, or, where the agent stands on one long
 * call and is not there, the customer goes to whoever is free.
 */
export function heldLong(call: Call, { rings, at }: Extract<CallInput, { type: 'held-long' }>): CallStep {
  const { agent, held, queue } = call;
  if (call.phase !== 'talking' || !held) return stay(call);
  if (!held.reminded) return goTo({ ...call, held: { ...held, reminded: true } });
  if (agent === undefined || rings)
    return part(call, agent === undefined ? { to: 'queue' } : { to: 'agent', agent }, at);
  const { state, effects } = part(call, { to: 'queue', ...(queue !== undefined && { queue }) }, at);
  return goTo(state, { do: 'rest-agent', agent }, ...effects);
}

/** The customer goes on with the one who was asked. */
function takenOver(call: Call, { leg, agent }: { readonly leg: string; readonly agent?: string }): CallStep {
  const { next: _arrived, backTo: _nobody, ...here } = call;
  return goTo(
    { ...here, phase: 'bridging', agentLeg: leg, ...(agent !== undefined && { agent }) },
    { do: 'bridge', agentLeg: leg },
  );
}

/** A second person is asked for while the customer talks on. */
export function beginConsult(call: Call, input: Extract<CallInput, { type: 'consult' }>): CallStep {
  if (call.phase !== 'talking' || call.consult || call.held) return stay(call);
  const { with: other, at } = input;
  const consult: Consult = { ...other, state: 'ringing', since: at };
  // From now on neither leg ends with the other.
  return goTo({ ...call, consult }, { do: 'keep-legs', on: true }, { do: 'ring-consulted', ...other });
}

/** The second person is there: the customer is parked, so that the two can talk. */
export function consultedAnswers(call: Call, leg: string, at: number): CallStep {
  if (call.consult?.state !== 'ringing') return stay(call);
  return goTo({ ...call, consult: { ...call.consult, leg, state: 'leaving', since: at } }, { do: 'part' });
}

/** The customer is parked meanwhile. */
export function consultBegins(call: Call, consult: Consult, at: number): CallStep {
  return goTo(
    { ...call, consult: { ...consult, state: 'private', since: at } },
    { do: 'music' },
    { do: 'bridge-agent', to: consult.leg! },
    ...talks(consult),
  );
}

function talks({ agent }: Consult): CallEffect[] {
  return agent === undefined ? [] : [{ do: 'confirm-bridge', agent }];
}

/** All three hear each other. */
export function joinAll(call: Call, at: number): CallStep {
  const { consult } = call;
  if (consult?.state !== 'private') return stay(call);
  return goTo(
    { ...call, consult: { ...consult, state: 'all', since: at } },
    { do: 'take-over' },
    { do: 'bridge', agentLeg: call.agentLeg! },
    { do: 'join', leg: consult.leg! },
  );
}

/**
 * The agent goes, the customer stays with the second person; one whose phone still rings gets the customer when it is taken.
 * @param gone the agent's leg has ended
 */
export function completeConsult(call: Call, at: number, gone = false): CallStep {
  const { consult, ...rest } = call;
  if (!consult) return stay(call);
  const { agent, leg, extension, state } = consult;
  if (leg === undefined || state === 'ringing' || state === 'leaving') {
    const next: Destination = consult.outside
      ? { to: 'outside', number: extension }
      : agent === undefined
        ? { to: 'phones', phones: [extension] }
        : { to: 'agent', agent };
    const step = part(rest, next, at, { gone, parked: state === 'leaving' });
    return { state: step.state, effects: [...dismissed(consult), ...step.effects, ...letGo(call, gone)] };
  }
  const target = { leg, ...(agent !== undefined && { agent }) };
  const { state: parted, effects } = part(rest, { to: 'leg', ...target }, at, { gone, parked: true });
  // In a talk of three whose agent is gone FreeSWITCH is parking the customer still.
  if (gone && state === 'all') return { state: parted, effects };
  const on = takenOver(parted, target);
  return { state: on.state, effects: [...on.effects, ...effects, ...letGo(call, gone)] };
}

/** The agent's own phone is no longer needed. */
function letGo({ agentLeg }: Call, gone: boolean): CallEffect[] {
  return gone || agentLeg === undefined ? [] : [{ do: 'dismiss', leg: agentLeg }];
}

/** The second person goes, or never came; the customer is with the agent again. */
export function endConsult(call: Call): CallStep {
  const { consult, ...rest } = call;
  if (!consult) return stay(call);
  const again: CallEffect[] =
    consult.state === 'private' || consult.state === 'leaving'
      ? [{ do: 'take-over' }, { do: 'bridge', agentLeg: call.agentLeg! }]
      : [];
  return goTo(rest, ...again, ...dismissed(consult), { do: 'keep-legs', on: false });
}

/** Ends what a second person has to do with the call. */
export function dismissed({ agent, leg, state }: Consult): CallEffect[] {
  const how = state === 'private' || state === 'all' ? 'talked' : 'unused';
  return [
    leg === undefined ? { do: 'stop-ringing' } : { do: 'dismiss', leg },
    ...(agent === undefined ? [] : [{ do: 'release-agent', agent, how } as const]),
  ];
}
