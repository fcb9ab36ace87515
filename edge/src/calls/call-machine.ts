import { goTo as go, stay, type Segment, type Step } from '@branchline/shared';
import {
  waitsSince,
  type Call,
  type CallEffect,
  type CallInput,
  type Destination,
  type Phase,
} from './call.ts';
import {
  arrive,
  beginConsult,
  completeConsult,
  consultBegins,
  consultedAnswers,
  dismissed,
  endConsult,
  heldLong,
  joinAll,
  part,
  recall,
} from './hand-over.ts';
import { resumedRecording } from './recording-pauses.ts';
import { segment, withSegment } from './segments.ts';

type CallStep = Step<Call, CallEffect>;
const goTo = go<Call, CallEffect>;

/** Phases in which news of a bridge come too late, or are no news. */
const unbridgeable: ReadonlySet<Phase> = new Set(['talking', 'machine', 'parting', 'parked', 'flow']);

/** Points of a customer who was cut off. */
const cutOffPriority = 10;

const beforeAnswer: ReadonlySet<Phase> = new Set(['dialing', 'ringing', 'early']);

/** Whether the customer has answered and the call goes on. */
export function isAnswered(call: Call): boolean {
  return call.answeredAt !== undefined && call.phase !== 'ended';
}

/** The call state machine: what a call becomes by one input and what must be done about it. */
export function nextCall(call: Call, input: CallInput): CallStep {
  if (call.phase === 'ended') return stay(call);
  switch (input.type) {
    case 'ringing':
      return call.phase === 'dialing' ? goTo({ ...call, phase: 'ringing' }) : stay(call);
    case 'early':
      if (call.phase !== 'dialing' && call.phase !== 'ringing') return stay(call);
      return goTo(
        { ...call, phase: 'early', earlyAt: call.earlyAt ?? input.at },
        { do: 'listen', to: 'network' },
      );
    case 'heard':
      if (!beforeAnswer.has(call.phase) || input.judgement.confidence <= (call.heard?.confidence ?? 0))
        return stay(call);
      return goTo({ ...call, heard: input.judgement });
    case 'answered':
      if (!beforeAnswer.has(call.phase)) return stay(call);
      return goTo(
        {
          ...withSegment(call, 'ringing', call.startedAt, input.at),
          phase: 'answered',
          answeredAt: input.at,
        },
        ...listening(call),
      );
    case 'parked':
      return parked(call, input);
    case 'transfer':
      return transfer(call, input);
    case 'recall':
      return call.phase === 'parked' ? recall(call, input.at) : stay(call);
    case 'consult':
      return beginConsult(call, input);
    case 'consult-over':
      return endConsult(call);
    case 'three-way':
      return joinAll(call, input.at);
    case 'complete':
      return completeConsult(call, input.at);
    case 'agent':
      if (call.phase !== 'waiting' && call.phase !== 'parked')
        return goTo(call, { do: 'release-agent', agent: input.agent, how: 'unused' });
      return reach({
        ...call,
        agent: input.agent,
        ...(input.leg !== undefined && { agentLeg: input.leg }),
        ...(input.servedAs !== undefined && { servedAs: input.servedAs }),
      });
    case 'site':
      return call.phase === 'waiting'
        ? goTo({ ...call, phase: 'ringing-agent', site: input.to.site }, { do: 'ring-site', to: input.to })
        : stay(call);
    case 'agent-leg':
      if (input.leg === call.consult?.leg) return stay(call);
      if (call.phase === 'talking' && call.consult?.state === 'ringing')
        return consultedAnswers(call, input.leg, input.at);
      if (call.phase !== 'ringing-agent')
        return goTo(call, { do: 'hangup', leg: input.leg, cause: 'NORMAL_CLEARING' });
      return reach({ ...call, agentLeg: input.leg });
    case 'agent-failed':
      return call.phase === 'talking' && call.consult ? endConsult(call) : agentFailed(call, input.at);
    case 'bridged':
      return bridged(call, input);
    case 'unbridged':
      return stay(call);
    case 'held':
      return call.phase === 'talking' && !call.held && !call.consult
        ? goTo({ ...call, held: { since: input.at } }, ...agentHolds(call, true))
        : stay(call);
    case 'unheld':
      return call.held ? goTo(without(call, 'held'), ...agentHolds(call, false)) : stay(call);
    case 'held-long':
      return heldLong(call, input);
    case 'muted':
      if (input.on)
        return call.phase === 'talking' && !call.muted ? goTo({ ...call, muted: true }) : stay(call);
      return call.muted ? goTo(without(call, 'muted')) : stay(call);
    case 'noticed':
      return call.noticedAt === undefined ? goTo({ ...call, noticedAt: input.at }) : stay(call);
    case 'message-left':
      return goTo({ ...call, messageAt: input.at });
    case 'recording-paused':
      return input.on ? pauseRecording(call, input.at) : goTo(resumedRecording(call, input.at));
    case 'judged':
      return judged(call, input);
    case 'judge-over':
      return judgeOver(call, input.at);
    case 'beeped':
      return call.phase === 'machine' && call.machines?.message !== undefined
        ? goTo(call, { do: 'leave-message', message: call.machines.message }, { do: 'stop-listening' })
        : stay(call);
    case 'known':
      return call.known ? stay(call) : goTo({ ...call, known: input.leads });
    case 'flow-state':
      return call.phase === 'flow' ? goTo({ ...call, flowState: input.state }) : stay(call);
    case 'leave-flow':
      return leaveFlow(call, input);
    case 'ring-phones':
      return ringPhones(call, input);
    case 'queue':
      return intoQueue(call, input);
    case 'wait-over':
      return waitOver(call, input);
    case 'recorded':
      return goTo({ ...call, recordedMs: input.ms });
    case 'hungup':
      return hungup(call, input);
    case 'failed':
      // Once the leg has shown itself its own hang-up event is the better witness, and comes within moments.
      if (call.phase !== 'dialing') return stay(call);
      return closed(call, input.at, {
        end: { cause: input.cause, q850: 0, sipStatus: 0, disposition: '' },
        endedBy: 'network',
      });
    case 'end':
      if (input.by === 'agent' && call.phase === 'talking' && call.survey !== undefined && !call.consult)
        return part({ ...call, endedBy: 'agent' }, { to: 'flow', flow: call.survey }, input.at);
      return goTo(
        { ...call, endedBy: call.endedBy ?? input.by },
        { do: 'hangup', leg: call.leg, cause: 'NORMAL_CLEARING' },
      );
    case 'vanished':
      return closed(call, input.at, { evidence: 'lost', endedBy: 'unknown' });
  }
}

