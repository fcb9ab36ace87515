import Type, { type Static, type TSchema } from 'typebox';
import {
  callbackWish,
  closed,
  Count,
  DialedDigits,
  E164Number,
  Extension,
  Id,
  Instant,
  Label,
  Name,
  oneOf,
} from './primitives.ts';
import { SiteAddress } from './overlay.ts';

/** Who a customer is handed to: whoever a queue finds, one agent, or a phone of the branch. */
export const TransferTarget = Type.Union([
  closed({ queue: Name }),
  closed({ agent: Name }),
  closed({ phone: Extension }),
]);
export type TransferTarget = Static<typeof TransferTarget>;

/** Somebody outside to whom a customer is handed, by the number as it is dialed. */
export const OutsideTarget = closed({ number: DialedDigits });
export type OutsideTarget = Static<typeof OutsideTarget>;

/** What a supervisor hears and says: nothing, to the agent alone, to both. `stop`: away again. */
export const MonitorMode = oneOf(['listen', 'whisper', 'barge', 'stop']);
export type MonitorMode = Static<typeof MonitorMode>;

/** Verbs and their arguments. There is no verb that passes text through to the switch or the shell. */
export const commandArgs = {
  /** Send a full live snapshot with the next live message. */
  'live-snapshot': closed({}),
  /** Log an agent out. */
  'agent-logout': closed({ agent: Name }),
  /** Put an agent on break, or back to ready. */
  'agent-break': closed({ agent: Name, reason: Label }),
  'agent-ready': closed({ agent: Name }),
  /** End one call. */
  'call-hangup': closed({ call: Id }),
  /** Hand a customer who waits or talks to somebody else; an agent who is named takes the call over. */
  'call-transfer': closed({ call: Id, to: TransferTarget }),
  /** Ring a phone of the branch and let it listen to a call, or change what it does there. */
  'call-monitor': closed({ call: Id, extension: Extension, mode: MonitorMode }),
  /** Record the disposition of a call on behalf of an agent. */
  'call-disposition': closed({ call: Id, agent: Name, code: Name, ...callbackWish }),
  /** No new calls; present ones go on. */
  drain: closed({}),
  resume: closed({}),
  /** No new calls on one line; present ones go on. */
  'line-drain': closed({ line: Name }),
  'line-resume': closed({ line: Name }),
  /** End the quarantine of a line; its counters stay. */
  'line-release': closed({ line: Name }),
  /** Restart the modem, the gateway's channel or the span of a line. */
  'line-reset': closed({ line: Name }),
} as const;
export type CommandVerb = keyof typeof commandArgs;
export type CommandArgs<V extends CommandVerb> = Static<(typeof commandArgs)[V]>;

const command = <const V extends string, A extends TSchema>(verb: V, args: A) =>
  closed({
    id: Id,
    verb: Type.Literal(verb),
    args,
    /** Who gave it. */
    by: Type.Optional(Label),
    /** Not to be executed after this instant… */
    expiresAt: Instant,
    /** …nor later than this many ms after it was received, whatever the clocks say. */
    ttlMs: Type.Integer({ minimum: 1, maximum: 86_400_000 }),
  });

/** An order to do something once. A repeated id is answered from the journal and not executed. */
export const Command = Type.Union([
  command('live-snapshot', commandArgs['live-snapshot']),
  command('agent-logout', commandArgs['agent-logout']),
  command('agent-break', commandArgs['agent-break']),
  command('agent-ready', commandArgs['agent-ready']),
  command('call-hangup', commandArgs['call-hangup']),
  command('call-transfer', commandArgs['call-transfer']),
  command('call-monitor', commandArgs['call-monitor']),
  command('call-disposition', commandArgs['call-disposition']),
  command('drain', commandArgs.drain),
  command('resume', commandArgs.resume),
  command('line-drain', commandArgs['line-drain']),
  command('line-resume', commandArgs['line-resume']),
  command('line-release', commandArgs['line-release']),
  command('line-reset', commandArgs['line-reset']),
]);
export type Command = Static<typeof Command>;

export const CommandResult = closed({
  id: Id,
  at: Instant,
  status: oneOf(['done', 'failed', 'expired']),
  error: Type.Optional(closed({ code: Label, message: Type.String({ maxLength: 1000 }) })),
});
export type CommandResult = Static<typeof CommandResult>;

/** What lets one call of another site in, once: 128 random bits that only the two boxes are told. */
const Ticket = Type.String({ pattern: '^[0-9a-f]{32}$' });

/** A caller of another site will come, with this ticket and from this address, or not at all. */
export const Guest = closed({
  ticket: Ticket,
  /** Whose caller it is. */
  site: Name,
  address: SiteAddress,
  queue: Name,
  conversation: Id,
  /** The number that was called there. */
  callerId: Type.String({ maxLength: 32 }),
  /** Since when the caller is in line. */
  since: Instant,
  /** Real ms after which the ticket is worthless. */
  ttlMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
});
export type Guest = Static<typeof Guest>;

/** A question from the branch, worthless after its deadline. */
export const Ask = closed({
  id: Id,
  /** ms the asker will wait. */
  deadlineMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
  question: Type.Union([
    /** May this number be called now, as far as the center knows? */
    closed({ kind: Type.Literal('number-check'), number: E164Number, campaign: Type.Optional(Id) }),
    /** What does the center know about this caller? */
    closed({ kind: Type.Literal('customer-lookup'), number: DialedDigits }),
    /** Is somebody of another site idle who could take a caller waiting here? */
    closed({
      kind: Type.Literal('agent'),
      /** The queue there. */
      queue: Name,
      conversation: Id,
      /** The number that was called. */
      callerId: Type.String({ maxLength: 32 }),
      /** Since when the caller is in line. */
      since: Instant,
      /** Sites that were tried for this caller a short time ago. */
      except: Type.Array(Name, { maxItems: 20 }),
    }),
  ]),
});
export type Ask = Static<typeof Ask>;

/** A person on the list of a campaign, as the center knows them by their number. */
export const KnownLead = closed({
  lead: Id,
  campaign: Id,
  campaignName: Type.Optional(Label),
  attempts: Count,
  /** Of the last of these. */
  lastAttemptAt: Type.Optional(Instant),
  fields: Type.Record(Type.String(), Type.String()),
});
export type KnownLead = Static<typeof KnownLead>;

export const Answer = closed({
  id: Id,
  answer: Type.Union([
    closed({ kind: Type.Literal('number-check'), allowed: Type.Boolean(), reason: Type.Optional(Label) }),
    closed({
      kind: Type.Literal('customer-lookup'),
      /** The one with the latest attempt first. */
      leads: Type.Array(KnownLead, { maxItems: 20 }),
    }),
    /** Nothing found: nobody is idle, or it is not known. */
    closed({
      kind: Type.Literal('agent'),
      found: Type.Optional(closed({ site: Name, address: SiteAddress, ticket: Ticket })),
    }),
    closed({ kind: Type.Literal('unknown'), problem: Label }),
  ]),
});
export type Answer = Static<typeof Answer>;
