import {
  BranchlineError,
  startOfDay,
  type Agent,
  type AgentRow,
  type Clock,
  type ClockTrust,
  type DeskAct,
  type DeskArticle,
  type DeskCall,
  type DeskDay,
  type DeskHits,
  type DeskPeople,
  type DeskView,
  type EdgeCampaign,
  type Engagement,
  type FormAnswers,
  type IdSource,
} from '@branchline/shared';
import {
  isReachable,
  isTalking,
  voiceOf,
  type AgentPresence,
  type PhoneControl,
  type Roster,
} from '../agents/index.ts';
import {
  campaignOf,
  type Call,
  type Calls,
  type HandOvers,
  type Monitors,
  type VoicemailBox,
} from '../calls/index.ts';
import type { InForce } from '../desired-keeper.ts';
import type { CallBacks, Dialer, OwnCallbacks } from '../dialer/index.ts';
import type { Queues } from '../queues/index.ts';
import type { Ledger, NewRow } from '../store/index.ts';
import { Board } from './board.ts';
import { CallbackDesk } from './callback-desk.ts';
import { Contacts } from './contacts.ts';
import { DayBook } from './day-book.ts';
import type { Forms } from './forms.ts';
import { Messages } from './messages.ts';
import { refuse } from '../refuse.ts';
import type { DeskStage } from './stage.ts';
import { speaksByBrowser } from './softphone.ts';
import {
  deskCall,
  deskPreview,
  knownCaller,
  seenNumber,
  vipMark,
  type KnownPerson,
  type SaidOfCall,
} from './view.ts';
import { VoicemailDesk } from './voicemail-desk.ts';

export interface DeskFloorOptions {
  readonly roster: Roster;
  /** The campaign that an engagement is for. */
  readonly campaignOf: (engagement: Pick<Engagement, 'call' | 'campaign'>) => EdgeCampaign | undefined;
  readonly calls: Calls;
  readonly dialer: Dialer;
  readonly phones: PhoneControl;
  readonly forms: Forms;
  readonly handOvers: HandOvers;
  readonly monitors: Monitors;
  readonly queues: Queues;
  readonly voicemails: VoicemailBox;
  readonly callBacks: Pick<CallBacks, 'place'>;
  readonly callbacks: OwnCallbacks;
  readonly ledger: Pick<Ledger, 'callsWith' | 'saidOf' | 'agentRows' | 'append'>;
  readonly business: Clock;
  readonly speed: number;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly switchUp: () => boolean;
  readonly centerLinked: () => boolean;
  readonly inForce: () => InForce;
  readonly operatorOf: (number: string) => string | undefined;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
  /** Something that is shown has changed by itself. */
  readonly onChange: () => void;
}

/** Acts about calls that are somebody else's, or nobody's. */
const onCallsOfOthers: ReadonlySet<DeskAct['act']> = new Set([
  'pick-up',
  'monitor',
  'take-over',
  'end',
  'move',
  'voicemail-take',
  'voicemail-call',
  'voicemail-done',
  'voicemail-reopen',
  'callback-move',
  'callback-drop',
]);

/** What an agent has said of a call. */
interface Said {
  readonly call: string;
  readonly facts: SaidOfCall;
}

/** The floor as agents see it on their own page, and what they do there. */
export class DeskFloor implements DeskStage {
  readonly #options: DeskFloorOptions;
  readonly #days = new DayBook();
  /** What each agent said of the present or last call. */
  readonly #said = new Map<string, Said>();
  /** The last call of each agent, for the work after it. */
  readonly #last = new Map<string, DeskCall>();
  readonly #contacts: Contacts;

  readonly #board: Board;
  readonly #messages: Messages;
  readonly voicemails: VoicemailDesk;
  readonly #callbacks: CallbackDesk;

