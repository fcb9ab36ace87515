import type { SpanSwitch } from '@branchline/hardware/emulator';
import type { Clock, RandomSource } from '@branchline/shared';
import type { SwitchConfiguration } from './configuration.ts';
import { eventOrigin } from './event-origins.ts';
import { SwitchEvent } from './event.ts';
import type { Faults } from './faults.ts';
import type { Party, PartyLink, Invitation } from './party.ts';
import type { Scheduler } from './scheduler.ts';
import type { Session } from './session.ts';
import type { Sofia } from './sofia.ts';

export const versionText = '1.11.1-release+git~20260526T204126Z~c2c59645f6~64bit';
export const versionShort = '1.11.1-release git c2c5964 2026-05-26 20:41:26Z 64bit';
export const userAgentText = `FreeSWITCH-mod_sofia/${versionText}`;

/** An API command: the text after its name in, the body of the answer out. */
export type ApiCommand = (core: SwitchCore, argument: string) => string | Promise<string>;

/** Whoever listens to events: an event socket, a heartbeat probe of a test. */
export interface EventSink {
  wants(name: string, subclass: string | undefined): boolean;
  deliver(event: SwitchEvent): void;
}

export interface CoreOptions {
  /** Far ends, ringing, playback, event timestamps. */
  readonly business: Clock;
  /** sched_* timers, heartbeats, socket deadlines. */
  readonly real: Clock;
  readonly random: RandomSource;
  readonly hostname: string;
  /** Longest recording written, in real seconds. */
  readonly maxWavSeconds: number;
  readonly faults: Faults;
  /** Whether the module mod_amd is there. */
  readonly modAmd: boolean;
  /** E1/T1 spans of the box. */
  readonly spans: SpanSwitch | undefined;
  /** Who answers a call to a SIP address that is not a registered phone; undefined = nothing listens there. */
  readonly answer: (
    invitation: Invitation,
    address: string,
    link: PartyLink,
  ) => Party | { readonly status: number } | undefined;
}

/** The state every part of the emulated switch shares: configuration, sessions, clock, event bus, commands. */
export class SwitchCore {
  readonly options: CoreOptions;
  readonly uuid: string;
  readonly sessions = new Map<string, Session>();
  readonly globals = new Map<string, string>();
  readonly sinks = new Set<EventSink>();
  readonly apis = new Map<string, ApiCommand>();
  readonly hash = new Map<string, string>();
  readonly startedReal: number;
  configuration: SwitchConfiguration;
  maxSessions: number;
  sessionsPerSecond: number;
  paused = false;
  /** Set once, right after construction; both need the core. */
  sofia!: Sofia;
  scheduler!: Scheduler;
  /** After a crash nothing may be emitted, written or scheduled any more. */
  dead = false;
  sessionsSinceStartup = 0;
  peakSessions = 0;
  #sequence = 500;
  #lastMicros = 0;
  #admitted: number[] = [];
  peakPerSecond = 0;

  constructor(
    options: CoreOptions,
    configuration: SwitchConfiguration,
    globals: ReadonlyMap<string, string>,
  ) {
    this.options = options;
    this.configuration = configuration;
    this.uuid = this.newUuid();
    for (const [name, value] of globals) this.globals.set(name, value);
    this.globals.set('core_uuid', this.uuid);
    this.startedReal = options.real.monotonic();
    this.maxSessions = configuration.maxSessions;
    this.sessionsPerSecond = configuration.sessionsPerSecond;
  }

  get hostname(): string {
    return this.options.hostname;
  }

  get switchName(): string {
    return this.configuration.switchName ?? this.options.hostname;
  }

