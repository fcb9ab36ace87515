import {
  BranchlineError,
  problemOf,
  type AttemptPace,
  type AttemptRow,
  type CallRow,
  type Clock,
  type ClockTrust,
  type Desired,
  type DncScope,
  type EdgeCampaign,
  type GateRefusal,
  type IdSource,
  type NumberPlace,
  type Outcome,
  reachedPerson,
  type Try,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Roster } from '../agents/index.ts';
import { outboundCall, type AttemptEnd, type Call, type Calls, type MachinePolicy } from '../calls/index.ts';
import { recordedChoice, type LinePool, type LineVerdict, type RouteRequest } from '../lines/index.ts';
import type { Ledger } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import { afterTry, attemptRow, type Attempt } from './attempt.ts';
import { AttemptBook } from './attempt-book.ts';
import { customerLeg } from './customer-leg.ts';
import { Gatekeeper, type OwnCall } from './gatekeeper.ts';
import type { LeaseBook, HeldLead } from './lease-book.ts';
import { LeaseEnds } from './lease-ends.ts';

export interface AttemptRunnerOptions {
  readonly switch: Pick<Switch, 'originate'>;
  readonly ledger: Pick<Ledger, 'openAttempt' | 'openTry' | 'closeAttempt' | 'endLease'>;
  readonly roster: Roster;
  readonly lines: LinePool;
  readonly calls: () => Calls;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  readonly recordingPath: (call: string, startedAt: number) => string | undefined;
  /** The operator of a number, where it is known. */
  readonly operatorOf: (number: string) => string | undefined;
  /** Do-not-call lists the number is on, as known here: those delivered and what was said at this branch; undefined: not known. */
  readonly listed: (
    place: NumberPlace & { number: string },
    campaign: string,
  ) => readonly DncScope[] | undefined;
  /** Whether this box can say a notice of the recording. */
  readonly saysNotice: (text: string) => boolean;
  /** Whether FreeSWITCH has a judge of its own of who answered. */
  readonly hasModAmd: () => boolean;
  readonly book: LeaseBook;
  readonly campaign: (id: string) => EdgeCampaign | undefined;
  /** An attempt is over, or could not be begun. */
  readonly onSettled: () => void;
  /** A call that was begun will not be placed. */
  readonly onUnplaced: (call: string) => void;
  /** What a call that is begun now is owed to, if it is known. @param agent who is promised to the callee */
  readonly paceOf: (campaign: EdgeCampaign, agent: string | undefined) => AttemptPace | undefined;
}

/** Counts of one campaign since the edge started, for the live board. */
export interface CampaignCounts {
  attempts: number;
  answered: number;
  abandoned: number;
  refused: number;
}

/** Pause after an attempt that could not be stored, business ms. */
const afterFailureMs = 5000;

/** What came of the wish to begin an attempt. */
export type Begun =
  /** `placed` resolves when the call is on its way, or will not be. */
  | { readonly call: string; readonly placed: Promise<void> }
  | { readonly none: 'no-lead' }
  | { readonly none: 'no-line'; readonly verdicts: readonly LineVerdict[] };

/** Makes attempts: lead, gate, channel, ledger, call, further tries, and what each end means. */
export class AttemptRunner {
  readonly leaseEnds: LeaseEnds;
  readonly gatekeeper: Gatekeeper;
  readonly attempts = new AttemptBook();
  readonly counts = new Map<string, CampaignCounts>();
  readonly #options: AttemptRunnerOptions;

  /** Monotonic instant before which nothing is dialed. */
  #notBefore = -Infinity;

  constructor(options: AttemptRunnerOptions) {
    this.#options = options;
    this.leaseEnds = new LeaseEnds(options);
    this.gatekeeper = new Gatekeeper(options);
  }

  configure(desired: Desired): void {
    this.gatekeeper.configure(desired);
  }

  /** Takes over the calls that the ledger remembers. */
  restoreCalls(calls: readonly OwnCall[]): void {
    this.gatekeeper.restore(calls);
  }

  /** False while the ledger gets a moment to recover. */
  get mayBegin(): boolean {
    return this.#options.business.monotonic() >= this.#notBefore;
  }

  /**
   * Takes leads until one may be dialed, and dials it.
   * @param agent who is promised to the callee from the start; absent: who is free when somebody answers
   */
  begin(campaign: EdgeCampaign, agent?: string): Begun {
    const offer = this.take(campaign, agent);
    return offer ? this.dial(offer, campaign, agent) : { none: 'no-lead' };
  }

