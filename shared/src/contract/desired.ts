import Type, { type Static } from 'typebox';
import { EdgeFlow, PromptRecording } from '../flow/flow.ts';
import { CodecPolicy } from './codecs.ts';
import { CampaignForm } from './form.ts';
import { GateSettings, Window } from './gate-settings.ts';
import { GsmPermission, Line, Route } from './lines.ts';
import { Overlay } from './overlay.ts';
import {
  CallbackFor,
  closed,
  Count,
  DialedDigits,
  Extension,
  Id,
  Instant,
  Label,
  Name,
  oneOf,
  SealedText,
  Sha256,
  Zone,
} from './primitives.ts';
import { Queue, Skill, Vips } from './queues.ts';

/** A phone on the desk that the box sets up by itself. */
export const DeskPhone = closed({
  vendor: oneOf(['yealink', 'grandstream', 'fanvil', 'generic']),
  /** Twelve hexadecimal digits, lower case, nothing between them. */
  mac: Type.String({ pattern: '^[0-9a-f]{12}$' }),
  /** Signalling by TLS and speech by SRTP, always; see `findPhoneProblem`. */
  secure: Type.Optional(Type.Boolean()),
});
export type DeskPhone = Static<typeof DeskPhone>;

/** What somebody speaks with: a phone on the desk, or the browser that shows their desk page. */
export const PhoneDevice = Type.Union([DeskPhone, closed({ vendor: Type.Literal('browser') })]);
export type PhoneDevice = Static<typeof PhoneDevice>;

/** A phone's account. `device` is absent for a desk phone that is set up by hand. */
export const Phone = closed({
  extension: Extension,
  label: Label,
  password: SealedText,
  device: Type.Optional(PhoneDevice),
});
export type Phone = Static<typeof Phone>;

/** What cannot work of the phones' devices: first problem found, with its place. */
export function findPhoneProblem(
  phones: readonly Pick<Phone, 'extension' | 'device'>[],
): { place: string; problem: string } | undefined {
  const unsure = phones.find(
    ({ device }) => device?.vendor === 'fanvil' && 'secure' in device && device.secure,
  );
  return (
    unsure && {
      place: `/phones/${unsure.extension}/device/secure`,
      problem:
        'how Fanvil phones are told to use SRTP is not known here: set it on the phone and leave this out',
    }
  );
}

/** A person who takes calls at this branch. */
export const Agent = closed({
  id: Name,
  name: Label,
  extension: Extension,
  /** `nailed`: one long call, customers are bridged to it with a beep; `ring`: the phone rings for each call. */
  mode: oneOf(['nailed', 'ring']),
  campaigns: Type.Array(Id, { maxItems: 100 }),
  inbound: Type.Boolean(),
  /** What the agent signs in with at the desk page; absent: the page is closed to them. */
  pin: Type.Optional(SealedText),
  /** Sees the whole branch on the desk page, listens to calls and takes them over. */
  supervisor: Type.Optional(Type.Boolean()),
  /** May hand customers to phone numbers outside. */
  outside: Type.Optional(Type.Boolean()),
  /** Sees customers' numbers with their middle hidden. */
  masked: Type.Optional(Type.Boolean()),
  /** Absent (stored before there were any): none, as below. */
  teams: Type.Optional(Type.Array(Name, { maxItems: 20 })),
  skills: Type.Optional(Type.Array(Skill, { maxItems: 50 })),
  /** Queues that the agent serves beside those of the teams. */
  queues: Type.Optional(Type.Array(Name, { maxItems: 50 })),
  /** When the agent is expected, in the site's local time. Nothing is refused outside it. */
  shift: Type.Optional(Window),
});
export type Agent = Static<typeof Agent>;

/** How far ahead a callback may be promised, seconds. */
export const longestCallbackSeconds = 90 * 86_400;

/** Why nobody can be promised a call at this time; undefined when they can. @param now business ms */
export function callbackTimeProblem(at: number, now: number): string | undefined {
  if (at < now) return 'the time to call again is over';
  const latest = now + longestCallbackSeconds * 1000;
  return at > latest ? 'the time to call again is more than 90 days ahead' : undefined;
}