/** After the answer: to who it is, or no longer to the network. */
function listening({ machines, earlyAt }: Call): CallEffect[] {
  if (machines) return [{ do: 'listen', to: 'greeting' }];
  return earlyAt === undefined ? [] : [{ do: 'stop-listening' }];
}

/** FreeSWITCH has parked the customer. */
function parked(call: Call, { verdict, at }: Extract<CallInput, { type: 'parked' }>): CallStep {
  if (call.phase === 'answered') return taken(call);
  if (call.phase === 'parting') return arrive(call, at);
  if (call.phase === 'judging' && call.machines?.judge && verdict !== undefined)
    return modAmdSays(call, verdict, at);
  if (call.phase !== 'talking' || call.agentLeg === undefined) return stay(call);
  // A consultation that an edge before this one began is forgotten: back to the agent.
  return call.consult?.state === 'leaving'
    ? consultBegins(call, call.consult, at)
    : call.consult
      ? stay(call)
      : goTo(call, { do: 'bridge', agentLeg: call.agentLeg });
}

/** Out of a talk, or from the park, to whoever the customer is handed to. */
function transfer(call: Call, { next, at }: Extract<CallInput, { type: 'transfer' }>): CallStep {
  if (call.phase === 'talking') {
    if (!call.consult) return part(call, next, at);
    const alone = endConsult(call);
    const step = part(alone.state, next, at);
    return { state: step.state, effects: [...alone.effects, ...step.effects] };
  }
  return call.phase === 'parked' ? arrive({ ...call, next }, at) : stay(call);
}

/** The leg is parked and ours: FreeSWITCH's own timer off, recording on, and to the agent it was dialed for. */
function taken(call: Call): CallStep {
  const effects: CallEffect[] = [];
  // A guest is not answered yet.
  if (call.recordTo !== undefined && call.answeredAt !== undefined)
    effects.push({ do: 'record', file: call.recordTo });
  const step =
    call.machines?.how === 'hold'
      ? goTo(
          { ...call, phase: 'judging' },
          { do: 'await-judgement' },
          ...(call.machines.judge ? [{ do: 'ask-mod-amd' } as const] : []),
        )
      : towardsAgent(call);
  // In a flow FreeSWITCH's timer goes on, set anew with every step.
  if (step.state.phase !== 'flow') effects.unshift({ do: 'take-over' });
  // The bridge goes out first: the customer is listening.
  return { state: step.state, effects: [...step.effects, ...effects] };
}