  /** The next lead that is due and may be dialed, for this agent or anyone; those that may not be are refused on record. */
  take(campaign: EdgeCampaign, agent?: string): Offer | undefined {
    for (;;) {
      const held = this.#options.book.take(campaign, this.#options.business.now(), agent);
      if (!held) return undefined;
      const offer = { held, attempt: this.#newAttempt(held, this.#options.business.now()) };
      const decision = this.gatekeeper.ask(offer.attempt);
      if (decision.verdict === 'allow') return offer;
      void this.#refuse(offer.attempt, decision);
    }
  }

  /** Dials a lead that was taken; puts it back when no line is free. The gate is asked again before anything goes out. */
  dial({ held, attempt }: Offer, campaign: EdgeCampaign, agent?: string): Begun {
    const { business, book, ids, lines, roster } = this.#options;
    const id = ids();
    const choice = lines.reserve(id, this.#request(attempt, campaign));
    const { line, maxMs, verdicts } = choice;
    if (!line) {
      book.putBack(held);
      return { none: 'no-line', verdicts };
    }
    const at = business.now();
    if (agent !== undefined) roster.input(agent, { type: 'reserve', call: id, campaign: campaign.id, at });
    const pace = this.#options.paceOf(campaign, agent);
    const begun = {
      ...attempt,
      startedAt: at,
      ...(agent !== undefined && { agent }),
      ...(pace && { pace }),
    };
    return {
      call: id,
      placed: this.#start(
        begun,
        held,
        { id, line: line.id, maxMs, choice: recordedChoice(choice) },
        campaign,
      ),
    };
  }

  #newAttempt(held: HeldLead, now: number): Attempt {
    const first = held.lead.numbers[0]!;
    return {
      id: this.#options.ids(),
      lead: held.lead.id,
      lease: held.lease,
      leaseEpoch: held.epoch,
      campaign: held.campaign,
      number: first.number,
      ordinal: held.lead.attemptsMade + 1,
      dueAt: held.lead.dueAt,
      consent: held.lead.consent,
      fields: held.lead.fields,
      startedAt: now,
      leadNumbers: held.lead.numbers,
      position: 0,
      failedLines: [],
      deadNumbers: [],
      tries: [],
      leaseExpiresAt: held.expiresAt,
      attemptsCap: held.attemptsCap,
    };
  }