/** What an agent can decide about a call; `key` is the digit on the phone. */
export const Disposition = closed({
  code: Name,
  label: Label,
  key: Type.String({ pattern: '^[0-9]$' }),
  /** The lead is finished: it is not dialed again. */
  final: Type.Boolean(),
  /** The person asked not to be called again. */
  optout: Type.Boolean(),
  /** Taken only when the required fields of the campaign's form are answered. */
  asksForm: Type.Optional(Type.Boolean()),
  /** Keyed on a phone it is a promise to call back so much later; a desk page may name another time. */
  callback: Type.Optional(
    closed({
      delaySeconds: Type.Integer({ minimum: 60, maximum: longestCallbackSeconds }),
      for: CallbackFor,
    }),
  ),
});
export type Disposition = Static<typeof Disposition>;

export const CampaignStatus = oneOf(['draft', 'running', 'paused', 'stopped']);
export type CampaignStatus = Static<typeof CampaignStatus>;

/**
 * How a campaign dials. `manual`: an agent asks for each person; `preview`: a person is shown, then dialed; `progressive`: one
 * call for each ready agent; `power`: a fixed number of calls for each; `predictive`: as many as the pacer dares; `broadcast`: a flow
 * is played to whoever answers, and an agent is looked for only when the flow leads to one.
 */
export const DialMode = oneOf(['manual', 'preview', 'progressive', 'power', 'predictive', 'broadcast']);
export type DialMode = Static<typeof DialMode>;

/**
 * What a campaign does with machines that answer. `bridge-first`: an agent gets the call at once and is freed when a machine is recognised;
 * `hold`: an agent gets it when a person is recognised, or `maxWaitMs` are nearly over; `hold-mod-amd`: the same, and FreeSWITCH's own
 * `mod_amd` says who it is where the box has it; `off`: nobody listens.
 */
export const Machines = oneOf(['off', 'bridge-first', 'hold', 'hold-mod-amd']);
export type Machines = Static<typeof Machines>;

/** Modes in which calls go out before an agent is theirs, so that one who answers may find nobody. */
export const pacedModes: ReadonlySet<DialMode> = new Set(['power', 'predictive']);

/** A campaign as an edge needs it. */
export const EdgeCampaign = closed({
  id: Id,
  name: Label,
  status: CampaignStatus,
  mode: DialMode,
  /** Higher goes first where agents serve several campaigns. */
  priority: Type.Integer({ minimum: 0, maximum: 100 }),
  window: Window,
  attemptsCap: Type.Integer({ minimum: 1, maximum: 50 }),
  /** How long the callee's phone rings before we give up, seconds. */
  ringSeconds: Type.Integer({ minimum: 15, maximum: 120 }),
  /** Time for the agent after a call, seconds. */
  wrapUpSeconds: Type.Integer({ minimum: 0, maximum: 600 }),
  /** An answered customer who finds no agent within this time hears the safe-harbour message, ms. */
  maxWaitMs: Type.Integer({ minimum: 500, maximum: 60_000 }),
  /** Highest share of live answers that may find no agent, over each day at each branch: paced modes keep below it. */
  maxAbandonRate: Type.Number({ minimum: 0, maximum: 0.1 }),
  /** `power`: calls for each ready agent. */
  callsPerAgent: Type.Number({ minimum: 1, maximum: 5 }),
  /** `preview`: the person is dialed after so many seconds if the agent says nothing; 0: not before the agent says so. */
  previewSeconds: Type.Integer({ minimum: 0, maximum: 600 }),
  /** `broadcast`: the flow that whoever answers is led through. */
  flow: Type.Optional(Id),
  /** The flow that asks a customer about the talk when the agent has ended it. */
  survey: Type.Optional(Id),
  /** `broadcast`: most calls at once at each branch, and most that it starts a second. */
  broadcast: Type.Optional(
    closed({
      channels: Type.Integer({ minimum: 1, maximum: 500 }),
      callsPerSecond: Type.Number({ minimum: 0.1, maximum: 50 }),
    }),
  ),
  machines: Machines,
  /** Prompt that is left on a machine after its beep, by its name without `.wav`; absent: hung up at once. */
  machineMessage: Type.Optional(Name),
  callerId: Type.Optional(DialedDigits),
  record: Type.Boolean(),
  /** Absent (stored before there was one): `strictestGate`. */
  gate: Type.Optional(GateSettings),
  script: Type.String({ maxLength: 10_000 }),
  /** What agents answer beside the script; absent: nothing. */
  form: Type.Optional(CampaignForm),
  dispositions: Type.Array(Disposition, { minItems: 1, maxItems: 10 }),
});
export type EdgeCampaign = Static<typeof EdgeCampaign>;

