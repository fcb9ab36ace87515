import { join } from 'node:path';
import {
  canBeHeard,
  defaultCodecs,
  inboundQueue,
  problemOf,
  reachedPerson,
  sharedClock,
  siteAddress,
  startOfDay,
  systemClock,
  usualHoldSeconds,
  type Clock,
  type ClockTrust,
  type EdgeCampaign,
  type Engagement,
  type IdSource,
  type KnownLead,
  type LeasedLead,
  type Outcome,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { isAvailable, PhoneControl, Roster } from '../agents/index.ts';
import { Listener, ModAmd, type Fingerprint } from '../answer/index.ts';
import {
  campaignOf,
  Calls,
  HandOvers,
  Monitors,
  pressCallKey,
  Reconciler,
  VoicemailBox,
  Voicemails,
  DigitGuard,
  type Call,
  type CallPolicy,
  type SiteAgent,
} from '../calls/index.ts';
import type { InForce } from '../desired-keeper.ts';
import { DeskFloor, Forms, speaksByBrowser, Training } from '../desk/index.ts';
import { CallBacks, Dialer, OptOuts, OutsideCalls, OwnCallbacks, type Attempt } from '../dialer/index.ts';
import { FlowRunner, PromptSounds, Recogniser, type RecogniserSettings } from '../flows/index.ts';
import { BranchLines, NumberKnowledge, type SpanPlaces } from '../lines/index.ts';
import { Guests, Queues, rememberedCustomers, type SoughtAway } from '../queues/index.ts';
import { listeningFolder, recordingPath } from '../recordings/index.ts';
import type { Ledger, NewRow, Recovered } from '../store/index.ts';
import { CdrSpool, type Stranger, type Switch, type SwitchEvent } from '../switch/index.ts';
import {
  playable,
  promptFiles,
  voicemailSuffix,
  type SwitchSettings,
} from '../switch/configuration/index.ts';
import { Arrivals } from './arrivals.ts';
import { PhoneLegs } from './phone-legs.ts';
import { PhonePresence } from './phone-presence.ts';
import { CallerQuestions } from './caller-questions.ts';

export interface FloorOptions {
  readonly switch: Switch;
  readonly ledger: Ledger;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  /** Business ms per real ms. */
  readonly speed: number;
  readonly settings: Pick<
    SwitchSettings,
    | 'recordingsFolder'
    | 'cdrFolder'
    | 'promptsFolder'
    | 'ownPromptsFolder'
    | 'modemPort'
    | 'sipAddress'
    | 'externalPort'
  >;
  readonly inForce: () => InForce;
  /** Where GoIP gateways log in, on this box. */
  readonly goip: { readonly host: string; readonly port: number };
  readonly spanPlaces: SpanPlaces;
  /** Makes words of what callers say; absent: they have their keys. */
  readonly speech: RecogniserSettings | undefined;
  /** Recordings of the networks that are recognised before an answer. */
  readonly announcements: readonly Fingerprint[];
  /** Opens what was sealed to this box. */
  readonly unseal: (place: string, text: string) => Promise<string>;
  /** An outbound call on a line has ended. */
  readonly onCallEnded: (line: string, outcome: Outcome) => void;
  readonly centerLinked: () => boolean;
  /** Finds an idle agent of another site; undefined when nobody can be asked. */
  readonly seekAway: (sought: SoughtAway) => Promise<SiteAgent | undefined> | undefined;
  /** Asks the center who has a number: undefined when it cannot be asked, or does not answer in time. */
  readonly askCaller: (number: string) => Promise<readonly KnownLead[] | undefined> | undefined;
  /** Whether FreeSWITCH takes calls in the overlay; tries to make it so. */
  readonly joinOverlay: () => Promise<boolean>;
  /** Somebody was not let in. */
  readonly onTurnedAway: (stranger: Stranger) => void;
  /** Something that agents see on their page has changed. */
  readonly onShown: () => void;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
}

/** Customers of calls that are up or ended lately are remembered for dispositions and opt-outs in wrap-up. */
const rememberedCalls = 2000;

/** The branch's floor: lines, agents, calls and the dialer, wired to FreeSWITCH's events. */
export class Floor {
  readonly lines: BranchLines;
  readonly numbers = new NumberKnowledge();
  readonly roster: Roster;
  readonly dialer: Dialer;
  readonly calls: Calls;
  readonly queues: Queues;
  readonly guests = new Guests(systemClock);
  readonly handOvers: HandOvers;
  readonly monitors: Monitors;
  readonly phones: PhoneControl;
  readonly desk: DeskFloor;
  readonly presence: PhonePresence;
  readonly #phoneLegs: PhoneLegs;
  readonly training: Training;
  readonly modAmd: ModAmd;
  readonly #options: FloorOptions;
  readonly #listener: Listener;
  readonly #flows: FlowRunner;
  readonly #voicemails: Voicemails;
  readonly #digits: DigitGuard;
  readonly #voicemailBox: VoicemailBox;
  readonly #sounds: PromptSounds;
  readonly #reconciler: Reconciler;
  readonly #arrivals: Arrivals;
  readonly #optOuts: OptOuts;
  readonly #callbacks: OwnCallbacks;
  readonly #customers = new Map<
    string,
    {
      readonly customer: string;
      readonly campaign: string | undefined;
      readonly lead: string | undefined;
      readonly zones: readonly string[];
    }
  >();
  #inOverlay = false;

  constructor(options: FloorOptions) {
    this.#options = options;
    const { switch: fs, ledger, business, ids, clockTrust, log, speed, settings } = options;
    this.#digits = new DigitGuard({ real: systemClock, log });
    this.#optOuts = new OptOuts(() => options.inForce().dnc);
    const operatorOf = (number: string): string | undefined => this.numbers.operatorOf(number);
    const common = { switch: fs, ledger, business, ids, clockTrust, log };
    const hears = () => canBeHeard(options.inForce().desired.codecs ?? defaultCodecs);
    const recordTo = (call: string, startedAt: number) =>
      hears() ? recordingPath(settings.recordingsFolder, call, startedAt) : undefined;
    this.lines = new BranchLines({
      ...common,
      zone: () => options.inForce().desired.site.zone,
      modems: {
        port: settings.modemPort,
        switchHost: settings.sipAddress,
        switchPort: settings.externalPort,
      },
      goip: options.goip,
      spanPlaces: options.spanPlaces,
      unseal: options.unseal,
      onUp: () => this.work(),
      tell: options.tell,
    });
    const lines = this.lines.pool;
    const roster = (this.roster = new Roster({
      ...common,
      tell: options.tell,
      onChange: (before, after) => {
        this.dialer.followAgent(before, after);
        this.desk.followAgent(before, after);
        options.onShown();
        if (isAvailable(after) && !isAvailable(before)) this.work();
      },
    }));
    this.modAmd = new ModAmd(fs, log);
    const callbacks = (this.#callbacks = new OwnCallbacks({ save: (args) => ledger.saveOwnCallback(args) }));
    const dialer: Dialer = (this.dialer = new Dialer({
      ...common,
      roster,
      lines,
      calls: () => this.calls,
      operatorOf,
      recordingPath: recordTo,
      asPromised: (lead) => callbacks.asPromised(lead),
      listsKnown: () => this.#options.inForce().dnc !== undefined,
      listed: (place, campaign) => this.#optOuts.listed(place, campaign),
      saysNotice: (text) => this.#sounds.canSay(text),
      hasModAmd: () => this.modAmd.present,
    }));
    this.#listener = new Listener({
      recorder: fs,
      folder: listeningFolder(settings.recordingsFolder),
      announcements: options.announcements,
      onRecognised: (leg, recognised) => this.calls.onRecognised(leg, recognised),
      log,
    });
    this.#sounds = new PromptSounds({
      folders: settings,
      log,
    });
    const voicemailPath = (leg: string) => join(settings.recordingsFolder, `${leg}${voicemailSuffix}`);
    this.#voicemailBox = new VoicemailBox({
      save: (args) => {
        ledger
          .saveVoicemail(args)
          .catch((error: unknown) =>
            log.error({ call: args.call, problem: problemOf(error) }, 'a message could not be stored'),
          );
      },
    });
    this.#voicemails = new Voicemails({
      ...common,
      calls: () => this.calls,
      path: voicemailPath,
      keep: (message, row) => {
        this.#voicemailBox.add(message, row);
        options.onShown();
      },
    });
    const flows = (this.#flows = new FlowRunner({
      ...common,
      calls: () => this.calls,
      sounds: this.#sounds,
      recogniser: options.speech && new Recogniser({ ...options.speech, real: systemClock, log }),
      listeningFolder: listeningFolder(settings.recordingsFolder),
      speed,
      flow: (id) => this.#options.inForce().desired.flows?.find((each) => each.id === id),
      site: () => this.#options.inForce().desired.site,
      voicemailPath,
      tell: options.tell,
      onOptout: (number, campaign) => this.#optOuts.add(number, campaign),
    }));
    const domain = () => options.inForce().desired.domain;
    const isPhone = (extension: string) =>
      options.inForce().desired.phones.some((phone) => phone.extension === extension);
    this.presence = new PhonePresence({
      ...common,
      roster,
      real: systemClock,
      isPhone,
      isPage: (extension) => speaksByBrowser(options.inForce().desired, extension),
    });
    const phoneLegs = (this.#phoneLegs = new PhoneLegs({ roster, business }));
    const shared = { ...common, calls: () => this.calls, domain, isPhone, tell: options.tell };
    const handOvers = (this.handOvers = new HandOvers({
      ...shared,
      roster,
      isQueue: (id) => this.queues.queue(id) !== undefined,
      mayOutside: (agent) => roster.definition(agent)?.outside === true,
      callOutside: (of, number) => outside.place(of, number),
      move: (call, queue) => this.queues.moveTo(call, queue),
    }));
    const monitors = (this.monitors = new Monitors({ ...shared, roster, onChange: options.onShown }));
    const callers = new CallerQuestions({
      calls: () => this.calls,
      now: () => business.now(),
      ask: options.askCaller,
    });
    // Whoever is called, by whatever the call is for, is called once more.
    const countCall = ({ customer, startedAt }: Call, outcome?: Outcome): void =>
      dialer.runner.gatekeeper.note({ number: customer, at: startedAt, ...(outcome && { outcome }) });
    this.calls = new Calls({
      ...common,
      roster,
      listener: this.#listener,
      hears,
      lines,
      speed,
      operatorOf,
      domain,
      handOver: (call, effect) => handOvers.perform(call, effect),
      notice: (text) => {
        const sound = this.#sounds.ofText(text);
        return sound && playable(sound.files);
      },
      policy: (call) => this.#policyOf(call),
      onAttemptEnd: (call, row) => {
        if (call.lead !== undefined && reachedPerson.includes(row.outcome))
          callbacks
            .kept(call.lead, call.id)
            .catch((error: unknown) =>
              log.error(
                { call: call.id, problem: problemOf(error) },
                'that a promise is kept could not be stored',
              ),
            );
        return dialer.onAttemptEnd(call, row);
      },
      context: (call) => (call.attempt === undefined ? undefined : dialer.runner.attempts.get(call.attempt)),
      onFlow: (call) => flows.run(call),
      onOutcome: (call, outcome) => {
        if (call.direction !== 'outbound') return;
        countCall(call, outcome);
        options.onCallEnded(call.line, outcome);
      },
      onChange: (call) => {
        this.#remember(call);
        callers.follow(call);
        dialer.follow(call);
        options.onShown();
        flows.onChange(call);
        this.#voicemails.follow(call);
        handOvers.follow(call);
        monitors.follow(call);
        if (call.promise === undefined || call.partedAt !== undefined) this.queues.follow(call);
        else this.queues.followBack(call);
      },
    });
    const { calls } = this;
    const outside = new OutsideCalls({
      ...common,
      calls,
      lines,
      operatorOf,
      onPlaced: countCall,
      gate: (number, notice) => dialer.runner.gatekeeper.askOutside(number, notice),
      tell: options.tell,
      emergencyNumbers: () => options.inForce().desired.emergencyNumbers,
      region: () => options.inForce().desired.site.region,
    });
    const callBacks = new CallBacks({
      ...common,
      calls,
      lines,
      roster,
      operatorOf,
      recordingPath: recordTo,
      onPlaced: countCall,
      campaignOf: (queue) => this.queues.queue(queue)?.campaign,
      gate: (number, promised) => dialer.runner.gatekeeper.askBack(number, promised),
      tell: options.tell,
      region: () => options.inForce().desired.site.region,
    });
    this.queues = new Queues({
      ...common,
      callBacks,
      savePromise: (id, data) => {
        ledger
          .saveCallBack({ id, ...(data !== undefined && { data }) })
          .catch((error: unknown) =>
            log.error(
              { call: id, problem: problemOf(error) },
              'a promise of a call back could not be stored',
            ),
          );
      },
      calls,
      roster,
      filesOf: (prompt) => promptFiles(settings, options.inForce().desired.recordings, prompt),
      seekAway: (sought) => (this.#inOverlay ? options.seekAway(sought) : undefined),
      promised: () => dialer.promised(),
      tell: options.tell,
    });
    const forms = new Forms({ ...common, zone: () => options.inForce().desired.site.zone });
    this.phones = new PhoneControl({
      ...common,
      roster,
      missingAnswer: (campaign, call) => forms.missing(campaign, call),
      campaignOf: (engagement) => this.#campaignOf(engagement),
      customerOf: (call) => this.#customers.get(call)?.customer,
      zoneOf: (call, at) =>
        sharedClock(this.#customers.get(call)?.zones ?? [], at) ?? options.inForce().desired.site.zone,
      keepDisposition: (said, campaign) => {
        const { call, agent, code, callbackAt: at, callbackFor } = said;
        const { customer: number = '', lead } = this.#customers.get(call) ?? {};
        const promised = { call, campaign, agent, number, code, ...(lead !== undefined && { lead }) };
        const own = at !== undefined && callbackFor === 'own' ? { ...promised, at } : undefined;
        return callbacks.said(call, own, { stream: 'event', row: said });
      },
      agentOn: (leg) => {
        const call = calls.byLeg(leg);
        return call?.agentLeg === leg ? call.agent : undefined;
      },
      onCallKey: (agent, call, key) => pressCallKey({ calls, handOvers }, agent, call, key),
      onMonitor: (agent, leg, extension) => monitors.dialed(agent, leg, extension),
      endCall: (call) => calls.input(call, { type: 'end', by: 'agent', at: business.now() }),
      onPreview: (agent, what) => {
        if (what === 'next') return dialer.showNext(agent);
        return what === 'dial' ? dialer.previews.dial(agent) : dialer.previews.pass(agent);
      },
      onOptout: (number, campaign) => this.#optOuts.add(number, campaign),
    });
    this.desk = new DeskFloor({
      ...common,
      campaignOf: (engagement) => this.#campaignOf(engagement),
      roster,
      calls,
      dialer,
      forms,
      phones: this.phones,
      handOvers,
      monitors,
      queues: this.queues,
      voicemails: this.#voicemailBox,
      callBacks,
      callbacks,
      speed,
      operatorOf,
      switchUp: () => fs.up,
      centerLinked: options.centerLinked,
      inForce: options.inForce,
      tell: options.tell,
      onChange: options.onShown,
    });
    this.training = new Training({
      business,
      speed,
      ids,
      clockTrust,
      centerLinked: options.centerLinked,
      inForce: options.inForce,
      seed: () => Math.floor(business.now()),
    });
    const arrivals = (this.#arrivals = new Arrivals({
      ...common,
      calls,
      guests: this.guests,
      recordingPath: recordTo,
      flowOf: (did) => options.inForce().desired.inboundNumbers?.find(({ number }) => number === did)?.flow,
      onTurnedAway: options.onTurnedAway,
    }));
    this.#reconciler = new Reconciler({
      ...common,
      spool: new CdrSpool(settings.cdrFolder, log),
      calls,
      roster,
      speed,
      onInbound: (leg, { createdAt, callerNumber: customer, marks }) =>
        arrivals.take({ leg, createdAt, customer, did: marks.digits ?? '', line: marks.line ?? 'unknown' }),
      isMonitor: (leg) => monitors.has(leg),
      onLegs: (alive, channels) => phoneLegs.audit(alive, channels),
      onFeature: (channel) => this.phones.onFeature(channel, business.now()),
    });
    fs.on('event', (event) => this.#onSwitchEvent(event));
    fs.on('failed', (leg, cause) => {
      phoneLegs.ended(leg);
      if (!monitors.onEnded(leg) && !calls.onFailed(leg, cause))
        roster.onCallbackLeg(leg, 'failed', business.now());
    });
  }

  /** Takes over a desired document. */
  configure({ desired }: InForce): void {
    // FreeSWITCH needs a moment for a profile that is new.
    if (desired.overlay) systemClock.schedule(1000, () => void this.#joinOverlay());
    this.lines.configure(desired);
    this.roster.configure(desired.agents, desired.domain);
    this.presence.apply();
    this.queues.configure(desired);
    this.dialer.configure(desired);
    void this.#sounds.prepare(desired);
  }

  /** What the ledger remembers goes on where it was; the spool and the first audit say what is still true. */
  async restore(recovered: Recovered): Promise<void> {
    for (const { number, campaign } of recovered.optouts) this.#optOuts.add(number, campaign);
    const { business, inForce, ledger } = this.#options;
    const midnight = startOfDay(business.now(), inForce().desired.site.zone);
    this.dialer.restore(await ledger.liveAnswers({ since: midnight }));
    this.roster.restore(recovered.agents);
    this.#voicemailBox.restore(recovered.voicemails);
    this.#callbacks.restore(recovered.ownCallbacks);
    this.queues.restore(recovered.callBacks, await ledger.lastTalks({ limit: rememberedCustomers }));
    const yesterday = startOfDay(midnight - 1, inForce().desired.site.zone);
    this.queues.restoreDay(yesterday, await ledger.queueDays({ since: yesterday, before: midnight }));
    this.queues.restoreDay(midnight, await ledger.queueDays({ since: midnight }));
    await this.desk.restore();
    this.lines.restore(recovered);
    for (const { data } of recovered.calls) {
      const { call, context } = JSON.parse(data) as { call: Call; context?: Attempt };
      if (context) this.dialer.runner.attempts.open(context);
      this.calls.add(restored(call));
    }
    this.dialer.runner.restoreCalls(recovered.ownCalls);
    this.dialer.book.restore(recovered.leads, recovered.attempts);
    const numbers = recovered.leads.flatMap(({ payload }) => (JSON.parse(payload) as LeasedLead).numbers);
    void this.numbers.learn(numbers.map(({ number }) => number));
    await this.#reconciler.mergeSpool();
  }

  /** Ends what runs beside this thread. */
  async close(): Promise<void> {
    await this.lines.stop();
    await this.numbers.close();
    await this.#listener.close();
    await this.#sounds.close();
  }

  /** Serves whoever can be served now: waiting customers go before new calls. */
  work(): void {
    this.queues.work();
    this.dialer.work();
  }

  /** Makes the picture agree with FreeSWITCH's. @param everythingGone FreeSWITCH was restarted */
  async audit(everythingGone = false): Promise<void> {
    const { switch: fs } = this.#options;
    await this.#reconciler.run(everythingGone);
    if (!fs.up) return;
    await this.presence.audit();
    await this.#joinOverlay();
    await this.lines.askTrunks();
    this.work();
  }

  async #joinOverlay(): Promise<void> {
    this.#inOverlay = await this.#options.joinOverlay().catch(() => false);
  }

  /** Address at which other sites reach agents here; undefined while they cannot. */
  get guestAddress(): string | undefined {
    const { overlay } = this.#options.inForce().desired;
    return overlay && this.#inOverlay && this.#options.switch.up ? siteAddress(overlay) : undefined;
  }

  /** What the campaign or the queue of a call wants of it. */
  #policyOf({ agent, campaign: id, queue, guestOf }: Call): CallPolicy {
    const campaign = id === undefined ? undefined : this.dialer.campaign(id);
    const waits = this.queues.queue(queue ?? inboundQueue.id) ?? inboundQueue;
    const { wrapUpSeconds, ringSeconds, noAnswerLimit, maxWaitSeconds } = waits;
    // A guest is asked where they called.
    const { survey } = campaign ?? (guestOf === undefined ? waits : {});
    return {
      ...(survey !== undefined && { survey }),
      // Of a campaign that is gone meanwhile: as the law has it.
      maxWaitMs: campaign?.maxWaitMs ?? (id === undefined ? maxWaitSeconds * 1000 : 2000),
      rings: this.roster.get(agent ?? '')?.mode === 'ring',
      holdMs: (waits.holdSeconds ?? usualHoldSeconds) * 1000,
      wrapUpMs: (campaign?.wrapUpSeconds ?? wrapUpSeconds) * 1000,
      ringSeconds,
      noAnswerLimit,
    };
  }

  /** Lets nobody be stuck: legs, then places in queues, are held against what is alive. */
  async look(): Promise<void> {
    await this.#reconciler.look();
    this.queues.audit();
  }

  /** The campaign that an engagement is for: its own, or that of the queue the caller waited in. */
  #campaignOf({ call, campaign }: Pick<Engagement, 'call' | 'campaign'>): EdgeCampaign | undefined {
    return this.dialer.campaign(campaign ?? this.#customers.get(call)?.campaign ?? '');
  }

  #remember(call: Call): void {
    const before = this.#customers.get(call.id);
    this.#customers.delete(call.id);
    const { customer, lead, attempt } = call;
    const dialed = attempt === undefined ? undefined : this.dialer.runner.attempts.get(attempt);
    const zones = dialed?.leadNumbers[dialed.position]?.zones ?? before?.zones ?? [];
    this.#customers.set(call.id, { customer, lead, zones, campaign: campaignOf(call) });
    if (this.#customers.size > rememberedCalls) this.#customers.delete(this.#customers.keys().next().value!);
  }

  #onSwitchEvent(event: SwitchEvent): void {
    const { calls, monitors, roster, phones } = this;
    if (event.type === 'trap') return this.lines.spans.trap(event.headers);
    if (event.type === 'gateway') return this.lines.onGateway(event.gateway, event.up, event.state);
    if (event.type === 'registered' || event.type === 'unregistered') return this.presence.onEvent(event);
    if (!('leg' in event)) return;
    this.#phoneLegs.follow(event);
    if (event.type === 'dtmf' && !this.#digits.lets(event.leg)) return;
    if (event.type === 'hungup') this.#digits.forget(event.leg);
    const led = calls.byCustomerLeg(event.leg);
    if (led?.phase === 'flow') {
      this.#flows.onEvent(led, event);
      // A key that led into a queue is none for the queue.
      if (event.type === 'dtmf') return;
    }
    if (event.type === 'dtmf' && monitors.onDigit(event.leg, event.digit)) return;
    if (event.type === 'dtmf')
      return this.queues.onDigit(event.leg, event.digit)
        ? undefined
        : phones.onDigit(event.leg, event.digit, event.at);
    if (event.type === 'parked') return this.#onParked(event);
    if (event.type === 'hungup' && this.monitors.onEnded(event.leg)) return;
    if (event.type === 'hungup' && roster.onCallbackLeg(event.leg, 'failed', event.at)) return;
    if (event.type === 'recorded' && led && this.#voicemails.isMessage(led, event.file))
      return this.#voicemails.recorded(led, event.file, event.ms);
    const talk = calls.byLeg(event.leg);
    calls.onEvent(event);
    if (event.type !== 'hungup') return;
    const of = talk?.agentLeg === event.leg ? talk.agent : undefined;
    roster.legEnded(event.leg, event.end.cause, event.at, of);
  }

  /** A leg waits for us: a caller from outside, a phone we called back, a feature code, or a leg of a call. */
  #onParked(event: Extract<SwitchEvent, { type: 'parked' }>): void {
    const { createdAt, leg, marks } = event;
    if (marks.role === 'customer' && marks.wants === 'inbound' && !this.calls.byLeg(leg)) {
      const { callerNumber: customer, dialed, from } = event;
      const line = marks.line ?? this.lines.behind(from);
      return this.#arrivals.take({ leg, createdAt, customer, did: marks.digits ?? dialed, line });
    }
    if (marks.role === 'customer' && marks.wants === 'guest' && !this.calls.byLeg(leg))
      return this.#arrivals.takeGuest(event);
    if (this.monitors.onParked(leg)) return;
    if (this.roster.onCallbackLeg(leg, 'answered', event.at)) return this.work();
    const standing = marks.wants === 'nailed' || marks.wants === 'callback';
    if (marks.role === 'agent' && marks.wants && !standing && !this.roster.byLeg(leg))
      return this.phones.onFeature(event, event.at);
    this.calls.onEvent(event);
  }
}

const underWay: ReadonlySet<Call['phase']> = new Set([
  'judging',
  'flow',
  'waiting',
  'ringing-agent',
  'bridging',
  'parting',
  'parked',
]);

/** A call from the ledger: orders that were under way when the process died are given again after the audit. */
function restored({ consult: _second, ...call }: Call): Call {
  if (!underWay.has(call.phase)) return call;
  const { agent: _agent, agentLeg: _leg, site: _site, ...alone } = call;
  return { ...alone, phase: 'answered' };
}
