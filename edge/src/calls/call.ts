import {
  guestLine,
  type CallRow,
  type FlowState,
  type Judgement,
  type KnownLead,
  type Leg,
  type Segment,
} from '@branchline/shared';
import type { Who } from '../answer/index.ts';
import type { LegEnd } from '../switch/index.ts';

/** Where a call stands. `early` and `answered` are different things: `+OK` to originate is not an answer. */
export type Phase =
  | 'dialing'
  | 'ringing'
  | 'early'
  /** Answered; FreeSWITCH has not parked the leg yet. */
  | 'answered'
  /** Ours, and nobody's yet: whether a person or a machine answered is listened for. */
  | 'judging'
  /** Ours, with prompts and keys. */
  | 'flow'
  /** Ours, waiting for an agent. */
  | 'waiting'
  /** The agent's phone is being rung. */
  | 'ringing-agent'
  /** Told to FreeSWITCH, not confirmed yet. */
  | 'bridging'
  | 'talking'
  /** Leaves its agent: FreeSWITCH has not parked the leg yet. */
  | 'parting'
  /** Parked after a talk: hears music until somebody takes it. */
  | 'parked'
  /** Hears a message by FreeSWITCH itself, then ends. */
  | 'message'
  /** A machine answered: a message is left on it, then it ends. */
  | 'machine'
  | 'ended';

/** What a campaign does with machines that answer. */
export interface MachinePolicy {
  readonly how: 'bridge-first' | 'hold';
  /** While it is held, FreeSWITCH's mod_amd says who it is; absent: what we hear ourselves does. */
  readonly judge?: 'mod-amd';
  /** Prompt to be left after the beep; absent: hang up. */
  readonly message?: string;
}

/** What an inbound caller gets who waits for an agent no longer. */
export type Instead =
  | 'group'
  | 'voicemail'
  | 'call-back'
  /** To the site whose caller it is: nobody here has taken it. */
  | 'back';

/** Where an idle agent of another site is reached: the address of that site's box, and what lets the call in there. */
export interface SiteAgent {
  readonly site: string;
  readonly address: string;
  readonly ticket: string;
}

/** Where a customer goes who leaves an agent. */
export type Destination =
  /** Absent queue: whoever is free. */
  | { readonly to: 'queue'; readonly queue?: string; readonly priority?: number }
  | { readonly to: 'agent'; readonly agent: string }
  /** A leg that is there already. */
  | { readonly to: 'leg'; readonly leg: string; readonly agent?: string }
  | { readonly to: 'phones'; readonly phones: readonly string[] }
  /** Somebody outside who is being called. */
  | { readonly to: 'outside'; readonly number: string }
  | { readonly to: 'park' }
  | { readonly to: 'flow'; readonly flow: string };

/** A customer hears music while the agent does something else. */
export interface Hold {
  readonly since: number;
  /** The agent was reminded. */
  readonly reminded?: true;
}

/** Who an agent asks for while the customer is on the line. */
export interface Consulted {
  /** Of their phone; the number of somebody outside. */
  readonly extension: string;
  /** Absent: a phone that is nobody's. */
  readonly agent?: string;
  /** Called over a line: a call of its own. */
  readonly outside?: true;
}

/**
 * A talk with a second person: their phone rings; the customer is being parked; agent and second person are alone; all three hear each other.
 */
export interface Consult extends Consulted {
  readonly state: 'ringing' | 'leaving' | 'private' | 'all';
  readonly since: number;
  readonly leg?: string;
}

/** Who ended a call. */
export type HangupBy = 'customer' | 'agent' | 'system' | 'network' | 'unknown';