/** A number that people call, and the flow that leads them. Other numbers go to whoever takes inbound calls. */
export const InboundNumber = closed({ number: DialedDigits, flow: Id });
export type InboundNumber = Static<typeof InboundNumber>;

/** A file delivered over HTTPS and verified by its hash. */
export const Artifact = closed({
  /** The do-not-call list, and what changed since it was made; the articles that agents look things up in. */
  name: oneOf(['dnc', 'dnc-changes', 'knowledge']),
  version: Count,
  sha256: Sha256,
  bytes: Count,
  url: Type.String({ maxLength: 500, pattern: '^/edge/v1/artifacts/' }),
});
export type Artifact = Static<typeof Artifact>;

/** The whole wish of the controller for one edge. The edge converges to it or keeps the last good one and says why. */
export const Desired = closed({
  version: Type.Integer({ minimum: 1 }),
  edge: Name,
  site: closed({
    id: Name,
    name: Label,
    zone: Zone,
    region: Type.String({ pattern: '^[A-Z]{2}$' }),
    /** Absent: GSM lines are off here. */
    gsm: Type.Optional(GsmPermission),
  }),
  /** SIP domain of the desk phones. */
  domain: Type.String({ pattern: '^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$' }),
  lines: Type.Array(Line, { maxItems: 100 }),
  routes: Type.Array(Route, { maxItems: 500 }),
  phones: Type.Array(Phone, { maxItems: 500 }),
  agents: Type.Array(Agent, { maxItems: 500 }),
  campaigns: Type.Array(EdgeCampaign, { maxItems: 100 }),
  /** Absent (stored before there were any): `inboundQueue` alone. One of that name takes its place. */
  queues: Type.Optional(Type.Array(Queue, { maxItems: 100 })),
  /** Absent: no calls go to other sites or come from them. */
  overlay: Type.Optional(Overlay),
  /** Absent: nobody. */
  vips: Type.Optional(Vips),
  /** Absent: `defaultCodecs`. */
  codecs: Type.Optional(CodecPolicy),
  /** Absent (stored before there were any): none. */
  flows: Type.Optional(Type.Array(EdgeFlow, { maxItems: 50 })),
  inboundNumbers: Type.Optional(Type.Array(InboundNumber, { maxItems: 500 })),
  /** Recordings of the prompts that are played here; absent: none. */
  recordings: Type.Optional(Type.Array(PromptRecording, { maxItems: 200 })),
  /** Numbers that always get out (promise C12). */
  emergencyNumbers: Type.Array(Type.String({ pattern: '^\\d{2,6}$' }), { minItems: 1, maxItems: 20 }),
  /** Phones that ring for inbound calls when nobody steers. */
  fallbackGroup: Type.Array(Extension, { maxItems: 50 }),
  /** When changes that end calls may be made although somebody talks, in the site's local time; absent: never. */
  maintenance: Type.Optional(Window),
  artifacts: Type.Array(Artifact, { maxItems: 20 }),
});
export type Desired = Static<typeof Desired>;

/** What the edge made of the desired document. */
export const Reported = closed({
  /** Version in force; 0 before the first. */
  version: Count,
  /** Version last tried. */
  tried: Count,
  at: Instant,
  status: oneOf(['applied', 'waiting-for-idle', 'rejected']),
  problem: Type.Optional(closed({ code: Label, message: Type.String({ maxLength: 1000 }) })),
  artifacts: Type.Array(closed({ name: Label, version: Count }), { maxItems: 20 }),
});
export type Reported = Static<typeof Reported>;
