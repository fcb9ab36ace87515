import Type, { type Static } from 'typebox';
import { Disposition } from '../contract/desired.ts';
import { Article } from '../contract/knowledge.ts';
import { CampaignForm, FormAnswers } from '../contract/form.ts';
import {
  callbackWish,
  ClockTrust,
  closed,
  Count,
  Extension,
  Id,
  Instant,
  Label,
  Millis,
  Zone,
  Name,
  oneOf,
} from '../contract/primitives.ts';
import { MonitorMode, OutsideTarget, TransferTarget } from '../contract/commands.ts';
import { AgentState, ForcedState } from '../contract/records.ts';
import { Outcome } from '../contract/outcome.ts';

/** A site PIN: what an agent signs in with at the branch, with or without the center. */
export const AgentPin = Type.String({ pattern: '^\\d{4,8}$' });

/** Signing in at the desk page. */
export const DeskSignIn = closed({
  agent: Name,
  pin: AgentPin,
  /** Into the training, with customers who are simulated. */
  training: Type.Optional(Type.Literal(true)),
});
export type DeskSignIn = Static<typeof DeskSignIn>;

/** Who somebody can sign in as. */
export const DeskPeople = closed({
  site: Label,
  agents: Type.Array(closed({ id: Name, name: Label, extension: Label })),
});
export type DeskPeople = Static<typeof DeskPeople>;

/** What the agent's page needs to be their phone: SIP over a secure WebSocket of the box. */
export const DeskSoftphone = closed({
  extension: Label,
  domain: Label,
  /** Port of the WebSocket; its host is the page's own. */
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  /** Of extension, domain and password (RFC 2617, H(A1)): enough to register, and not the password itself. */
  ha1: Type.String({ pattern: '^[0-9a-f]{32}$' }),
});
export type DeskSoftphone = Static<typeof DeskSoftphone>;

/** What an agent wrote for whoever has the customer next. */
export const DeskNote = closed({ by: Label, text: Type.String() });
export type DeskNote = Static<typeof DeskNote>;

/** An earlier call of this branch with the same customer. */
export const DeskContact = closed({
  call: Id,
  at: Instant,
  direction: oneOf(['outbound', 'inbound']),
  outcome: Outcome,
  talkMs: Millis,
  agent: Type.Optional(Name),
  /** What came of it, in the words of its campaign. */
  disposition: Type.Optional(Label),
  /** The last one of each agent. */
  notes: Type.Optional(Type.Array(DeskNote)),
});
export type DeskContact = Static<typeof DeskContact>;

/** A person as an agent sees them. */
export const DeskCustomer = closed({
  /** As the agent may see it. */
  number: Type.String({ maxLength: 40 }),
  fields: Type.Record(Type.String(), Type.String()),
  /** Where the number belongs, where that is known. */
  operator: Type.Optional(Label),
  /** Zones that the owner of the number may live in, where that is known. */
  zones: Type.Optional(Type.Array(Zone)),
  /** Level of a caller who goes before others. */
  vip: Type.Optional(Count),
  /** Campaigns that have a caller on their lists, the one that called last first. */
  campaigns: Type.Optional(
    Type.Array(closed({ name: Label, attempts: Count, lastAttemptAt: Type.Optional(Instant) })),
  ),
});
export type DeskCustomer = Static<typeof DeskCustomer>;

/** What a campaign gives its agents. */
export const DeskCampaign = closed({
  id: Id,
  name: Label,
  /** The script with its variables filled in. */
  script: Type.String(),
  /** What is asked beside it. */
  form: CampaignForm,
  dispositions: Type.Array(Disposition),
});
export type DeskCampaign = Static<typeof DeskCampaign>;

/** What a simulated customer says. */
export const TrainingLine = oneOf([
  'hello',
  'question',
  'agree',
  'price',
  'wait',
  'back',
  'who',
  'think',
  'busy',
  'tomorrow',
  'angry',
  'never',
  'wrong',
]);
export type TrainingLine = Static<typeof TrainingLine>;

