import { problemOf, type Clock, type ClockTrust, type IdSource, type MonitorMode } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { voiceOf, type Roster } from '../agents/index.ts';
import type { NewRow } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import { told, type Actor } from './actor.ts';
import type { Call } from './call.ts';
import { refuse } from '../refuse.ts';
import type { Calls } from './calls.ts';

export interface MonitorsOptions {
  readonly switch: Switch;
  readonly calls: () => Calls;
  readonly roster: Roster;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  readonly domain: () => string;
  readonly isPhone: (extension: string) => boolean;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
  /** Who listens to what has changed. */
  readonly onChange: () => void;
}

/** Somebody who listens to a call, or speaks into it. */
export interface Monitor {
  readonly leg: string;
  readonly call: string;
  readonly extension: string;
  readonly mode: Exclude<MonitorMode, 'stop'>;
  /** Their phone rings no more. */
  readonly there: boolean;
  /** It is the standing leg of an agent. */
  readonly borrowed?: true;
}

/** Reason of the break of a supervisor whose phone listens to a call. */
const supervising = 'supervising';

const digitModes: Readonly<Record<string, Monitor['mode']>> = { 0: 'listen', 2: 'whisper', 3: 'barge' };

/** How long the phone of whoever wants to listen rings, seconds. */
const ringSeconds = 30;

/** Supervisors on the calls of others: they hear both, and are heard by nobody, the agent alone, or both. */
export class Monitors {
  readonly #options: MonitorsOptions;
  /** By the extension of whoever listens. */
  readonly #monitors = new Map<string, Monitor>();

  constructor(options: MonitorsOptions) {
    this.#options = options;
  }

  all(): readonly Monitor[] {
    return [...this.#monitors.values()];
  }

  /** Whether a leg is one of theirs. */
  has(leg: string): boolean {
    return this.#byLeg(leg) !== undefined;
  }

  /**
   * Rings a phone to let it listen to a call, or changes what it does there.
   * @param by who wants it: an agent, or a person at the center
   * @throws BranchlineError `BL_DESK_REFUSED` when nobody talks, or it is the agent's own phone
   */
  set(id: string, extension: string, mode: MonitorMode, by: Actor): void {
    const present = this.#monitors.get(extension);
    if (mode === 'stop') {
      if (present?.call !== id) refuse('this phone listens to no such call');
      this.#tell(present, mode, by);
      return this.#end(present);
    }
    const call = this.#options.calls().get(id);
    if (call?.phase !== 'talking' || call.agentLeg === undefined) return refuse('nobody talks on this call');
    if (!this.#options.isPhone(extension)) refuse(`there is no phone ${extension}`);
    if (present && present.call !== id) this.#end(present);
    const again = present?.call === id ? present : this.#begin(id, extension);
    const monitor = { ...again, mode };
    this.#monitors.set(extension, monitor);
    this.#tell(monitor, mode, by, call);
    if (again !== present && !monitor.there) this.#ring(monitor);
    else if (monitor.there) this.#listen(monitor, call.agentLeg);
    this.#options.onChange();
  }

  /** The leg of a supervisor who stands on one long call and is in none of a customer's: they take no calls meanwhile. */
  #borrow(extension: string): string | undefined {
    const { roster, business } = this.#options;
    const agent = roster.byExtension(extension);
    if (agent?.leg === undefined || voiceOf(agent) || agent.state === 'offline') return undefined;
    if (agent.state === 'ready')
      roster.input(agent.id, { type: 'break', reason: supervising, at: business.now() });
    return agent.leg;
  }

  #giveBack(extension: string): void {
    const { roster, business } = this.#options;
    const agent = roster.byExtension(extension);
    if (agent?.state === 'break' && agent.reason === supervising)
      roster.input(agent.id, { type: 'ready', at: business.now() });
  }

  #begin(call: string, extension: string): Omit<Monitor, 'mode'> {
    const leg = this.#borrow(extension);
    return leg === undefined
      ? { leg: this.#options.ids(), call, extension, there: false }
      : { leg, call, extension, there: true, borrowed: true };
  }