/** A live call as plain data: what the ledger keeps and what a restarted edge goes on with. Times are business ms. */
export interface Call {
  /** Also the id of the try. */
  readonly id: string;
  /** FreeSWITCH's id of the customer's leg: the same for calls that we placed. */
  readonly leg: string;
  readonly conversation: string;
  readonly direction: 'outbound' | 'inbound';
  readonly phase: Phase;
  readonly customer: string;
  readonly callerId: string;
  readonly line: string;
  readonly campaign?: string;
  /** The campaign of the queue an agent took it from last: it serves the talk, and dialed nobody. */
  readonly servedAs?: string;
  readonly lead?: string;
  readonly attempt?: string;
  /** What the center knows about who calls; absent: nothing was heard of it. */
  readonly known?: readonly KnownLead[];
  /** Path of the recording, when the policy wants one. */
  readonly recordTo?: string;
  readonly recordedMs?: number;
  /** What the callee hears first about the recording. */
  readonly notice?: string;
  /** When they heard it. */
  readonly noticedAt?: number;
  /** When the caller's message was over. */
  readonly messageAt?: number;
  /** Since when what is said is silence in the recording. */
  readonly recordingPausedAt?: number;
  /** Spans of the recording that are silence. */
  readonly pauses?: readonly { readonly from: number; readonly to: number }[];
  /** The customer hears music. */
  readonly held?: Hold;
  /** The customer does not hear the agent. */
  readonly muted?: true;
  /** The queue it waits in, or waited in last. */
  readonly queue?: string;
  /** Points that go before others who wait, beside those of the queue. */
  readonly priority?: number;
  /** When it entered the queue. */
  readonly queuedAt?: number;
  /** When it entered the first one: its place in line moves with it. */
  readonly inLineSince?: number;
  /** Queues it was in before: it comes back to none of them. */
  readonly queuesBefore?: readonly string[];
  /** How an inbound caller was served who waited no longer. */
  readonly servedBy?: Instead;
  /** The call whose customer is handed to this callee. */
  readonly outsideOf?: string;
  /** The call in which this one was asked for: its callee is called back. */
  readonly promise?: string;
  /** The site whose caller this is: an agent here was asked for. */
  readonly guestOf?: string;
  /** The site whose agent is asked, or talks; that leg is the agent's. */
  readonly site?: string;
  /** The site whose agent it talked with last. */
  readonly sentTo?: string;
  readonly agent?: string;
  /** Nailed-up agents have their leg before the call does. */
  readonly agentLeg?: string;
  /** Since when it talks with this agent. */
  readonly talkingSince?: number;
  /** When it left an agent last, and who that was. */
  readonly partedAt?: number;
  readonly lastAgent?: string;
  /** Who gave it away, and gets it back when nobody takes it. */
  readonly backTo?: string;
  /** Where it goes once it is parked. */
  readonly next?: Destination;
  readonly consult?: Consult;
  /** Flow that asks the customer about the talk when the agent has ended it. */
  readonly survey?: string;
  /** Why it goes over its line. */
  readonly choice?: NonNullable<CallRow['choice']>;
  /** How long it may last from its answer, ms: what its line has left. */
  readonly maxMs?: number;
  /** Id of the flow that leads it before anybody is looked for. */
  readonly flow?: string;
  /** Where it stands, or stood, in the flow. */
  readonly flowState?: FlowState;
  /** When the flow led it to an agent. */
  readonly flowLeftAt?: number;
  readonly startedAt: number;
  readonly earlyAt?: number;
  readonly answeredAt?: number;
  readonly bridgedAt?: number;
  readonly endedAt?: number;
  /** Why it was ended by us, when it was. */
  readonly endedBy?: HangupBy;
  readonly abandoned?: true;
  /** Absent: nobody listens to who answered. */
  readonly machines?: MachinePolicy;
  /** What we heard ourselves while mod_amd was to say who answered: it counts when that says nothing in time. */
  readonly aside?: { readonly who: Who; readonly confidence: number };
  /** It was heard that no machine answered. */
  readonly person?: true;
  /** How sure it is that a machine answered, 0–1. */
  readonly machine?: number;
  /** What the network let hear before the answer. */
  readonly heard?: Judgement;
  readonly end?: LegEnd;
  readonly legs: readonly Leg[];
  readonly segments: readonly Segment[];
  readonly evidence: 'live' | 'spool' | 'lost';
}

