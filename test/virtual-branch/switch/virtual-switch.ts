import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { problemOf, seededRandom, sleep, systemClock } from '@branchline/shared';
import type { SpanSwitch } from '@branchline/hardware/emulator';
import type { Clock, RandomSource, Timer } from '@branchline/shared';
import { apiCommands } from './api/index.ts';
import { setConfigurationSource } from './api/reload.ts';
import { uptimeText } from './api/system.ts';
import { parseConfiguration } from './configuration.ts';
import { SwitchCore, versionText } from './core.ts';
import type { CoreOptions } from './core.ts';
import { EslConnection } from './esl-connection.ts';
import { noFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { placeInboundCall } from './inbound.ts';
import type { InboundCaller, InboundRequest } from './inbound.ts';
import type { Answerer } from './party.ts';
import { VirtualPhone } from './phone.ts';
import { Scheduler } from './scheduler.ts';
import type { Session } from './session.ts';
import { Sofia } from './sofia.ts';

export interface VirtualSwitchOptions {
  /** Directory with `freeswitch.xml`, as given to `freeswitch -conf`. */
  readonly directory: string;
  /** Far ends, ringing, playback, event timestamps; may run faster than `real`. Default: `real`. */
  readonly business?: Clock;
  /** sched_* timers, heartbeats, socket deadlines. Default: the system clock. */
  readonly real?: Clock;
  readonly random?: RandomSource;
  /** FreeSWITCH-Hostname. Default `virtual`. */
  readonly hostname?: string;
  /** Longest recording written, in real seconds. Default 5. */
  readonly maxWavSeconds?: number;
  /** Who is behind the gateways; a call is answered 503 without one. */
  readonly carrier?: Answerer;
  /** The module mod_amd is there. */
  readonly modAmd?: boolean;
  /** E1/T1 spans of the box: `ftdm` commands and calls to `freetdm/…` go there, and its alarms come as `TRAP` events. */
  readonly spans?: SpanSwitch;
}

const rude = 'Access Denied, go away.\n';
const shutdownNotice = 'The system is being shut down.\n';

/**
 * A FreeSWITCH 1.11 as its event socket, its files and the telephone network see it. Everything a client can do to a
 * real one it can do to this; the parties at the far ends are TypeScript.
 */
export class VirtualSwitch {
  readonly faults: Faults = noFaults();
  readonly business: Clock;
  readonly real: Clock;
  /** Who is behind the gateways; may be replaced while running. */
  carrier: Answerer | undefined;
  readonly #options: VirtualSwitchOptions;
  readonly #random: RandomSource;
  readonly #peers = new Map<string, Answerer>();
  readonly #phones = new Map<string, VirtualPhone>();
  readonly #outages = new Set<string>();
  readonly #connections = new Set<EslConnection>();
  readonly #sockets = new Set<Socket>();
  readonly #started = new Set<() => void>();
  #core: SwitchCore | undefined;
  #server: Server | undefined;
  #heartbeat: Timer | undefined;
  #forgetSpans: (() => void) | undefined;

  constructor(options: VirtualSwitchOptions) {
    this.#options = options;
    this.real = options.real ?? systemClock;
    this.business = options.business ?? this.real;
    this.#random = options.random ?? seededRandom(1);
    this.carrier = options.carrier;
  }

  /** @throws Error when the switch does not run */
  get core(): SwitchCore {
    if (!this.#core) throw new Error('the virtual switch is not running: call start() first');
    return this.#core;
  }

  get running(): boolean {
    return this.#core !== undefined && !this.#core.dead;
  }

  get coreUuid(): string {
    return this.core.uuid;
  }

  /** The event socket's port; the one of the document, or the free one chosen when that is 0. */
  get eslPort(): number {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return address?.port ?? 0;
  }

  /** Reads the configuration and opens the event socket. @throws when the document is missing or bad, or the port is taken */
  async start(): Promise<void> {
    const globals = defaultGlobals(this.#options);
    const core = new SwitchCore(this.#coreOptions(), parseConfiguration(this.#read(), globals), globals);
    core.scheduler = new Scheduler(core);
    core.sofia = new Sofia(core, this.#outages);
    for (const [name, command] of Object.entries(apiCommands)) core.apis.set(name, command);
    this.#connectSpans(core);
    setConfigurationSource(core, { read: () => this.#read() });
    this.#core = core;
    await this.#listen(core);
    this.#beat(core);
    for (const phone of this.#phones.values()) phone.switchStarted();
    for (const listener of this.#started) listener();
  }

  /** Like {@link start}, but waits for `freeswitch.xml` to appear first, looking every 200 ms. */
  async startWhenConfigured(signal?: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await this.start();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        await sleep(this.real, 200, signal);
      }
    }
  }

  /** Orderly end: calls are hung up with SYSTEM_SHUTDOWN, listeners are told, records are written. */
  async stop(): Promise<void> {
    const core = this.#core;
    if (!core || core.dead) return this.#close();
    for (const session of core.sessions.values()) session.hangup('SYSTEM_SHUTDOWN');
    core.emit('SHUTDOWN', [['Event-Info', 'System Shutting Down']]);
    for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    for (const connection of this.#connections) connection.disconnect(shutdownNotice);
    await new Promise<void>((resolve) => setTimeout(resolve, 10));
    this.#die(core);
    await this.#close();
  }

  /** Sudden death: sockets drop, calls vanish, nothing is written any more. */
  async crash(): Promise<void> {
    const core = this.#core;
    if (core && !core.dead) this.#die(core);
    await this.#close();
  }

  /** Crashes and comes back with a new Core-UUID; phones notice and register again by themselves. */
  async restart(): Promise<void> {
    await this.crash();
    await this.start();
  }

  /** The desk phone of an extension; the first user of that id in the directory unless a domain is given. */
  phone(extension: string, domain?: string): VirtualPhone {
    const key = domain === undefined ? extension : `${extension}@${domain}`;
    let phone = this.#phones.get(key);
    if (!phone) {
      phone = new VirtualPhone(this, extension, domain, 40_000 + this.#phones.size);
      this.#phones.set(key, phone);
    }
    return phone;
  }

  /** A customer who calls in through a gateway. */
  inbound(request: InboundRequest): InboundCaller {
    return placeInboundCall(this.core, request);
  }

  /** Lets somebody answer at a SIP address (`127.0.0.1:5070`) that is neither a gateway nor a registered phone. */
  listen(address: string, answer: Answerer): void {
    this.#peers.set(address, answer);
  }

  /** The legs that live, hung-up ones not included. */
  channels(): readonly Session[] {
    return [...(this.#core?.sessions.values() ?? [])].filter((session) => !session.hungUp);
  }

  /** A gateway's far side stops or starts answering; survives restarts. */
  setGateway(name: string, state: 'up' | 'down'): void {
    if (this.running) this.core.sofia.setReachable(name, state === 'up');
    else if (state === 'up') this.#outages.delete(name);
    else this.#outages.add(name);
  }

  /** Reports a tone heard on a leg: twice, the first time without the channel, as the real switch does. */
  detectTone(uuid: string, tone: string): void {
    const { core } = this;
    if (this.faults.duplicateTones) core.emit('DETECTED_TONE', [['Detected-Tone', tone]]);
    core.sessions.get(uuid)?.channel.emit('DETECTED_TONE', [['Detected-Tone', tone]]);
  }

  /** Calls back whenever the switch (re)starts. Returns how to stop that. */
  onStart(listener: () => void): () => void {
    this.#started.add(listener);
    return () => this.#started.delete(listener);
  }

  get random(): RandomSource {
    return this.#random;
  }

  #connectSpans(core: SwitchCore): void {
    const { spans } = this.#options;
    this.#forgetSpans?.();
    if (!spans) return;
    core.apis.set('ftdm', (_core, argument) =>
      spans.api(`ftdm ${argument}`).catch((error: unknown) => `-ERR ${problemOf(error)}\n`),
    );
    // Of headers of one name (`alarm`) the last one is left.
    this.#forgetSpans = spans.onTrap((headers) => core.emit('TRAP', headers));
  }

  #coreOptions(): CoreOptions {
    return {
      business: this.business,
      real: this.real,
      random: this.#random,
      hostname: this.#options.hostname ?? 'virtual',
      maxWavSeconds: this.#options.maxWavSeconds ?? 5,
      faults: this.faults,
      modAmd: this.#options.modAmd ?? false,
      spans: this.#options.spans,
      answer: (invitation, address, link) => {
        const peer = this.#peers.get(address);
        if (peer) return peer(invitation, link);
        if (invitation.gateway === undefined) return address.startsWith('127.') ? undefined : { status: 503 };
        return this.carrier?.(invitation, link);
      },
    };
  }

  #read(): string {
    return readFileSync(join(this.#options.directory, 'freeswitch.xml'), 'utf8');
  }

  #listen(core: SwitchCore): Promise<void> {
    const { host, port } = core.configuration.eventSocket;
    const server = createServer((socket) => this.#accept(core, socket));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  }

  #accept(core: SwitchCore, socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (this.faults.refuse) {
      socket.end(`Content-Type: text/rude-rejection\nContent-Length: ${rude.length}\n\n${rude}`);
      return;
    }
    if (this.faults.mute) return;
    const connection = new EslConnection(core, socket);
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
  }

  #beat(core: SwitchCore): void {
    this.#heartbeat = this.real.schedule(core.configuration.heartbeatInterval * 1000, () => {
      if (core.dead) return;
      const uptime = this.real.monotonic() - core.startedReal;
      core.emit('HEARTBEAT', [
        ['Event-Info', 'System Ready'],
        ['Up-Time', uptimeText(uptime)],
        ['FreeSWITCH-Version', versionText],
        ['Uptime-msec', String(Math.floor(uptime))],
        ['Session-Count', String(core.sessions.size)],
        ['Max-Sessions', String(core.maxSessions)],
        ['Session-Per-Sec', String(core.sessionsPerSecond)],
        ['Session-Per-Sec-Last', String(core.sessionsLastSecond)],
        ['Session-Per-Sec-Max', String(core.peakPerSecond)],
        ['Session-Per-Sec-FiveMin', String(core.peakPerSecond)],
        ['Session-Since-Startup', String(core.sessionsSinceStartup)],
        ['Session-Peak-Max', String(core.peakSessions)],
        ['Session-Peak-FiveMin', String(core.peakSessions)],
        ['Idle-CPU', '97.000000'],
      ]);
      this.#beat(core);
    });
  }

  #die(core: SwitchCore): void {
    core.dead = true;
    core.scheduler.clear();
    for (const session of core.sessions.values()) {
      for (const recorder of session.recordings.values()) recorder.abandon();
      // The far end notices by silence; here it is told at once.
      session.party?.released('CRASH');
      session.signal();
      session.changed();
    }
    core.sessions.clear();
    for (const phone of this.#phones.values()) phone.switchDied();
  }

  async #close(): Promise<void> {
    this.#heartbeat?.cancel();
    for (const connection of this.#connections) connection.destroy();
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

function defaultGlobals(options: VirtualSwitchOptions): Map<string, string> {
  return new Map([
    ['hostname', options.hostname ?? 'virtual'],
    ['local_ip_v4', '127.0.0.1'],
    ['domain', '127.0.0.1'],
    ['conf_dir', options.directory],
    ['temp_dir', '/tmp'],
  ]);
}
