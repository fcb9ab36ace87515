import type { Timer } from '@branchline/shared';
import {
  assemble,
  emptyAssembly,
  readIncoming,
  submitPdus,
  type Assembly,
  type Deliver,
  type StatusReport,
} from '../../sms/index.ts';
import type { CallSide, IncomingCall, Sim, Terminal, World, WorldCall } from '../world/index.ts';

export interface GatewayChannelEvents {
  /** The call is in another state. */
  call(): void;
  message(message: Deliver): void;
  report(report: StatusReport): void;
}

/** From a SIM or a signal to a registration, ms. */
const searchMs = 3_000;
/** A call that rings here is taken by whoever stands behind the gateway, ms. */
const answerMs = 5_000;

export type CallWord = 'IDLE' | 'DIALING' | 'ALERTING' | 'INCOMING' | 'CONNECTED';

/** What a message can be sent to. */
export function isNumber(text: string): boolean {
  return /^\+?\d{3,20}$/.test(text);
}

/** One slot of a gateway with its radio, whatever its maker: a SIM in the world. */
export class GatewayChannel implements Terminal, CallSide {
  readonly id: string;
  readonly world: World;
  readonly sim: Sim;
  readonly imei: string;
  events: GatewayChannelEvents | undefined;
  simInserted = true;
  enabled = true;
  /** Takes neither messages nor USSD. */
  busy = false;
  /** `+CSQ` scale; 0 for no network. */
  rssi = 18;
  /** What its own limit leaves; -1 for none. */
  remaining = -1;
  registration: 'none' | 'searching' | 'registered' | 'denied' = 'none';
  callState: CallWord = 'IDLE';
  #call: WorldCall | undefined;
  #assembly: Assembly = emptyAssembly;
  #message = 0;
  readonly #timers = new Set<Timer>();

  constructor(options: Pick<GatewayChannel, 'id' | 'world' | 'sim' | 'imei'>) {
    [this.id, this.world] = [options.id, options.world];
    [this.sim, this.imei] = [options.sim, options.imei];
  }

  get reachable(): boolean {
    return this.registration === 'registered';
  }

  start(): void {
    this.#search();
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.hangUp();
    this.#register('none');
  }

  restart(): void {
    this.stop();
    this.#search();
  }

  insertSim(inserted: boolean): void {
    this.simInserted = inserted;
    this.restart();
  }

  setEnabled(enabled: boolean): void {
    this.enabled = enabled;
    this.restart();
  }

  block(blocked: boolean): void {
    this.sim.blocked = blocked;
    this.restart();
  }

  setSignal(rssi: number): void {
    const [before, now] = [this.rssi > 0, rssi > 0];
    this.rssi = rssi;
    if (before !== now) this.restart();
  }

  // Calls: as SIP would ask for them.

  /** False when a call goes on or there is no network. */
  dial(number: string): boolean {
    if (this.callState !== 'IDLE' || !this.reachable) return false;
    this.#to('DIALING');
    this.#call = this.world.dial(this.sim, number, this);
    return true;
  }

  hangUp(): void {
    this.#call?.hangUp();
    this.#over();
  }

  ring(call: IncomingCall): boolean {
    if (this.callState !== 'IDLE' || !this.reachable) return false;
    this.#call = call;
    call.attach(this);
    this.#to('INCOMING');
    this.later(answerMs, () => {
      if (this.callState !== 'INCOMING') return;
      call.answer();
      this.answered();
    });
    return true;
  }

  alerting(): void {
    this.#to('ALERTING');
  }

  answered(): void {
    this.#to('CONNECTED');
  }

  released(): void {
    this.#over();
  }

  #over(): void {
    this.#call = undefined;
    this.#to('IDLE');
  }

  #to(state: CallWord): void {
    if (state === this.callState) return;
    this.callState = state;
    this.events?.call();
  }

  // Messages and USSD.

  /** Gives the network's reference of the last part. */
  send(to: string, text: string): number {
    this.#message = (this.#message + 1) & 0xff;
    const pdus = submitPdus(to, text, { report: true, reference: this.#message });
    return pdus.map(({ pdu }) => this.world.submit(this.sim, pdu)).at(-1)!;
  }

  ussd(code: string): string | undefined {
    return this.world.ussd(this.sim, code);
  }

  deliver(pdu: string): void {
    const incoming = readIncoming(pdu);
    if (incoming.type === 'status-report') return this.events?.report(incoming);
    const { assembly, messages } = assemble(this.#assembly, incoming, this.world.clock.now());
    this.#assembly = assembly;
    for (const message of messages) this.events?.message(message);
  }

  #search(): void {
    if (!this.enabled || !this.simInserted || this.rssi === 0) return;
    this.#register('searching');
    this.later(searchMs, () => this.#register(this.sim.blocked ? 'denied' : 'registered'));
  }

  #register(registration: GatewayChannel['registration']): void {
    this.registration = registration;
    if (this.reachable) this.world.attach(this);
    else this.world.detach(this);
  }

  /** Runs later unless the channel stops before. */
  later(ms: number, action: () => void): void {
    const timer = this.world.clock.schedule(ms, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
  }
}
