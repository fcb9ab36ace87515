import type { Clock } from '@branchline/shared';
import type { Action } from './dialplan.ts';
import { causes, fromStatus } from './causes.ts';
import { setTimeVariables } from './channel.ts';
import type { CallerProfile, Channel } from './channel.ts';
import type { SwitchCore } from './core.ts';
import { writeCallRecord } from './json-cdr.ts';
import type { Party } from './party.ts';
import type { Bridge, PrivateCommand, Program } from './program.ts';
import type { Recorder } from './recorder.ts';
import type { SipLeg } from './sip-variables.ts';
import { setMediaVariables, setQualityVariables, setReplyVariables } from './sip-variables.ts';

export interface SessionRuntime {
  run(session: Session, program: Program): Promise<void>;
  execute(
    session: Session,
    application: string,
    data: string,
    applicationUuid?: string,
  ): Promise<void> | void;
}

export type PauseEnd = 'elapsed' | 'broken' | 'left' | 'until';

export interface Pause {
  /** Ms of `clock`; absent = until something else ends it. */
  readonly ms?: number;
  readonly clock?: Clock;
  /** Whether `uuid_break` ends it. */
  readonly breakable?: boolean;
  readonly until?: () => boolean;
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One leg that lives: a channel with its party, its thread of programs, and the rules of its end. */
export class Session {
  readonly core: SwitchCore;
  readonly channel: Channel;
  readonly runtime: SessionRuntime;
  /** Absent for a leg that is no SIP. */
  readonly sip: SipLeg | undefined;
  readonly recordings = new Map<string, Recorder>();
  readonly applicationLog: { name: string; data: string; at: number }[] = [];
  readonly extensionLog: {
    name: string;
    number: string;
    applications: readonly Action[];
    profile: CallerProfile;
  }[] = [];
  readonly commands: PrivateCommand[] = [];
  /** Called whenever something about the leg changed: whoever waits for it looks again. */
  readonly watchers = new Set<() => void>();
  party: Party | undefined;
  bridge: Bridge | undefined;
  onDigit: ((digit: string) => void) | undefined;
  /** On hold by us; `moh` is set on the partner that hears music meanwhile. */
  held = false;
  moh = false;
  /** While > 0 the channel may be reported but not destroyed: somebody still looks at it. */
  #holds = 0;
  #waiters = new Set<() => void>();
  #next: Program | undefined;
  #current: Program | undefined;
  #break = false;
  #disposition: string | undefined;
  #wasAnswered = false;
  #reported = false;

  constructor(core: SwitchCore, channel: Channel, sip: SipLeg | undefined, runtime: SessionRuntime) {
    this.core = core;
    this.channel = channel;
    this.sip = sip;
    this.runtime = runtime;
  }

  get uuid(): string {
    return this.channel.uuid;
  }

  get hungUp(): boolean {
    return this.channel.hangupCause !== undefined;
  }

  /** HANGUP_COMPLETE is out. */
  get reported(): boolean {
    return this.#reported;
  }

  /** Whether the thread must give up what it does: the leg ended or was sent elsewhere. */
  get leaving(): boolean {
    return this.hungUp || this.#next !== undefined || this.core.dead;
  }

  get peer(): Session | undefined {
    if (!this.bridge) return undefined;
    return this.bridge.a === this ? this.bridge.b : this.bridge.a;
  }

  isOn(program: Program): boolean {
    return this.#next === program || this.#current === program;
  }

  get waitingForItsDialer(): boolean {
    return this.#current?.kind === 'consume' && this.#next === undefined;
  }

  /** Starts the thread. */
  start(first: Program): void {
    this.#next = first;
    void this.#run();
  }

  /** Sends the leg to another program, out of whatever it does. */
  go(program: Program): void {
    if (this.hungUp) return;
    this.#next = program;
    this.signal();
  }