  /**
   * A supervisor's phone has dialed the code that listens to the agent of an extension. Digits change what it does: 0 listens, 2 whispers,
   * 3 speaks to both, as FreeSWITCH has them. Gives whether it listens now.
   */
  dialed(supervisor: string, leg: string, extension: string): boolean {
    const { calls, roster, onChange } = this.#options;
    const own = roster.get(supervisor);
    const agent = roster.byExtension(extension);
    const call = calls().get((agent && voiceOf(agent)?.call) ?? '');
    if (!own || !roster.definition(supervisor)?.supervisor) return false;
    if (call?.phase !== 'talking' || call.agentLeg === undefined) return false;
    const present = this.#monitors.get(own.extension);
    if (present) this.#end(present);
    const monitor: Monitor = { leg, call: call.id, extension: own.extension, mode: 'listen', there: true };
    this.#monitors.set(own.extension, monitor);
    this.#tell(monitor, 'listen', supervisor, call);
    this.#listen(monitor, call.agentLeg);
    onChange();
    return true;
  }

  /** A digit of somebody who listens. Gives whether it was one of theirs. */
  onDigit(leg: string, digit: string): boolean {
    const { calls, roster } = this.#options;
    const monitor = this.#byLeg(leg);
    // What FreeSWITCH makes of another digit (1 would be heard by the customer alone) is taken back.
    const mode = monitor && (digitModes[digit] ?? monitor.mode);
    if (mode && calls().get(monitor.call)?.phase === 'talking')
      this.set(
        monitor.call,
        monitor.extension,
        mode,
        roster.byExtension(monitor.extension)?.id ?? monitor.extension,
      );
    return monitor !== undefined;
  }

  /** A phone that was rung has answered. Gives whether it was one of theirs. */
  onParked(leg: string): boolean {
    const monitor = this.#byLeg(leg);
    if (!monitor) return false;
    if (monitor.borrowed) return true;
    const agentLeg = this.#options.calls().get(monitor.call)?.agentLeg;
    if (agentLeg === undefined) {
      this.#end(monitor);
      return true;
    }
    const there = { ...monitor, there: true };
    this.#monitors.set(monitor.extension, there);
    this.#listen(there, agentLeg);
    this.#options.onChange();
    return true;
  }

  /** A leg has ended, or never was. Gives whether it was one of theirs. */
  onEnded(leg: string): boolean {
    const monitor = this.#byLeg(leg);
    if (!monitor) return false;
    this.#monitors.delete(monitor.extension);
    this.#options.onChange();
    return monitor.borrowed === undefined;
  }

  /** A call has changed: nobody listens to an agent whose call is over. */
  follow(call: Call): void {
    if (call.phase === 'talking') return;
    for (const monitor of this.#monitors.values()) if (monitor.call === call.id) this.#end(monitor);
  }

  #byLeg(leg: string): Monitor | undefined {
    return this.all().find((monitor) => monitor.leg === leg);
  }

  #ring({ leg, call, extension }: Monitor): void {
    this.#options.switch
      .originate({
        leg,
        to: { extension, domain: this.#options.domain() },
        variables: { bl_role: 'agent', bl_call: call, bl_extension: extension, sip_auto_answer: true },
        callerId: extension,
        timeoutSeconds: ringSeconds,
      })
      .catch((error: unknown) => {
        this.#problem(call, error);
        this.onEnded(leg);
      });
  }

  #listen({ leg, call, mode, borrowed }: Monitor, agentLeg: string): void {
    // The agent's leg: what is whispered is not in the customer's recording, what both hear is.
    this.#options.switch
      .eavesdrop(leg, agentLeg, mode, borrowed ? 'park' : 'hangup')
      .catch((error: unknown) => this.#problem(call, error));
  }

  #end({ leg, call, extension, borrowed }: Monitor): void {
    const { switch: fs, onChange } = this.#options;
    this.#monitors.delete(extension);
    (borrowed ? fs.park(leg) : fs.hangup(leg)).catch((error: unknown) => this.#problem(call, error));
    if (borrowed) this.#giveBack(extension);
    onChange();
  }

  #tell({ call, extension }: Monitor, mode: MonitorMode, by: Actor, about?: Call): void {
    const { business, clockTrust, ids, tell } = this.#options;
    const head = { at: business.now(), clock: clockTrust(), id: ids() };
    const agent = about?.agent === undefined ? {} : { agent: about.agent };
    const row = { ...head, type: 'monitored' as const, call, mode, extension, ...agent, ...told(by) };
    tell({ stream: 'event', row });
  }

  #problem(call: string, error: unknown): void {
    this.#options.log.warn({ call, problem: problemOf(error) }, 'a call could not be listened to');
  }
}