export type CallInput =
  | {
      readonly type: 'ringing' | 'early' | 'answered' | 'unbridged';
      readonly at: number;
    }
  /** `verdict`: what mod_amd made of who answered. */
  | { readonly type: 'parked'; readonly verdict?: string; readonly at: number }
  /** `survey`: the flow that follows the talk. */
  | { readonly type: 'bridged'; readonly survey?: string; readonly at: number }
  /** The agent hands the customer on. */
  | { readonly type: 'transfer'; readonly next: Destination; readonly at: number }
  /** Nobody has taken the parked customer. */
  | { readonly type: 'recall'; readonly at: number }
  /** The agent asks for a second person. */
  | { readonly type: 'consult'; readonly with: Consulted; readonly at: number }
  /** The second person did not come, or goes again; all three talk; the agent leaves the two. */
  | { readonly type: 'consult-over' | 'three-way' | 'complete'; readonly at: number }
  /** One of the two is on hold, or no longer. */
  | { readonly type: 'held' | 'unheld'; readonly at: number }
  /** The customer has been on hold for as long as that may last without a word to the agent. */
  | {
      readonly type: 'held-long';
      /** The agent's phone rings for each call: it can ring again for this one. */
      readonly rings: boolean;
      readonly at: number;
    }
  /** The notice of the recording was played in a flow. */
  | { readonly type: 'noticed'; readonly at: number }
  /** The caller has left a message, and it is told. */
  | { readonly type: 'message-left'; readonly at: number }
  | { readonly type: 'muted' | 'recording-paused'; readonly on: boolean; readonly at: number }
  /** An agent was found; `leg` for nailed-up ones, `servedAs` where the queue has a campaign. */
  | {
      readonly type: 'agent';
      readonly agent: string;
      readonly leg?: string;
      readonly servedAs?: string;
      readonly at: number;
    }
  /** An agent of another site was found. */
  | { readonly type: 'site'; readonly to: SiteAgent; readonly at: number }
  /** The rung agent answered. */
  | { readonly type: 'agent-leg'; readonly leg: string; readonly at: number }
  | { readonly type: 'agent-failed'; readonly at: number }
  /** What was heard before the answer. */
  | { readonly type: 'heard'; readonly judgement: Judgement; readonly at: number }
  /** Who answered. */
  | { readonly type: 'judged'; readonly who: Who; readonly confidence: number; readonly at: number }
  /** The judgement may not be waited for any longer. */
  | { readonly type: 'judge-over'; readonly at: number }
  /** A machine records from now on. */
  | { readonly type: 'beeped'; readonly at: number }
  /** The center has said what it knows about who calls. */
  | { readonly type: 'known'; readonly leads: readonly KnownLead[]; readonly at: number }
  /** The flow went on. */
  | { readonly type: 'flow-state'; readonly state: FlowState; readonly at: number }
  /** The flow leads to an agent. */
  | { readonly type: 'leave-flow'; readonly queue?: string; readonly priority?: number; readonly at: number }
  /** The flow leads to phones of the branch; without any, to the fallback group. */
  | { readonly type: 'ring-phones'; readonly phones: readonly string[]; readonly at: number }
  /** Into a queue, from another or from none. */
  | { readonly type: 'queue'; readonly queue: string; readonly priority?: number; readonly at: number }
  /** Nobody came in time. `inbound`: who serves the caller instead (default the group). */
  | { readonly type: 'wait-over'; readonly instead?: Instead; readonly at: number }
  | { readonly type: 'recorded'; readonly ms: number; readonly at: number }
  | { readonly type: 'hungup'; readonly leg: string; readonly end: LegEnd; readonly at: number }
  /** The originate made no call. */
  | { readonly type: 'failed'; readonly cause: string; readonly at: number }
  /** Somebody wants it to end. */
  | { readonly type: 'end'; readonly by: 'agent' | 'system'; readonly at: number }
  /** The audit no longer finds its leg. */
  | { readonly type: 'vanished'; readonly at: number };