/** The call an agent is promised to, in, or has just ended. */
export const DeskCall = closed({
  id: Id,
  direction: oneOf(['outbound', 'inbound']),
  customer: DeskCustomer,
  campaign: Type.Optional(DeskCampaign),
  /** When the customer answered, or came in. */
  answeredAt: Type.Optional(Instant),
  /** When the two first heard each other. */
  bridgedAt: Type.Optional(Instant),
  /** Whether it is still up. */
  up: Type.Boolean(),
  held: Type.Boolean(),
  /** On hold for so long that the agent was reminded. */
  reminded: Type.Boolean(),
  muted: Type.Boolean(),
  /** `paused`: what is said now is silence in the recording. */
  recording: oneOf(['none', 'on', 'paused']),
  /** A second person who was asked for; `mine`: I am the second person. */
  consult: Type.Optional(
    closed({
      name: Label,
      extension: Label,
      state: oneOf(['ringing', 'leaving', 'private', 'all']),
      since: Instant,
      mine: Type.Boolean(),
    }),
  ),
  /** What the agent has said came of it. */
  disposition: Type.Optional(Name),
  /** When they are called again. */
  callbackAt: Type.Optional(Instant),
  note: Type.Optional(Type.String()),
  /** What colleagues have written who had it before. */
  notes: Type.Optional(Type.Array(DeskNote)),
  /** What is stored of the form. */
  answers: Type.Optional(FormAnswers),
  /** In the training: what the customer has said so far. */
  says: Type.Optional(Type.Array(TrainingLine)),
});
export type DeskCall = Static<typeof DeskCall>;

/** A person shown before the call. */
export const DeskPreview = closed({
  customer: DeskCustomer,
  campaign: DeskCampaign,
  /** When they are dialed by itself. */
  until: Type.Optional(Instant),
});
export type DeskPreview = Static<typeof DeskPreview>;

/** An agent's own day. */
export const DeskDay = closed({
  calls: Count,
  talkMs: Millis,
  wrapUpMs: Millis,
  readyMs: Millis,
  breakMs: Millis,
});
export type DeskDay = Static<typeof DeskDay>;

/** A customer who is parked, or waits. */
export const DeskWaiting = closed({
  call: Id,
  /** As the agent may see it. */
  number: Type.String({ maxLength: 40 }),
  since: Instant,
  /** Who parked them. */
  by: Type.Optional(Label),
  /** Level of a caller who goes before others. */
  vip: Type.Optional(Count),
});
export type DeskWaiting = Static<typeof DeskWaiting>;

/** Of those who waited on a day: served, of them within the promised time, and gone before. */
const QueueCounts = closed({ connected: Count, inTime: Count, abandoned: Count });

/** The whole branch, for its supervisors. */
export const DeskBoard = closed({
  agents: Type.Array(
    closed({
      id: Name,
      name: Label,
      extension: Label,
      state: AgentState,
      since: Instant,
      reason: Label,
      /** No call reaches them. */
      phoneLost: Type.Optional(Type.Literal(true)),
      /** The call they are in. */
      call: Type.Optional(
        closed({ id: Id, number: Type.String({ maxLength: 40 }), talking: Type.Boolean() }),
      ),
      /** Who listens to it, by extension. */
      monitors: Type.Array(closed({ extension: Label, mode: MonitorMode, there: Type.Boolean() })),
      day: DeskDay,
    }),
  ),
  queues: Type.Array(
    closed({
      id: Name,
      name: Label,
      ready: Count,
      waiting: Type.Array(DeskWaiting),
      /** As far as the ledger of the box has it. */
      today: QueueCounts,
      yesterday: QueueCounts,
    }),
  ),
  calls: closed({ dialing: Count, ringing: Count, waiting: Count, talking: Count, inbound: Count }),
  /** The calls that are dialed or ring, the oldest first; not all of them where there are many. */
  outgoing: Type.Array(
    closed({
      call: Id,
      /** As the supervisor may see it. */
      number: Type.String({ maxLength: 40 }),
      since: Instant,
      ringing: Type.Boolean(),
      campaign: Type.Optional(Label),
      line: Name,
    }),
  ),
});
export type DeskBoard = Static<typeof DeskBoard>;