  constructor(options: DeskFloorOptions) {
    this.#options = options;
    const dayOf = (agent: string): DeskDay => this.#days.of(agent, options.business.now(), this.#zone);
    const { dialer, ledger, roster, onChange } = options;
    this.#contacts = new Contacts({
      ledger,
      onChange,
      nameOf: (agent) => roster.definition(agent)?.name ?? agent,
      wordsOf: (campaign, code) =>
        dialer.campaign(campaign)?.dispositions.find((each) => each.code === code)?.label ?? code,
    });
    this.#messages = new Messages(options);
    this.voicemails = new VoicemailDesk(options);
    this.#callbacks = new CallbackDesk(options);
    this.#board = new Board({ ...options, messages: this.#messages, dayOf });
  }

  /** Today's figures go on where they were. */
  async restore(): Promise<void> {
    const { ledger, business } = this.#options;
    const zone = this.#zone;
    for (const text of await ledger.agentRows({ since: startOfDay(business.now(), zone) })) {
      const row = JSON.parse(text) as AgentRow;
      this.#days.add(row.agent, row, zone);
    }
  }

  get #zone(): string {
    return this.#options.inForce().desired.site.zone;
  }

  /** An agent's state machine has moved. */
  followAgent(before: AgentPresence, after: AgentPresence): void {
    if (before.state === after.state) return;
    const { state: to, since: at } = after;
    this.#days.add(after.id, { from: before.state, to, heldMs: at - before.since, at }, this.#zone);
  }

  /** Whether an agent has logged in and not out again. */
  isAtWork(id: string): boolean {
    return (this.#options.roster.get(id)?.state ?? 'offline') !== 'offline';
  }

  /** Who can sign in. */
  people(): DeskPeople {
    const { desired } = this.#options.inForce();
    const agents = desired.agents.filter(({ pin }) => pin !== undefined);
    return {
      site: desired.site.name,
      agents: agents.map(({ id, name, extension }) => ({ id, name, extension })),
    };
  }

  /** What one agent's page shows now. @throws BranchlineError `BL_AUTH_REQUIRED` for an agent who is gone */
  view(id: string): DeskView {
    const { roster, business, inForce, speed } = this.#options;
    const agent = roster.get(id);
    const definition = roster.definition(id);
    if (!agent || !definition) throw new BranchlineError('BL_AUTH_REQUIRED');
    const { desired } = inForce();
    const at = business.now();
    const voice = voiceOf(agent);
    const call = this.#call(agent, definition);
    const preview = this.#preview(agent, definition);
    return {
      at: Math.round(at),
      speed,
      site: desired.site.name,
      agent: {
        id,
        name: definition.name,
        extension: agent.extension,
        mode: agent.mode,
        state: agent.state,
        since: Math.round(agent.since),
        reason: agent.reason || 'none',
        ...(agent.breakAfter !== undefined && { breakAfter: agent.breakAfter }),
        ...(voice?.until !== undefined && { wrapUpUntil: Math.round(voice.until) }),
        phoneLost: agent.state !== 'offline' && !isReachable(agent),
        phone: speaksByBrowser(desired, agent.extension) ? 'browser' : 'desk',
        outside: definition.outside === true,
      },
      ...(call && { call }),
      ...(preview && { preview }),
      contacts: [...this.#contacts.of(id)],
      day: this.#days.of(id, at, desired.site.zone),
      colleagues: roster
        .all()
        .filter((each) => each.id !== id)
        .map((each) => ({
          extension: each.extension,
          name: roster.definition(each.id)?.name ?? each.id,
          state: each.state,
        })),
      queues: (desired.queues ?? []).map((queue) => ({ id: queue.id, name: queue.name })),
      parked: this.#options.handOvers.parked().map((parked) => ({
        call: parked.id,
        number: seenNumber(parked.customer, definition),
        since: Math.round(parked.partedAt ?? at),
        ...vipMark(this.#options.queues.vipOf(parked.customer)),
        ...(parked.lastAgent !== undefined && {
          by: roster.definition(parked.lastAgent)?.name ?? parked.lastAgent,
        }),
      })),
      voicemails: this.voicemails.of(definition),
      callbacks: this.#callbacks.of(definition),
      messages: [...this.#messages.of(id)],
      ...(definition.supervisor && { board: this.#board.of(definition) }),
      knowledge: inForce().knowledge.size,
      mayAsk: this.#options.dialer.mayAsk(id),
      center: this.#options.centerLinked() ? 'linked' : 'away',
      switch: this.#options.switchUp() ? 'up' : 'down',
      clock: this.#options.clockTrust(),
    };
  }

  /** Articles that answer an agent's question, those for the present call first. */
  search(id: string, question: string): DeskHits {
    const { calls, inForce, roster } = this.#options;
    const agent = roster.get(id);
    const call = agent && calls.get(voiceOf(agent)?.call ?? '');
    const about = call && { campaign: campaignOf(call), queue: call.queue };
    return { items: inForce().knowledge.search(question, about) };
  }

  /** @throws BranchlineError `BL_API_NOT_FOUND` */
  article(id: string): DeskArticle {
    const found = this.#options.inForce().knowledge.find(id);
    if (!found) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'article', id });
    const { title, text, language } = found;
    return { id, title, text, language };
  }

  #call(agent: AgentPresence, definition: Agent): DeskCall | undefined {
    const voice = voiceOf(agent);
    if (!voice || agent.state === 'preview') {
      this.#last.delete(agent.id);
      if (agent.state !== 'preview') this.#contacts.forget(agent.id);
      return undefined;
    }
    const { calls, campaignOf, forms } = this.#options;
    const about = this.#said.get(agent.id);
    const answers = forms.of(voice.call);
    const said = { ...(about?.call === voice.call && about.facts), ...(answers && { answers }) };
    const call = calls.get(voice.call);
    if (!call) {
      const last = this.#last.get(agent.id);
      return last?.id === voice.call
        ? { ...last, ...said, up: false, held: false, muted: false, recording: 'none' }
        : undefined;
    }
    this.#contacts.show(agent.id, call.customer, call.id);
    const campaign = campaignOf({ call: call.id });
    const seen = deskCall(
      call,
      this.#person(call),
      definition,
      campaign,
      { ...said, ...this.#contacts.notesOf(agent.id, call.id) },
      this.#consult(call, agent.id),
    );
    this.#last.set(agent.id, seen);
    return seen;
  }

  #consult({ consult, agent }: Call, viewer: string): DeskCall['consult'] {
    if (!consult) return undefined;
    const { state, since, extension, agent: second } = consult;
    const mine = second === viewer;
    const other = mine ? agent : second;
    const { roster } = this.#options;
    const name = other === undefined ? extension : (roster.definition(other)?.name ?? other);
    return { name, extension, state, since: Math.round(since), mine };
  }

  #preview(agent: AgentPresence, definition: Agent): DeskView['preview'] {
    const { dialer, operatorOf } = this.#options;
    const shownNow = dialer.previews.of(agent.id);
    const campaign = shownNow && dialer.campaign(shownNow.campaign);
    if (!shownNow || !campaign) return undefined;
    const { lead } = shownNow.offer.held;
    const number = lead.numbers[0]!.number;
    this.#contacts.show(agent.id, number);
    const person = { fields: lead.fields, operator: operatorOf(number) };
    return deskPreview(number, person, definition, campaign, shownNow.until);
  }

  #person(call: Call): KnownPerson {
    const { dialer, operatorOf, queues } = this.#options;
    const attempt = call.attempt === undefined ? undefined : dialer.runner.attempts.get(call.attempt);
    return {
      fields: attempt?.fields ?? {},
      ...(call.known && knownCaller(call.known, (id) => dialer.campaign(id)?.name)),
      operator: operatorOf(call.customer),
      zones: attempt?.leadNumbers[attempt.position]?.zones,
      vip: queues.vipOf(call.customer),
    };
  }

  /**
   * Does what an agent asked for on the page.
   * @throws BranchlineError `BL_DESK_REFUSED` with the reason
   */
  async act(id: string, act: DeskAct): Promise<void> {
    const { roster, calls, dialer, business, phones } = this.#options;
    const agent = roster.get(id);
    if (!agent) throw new BranchlineError('BL_AUTH_REQUIRED');
    const at = business.now();
    const { handOvers } = this.#options;
    if ('call' in act && !onCallsOfOthers.has(act.act)) this.#ownCall(agent, act);
    switch (act.act) {
      case 'login':
        roster.input(id, { type: 'login', at, ...(agent.leg !== undefined && { leg: agent.leg }) });
        if (agent.mode === 'nailed') roster.restoreLeg(id);
        return;
      case 'logout':
        roster.input(id, { type: 'logout', at });
        return;
      case 'ready':
        roster.input(id, { type: 'ready', at });
        return;
      case 'break':
        roster.input(id, { type: 'break', reason: act.reason, at });
        return;
      case 'next':
        if (!dialer.showNext(id)) refuse('nobody is there to be called now');
        return;
      case 'dial':
        if (!dialer.previews.dial(id)) refuse('nobody is shown');
        return;
      case 'pass':
        if (!dialer.previews.pass(id)) refuse('nobody is shown');
        return;
      case 'hangup':
        if (!isTalking(agent)) refuse(`the agent is ${agent.state}`);
        return calls.input(act.call, { type: 'end', by: 'agent', at });
      case 'pick-up':
        return handOvers.transfer(act.call, { agent: id }, id);
      case 'monitor':
      case 'take-over':
      case 'end':
      case 'move':
      case 'force':
      case 'write':
        this.#board.act(agent, act);
        return this.#options.onChange();
      case 'voicemail-take':
      case 'voicemail-call':
      case 'voicemail-done':
      case 'voicemail-reopen':
        this.voicemails.act(id, act);
        return this.#options.onChange();
      case 'callback-move':
      case 'callback-drop':
        await this.#callbacks.act(id, act);
        return this.#options.onChange();
      case 'seen':
        return this.#messages.putAway(id, act.message);
      case 'transfer':
        return 'number' in act.to
          ? handOvers.transferOutside(act.call, act.to.number, id)
          : handOvers.transfer(act.call, act.to, id);
      case 'consult':
        return 'number' in act
          ? handOvers.consultOutside(act.call, act.number, id)
          : handOvers.consult(act.call, act.extension);
      case 'park':
        return handOvers.park(act.call, id);
      case 'consult-over':
      case 'three-way':
      case 'complete':
        return handOvers.decide(act.call, act.act, id);
      case 'hold':
      case 'resume':
      case 'mute':
      case 'unmute':
      case 'pause-recording':
      case 'resume-recording':
        return calls.control(act.call, act.act);
      case 'digits':
        return this.#sendDigits(id, act.call, act.digits);
      case 'do-not-call':
        if (!phones.optOut(id, act.call)) refuse('the number of this call is not known');
        return;
      case 'dispose': {
        const { act: _act, answers, ...choice } = act;
        if (answers) await this.#answer(agent, act.call, answers);
        const problem = phones.dispose(id, choice, 'api');
        if (problem !== undefined) refuse(problem);
        const { call, code, callbackAt } = choice;
        this.#contacts.heard(call);
        this.#say(id, call, { disposition: code, ...(callbackAt !== undefined && { callbackAt }) });
        return;
      }
      case 'answer':
        return this.#answer(agent, act.call, act.answers);
      case 'note':
        return this.#note(id, act.call, act.text.trim());
    }
  }

  /** A second person has a say in a call, and leaves it, but does not lead it. */
  #ownCall({ id, ...agent }: AgentPresence, { act, call: id2 }: Extract<DeskAct, { call: string }>): void {
    if (voiceOf({ id, ...agent })?.call !== id2) refuse('the call is no longer yours');
    const call = this.#options.calls.get(id2);
    const leads = call === undefined || call.agent === undefined || call.agent === id;
    if (!leads && act !== 'note' && act !== 'consult-over') refuse('the call is your colleague’s still');
  }

  #say(agent: string, call: string, facts: SaidOfCall): void {
    const before = this.#said.get(agent);
    this.#said.set(agent, { call, facts: { ...(before?.call === call && before.facts), ...facts } });
  }

  #answer(agent: AgentPresence, call: string, answers: FormAnswers): Promise<void> {
    const { campaignOf, forms } = this.#options;
    const campaign = campaignOf(voiceOf(agent) ?? { call });
    return forms.answer(campaign ?? refuse('the agent has no call of a campaign'), call, agent.id, answers);
  }

  async #sendDigits(agent: string, call: string, digits: string): Promise<void> {
    const { business, calls, clockTrust, ids, tell } = this.#options;
    await calls.sendDigits(call, digits);
    const head = { at: business.now(), clock: clockTrust(), id: ids() };
    tell({
      stream: 'event',
      row: { ...head, type: 'digits-sent', call, agent, count: digits.length },
    });
  }

  async #note(agent: string, call: string, text: string): Promise<void> {
    if (text === '') refuse('a note needs words');
    const { ledger, business, clockTrust, ids } = this.#options;
    const row = {
      at: business.now(),
      clock: clockTrust(),
      id: ids(),
      type: 'note' as const,
      call,
      agent,
      text,
    };
    await ledger.append({ rows: [{ stream: 'event', row }] });
    this.#contacts.heard(call);
    this.#say(agent, call, { note: text });
  }
}