export type CallEffect =
  /** Cancel FreeSWITCH's own timers for a leg, the customer's unless another is named: it is ours now. */
  | { readonly do: 'take-over'; readonly leg?: string }
  /** A guest's leg rings until then. */
  | { readonly do: 'answer' }
  | { readonly do: 'record'; readonly file: string }
  | { readonly do: 'listen'; readonly to: 'network' | 'greeting' }
  | { readonly do: 'stop-listening' }
  /** The customer waits for the judgement, not longer than for an agent. */
  | { readonly do: 'await-judgement' }
  /** FreeSWITCH listens, then parks the leg with its verdict. */
  | { readonly do: 'ask-mod-amd' }
  /** Away from the agent, until the machine's beep. */
  | { readonly do: 'await-beep' }
  | { readonly do: 'leave-message'; readonly message: string }
  | { readonly do: 'run-flow' }
  | { readonly do: 'ring-phones'; readonly phones: readonly string[] }
  | { readonly do: 'find-agent' }
  | { readonly do: 'ring-agent'; readonly agent: string }
  | { readonly do: 'ring-site'; readonly to: SiteAgent }
  | { readonly do: 'bridge'; readonly agentLeg: string }
  | { readonly do: 'confirm-bridge'; readonly agent: string }
  /** An agent who is not there gets no other customer. */
  | { readonly do: 'rest-agent'; readonly agent: string }
  /** Both hear it: the agent waits for its end. */
  | { readonly do: 'say-notice'; readonly text: string }
  | { readonly do: 'agent-holds'; readonly agent: string; readonly on: boolean }
  /** Takes the customer off the bridge; FreeSWITCH parks them, with a timer of its own. */
  | { readonly do: 'part' }
  /** Music for a parked customer. */
  | { readonly do: 'music' }
  /** A parked customer is for this agent; who is not free gives them back. */
  | { readonly do: 'offer'; readonly agent: string }
  | { readonly do: 'await-pick-up' }
  /** The customer is not hung up when the agent's leg ends, and the agent's not when the customer is parked. */
  | { readonly do: 'keep-legs'; readonly on: boolean }
  /** The customer alone is not hung up when the agent's leg ends. */
  | { readonly do: 'keep-customer'; readonly on: boolean }
  | ({ readonly do: 'ring-consulted' } & Consulted)
  /** The agent talks with a second person. */
  | { readonly do: 'bridge-agent'; readonly to: string }
  /** A second person is heard by both, and hears both. */
  | { readonly do: 'join'; readonly leg: string }
  /** Phones that ring for this call ring no more. */
  | { readonly do: 'stop-ringing' }
  /** A nailed-up leg goes on by itself, another one ends. */
  | { readonly do: 'dismiss'; readonly leg: string }
  /** The recording goes on with silence, or with what is said. */
  | { readonly do: 'mask' | 'unmask'; readonly file: string }
  /** A leg is neither held nor muted any more. */
  | { readonly do: 'restore-sound'; readonly leg: string }
  | { readonly do: 'hangup'; readonly leg: string; readonly cause: string }
  /** A campaign's customer waits no longer: the message, then the end. */
  | { readonly do: 'safe-harbour' }
  /** An inbound caller waits no longer: the fallback group rings. */
  | { readonly do: 'fallback' }
  /** An inbound caller waits no longer: a message is taken. */
  | { readonly do: 'voicemail' }
  /** An inbound caller will be called back: told so, then the end. */
  | { readonly do: 'say-call-back' }
  /** `talked`: wrap-up begins; `unused`: straight back to ready; `failed`: the phone was not taken. */
  | { readonly do: 'release-agent'; readonly agent: string; readonly how: 'talked' | 'unused' | 'failed' }
  | { readonly do: 'close' };