/** Into its flow, to the agent it was dialed for, or to whoever is free. */
function towardsAgent(call: Call): CallStep {
  // Somebody outside: the call whose customer they are for brings them together.
  if (call.outsideOf !== undefined) return goTo({ ...call, phase: 'bridging' });
  if (call.flow !== undefined && call.flowLeftAt === undefined)
    return goTo({ ...call, phase: 'flow' }, { do: 'run-flow' });
  // Handed on by an edge before this one.
  if (call.partedAt !== undefined)
    return call.next ? arrive(call, call.partedAt) : recall(call, call.partedAt);
  return call.agent === undefined ? goTo({ ...call, phase: 'waiting' }, { do: 'find-agent' }) : reach(call);
}

/** Out of the flow, to an agent. A queue that is not named is the general one, or that of the campaign. */
function leaveFlow(
  call: Call,
  { queue, priority, at }: Extract<CallInput, { type: 'leave-flow' }>,
): CallStep {
  if (call.phase !== 'flow') return stay(call);
  return goTo(
    {
      ...without(withSegment(call, 'flow', flowSince(call) ?? at, at), 'partedAt'),
      phase: 'waiting',
      flowLeftAt: at,
      ...(queue !== undefined && { queue, queuedAt: at, inLineSince: at }),
      ...(priority !== undefined && { priority }),
    },
    { do: 'take-over' },
    { do: 'find-agent' },
  );
}

/** Out of the flow, to phones that FreeSWITCH rings by itself. */
function ringPhones(call: Call, { phones, at }: Extract<CallInput, { type: 'ring-phones' }>): CallStep {
  if (call.phase !== 'flow') return stay(call);
  return goTo(
    { ...withSegment(call, 'flow', flowSince(call) ?? at, at), phase: 'message' },
    { do: 'take-over' },
    phones.length > 0 ? { do: 'ring-phones', phones } : { do: 'fallback' },
  );
}

/** How sure mod_amd is taken to be of a machine; nothing tells it (docs/answer.md). */
const modAmdConfidence = 0.7;

/** mod_amd has listened. What it is not sure of, we may have heard. */
function modAmdSays(call: Call, verdict: string, at: number): CallStep {
  const who = verdict === 'MACHINE' ? 'machine' : verdict === 'HUMAN' ? 'person' : undefined;
  if (who !== undefined)
    return judged(unheard(call), { type: 'judged', who, confidence: modAmdConfidence, at });
  return call.aside ? judgeOver(call, at) : goTo(unheard(call));
}

/** The judgement may be waited for no longer. */
function judgeOver(call: Call, at: number): CallStep {
  if (call.phase !== 'judging') return stay(call);
  const { aside } = call;
  return aside ? judged(unheard(call), { type: 'judged', ...aside, at }) : towardsAgent(unheard(call));
}

/** From now on what we hear ourselves counts. */
function unheard(call: Call): Call {
  if (!call.machines) return call;
  const { judge: _judge, ...machines } = call.machines;
  return { ...without(call, 'aside'), machines };
}

/** A person is served, a machine is taken away from whoever has it. What comes too late changes nothing. */
function judged(call: Call, { who, confidence, at }: Extract<CallInput, { type: 'judged' }>): CallStep {
  if (call.phase === 'judging' && call.machines?.judge) return goTo({ ...call, aside: { who, confidence } });
  if (
    !call.machines ||
    call.answeredAt === undefined ||
    call.machine !== undefined ||
    call.phase === 'message'
  )
    return stay(call);
  if (who !== 'machine') {
    const heard: Call = { ...call, person: true };
    const step = call.phase === 'judging' ? towardsAgent(heard) : goTo(heard);
    return { state: step.state, effects: [...step.effects, { do: 'stop-listening' }] };
  }
  const {
    agent,
    agentLeg: _leg,
    ...alone
  } = call.bridgedAt === undefined
    ? withSegment(call, call.phase === 'flow' ? 'flow' : 'waiting', waitsSince(call) ?? at, at)
    : withSegment(call, 'agent', call.talkingSince ?? call.bridgedAt, at, call.agent);
  const release: CallEffect[] = agent === undefined ? [] : [{ do: 'release-agent', agent, how: 'unused' }];
  const away: CallEffect =
    call.machines.message === undefined
      ? { do: 'hangup', leg: call.leg, cause: 'NORMAL_CLEARING' }
      : { do: 'await-beep' };
  // In a flow FreeSWITCH's timer still runs.
  const over: CallEffect[] = call.phase === 'flow' ? [{ do: 'take-over' }] : [];
  return goTo(
    { ...alone, phase: 'machine', machine: confidence, endedBy: 'system' },
    ...over,
    away,
    ...release,
  );
}

