import { BranchlineError, isRetryable, problemOf, type Timer } from '@branchline/shared';
import { at, AtChannel, AtRefusal, refusalCode, type AtCommand } from '../at/index.ts';
import { CallControl, type CallEvent } from './call-control.ts';
import type { BalanceQuery, GsmModemOptions, ModemSnapshot } from './gsm-modem-options.ts';
import { MessageBox } from './message-box.ts';
import {
  absentModem,
  type ModemEffect,
  type ModemIdentity,
  type ModemInput,
  type ModemRules,
  type ModemState,
  type SimIdentity,
} from './modem.ts';
import { conditionOf, isRegistered, nextModem } from './modem-machine.ts';
import { identify, readNetwork, readSimState, setUp } from './procedures.ts';
import { profileById, profileOf, type ModemProfile } from './profile.ts';
import { readReport, type ModemReport } from './report.ts';
import { Ussd, type UssdAnswer } from './ussd.ts';

const balanceDeadlineMs = 120_000;

/** One GSM or LTE modem on a serial port: found again after every loss, watched, and driven. */
export class GsmModem {
  readonly #options: GsmModemOptions;
  readonly #rules: ModemRules;
  readonly #calls: CallControl;
  readonly #messages: MessageBox;
  readonly #ussd: Ussd;
  #state: ModemState = absentModem;
  #profile: ModemProfile;
  #channel: AtChannel | undefined;
  /** Counts openings: a port that was given up has no say any more. */
  #link = 0;
  /** Counts openings and restarts: what was asked before is void. */
  #generation = 0;
  #stopped = false;
  #openTimer: Timer | undefined;
  #identifyTimer: Timer | undefined;
  #simTimer: Timer | undefined;
  #lookTimer: Timer | undefined;
  #told = '';