  /** Wakes everybody who waits on this leg. */
  signal(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** Ends a running playback; `all` drops queued commands too. */
  breakOff(all: boolean): void {
    if (all) this.commands.length = 0;
    this.#break = true;
    this.signal();
  }

  clearBreak(): void {
    this.#break = false;
  }

  /** Waits, handling queued commands meanwhile, until time is up, a condition holds, a break comes or the leg leaves. */
  async pause(pause: Pause): Promise<PauseEnd> {
    let elapsed = false;
    const clock = pause.clock ?? this.core.options.business;
    const timer =
      pause.ms === undefined
        ? undefined
        : clock.schedule(pause.ms, () => {
            elapsed = true;
            this.signal();
          });
    try {
      for (;;) {
        if (this.leaving) return 'left';
        if (pause.until?.() === true) return 'until';
        if (pause.breakable === true && this.#break) {
          this.#break = false;
          return 'broken';
        }
        if (elapsed) return 'elapsed';
        const command = this.commands.shift();
        if (command) {
          await this.#perform(command);
          continue;
        }
        await new Promise<void>((resolve) => this.#waiters.add(resolve));
      }
    } finally {
      timer?.cancel();
    }
  }

  enqueue(command: PrivateCommand): void {
    this.commands.push(command);
    this.signal();
  }

  async #perform(command: PrivateCommand): Promise<void> {
    for (let loop = 1; loop <= command.loops || command.loops < 0; loop++) {
      this.channel.set('current_loop', String(loop));
      this.channel.set('total_loops', String(command.loops));
      await this.runtime.execute(this, command.application, command.data, command.applicationUuid);
      // A file that cannot be played must not turn an endless loop into a busy one.
      if (this.leaving || this.#break || command.loops < 0) break;
    }
    this.channel.emit('PRIVATE_COMMAND', [], command.headers);
  }

  async #run(): Promise<void> {
    while (!this.hungUp && !this.core.dead) {
      const program = this.#next;
      this.#next = undefined;
      this.#current = program;
      this.changed();
      if (!program) {
        this.hangup('NORMAL_CLEARING');
        break;
      }
      await this.runtime.run(this, program);
    }
    this.#current = undefined;
    if (!this.core.dead) await this.#finish();
  }

  // --- progress -------------------------------------------------------------------------------------------------

  ringing(): void {
    const { channel } = this;
    if (this.hungUp || channel.answerState !== 'ringing' || channel.times.progress > 0) return;
    if (this.sip && channel.direction === 'outbound') setReplyVariables(channel, this.sip);
    channel.times.progress = this.core.micros();
    channel.emit('CHANNEL_PROGRESS');
    channel.setCallState('RINGING');
    if (channel.direction === 'inbound') this.party?.ringing?.();
    this.#hook('execute_on_ring');
    this.changed();
  }

  earlyMedia(): void {
    const { channel } = this;
    if (this.hungUp || channel.answerState !== 'ringing') return;
    if (this.sip && channel.direction === 'outbound') setReplyVariables(channel, this.sip);
    this.#openMedia();
    channel.answerState = 'early';
    channel.times.progressMedia = this.core.micros();
    channel.set('endpoint_disposition', 'EARLY MEDIA');
    channel.emit('CHANNEL_PROGRESS_MEDIA');
    this.#hook('execute_on_pre_answer');
    channel.setCallState('EARLY');
    if (channel.direction === 'inbound') this.party?.early?.();
    this.changed();
  }

  answer(): void {
    const { channel } = this;
    if (this.hungUp || channel.answerState === 'answered') return;
    if (channel.direction === 'inbound') this.earlyMedia();
    else if (this.sip && channel.get('sip_reply_host') === undefined) setReplyVariables(channel, this.sip);
    this.#openMedia();
    channel.answerState = 'answered';
    channel.times.answered = this.core.micros();
    this.#wasAnswered = true;
    channel.emit('CHANNEL_ANSWER');
    this.#hook('execute_on_answer');
    channel.setCallState('ACTIVE');
    channel.set('endpoint_disposition', 'ANSWER');
    this.party?.answered?.();
    this.changed();
  }

  #openMedia(): void {
    const { channel } = this;
    if (channel.codec) return;
    channel.codec = true;
    if (this.sip) setMediaVariables(channel);
    channel.emit('CODEC', [
      ['channel-read-codec-name', 'PCMA'],
      ['channel-read-codec-rate', '8000'],
      ['channel-read-codec-bit-rate', '64000'],
    ]);
    channel.emit('CODEC', [['Channel-Write-codec-bit-rate', '64000']]);
  }

  /** Runs the applications of `execute_on_…` and `execute_on_…_1`, `_2` …; "app args" or "app::args". */
  #hook(name: string): void {
    // A copy: the applications set variables.
    for (const [key, value] of Array.from(this.channel.variables)) {
      if (key !== name && !key.startsWith(`${name}_`)) continue;
      const [application = '', ...rest] = value.includes('::') ? value.split('::') : value.split(' ');
      void this.runtime.execute(this, application, rest.join(value.includes('::') ? '::' : ' '));
    }
  }