  /** Stores the attempt and its try, asks the gate a last time, and dials. */
  async #start(attempt: Attempt, held: HeldLead, channel: Channel, campaign: EdgeCampaign): Promise<void> {
    const { business, ledger, lines } = this.#options;
    const { id, line } = channel;
    const call = this.#newCall(attempt, channel, campaign);
    let stored = false;
    try {
      stored = await ledger.openAttempt({
        attempt: openOf(attempt),
        try: { id, attempt: attempt.id, ordinal: 1, number: attempt.number, line, startedAt: call.startedAt },
        call: { id, data: JSON.stringify({ call, context: attempt }) },
        usage: lines.usageOf(id),
      });
    } catch (error) {
      // The lead stays where it was, and the ledger gets a moment to recover.
      this.#notBefore = business.monotonic() + afterFailureMs;
      this.#options.book.putBack(held);
      throw error;
    } finally {
      // Nothing is stored, so nothing may be dialed.
      if (!stored) {
        lines.cancel(id);
        this.#releaseAgent(attempt);
        this.#options.onUnplaced(id);
      }
    }
    // Otherwise the lead was taken back while it was on its way to the ledger, and is settled.
    if (!stored) return;
    this.attempts.open(attempt);
    await this.#dial(attempt, call);
  }

  async #dial(attempt: Attempt, call: Call): Promise<void> {
    const decision = this.gatekeeper.ask(attempt);
    if (decision.verdict === 'refuse') {
      this.#options.lines.cancel(call.id);
      this.attempts.close(attempt.id);
      this.#releaseAgent(attempt);
      this.#options.onUnplaced(call.id);
      return this.#refuse(attempt, decision);
    }
    this.gatekeeper.note({ number: attempt.number, at: call.startedAt });
    this.#count(attempt.campaign).attempts += attempt.tries.length === 0 ? 1 : 0;
    this.#options.calls().add(call);
    const state = this.#options.lines.get(call.line);
    const campaign = this.#options.campaign(attempt.campaign);
    try {
      if (!state)
        throw new BranchlineError('BL_SWITCH_REFUSED', {
          command: 'originate',
          reply: `line ${call.line} is gone`,
        });
      await this.#options.switch.originate(
        customerLeg(call, this.#options.lines.target(state.line, call.customer), campaign?.ringSeconds ?? 30),
      );
    } catch (error) {
      // Refused: no call. A lost connection says nothing: the audit after the reconnect does.
      const refused =
        error instanceof BranchlineError &&
        (error.code === 'BL_SWITCH_REFUSED' || error.code === 'BL_SWITCH_ARGUMENT');
      if (refused) this.#options.calls().onFailed(call.id, 'INVALID_GATEWAY');
      else
        this.#options.log.warn(
          { call: call.id, problem: problemOf(error) },
          'it is not known whether a call was started; the audit will tell',
        );
    }
  }

  #newCall(attempt: Attempt, { id, line, maxMs, choice }: Channel, campaign: EdgeCampaign): Call {
    const { business, ids, lines, recordingPath, roster } = this.#options;
    const agent = attempt.agent === undefined ? undefined : roster.get(attempt.agent);
    const startedAt = business.now();
    const registered = lines.get(line)?.line.callerIds ?? [];
    const wished = campaign.callerId;
    return outboundCall({
      id,
      conversation: ids(),
      customer: attempt.number,
      // Only caller IDs that are registered for the line are ever shown.
      callerId: wished !== undefined && registered.includes(wished) ? wished : (registered[0] ?? ''),
      line,
      campaign: attempt.campaign,
      lead: attempt.lead,
      attempt: attempt.id,
      at: startedAt,
      maxMs,
      choice,
      recordTo: campaign.record ? recordingPath(id, startedAt) : undefined,
      notice: (campaign.record && campaign.gate?.recordingNotice.trim()) || undefined,
      machines: machinePolicy(campaign, this.#options.hasModAmd()),
      flow: campaign.mode === 'broadcast' ? campaign.flow : undefined,
      agent: agent && { id: agent.id, leg: agent.leg },
    });
  }

  /** What the end of a call means for its attempt: another try, or the attempt's end. */
  onAttemptEnd(call: Call, row: Omit<CallRow, 'seq'>): AttemptEnd {
    const attempt = this.attempts.get(call.attempt!);
    if (!attempt) return { rows: [], continues: false, stored: () => undefined };
    const ended: Try = {
      id: call.id,
      ordinal: attempt.tries.length + 1,
      number: call.customer,
      line: call.line,
      startedAt: call.startedAt,
      endedAt: row.endedAt,
      outcome: row.outcome,
    };
    this.gatekeeper.note({ number: ended.number, at: ended.startedAt, outcome: ended.outcome });
    const after = afterTry(attempt, ended, (next) => this.#lineFree(next));
    const stillThere =
      attempt.agent === undefined || this.#options.roster.get(attempt.agent)?.state === 'reserved';
    const decision = after.next === 'try' && stillThere ? this.gatekeeper.ask(after.attempt) : undefined;
    if (decision?.verdict === 'allow') {
      this.attempts.open(after.attempt);
      return { rows: [], continues: true, stored: () => void this.#nextTry(after.attempt) };
    }
    const { outcome } = ended;
    const counts = this.#count(attempt.campaign);
    if (reachedPerson.includes(outcome)) counts.answered++;
    if (outcome === 'ABANDONED') counts.abandoned++;
    const closed = { ...asTried(after.attempt), ...(call.agent !== undefined && { agent: call.agent }) };
    this.attempts.close(attempt.id);
    const refusal = decision && this.#refusalOf(after.attempt, decision);
    const facts = { endedAt: row.endedAt, outcome, clock: row.clock, ...(refusal && { refusal }) };
    return {
      rows: [attemptRow(closed, facts)],
      attempt: { id: attempt.id, lease: attempt.lease, lead: attempt.lead, number: closed.number },
      continues: false,
      stored: () => void this.#settle(attempt),
    };
  }

  async #nextTry(attempt: Attempt): Promise<void> {
    const { ids, ledger, lines, log } = this.#options;
    const campaign = this.#options.campaign(attempt.campaign);
    const id = ids();
    const last = attempt.tries.at(-1)!;
    if (!campaign) return this.#closeWithoutTry(attempt, last.outcome);
    const choice = lines.reserve(id, this.#request(attempt, campaign));
    const { line, maxMs } = choice;
    if (!line) return this.#closeWithoutTry(attempt, last.outcome);
    const call = this.#newCall(
      attempt,
      { id, line: line.id, maxMs, choice: recordedChoice(choice) },
      campaign,
    );
    try {
      await ledger.openTry({
        try: {
          id,
          attempt: attempt.id,
          ordinal: attempt.tries.length + 1,
          number: attempt.number,
          line: line.id,
          startedAt: call.startedAt,
        },
        call: { id, data: JSON.stringify({ call, context: attempt }) },
        usage: lines.usageOf(id),
      });
    } catch (error) {
      log.error({ problem: problemOf(error) }, 'a further try could not be stored and is not made');
      lines.cancel(id);
      return this.#closeWithoutTry(attempt, last.outcome);
    }
    if (attempt.agent !== undefined)
      this.#options.roster.input(attempt.agent, {
        type: 'reserve',
        call: id,
        campaign: campaign.id,
        at: call.startedAt,
      });
    await this.#dial(attempt, call);
  }

  async #closeWithoutTry(attempt: Attempt, outcome: Outcome): Promise<void> {
    this.attempts.close(attempt.id);
    this.#releaseAgent(attempt);
    const endedAt = this.#options.business.now();
    await this.#options.ledger.closeAttempt({
      attempt: openOf(asTried(attempt)),
      endedAt,
      outcome,
      rows: [attemptRow(asTried(attempt), { endedAt, outcome, clock: this.#options.clockTrust() })],
    });
    await this.#settle(attempt);
  }

  /** The gate does not let a try out: what was tried before stands, and without any the lead was refused. */
  async #refuse(attempt: Attempt, decision: GateRefusal): Promise<void> {
    const endedAt = this.#options.business.now();
    const outcome = attempt.tries.at(-1)?.outcome ?? 'REFUSED';
    const refusal = this.#refusalOf(attempt, decision);
    const clock = this.#options.clockTrust();
    await this.#options.ledger.closeAttempt({
      attempt: openOf(asTried(attempt)),
      endedAt,
      outcome,
      rows: [attemptRow(asTried(attempt), { endedAt, outcome, clock, refusal })],
    });
    await this.#settle(attempt);
  }

  /** A refusal as it is recorded, and counted. */
  #refusalOf(attempt: Attempt, decision: GateRefusal): NonNullable<AttemptRow['refusal']> {
    const { verdict: _, ...why } = decision;
    this.#count(attempt.campaign).refused++;
    return attempt.tries.length === 0 ? why : { ...why, number: attempt.number };
  }

  #releaseAgent(attempt: Attempt): void {
    if (attempt.agent !== undefined)
      this.#options.roster.input(attempt.agent, {
        type: 'release',
        how: 'unused',
        wrapUpMs: 0,
        at: this.#options.business.now(),
      });
  }

  /** What an attempt wants of the lines. */
  #request(attempt: Attempt, { callerId }: EdgeCampaign): Omit<RouteRequest, 'now'> {
    const { number, failedLines, tries } = attempt;
    const met = tries
      .filter((one) => one.number === number && failedLines.includes(one.line))
      .map(({ line, outcome }) => [line, outcome] as const);
    return { number, operator: this.#options.operatorOf(number), callerId, tried: new Map(met) };
  }

  #lineFree(attempt: Attempt): boolean {
    const campaign = this.#options.campaign(attempt.campaign);
    return (
      campaign !== undefined &&
      this.#options.lines.choose(this.#request(attempt, campaign)).line !== undefined
    );
  }

  async #settle(attempt: Attempt): Promise<void> {
    await this.leaseEnds.settle(attempt);
    this.#options.onSettled();
  }

  #count(campaign: string): CampaignCounts {
    let counts = this.counts.get(campaign);
    if (!counts) this.counts.set(campaign, (counts = { attempts: 0, answered: 0, abandoned: 0, refused: 0 }));
    return counts;
  }
}

function machinePolicy(
  { machines, machineMessage }: EdgeCampaign,
  hasModAmd: boolean,
): MachinePolicy | undefined {
  if (machines === 'off') return undefined;
  const message = machineMessage !== undefined && { message: machineMessage };
  if (machines !== 'hold-mod-amd') return { how: machines, ...message };
  return { how: 'hold', ...(hasModAmd && { judge: 'mod-amd' }), ...message };
}

/** A lead that was taken from its lease, and the attempt it would be. */
export interface Offer {
  readonly held: HeldLead;
  readonly attempt: Attempt;
}

/** A channel that was taken for a call. */
interface Channel {
  /** Of the call. */
  readonly id: string;
  readonly line: string;
  readonly maxMs: number | undefined;
  readonly choice: NonNullable<Call['choice']>;
}

/** An attempt by the number it tried last: of the one that was to be next it says nothing. */
function asTried(attempt: Attempt): Attempt {
  const last = attempt.tries.at(-1);
  return last ? { ...attempt, number: last.number } : attempt;
}

function openOf(attempt: Attempt) {
  const { id, lead, lease, campaign, number, ordinal, dueAt, startedAt } = attempt;
  return { id, lead, lease, campaign, number, ordinal, dueAt, startedAt };
}