  constructor(options: GsmModemOptions) {
    this.#options = options;
    this.#rules = { hasPin: options.pin !== undefined, weakestDbm: options.weakestDbm ?? -97 };
    this.#profile = profileById(options.profile ?? 'generic');
    const { clock, listener } = options;
    const execute = (command: AtCommand, urgent?: boolean): Promise<readonly string[]> =>
      this.#execute(command, urgent);
    const profile = (): ModemProfile => this.#profile;
    this.#calls = new CallControl({
      clock,
      execute,
      profile,
      event: (event) => this.#onCall(event),
      restart: () => void this.restart().catch(() => this.#channel?.close()),
    });
    this.#messages = new MessageBox({
      clock,
      execute,
      take: (received) => listener.received(received),
      leave: options.leaveMessages ?? false,
    });
    this.#ussd = new Ussd(clock, execute, profile);
  }

  get snapshot(): ModemSnapshot {
    const { identity, simIdentity, operator, signal } = this.#state;
    return {
      id: this.#options.id,
      condition: conditionOf(this.#state, this.#rules),
      profile: this.#profile.id,
      ...(identity && { identity }),
      ...(simIdentity && { sim: simIdentity }),
      ...(operator !== undefined && { operator }),
      ...(typeof signal === 'number' && { signalDbm: signal }),
      call: this.#calls.state,
    };
  }

  start(): void {
    this.#stopped = false;
    this.#input({ type: 'open' });
  }

  /** Hangs up and lets the port go. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#messages.stop();
    if (this.#calls.state.at !== 'idle') await this.#execute(at.hangUp, true).catch(() => undefined);
    for (const timer of [this.#openTimer, this.#identifyTimer, this.#simTimer, this.#lookTimer])
      timer?.cancel();
    this.#channel?.close();
  }

  /**
   * Begins a call; what becomes of it comes as events.
   * @param ringMs longest wait for an answer, from now, ms
   * @throws BranchlineError `BL_MODEM_STATE` unless it is in service; `BL_AT_ARGUMENT` for what is no number
   */
  dial(number: string, ringMs = 45_000): void {
    this.#require('in-service', 'dial');
    at.dial(number);
    this.#calls.dispatch({ type: 'dial', number, ringMs, at: this.#now() });
  }

  /** Takes the call that rings; without one nothing happens. */
  answer(): void {
    this.#calls.dispatch({ type: 'answer', at: this.#now() });
  }

  /** Ends or rejects the call; without one nothing happens. */
  hangUp(): void {
    this.#calls.dispatch({ type: 'hang-up', at: this.#now() });
  }

  /** @param key one of `0-9 A-D * #` */
  tone(key: string): Promise<void> {
    return this.#calls.tone(key);
  }

  /** See {@link MessageBox.send}. @throws also BranchlineError `BL_MODEM_STATE` */
  async sendMessage(to: string, text: string, report = false): Promise<number[]> {
    this.#require('in-service', 'send a message');
    return this.#messages.send(to, text, report);
  }

  /** See {@link Ussd.ask}. @throws also BranchlineError `BL_MODEM_STATE` */
  async ussd(code: string): Promise<UssdAnswer> {
    this.#require('in-service', 'ask the operator');
    return this.#ussd.ask(code);
  }

  /** The balance in the operator's currency. @throws BranchlineError `BL_USSD_FAILED` when no amount is found */
  async balance({ method, code, target, pattern }: BalanceQuery): Promise<number> {
    const text =
      method === 'ussd' ? (await this.ussd(code)).text : await this.#askByMessage(code, target, pattern);
    const amount = Number(pattern.exec(text)?.[1]);
    if (!Number.isFinite(amount))
      throw new BranchlineError('BL_USSD_FAILED', { code, problem: `no amount in "${text.slice(0, 100)}"` });
    return amount;
  }

  /** Restarts the modem; it comes back as if it had just been plugged in. @throws AtRefusal, and what the port throws */
  async restart(): Promise<void> {
    await this.#execute(at.restart, true);
    this.#generation++;
    for (const timer of [this.#identifyTimer, this.#simTimer, this.#lookTimer]) timer?.cancel();
    this.#lineLost();
    this.#input({ type: 'restarting' });
  }

  async #askByMessage(code: string, target: string | undefined, pattern: RegExp): Promise<string> {
    const to = target ?? '';
    const answer = this.#messages.next(
      ({ from, text }) => from.endsWith(to.replace(/^\+/, '')) && pattern.test(text),
      balanceDeadlineMs,
      code,
    );
    const [, message] = await Promise.all([this.sendMessage(to, code), answer]);
    return message.text;
  }

  #require(phase: 'in-service', action: string): void {
    const condition = conditionOf(this.#state, this.#rules);
    const state = condition.phase === 'failed' ? `${condition.fault} (${condition.reason})` : condition.phase;
    if (condition.phase !== phase)
      throw new BranchlineError('BL_MODEM_STATE', { modem: this.#options.id, state, action });
  }

  #execute(command: AtCommand, urgent = false): Promise<readonly string[]> {
    if (!this.#channel)
      return Promise.reject(new BranchlineError('BL_AT_CLOSED', { command: command.shown }));
    return this.#channel.execute(command, urgent);
  }

  #input(input: ModemInput): void {
    const { state, effects } = nextModem(this.#state, input, this.#rules);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#tell();
  }

  #tell(): void {
    const snapshot = this.snapshot;
    const shown = JSON.stringify({ ...snapshot, call: snapshot.call.at });
    if (shown === this.#told) return;
    this.#told = shown;
    this.#options.listener.changed(snapshot);
  }

  #perform(effect: ModemEffect): void {
    switch (effect.do) {
      case 'open':
        return void this.#open();
      case 'open-later':
        if (this.#stopped) return;
        this.#openTimer = this.#options.clock.schedule(effect.ms, () => this.#input({ type: 'open' }));
        return;
      case 'identify':
        this.#identifyTimer?.cancel();
        this.#identifyTimer = this.#options.clock.schedule(effect.afterMs, () => this.#identify());
        return;
      case 'ask-sim':
        this.#simTimer?.cancel();
        this.#simTimer = this.#options.clock.schedule(effect.afterMs, () => this.#askSim());
        return;
      case 'enter-pin':
        return this.#run(() => this.#enterPin());
      case 'set-up':
        return this.#run(async () => {
          const sim = await setUp((command) => this.#execute(command), this.#profile);
          return () => this.#setUpDone(sim);
        });
    }
  }

  /**
   * Work on the present link. A timeout sets the channel looking for its step, after which the state asks anew; a closed port
   * tells by itself. What a link that is gone answered is void.
   */
  #run(work: () => Promise<() => void>): void {
    const generation = this.#generation;
    work().then(
      (apply) => {
        if (generation === this.#generation) apply();
      },
      (error: unknown) => {
        if (!isRetryable(error)) this.#options.listener.warning(`${this.#options.id}: ${problemOf(error)}`);
      },
    );
  }

  async #open(): Promise<void> {
    const link = ++this.#link;
    this.#generation++;
    try {
      const channel = await AtChannel.open(this.#options.open, {
        clock: this.#options.clock,
        unsolicited: (line, payload) => this.#onLine(line, payload),
        trouble: (kind) => this.#input({ type: 'trouble', kind }),
        recovered: () => this.#input({ type: 'recovered' }),
        closed: (reason) => link === this.#link && this.#onClosed(reason),
      });
      // It may have been unplugged while it was being opened.
      if (this.#stopped || channel.closed) return channel.close();
      this.#channel = channel;
      this.#input({ type: 'opened' });
    } catch (error) {
      this.#input({ type: 'closed', problem: problemOf(error) });
    }
  }

  #onClosed(reason: BranchlineError): void {
    this.#generation++;
    this.#channel = undefined;
    for (const timer of [this.#identifyTimer, this.#simTimer, this.#lookTimer]) timer?.cancel();
    this.#lineLost();
    const trouble =
      reason.code === 'BL_AT_HUNG' ? 'hung' : reason.code === 'BL_AT_GARBAGE' ? 'garbage' : undefined;
    this.#input({ type: 'closed', problem: problemOf(reason), ...(trouble && { trouble }) });
  }

  #lineLost(): void {
    this.#calls.dispatch({ type: 'line-lost', at: this.#now() });
  }

  #identify(): void {
    this.#run(async () => {
      const identity = await identify((command) => this.#execute(command));
      return () => this.#identified(identity);
    });
  }

  #identified(identity: ModemIdentity): void {
    const { profile } = this.#options;
    this.#profile = profile ? profileById(profile) : profileOf(identity.maker, identity.model);
    this.#input({ type: 'identified', identity });
  }

  #askSim(): void {
    this.#run(async () => {
      const sim = await readSimState((command) => this.#execute(command));
      return () => this.#input({ type: 'sim', sim });
    });
  }

  async #enterPin(): Promise<() => void> {
    try {
      await this.#execute(at.enterPin(this.#options.pin ?? ''));
      return () => this.#askSim();
    } catch (error) {
      if (!(error instanceof AtRefusal)) throw error;
      // 16: wrong. Anything else is no verdict on the PIN, and still it is not tried again.
      if (refusalCode(error, 'cme') !== 16)
        this.#options.listener.warning(`${this.#options.id}: ${problemOf(error)}`);
      return () => this.#input({ type: 'pin-refused' });
    }
  }

  #setUpDone(sim: SimIdentity): void {
    this.#input({ type: 'set-up', sim });
    this.#look();
    this.#messages.sweep();
    this.#run(async () => {
      await this.#calls.takeStock();
      return () => undefined;
    });
  }

  /** Looks at the network now and again later. Not while a call is being set up: the port belongs to it. */
  #look(): void {
    this.#lookTimer?.cancel();
    this.#lookTimer = this.#options.clock.schedule(this.#options.lookEveryMs ?? 20_000, () => this.#look());
    const { at: call } = this.#calls.state;
    if (call !== 'idle' && call !== 'active') return;
    this.#run(async () => {
      const facts = await readNetwork((command) => this.#execute(command), this.#profile);
      return () => {
        if (facts.forgotten) return this.#booted();
        if (facts.cs !== undefined) this.#input({ type: 'registration', domain: 'cs', status: facts.cs });
        if (facts.eps !== undefined) this.#input({ type: 'registration', domain: 'eps', status: facts.eps });
        if (facts.ims !== undefined) this.#input({ type: 'ims', registered: facts.ims });
        if (facts.signal !== undefined)
          this.#input({ type: 'signal', dbm: facts.signal === 'none' ? undefined : facts.signal });
        this.#input({ type: 'operator', name: facts.operator });
      };
    });
  }

  #onCall(event: CallEvent): void {
    this.#input({ type: 'busy', busy: event.what !== 'ended' });
    this.#options.listener.call(event);
  }

  #onLine(line: string, payload: string | undefined): void {
    const report = readReport(line, payload, this.#profile.dsci);
    if (report) this.#onReport(report);
  }

  #onReport(report: ModemReport): void {
    const now = this.#now();
    switch (report.type) {
      case 'call':
        return this.#calls.dispatch({ type: 'report', report, at: now });
      case 'call-word':
        return this.#calls.dispatch({ type: 'word', word: report.word, at: now });
      case 'ring':
        return this.#calls.dispatch({ type: 'ring', at: now });
      case 'caller':
        return this.#calls.dispatch({
          type: 'caller',
          at: now,
          ...(report.number !== undefined && { number: report.number }),
        });
      case 'registration':
        this.#input(report);
        // The name of the network and its strength are worth a look at once.
        if (isRegistered(this.#state) && this.#state.ready && this.#state.operator === undefined)
          this.#look();
        return;
      case 'signal':
        return this.#input(report);
      case 'service':
        // The word for "no service" comes before the registration's own report.
        return report.available ? undefined : this.#input({ type: 'registration', domain: 'cs', status: 0 });
      case 'sim':
        return this.#onSim(report.sign);
      case 'message':
        return this.#messages.announced(report.index, report.memory);
      case 'pdu':
        return this.#messages.pushed(report.pdu);
      case 'storage-full':
        return this.#messages.sweep();
      case 'ussd':
        return this.#ussd.report(report);
      case 'boot':
        return this.#booted();
      case 'power':
        return this.#options.listener.warning(`${this.#options.id}: ${report.problem}`);
    }
  }

  #booted(): void {
    if (this.#state.identity) this.#generation++;
    this.#lineLost();
    this.#input({ type: 'booted' });
  }

  #onSim(sign: 'ready' | 'removed' | 'inserted' | 'locked'): void {
    if (sign === 'removed') return this.#input({ type: 'sim', sim: 'missing' });
    if (sign === 'inserted') return this.#input({ type: 'sim-inserted' });
    if (this.#state.identity && this.#state.sim !== 'ready') this.#askSim();
  }

  #now(): number {
    return this.#options.clock.now();
  }
}