/** A message that a caller left, for those who serve the queue. */
export const DeskVoicemail = closed({
  /** The caller's call. */
  call: Id,
  /** As the agent may see it. */
  number: Type.String({ maxLength: 40 }),
  at: Instant,
  queue: Label,
  ms: Millis,
  /** Somebody has heard it. */
  heard: Type.Boolean(),
  /** Who sees to it. */
  takenBy: Type.Optional(Label),
  /** Who said that nothing is left to do. */
  doneBy: Type.Optional(Label),
  /** Level of a caller who goes before others. */
  vip: Type.Optional(Count),
});
export type DeskVoicemail = Static<typeof DeskVoicemail>;

/** A call that the agent has promised to make. */
export const DeskCallback = closed({
  /** In which it was promised; absent: not at this box, where it cannot be changed then. */
  call: Type.Optional(Id),
  /** As the agent may see it. */
  number: Type.String({ maxLength: 40 }),
  campaign: Type.Optional(Label),
  at: Instant,
  overdue: Type.Boolean(),
});
export type DeskCallback = Static<typeof DeskCallback>;

/** What a supervisor writes to agents. */
export const DeskMessage = closed({
  id: Id,
  at: Instant,
  from: Label,
  text: Type.String({ minLength: 1, maxLength: 500 }),
});
export type DeskMessage = Static<typeof DeskMessage>;

/** All that one agent's desk page shows; sent whole whenever it has changed. Times are business time. */
export const DeskView = closed({
  /** Customers are simulated, and nothing of it is kept. */
  training: Type.Optional(Type.Literal(true)),
  at: Instant,
  /** Business ms per real ms (1 outside simulations). */
  speed: Type.Number(),
  site: Label,
  agent: closed({
    id: Name,
    name: Label,
    extension: Label,
    mode: oneOf(['nailed', 'ring']),
    state: AgentState,
    since: Instant,
    reason: Label,
    /** A break asked for during a call. */
    breakAfter: Type.Optional(Label),
    /** End of the work after a call. */
    wrapUpUntil: Type.Optional(Instant),
    /** No call reaches them: a nailed-up agent's phone has no line to us, any other has not registered. */
    phoneLost: Type.Boolean(),
    /** What the agent speaks with: the page itself, or a phone beside it. */
    phone: oneOf(['browser', 'desk']),
    /** May hand customers to phone numbers outside. */
    outside: Type.Boolean(),
  }),
  call: Type.Optional(DeskCall),
  preview: Type.Optional(DeskPreview),
  /** Earlier calls with the customer shown, latest first. */
  contacts: Type.Array(DeskContact),
  day: DeskDay,
  /** Colleagues a call can be given to. */
  colleagues: Type.Array(closed({ extension: Label, name: Label, state: AgentState })),
  /** Queues a call can be given to. */
  queues: Type.Array(closed({ id: Name, name: Label })),
  /** Customers who are parked: anybody may take them. */
  parked: Type.Array(DeskWaiting),
  /** Messages of callers in the queues that the agent serves, of all queues for supervisors: those to be seen to first, then the newest. */
  voicemails: Type.Array(DeskVoicemail),
  /** Calls that the agent has promised to make, as far as this box knows, those to be made first at the head. */
  callbacks: Type.Array(DeskCallback),
  /** What supervisors have written and the agent has not put away, oldest first. */
  messages: Type.Array(DeskMessage),
  /** For supervisors. */
  board: Type.Optional(DeskBoard),
  /** Articles that can be looked up. */
  knowledge: Count,
  /** Whether there are people to ask for (manual and preview campaigns). */
  mayAsk: Type.Boolean(),
  center: oneOf(['linked', 'away']),
  switch: oneOf(['up', 'down']),
  clock: ClockTrust,
});
export type DeskView = Static<typeof DeskView>;