  /** A random UUID (version 4), as the core makes them. */
  newUuid(): string {
    const { random } = this.options;
    const hex = Array.from({ length: 32 }, () => Math.floor(random.next() * 16));
    hex[12] = 4;
    hex[16] = 8 + ((hex[16] ?? 0) & 3);
    const text = hex.map((digit) => digit.toString(16)).join('');
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
      '-',
    );
  }

  /** Business time in µs since the epoch; strictly rising, so that it can be used for ordering. */
  micros(): number {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Math.round(this.options.business.now() * 1000));
    return this.#lastMicros;
  }

  /** Whether a new session is let in; counts it when it is. */
  admit(): boolean {
    const now = this.options.real.monotonic();
    this.#admitted = this.#admitted.filter((at) => now - at < 1000);
    if (this.paused || this.sessions.size >= this.maxSessions) return false;
    if (this.#admitted.length >= this.sessionsPerSecond) return false;
    this.#admitted.push(now);
    this.peakPerSecond = Math.max(this.peakPerSecond, this.#admitted.length);
    this.sessionsSinceStartup++;
    this.peakSessions = Math.max(this.peakSessions, this.sessions.size + 1);
    return true;
  }

  get sessionsLastSecond(): number {
    const now = this.options.real.monotonic();
    return this.#admitted.filter((at) => now - at < 1000).length;
  }

  wants(name: string, subclass?: string): boolean {
    if (this.dead) return false;
    for (const sink of this.sinks) if (sink.wants(name, subclass)) return true;
    return false;
  }

  /** The headers every event starts with. */
  baseHeaders(name: string, origin: readonly [file: string, fn: string, line: number]): [string, string][] {
    const micros = this.micros();
    const date = new Date(micros / 1000);
    return [
      ['Event-Name', name],
      ['Core-UUID', this.uuid],
      ['FreeSWITCH-Hostname', this.hostname],
      ['FreeSWITCH-Switchname', this.switchName],
      ['FreeSWITCH-IPv4', this.globals.get('local_ip_v4') ?? '127.0.0.1'],
      ['FreeSWITCH-IPv6', '::1'],
      ['Event-Date-Local', stamp(micros)],
      ['Event-Date-GMT', date.toUTCString()],
      ['Event-Date-Timestamp', String(micros)],
      ['Event-Calling-File', origin[0]],
      ['Event-Calling-Function', origin[1]],
      ['Event-Calling-Line-Number', String(origin[2])],
      ['Event-Sequence', String(++this.#sequence)],
    ];
  }

  /** Sends an event that belongs to no channel. `leading` headers stand before the standard ones. */
  emit(
    name: string,
    headers: Iterable<readonly [string, string]> = [],
    more: { body?: string; subclass?: string; leading?: Iterable<readonly [string, string]> } = {},
  ): void {
    if (!this.wants(name, more.subclass)) return;
    const base = this.baseHeaders(name, eventOrigin(name, more.subclass));
    const all = new Map<string, string>();
    all.set('Event-Name', name);
    if (more.subclass !== undefined) all.set('Event-Subclass', more.subclass);
    for (const [key, value] of more.leading ?? []) all.set(key, value);
    for (const [key, value] of base) all.set(key, value);
    for (const [key, value] of headers) all.set(key, value);
    this.publish(new SwitchEvent(name, all, more.body), more.subclass);
  }

  publish(event: SwitchEvent, subclass?: string): void {
    if (this.dead) return;
    for (const sink of this.sinks) if (sink.wants(event.name, subclass)) sink.deliver(event);
  }

  /** Runs one API command line and reports it as an API event. Unknown commands answer as the real switch does. */
  api(name: string, argument: string): string | Promise<string> {
    this.emit('API', [
      ['API-Command', name],
      ...(argument === '' ? [] : [['API-Command-Argument', argument] as const]),
    ]);
    const command = this.apis.get(name);
    if (!command) return `-ERR ${name} Command not found!\n`;
    const answer = command(this, argument);
    return typeof answer === 'string' ? orNoReply(answer) : answer.then(orNoReply);
  }
}

const orNoReply = (answer: string): string => (answer === '' ? '-ERR no reply\n' : answer);

/** `2026-11-21 02:43:23`; the emulator's machine keeps UTC. */
export function stamp(micros: number): string {
  return new Date(micros / 1000).toISOString().slice(0, 19).replace('T', ' ');
}