/** Towards the agent: bridge to a leg that is there, or ring the phone. */
function reach(call: Call): CallStep {
  if (call.agentLeg !== undefined) {
    const answer: CallEffect[] =
      call.guestOf !== undefined && call.answeredAt === undefined ? [{ do: 'answer' }] : [];
    return goTo({ ...call, phase: 'bridging' }, ...answer, { do: 'bridge', agentLeg: call.agentLeg });
  }
  return goTo({ ...call, phase: 'ringing-agent' }, { do: 'ring-agent', agent: call.agent! });
}

/** Whether it is in its flow, or was as our process ended. */
function isLed({ phase, flow, flowLeftAt }: Call): boolean {
  return phase === 'flow' || (phase === 'answered' && flow !== undefined && flowLeftAt === undefined);
}

/** When it came into its flow. */
function flowSince({ partedAt, answeredAt }: Call): number | undefined {
  return partedAt ?? answeredAt;
}

/** The agent's phone was not taken, or its leg ended. */
function agentFailed(call: Call, at: number): CallStep {
  if (call.phase === 'talking' && call.consult) return completeConsult(call, at, true);
  if (call.phase === 'talking' && call.survey !== undefined)
    return part({ ...call, endedBy: 'agent' }, { to: 'flow', flow: call.survey }, at, { gone: true });
  const { agent, agentLeg: _leg, site, ...alone } = call;
  // A phone that was nobody's, or another site's agent.
  if (agent === undefined && call.phase === 'talking' && call.agentLeg !== undefined)
    return goTo(
      { ...call, endedBy: call.endedBy ?? 'agent' },
      { do: 'hangup', leg: call.leg, cause: 'NORMAL_CLEARING' },
    );
  if (site !== undefined) return goTo({ ...alone, phase: 'waiting' }, { do: 'find-agent' });
  if (agent === undefined) return stay(call);
  const release: CallEffect = { do: 'release-agent', agent, how: 'failed' };
  if (call.phase === 'ringing-agent' || call.phase === 'bridging') {
    if (call.partedAt === undefined)
      return goTo({ ...alone, phase: 'waiting' }, release, { do: 'find-agent' });
    const step = recall(alone, at);
    return { state: step.state, effects: [release, ...step.effects] };
  }
  if (call.phase === 'talking')
    return goTo(
      { ...call, endedBy: call.endedBy ?? 'agent' },
      { do: 'hangup', leg: call.leg, cause: 'NORMAL_CLEARING' },
    );
  // The agent is gone before the customer answered: do not let the phone ring for nobody.
  if (beforeAnswer.has(call.phase)) {
    return goTo({ ...alone, endedBy: 'system' }, release, {
      do: 'hangup',
      leg: call.leg,
      cause: 'ORIGINATOR_CANCEL',
    });
  }
  // Answered and not parked yet: it will look for somebody else.
  return call.phase === 'answered' ? goTo(alone, release) : stay(call);
}

