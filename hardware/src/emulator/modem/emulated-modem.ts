import { randomInteger, seededRandom, type RandomSource, type Timer } from '@branchline/shared';
import type { Cable } from '../cable.ts';
import type { IncomingCall, Sim, Terminal, World } from '../world/index.ts';
import { answerCommand, type CommandReply } from './commands.ts';
import { MessageStore } from './message-store.ts';
import type { Personality, ReportSwitches } from './personality.ts';
import { ModemSound } from './modem-sound.ts';
import { VoiceCall } from './voice-call.ts';

export interface EmulatedModemOptions {
  readonly id: string;
  readonly world: World;
  readonly sim: Sim;
  readonly personality: Personality;
  readonly imei: string;
  readonly seed: number;
  readonly cable: Cable;
  /** The port that its sound is on, where the family has one. */
  readonly soundCable?: Cable;
  /** How much faster than the world's clock its own runs, millionths. Default 0. */
  readonly ppm?: number;
}

/** Settings that a restart takes back. */
export interface ModemSettings {
  echo: boolean;
  /** 0 bare `ERROR`, 1 numbers, 2 words. */
  errors: number;
  clip: boolean;
  creg: number;
  cgreg: number;
  cereg: number;
  /** `<format>` of `+COPS`: 0 long name, 2 digits. */
  operatorForm: number;
  charset: string;
  cnmi: readonly number[];
  readFrom: 'SM' | 'SR';
  reports: ReportSwitches;
}

const factorySettings: Readonly<ModemSettings> = {
  echo: true,
  errors: 0,
  clip: false,
  creg: 0,
  cgreg: 0,
  cereg: 0,
  operatorForm: 0,
  charset: 'IRA',
  cnmi: [0, 0, 0, 0, 0],
  readFrom: 'SM',
  reports: { clcc: false, moring: false, dsci: false },
};

/** Faults that stay until they are taken back. */
export interface StandingFaults {
  /** Takes everything and says nothing. */
  hung: boolean;
  /** Hang-ups are answered with OK and do nothing. */
  stuckCall: boolean;
  /** One byte at a time. */
  splitWrites: boolean;
  /** This many further final results are swallowed. */
  lostResults: number;
}

/** A usual answer takes this long, ms. */
const answerMs = 20;
/** From a restart to the port's return on USB, ms. */
const reenumerationMs = 5_000;
/** From a ready SIM to a registration, ms. */
const searchMs = 4_000;

/** One modem: bytes in, bytes out, as its family does it. Everything it knows of the network comes from the world. */
export class EmulatedModem implements Terminal {
  readonly id: string;
  readonly personality: Personality;
  readonly imei: string;
  readonly world: World;
  readonly sim: Sim;
  readonly faults: StandingFaults = { hung: false, stuckCall: false, splitWrites: false, lostResults: 0 };
  readonly messages = new MessageStore(25);
  readonly statusReports = new MessageStore(10);
  settings: ModemSettings = { ...factorySettings };
  /** `+CSQ` scale; 99 for no network. */
  rssi = 18;
  simInserted = true;
  pinOpen = false;
  call: VoiceCall | undefined;
  /** `<stat>` of the registration. */
  registration = 0;
  readonly #cable: Cable;
  readonly #soundCable: Cable | undefined;
  readonly #sound: ModemSound | undefined;
  readonly #random: RandomSource;
  readonly #timers = new Set<Timer>();
  #power: 'off' | 'booting' | 'on' = 'off';
  #plugged = true;
  #input = '';
  #busy = false;
  #pending: { text: string; body?: boolean }[] = [];
  #awaitingBody: ((body: string | undefined) => CommandReply) | undefined;

  constructor(options: EmulatedModemOptions) {
    this.id = options.id;
    this.world = options.world;
    this.sim = options.sim;
    this.personality = options.personality;
    this.imei = options.imei;
    this.#cable = options.cable;
    this.#soundCable = options.soundCable;
    this.#sound =
      options.soundCable &&
      new ModemSound({
        cable: options.soundCable,
        clock: options.world.clock,
        call: () => this.call?.sound,
        ...(options.ppm !== undefined && { ppm: options.ppm }),
      });
    this.#random = seededRandom(options.seed);
  }

  get reachable(): boolean {
    return this.#power === 'on' && (this.registration === 1 || this.registration === 5);
  }

  get simReady(): boolean {
    return this.simInserted && (this.sim.pin === undefined || this.pinOpen);
  }