  /** A digit the far end pressed (or the software pretended it did): reported, and passed on to the bridged leg. */
  digit(digit: string, source: 'RTP' | 'APP', samples = 2000): void {
    if (this.hungUp) return;
    this.channel.emit('DTMF', [
      ['DTMF-Digit', digit],
      ['DTMF-Duration', String(samples)],
      ['DTMF-Source', source],
    ]);
    this.onDigit?.(digit);
    this.peer?.party?.dtmf?.(digit);
  }

  // --- the end --------------------------------------------------------------------------------------------------

  /** Hangs the leg up, by us or because its party did; a second cause is ignored. */
  hangup(cause: string, by: 'switch' | 'party' = 'switch', status?: number): void {
    const { channel } = this;
    if (this.hungUp) return;
    if (this.sip) this.#endSip(this.sip, cause, by, status);
    channel.hangupCause = cause;
    channel.answerState = 'hangup';
    channel.target = 'CS_HANGUP';
    channel.emit('CHANNEL_HANGUP');
    this.signal();
    this.changed();
  }

  #endSip(sip: SipLeg, cause: string, by: 'switch' | 'party', status: number | undefined): void {
    const { channel } = this;
    const outbound = channel.direction === 'outbound';
    if (by === 'switch') {
      this.#disposition = this.#wasAnswered ? 'send_bye' : outbound ? 'send_cancel' : 'send_refuse';
      return;
    }
    this.#disposition = this.#wasAnswered ? 'recv_bye' : outbound ? 'recv_refuse' : 'recv_cancel';
    channel.set('sip_hangup_disposition', this.#disposition);
    if (status === undefined) channel.set('sip_term_status', '200');
    else {
      if (channel.get('sip_reply_host') === undefined) setReplyVariables(channel, sip);
      channel.set('sip_invite_failure_status', String(status));
      channel.set('sip_invite_failure_phrase', fromStatus(status).phrase);
      channel.set('sip_reason', `Q.850;cause=${causes[cause] ?? 16};text="${cause}"`);
      channel.set('sip_term_status', String(status));
      channel.set('proto_specific_hangup_cause', `sip:${status}`);
    }
    channel.set('sip_term_cause', String(causes[cause] ?? 16));
  }

  /** Keeps the channel from being destroyed until the returned function is called. */
  hold(): () => void {
    this.#holds++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#holds--;
      this.signal();
    };
  }

  async #finish(): Promise<void> {
    const { channel } = this;
    const cause = channel.hangupCause ?? 'NORMAL_CLEARING';
    channel.enter('CS_HANGUP');
    channel.times.hangup = this.core.micros();
    for (const [path, recorder] of this.recordings) {
      this.recordings.delete(path);
      recorder.stop();
    }
    channel.setCallState('HANGUP');
    this.core.scheduler.removeGroup(this.uuid);
    this.party?.released(cause);
    channel.enter('CS_REPORTING');
    this.changed();
    await nextTurn();
    if (this.core.dead) return;
    channel.callUuid = this.uuid;
    channel.set('call_uuid', this.uuid);
    channel.set('hangup_cause', cause);
    channel.set('hangup_cause_q850', String(causes[cause] ?? 16));
    channel.set('digits_dialed', 'none');
    setTimeVariables(channel);
    channel.set('sip_hangup_disposition', this.#disposition);
    if (this.sip) setQualityVariables(channel);
    writeCallRecord(this);
    channel.emit('CHANNEL_HANGUP_COMPLETE');
    this.#reported = true;
    this.changed();
    while (this.#holds > 0) await new Promise<void>((resolve) => this.#waiters.add(resolve));
    if (this.core.dead) return;
    channel.target = 'CS_DESTROY';
    channel.emit('CHANNEL_DESTROY');
    this.core.sessions.delete(this.uuid);
    channel.state = 'CS_DESTROY';
    channel.emit('CHANNEL_STATE');
    this.changed();
  }
}

/** The session with a UUID, unless it is already on its way out: locating it fails then, as in the real switch. */
export function locate(core: SwitchCore, uuid: string | undefined): Session | undefined {
  const session = uuid === undefined ? undefined : core.sessions.get(uuid);
  return session?.hungUp === false ? session : undefined;
}