function bridged(call: Call, { at, survey }: Extract<CallInput, { type: 'bridged' }>): CallStep {
  // An order that was under way when a machine was recognised: the next one undoes it.
  if (unbridgeable.has(call.phase)) return stay(call);
  if (call.phase === 'message') {
    // Somebody of the fallback group took it; a safe-harbour message is never bridged.
    return call.direction === 'inbound' && call.bridgedAt === undefined
      ? goTo({ ...call, bridgedAt: at })
      : stay(call);
  }
  const { backTo: _taken, ...waiting } = withSegment(call, waitKind(call), waitsSince(call) ?? at, at);
  const talking: Call = {
    ...waiting,
    phase: 'talking',
    answeredAt: call.answeredAt ?? at,
    bridgedAt: call.bridgedAt ?? at,
    talkingSince: at,
    ...(survey !== undefined && { survey }),
    // The talk is recorded where the agent is, who can pause it there.
    ...(call.site !== undefined && {
      sentTo: call.site,
      ...(call.recordTo !== undefined && { recordingPausedAt: at }),
    }),
  };
  const confirm: CallEffect[] = [
    ...(call.agent === undefined ? [] : [{ do: 'confirm-bridge', agent: call.agent } as const]),
    // FreeSWITCH's timer of who was parked.
    ...(call.partedAt === undefined ? [] : [{ do: 'take-over' } as const]),
    ...soundOfBridge(call),
    // The survey is for a customer who is still there when the agent hangs up.
    ...(survey === undefined && call.partedAt === undefined
      ? []
      : [{ do: 'keep-customer', on: survey !== undefined } as const]),
  ];
  return call.notice === undefined || call.noticedAt !== undefined
    ? goTo(talking, ...confirm)
    : goTo(talking, ...confirm, { do: 'say-notice', text: call.notice });
}

/** What a bridge means for recording and timers where two sites have a part in the call. */
function soundOfBridge({ answeredAt, guestOf, site, agentLeg, recordTo }: Call): CallEffect[] {
  const effects: CallEffect[] = [];
  if (site !== undefined && agentLeg !== undefined) effects.push({ do: 'take-over', leg: agentLeg });
  if (site !== undefined && recordTo !== undefined) effects.push({ do: 'mask', file: recordTo });
  if (guestOf !== undefined && answeredAt === undefined && recordTo !== undefined)
    effects.push({ do: 'record', file: recordTo });
  return effects;
}

/** Answered and with nobody yet: it waits there. Whoever has an agent, or leaves already, stays where they are. */
function intoQueue(call: Call, { queue, priority, at }: Extract<CallInput, { type: 'queue' }>): CallStep {
  if (call.phase !== 'answered' && call.phase !== 'waiting') return stay(call);
  const queued: Call = {
    ...call,
    queue,
    queuedAt: at,
    inLineSince: call.inLineSince ?? at,
    ...(priority !== undefined && { priority }),
    ...(call.queue !== undefined && { queuesBefore: [...(call.queuesBefore ?? []), call.queue] }),
  };
  return call.phase === 'answered' ? goTo(queued) : goTo(queued, { do: 'find-agent' });
}

function waitOver(
  call: Call,
  { at, instead = 'group' }: Extract<CallInput, { type: 'wait-over' }>,
): CallStep {
  if (call.phase !== 'waiting' && call.phase !== 'ringing-agent') return stay(call);
  // Who has talked already is no abandoned call: their queue says what becomes of them.
  const callee = call.direction === 'outbound' && call.bridgedAt === undefined;
  const release: CallEffect[] =
    call.agent === undefined ? [] : [{ do: 'release-agent', agent: call.agent, how: 'failed' }];
  const {
    agent: _agent,
    agentLeg: _leg,
    site: _site,
    ...alone
  } = withSegment(call, 'waiting', waitsSince(call) ?? at, at);
  if (instead === 'back')
    return goTo({ ...alone, phase: 'message', servedBy: instead, endedBy: 'system' }, ...release, {
      do: 'hangup',
      leg: call.leg,
      cause: 'NO_ANSWER',
    });
  if (!callee)
    return goTo({ ...alone, phase: 'message', servedBy: instead }, ...release, {
      do: doInstead[instead],
    });
  return goTo({ ...alone, phase: 'message', abandoned: true, endedBy: 'system' }, ...release, {
    do: 'safe-harbour',
  });
}