  // Power and faults.

  powerOn(): void {
    if (this.#power !== 'off' || !this.#plugged) return;
    this.#power = 'booting';
    this.settings = { ...factorySettings };
    this.pinOpen = false;
    this.later(this.personality.bootMs, () => (this.#power = 'on'));
    for (const [afterMs, line] of this.personality.boot) {
      this.later(afterMs, () => {
        if (line !== '+CPIN: READY') this.say(line);
        else if (this.simReady) this.say(line);
        else if (this.simInserted) this.say('+CPIN: SIM PIN');
      });
    }
    this.later(this.personality.bootMs + 500, () => this.search());
  }

  powerOff(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#busy = false;
    this.#pending = [];
    this.#awaitingBody = undefined;
    this.#input = '';
    this.world.detach(this);
    this.call?.drop();
    this.#sound?.switch(false);
    this.registration = 0;
    this.#power = 'off';
  }

  /** Off and on again, as `AT+CFUN=1,1` or a dip of the supply do it. On USB the port is gone meanwhile. */
  restart(): void {
    this.powerOff();
    if (!this.personality.usb) return this.powerOn();
    this.#pull();
    this.world.clock.schedule(reenumerationMs, () => {
      if (!this.#plugged) return;
      this.#insert();
      this.powerOn();
    });
  }

  #pull(): void {
    this.#cable.unplug();
    this.#soundCable?.unplug();
  }

  #insert(): void {
    this.#cable.plug();
    this.#soundCable?.plug();
  }

  unplug(): void {
    this.powerOff();
    this.#plugged = false;
    this.#pull();
  }

  plug(): void {
    this.#plugged = true;
    this.#insert();
    this.powerOn();
  }

  /** Bytes that mean nothing, as a loose contact or a wrong speed make them. */
  garbage(bytes: number): void {
    this.#cable.send(Uint8Array.from({ length: bytes }, () => randomInteger(this.#random, 0, 255)));
  }

  removeSim(): void {
    this.simInserted = false;
    this.world.detach(this);
    this.call?.lose();
    this.say(...this.personality.simRemoved);
    this.register(0);
  }

  insertSim(): void {
    this.simInserted = true;
    this.pinOpen = false;
    this.say(...this.personality.simInserted);
    this.search();
  }

  /** The SIM asks for a PIN from its next power-on; the modem is restarted for that. */
  lockSim(pin: string): void {
    this.sim.pin = pin;
    this.restart();
  }

  /** The operator refuses the SIM from now on, or takes it back. */
  block(blocked: boolean): void {
    this.sim.blocked = blocked;
    this.register(blocked ? 3 : 2);
    if (!blocked) this.search();
  }

  /** @param rssi `+CSQ` scale; 99 takes the network away */
  setSignal(rssi: number): void {
    const lost = rssi === 99 && this.rssi !== 99;
    this.rssi = rssi;
    if (lost) {
      this.say(...this.personality.networkLost);
      this.register(0);
      this.call?.lose();
    } else if (this.registration !== 1) this.search();
  }

  // The network's side.

  search(): void {
    if (!this.simReady || this.#power !== 'on') return;
    if (this.registration === 0) this.register(2);
    this.later(searchMs, () => {
      if (!this.simReady || this.rssi === 99 || this.registration === 1) return;
      this.register(this.sim.blocked ? 3 : 1);
      if (this.registration === 1) this.say(...this.personality.networkFound(this.rssi));
    });
  }

  register(status: number): void {
    if (status === this.registration) return;
    this.registration = status;
    const place = status === 1 || status === 5 ? ',"18DB","00F3A1C2"' : '';
    for (const domain of ['creg', 'cgreg', 'cereg'] as const) {
      const mode = this.settings[domain];
      if (mode > 0) this.say(`+${domain.toUpperCase()}: ${status}${mode === 2 ? place : ''}`);
    }
    if (this.reachable) this.world.attach(this);
    else this.world.detach(this);
  }

  ring(call: IncomingCall, from: string): boolean {
    if (this.call || !this.reachable) return false;
    this.#newCall('in', from).ringing(call);
    this.#sound?.start();
    return true;
  }

  deliver(pdu: string, kind: 'message' | 'report'): void {
    const [, , , reports = 0] = this.settings.cnmi;
    if (kind === 'report' && reports === 1) return this.say(`+CDS: ${pdu.length / 2 - 9}`, pdu);
    const store = kind === 'message' ? this.messages : this.statusReports;
    const index = store.add(pdu);
    if (index !== undefined) this.announce(kind, index);
    else if (this.personality.id === 'huawei') this.say('^SMMEMFULL: "SM"');
    else this.say('+SMS FULL');
  }

  announce(kind: 'message' | 'report', index: number): void {
    const [, messages = 0, , reports = 0] = this.settings.cnmi;
    if (kind === 'message' && messages === 1) this.say(`+CMTI: "SM",${index}`);
    if (kind === 'report' && reports === 2) this.say(`+CDSI: "SR",${index}`);
  }

  /** The far side is called a moment after the OK; false when a call is going on. */
  dial(number: string): boolean {
    if (this.call) return false;
    const call = this.#newCall('out', number);
    this.later(100, () => {
      call.begin(this.world.dial(this.sim, number, call));
      this.#sound?.start();
    });
    return true;
  }

  #newCall(direction: 'out' | 'in', number: string): VoiceCall {
    this.call = new VoiceCall({
      clock: this.world.clock,
      personality: this.personality,
      direction,
      number,
      reports: () => this.settings.reports,
      say: (...lines) => this.say(...lines),
      over: () => (this.call = undefined),
    });
    return this.call;
  }

  /** Commands for the sound are taken like others, and do something beside. */
  switchSound(command: string): void {
    const { sound } = this.personality;
    if (sound?.on.test(command)) this.#sound?.switch(true);
    if (sound?.off.test(command)) this.#sound?.switch(false);
  }

  // The cable's side.

  /** Sound from the program. */
  receiveSound(bytes: Uint8Array): void {
    this.#sound?.receive(bytes);
  }

  /** Bytes from the program. */
  receive(bytes: Uint8Array): void {
    if (this.#power !== 'on' || this.faults.hung) return;
    for (const char of Buffer.from(bytes).toString('latin1')) this.#onChar(char);
  }

  #onChar(char: string): void {
    if (this.#awaitingBody) {
      if (char === '\x1A' || char === '\x1B') this.#endBody(char === '\x1A');
      else this.#input += char;
      return;
    }
    if (char === '\r') {
      const text = this.#input.trim();
      this.#input = '';
      if (this.settings.echo) this.#send(`${text}\r`);
      if (/^AT/i.test(text)) this.#enqueue(text);
    } else if (char !== '\n' && char !== '\x1B') {
      this.#input = (this.#input + char).slice(-600);
      // What came before the attention is noise.
      const start = this.#input.toUpperCase().lastIndexOf('AT');
      if (start > 0 && !/^AT/i.test(this.#input)) this.#input = this.#input.slice(start);
    }
  }

  #enqueue(text: string): void {
    this.#pending.push({ text });
    this.#next();
  }

  #next(): void {
    if (this.#busy) return;
    const command = this.#pending.shift();
    if (!command) return;
    this.#busy = true;
    this.#reply(answerCommand(this, command.text.slice(2)));
  }

  #reply(reply: CommandReply): void {
    this.later(reply.afterMs ?? answerMs, () => {
      if (reply.body) {
        this.#awaitingBody = reply.body;
        this.#send('\r\n> ');
        return;
      }
      this.say(...(reply.lines ?? []));
      const swallowed = this.faults.lostResults > 0;
      if (swallowed) this.faults.lostResults--;
      else if (reply.final !== '') this.say(reply.final ?? 'OK');
      this.#busy = false;
      reply.afterwards?.();
      this.#next();
    });
  }

  #endBody(complete: boolean): void {
    const finish = this.#awaitingBody;
    const body = this.#input.trim();
    this.#awaitingBody = undefined;
    this.#input = '';
    if (this.settings.echo) this.#send(`${body}\r\n`);
    if (finish) this.#reply(finish(complete ? body : undefined));
  }

  say(...lines: readonly string[]): void {
    if (this.#power === 'off' || this.faults.hung) return;
    for (const line of lines) this.#send(`\r\n${line}\r\n`);
  }

  #send(text: string): void {
    if (!this.#plugged || this.faults.hung) return;
    const bytes = Buffer.from(text, 'latin1');
    if (!this.faults.splitWrites) return this.#cable.send(bytes);
    for (const byte of bytes) this.#cable.send(Uint8Array.of(byte));
  }

  /** Runs later unless the power goes before. */
  later(ms: number, action: () => void): void {
    const timer = this.world.clock.schedule(ms, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
  }
}