/** The campaign whose outcomes, script and form a talk has: the one that dialed, or that of the queue. */
export function campaignOf({ campaign, servedAs }: Pick<Call, 'campaign' | 'servedAs'>): string | undefined {
  return campaign ?? servedAs;
}

/** When a call began to wait for an agent, as far as it did. */
export function waitsSince({
  partedAt,
  flowLeftAt,
  answeredAt,
}: Pick<Call, 'partedAt' | 'flowLeftAt' | 'answeredAt'>): number | undefined {
  return partedAt ?? flowLeftAt ?? answeredAt;
}

/** A new outbound call, before its originate. `agent` is the one it was dialed for. */
export function outboundCall(input: {
  id: string;
  conversation: string;
  customer: string;
  callerId: string;
  line: string;
  campaign: string;
  lead: string;
  attempt: string;
  at: number;
  maxMs?: number | undefined;
  choice?: Call['choice'];
  recordTo?: string | undefined;
  notice?: string | undefined;
  machines?: MachinePolicy | undefined;
  flow?: string | undefined;
  agent?: { id: string; leg?: string | undefined } | undefined;
}): Call {
  return {
    id: input.id,
    leg: input.id,
    conversation: input.conversation,
    direction: 'outbound',
    phase: 'dialing',
    customer: input.customer,
    callerId: input.callerId,
    line: input.line,
    campaign: input.campaign,
    lead: input.lead,
    attempt: input.attempt,
    ...(input.maxMs !== undefined && { maxMs: input.maxMs }),
    ...(input.choice && { choice: input.choice }),
    ...(input.recordTo !== undefined && { recordTo: input.recordTo }),
    ...(input.notice !== undefined && { notice: input.notice }),
    ...(input.machines && { machines: input.machines }),
    ...(input.flow !== undefined && { flow: input.flow }),
    ...(input.agent && { agent: input.agent.id }),
    ...(input.agent?.leg !== undefined && { agentLeg: input.agent.leg }),
    startedAt: input.at,
    legs: [],
    segments: [],
    evidence: 'live',
  };
}

/** A call that came in and was answered and parked by the dialplan. */
export function inboundCall(input: {
  id: string;
  leg: string;
  conversation: string;
  customer: string;
  did: string;
  line: string;
  at: number;
  recordTo: string | undefined;
  flow?: string | undefined;
}): Call {
  return {
    ...parkedCall(input),
    line: input.line,
    answeredAt: input.at,
    ...(input.flow !== undefined && { flow: input.flow }),
  };
}

/** A caller of another site for whom an agent here was asked: parked by the dialplan, answered when one takes it. */
export function guestCall(input: {
  id: string;
  leg: string;
  conversation: string;
  customer: string;
  did: string;
  at: number;
  recordTo: string | undefined;
  site: string;
  queue: string;
  /** Since when it is in line there. */
  since: number;
}): Call {
  const { at, queue, since, site } = input;
  return {
    ...parkedCall(input),
    line: guestLine,
    guestOf: site,
    queue,
    queuedAt: at,
    inLineSince: Math.min(since, at),
  };
}

function parkedCall(input: {
  id: string;
  leg: string;
  conversation: string;
  customer: string;
  did: string;
  at: number;
  recordTo: string | undefined;
}): Omit<Call, 'line'> {
  return {
    id: input.id,
    leg: input.leg,
    conversation: input.conversation,
    direction: 'inbound',
    phase: 'answered',
    customer: input.customer,
    callerId: input.did,
    ...(input.recordTo !== undefined && { recordTo: input.recordTo }),
    startedAt: input.at,
    legs: [],
    segments: [],
    evidence: 'live',
  };
}