function hungup(call: Call, input: Extract<CallInput, { type: 'hungup' }>): CallStep {
  if (input.leg === call.leg) {
    const { disposition } = input.end;
    const byCustomer = disposition === 'recv_bye' || disposition === 'recv_cancel';
    const endedBy =
      call.endedBy ??
      (call.answeredAt === undefined && call.guestOf === undefined
        ? 'network'
        : byCustomer
          ? 'customer'
          : 'unknown');
    return closed(call, input.at, { end: input.end, endedBy });
  }
  if (input.leg === call.consult?.leg) return endConsult(call);
  if (input.leg !== call.agentLeg) return stay(call);
  const leg = {
    id: input.leg,
    role: 'agent' as const,
    startedAt: call.talkingSince ?? call.bridgedAt ?? input.at,
    endedAt: input.at,
    cause: input.end.cause,
    ...(input.end.quality && { quality: input.end.quality }),
  };
  const told = { ...call, legs: [...call.legs, leg] };
  if (call.phase === 'talking' && !call.consult && input.end.cause === 'MEDIA_TIMEOUT')
    return part(told, backInLine(call), input.at, { gone: true });
  // FreeSWITCH ended it because the customer's leg has: that one's own end says the rest.
  const follows = call.phase === 'talking' && !call.consult && input.end.disposition === 'send_bye';
  return follows && !call.held
    ? goTo(told, { do: 'hangup', leg: call.leg, cause: 'NORMAL_CLEARING' })
    : agentFailed(told, input.at);
}

/** Cut off in a talk: before others, who have not had their turn yet. */
function backInLine({ queue }: Call): Destination {
  return { to: 'queue', priority: cutOffPriority, ...(queue !== undefined && { queue }) };
}

function agentHolds({ agent }: Call, on: boolean): CallEffect[] {
  return agent === undefined ? [] : [{ do: 'agent-holds', agent, on }];
}

function without<K extends 'held' | 'muted' | 'partedAt' | 'aside'>(call: Call, key: K): Call {
  const { [key]: _gone, ...rest } = call;
  return rest as Call;
}

function pauseRecording(call: Call, at: number): CallStep {
  const can = call.phase === 'talking' && call.recordTo !== undefined && call.recordingPausedAt === undefined;
  return can ? goTo({ ...call, recordingPausedAt: at }) : stay(call);
}

function closed(still: Call, at: number, facts: Partial<Call>): CallStep {
  const call = resumedRecording(still, at);
  const end = facts.end ?? call.end;
  const last = lastSegment(call, at);
  const done: Call = {
    ...call,
    ...facts,
    phase: 'ended',
    endedAt: at,
    segments: last ? [...call.segments, last] : call.segments,
    legs: [
      ...call.legs,
      {
        id: call.leg,
        role: 'customer',
        startedAt: call.startedAt,
        endedAt: at,
        cause: end?.cause ?? 'UNKNOWN',
        ...(end?.quality && { quality: end.quality }),
      },
    ],
  };
  const { consult: _over, ...over } = done;
  const second = call.consult ? dismissed(call.consult) : [];
  if (call.agent === undefined) return goTo(over, { do: 'close' }, ...second);
  const how = call.phase === 'talking' ? 'talked' : 'unused';
  // Kept for a second person it does not end with the customer.
  const own: CallEffect[] =
    call.consult && call.agentLeg !== undefined ? [{ do: 'dismiss', leg: call.agentLeg }] : [];
  return goTo(over, { do: 'close' }, ...second, ...own, { do: 'release-agent', agent: call.agent, how });
}

function lastSegment(call: Call, at: number): Segment | undefined {
  if (call.phase === 'machine') return segment('message', call.segments.at(-1)?.to ?? at, at);
  if (call.phase === 'talking')
    return segment('agent', call.talkingSince ?? call.bridgedAt ?? at, at, call.agent);
  if (call.partedAt !== undefined && afterTalk.has(call.phase))
    return segment(waitKind(call), call.partedAt, at);
  if (call.phase === 'message') return segment(messageKind(call), call.segments.at(-1)?.to ?? at, at);
  if (isLed(call)) return segment('flow', flowSince(call) ?? at, at);
  if (call.answeredAt !== undefined) return segment('waiting', waitsSince(call) ?? at, at);
  return segment('ringing', call.startedAt, at);
}

/** Whether it waits in line, or for somebody who was meant. */
function waitKind({ partedAt, queuedAt }: Call): 'waiting' | 'parked' {
  return partedAt === undefined || (queuedAt ?? 0) >= partedAt ? 'waiting' : 'parked';
}

const afterTalk: ReadonlySet<Phase> = new Set(['parting', 'parked', 'ringing-agent', 'bridging']);

const doInstead = { group: 'fallback', voicemail: 'voicemail', 'call-back': 'say-call-back' } as const;

function messageKind({ direction, servedBy }: Call): Segment['kind'] {
  if (direction === 'outbound' || servedBy === 'call-back' || servedBy === 'back') return 'message';
  return servedBy === 'voicemail' ? 'voicemail' : 'fallback';
}