/** Articles that answer a question, best first. */
export const DeskHits = closed({
  items: Type.Array(closed({ id: Id, title: Label, excerpt: Type.String() })),
});
export type DeskHits = Static<typeof DeskHits>;

/** An article as agents read it. */
export const DeskArticle = Type.Pick(Article, ['id', 'title', 'text', 'language']);
export type DeskArticle = Static<typeof DeskArticle>;

/** Why an agent takes a break: the digit of `*13<n>` says the same on the phone. */
export const breakReasons = ['rest', 'lunch', 'meeting', 'training', 'paperwork', 'break'] as const;

/** What an agent does on the desk page. */
export const DeskAct = Type.Union([
  closed({ act: oneOf(['login', 'logout', 'ready', 'next', 'dial', 'pass']) }),
  closed({ act: Type.Literal('break'), reason: oneOf(breakReasons) }),
  /** About the present call; `call` keeps a late key from hitting the next one. */
  closed({
    act: oneOf([
      'hangup',
      'hold',
      'resume',
      'mute',
      'unmute',
      'pause-recording',
      'resume-recording',
      'do-not-call',
      'park',
      /** The second person: away again, all three together, the customer is theirs. */
      'consult-over',
      'three-way',
      'complete',
    ]),
    call: Id,
  }),
  /** To the other party, as their menu asks for them. */
  closed({ act: Type.Literal('digits'), call: Id, digits: Type.String({ pattern: '^[0-9*#]{1,32}$' }) }),
  closed({ act: Type.Literal('transfer'), call: Id, to: Type.Union([TransferTarget, OutsideTarget]) }),
  closed({ act: Type.Literal('consult'), call: Id, extension: Extension }),
  closed({ act: Type.Literal('consult'), call: Id, ...OutsideTarget.properties }),
  /** Takes a customer who is parked. */
  closed({ act: Type.Literal('pick-up'), call: Id }),
  /** About a message that a caller left: `call` is theirs. */
  closed({
    act: oneOf(['voicemail-take', 'voicemail-call', 'voicemail-done', 'voicemail-reopen']),
    call: Id,
  }),
  /** About a call that the agent has promised to make: `call` is the one in which they did. */
  closed({ act: Type.Literal('callback-move'), call: Id, at: Instant }),
  closed({ act: Type.Literal('callback-drop'), call: Id }),
  /** Supervisors: about anybody's call. `take-over`: it is mine now. */
  closed({ act: Type.Literal('monitor'), call: Id, mode: MonitorMode }),
  closed({ act: Type.Literal('take-over'), call: Id }),
  closed({ act: Type.Literal('end'), call: Id }),
  closed({ act: Type.Literal('move'), call: Id, queue: Name }),
  /** To one agent, or to all who are logged in. */
  closed({
    act: Type.Literal('write'),
    to: Type.Optional(Name),
    text: Type.String({ minLength: 1, maxLength: 500 }),
  }),
  /** Puts a message away. */
  closed({ act: Type.Literal('seen'), message: Id }),
  closed({ act: Type.Literal('force'), agent: Name, state: ForcedState }),
  /** With the answers of the form as they stand then. */
  closed({
    act: Type.Literal('dispose'),
    call: Id,
    code: Name,
    ...callbackWish,
    answers: Type.Optional(FormAnswers),
  }),
  closed({ act: Type.Literal('answer'), call: Id, answers: FormAnswers }),
  closed({ act: Type.Literal('note'), call: Id, text: Type.String({ maxLength: 2000 }) }),
]);
export type DeskAct = Static<typeof DeskAct>;
