import type { Clock, RandomSource, Timer } from '@branchline/shared';
import { randomInteger, seededRandom } from '@branchline/shared';
import {
  deliverPdus,
  readSubmit,
  relayPdu,
  reportPdu,
  type MessageTime,
  type Submit,
} from '../../sms/index.ts';
import { NumberPlan, type FarEnd } from './far-end.ts';
import { crossed, FarVoice, type LineSound } from './line-sound.ts';
import type { Sim } from './sim.ts';

/** A device with a SIM in it, as the network sees it. */
export interface Terminal {
  readonly sim: Sim;
  /** In reach and registered. */
  readonly reachable: boolean;
  /** An incoming call; false when it cannot be taken (a call is going on). */
  ring(call: IncomingCall, from: string): boolean;
  /** A message or a delivery report, as the PDU that goes over the air (service centre in front). */
  deliver(pdu: string, kind: 'message' | 'report'): void;
}

/** Who dials, and pays: a SIM or a trunk. */
export type Caller = Pick<Sim, 'msisdn' | 'balance'>;

/** One side of a call: what the device is told. */
export interface CallSide {
  alerting(): void;
  answered(): void;
  /** @param cause Q.850 */
  released(cause: number): void;
}

/** A call as the device holds it. */
export interface WorldCall {
  readonly sound: LineSound;
  /** Takes an incoming call. */
  answer(): void;
  hangUp(cause?: number): void;
}

/** A call that rings; `attach` must be called before anything else. */
export interface IncomingCall extends WorldCall {
  attach(side: CallSide): void;
}

/** What something costs, yuan. */
const prices = { minute: 0.1, message: 0.1 } as const;

/** So many people are remembered. */
const rememberedVoices = 1_000;

/** SIMs, operators and the people behind all numbers: one for all emulated devices. Same seed and clock, same world. */
export class World {
  readonly plan: NumberPlan;
  readonly clock: Clock;
  readonly #random: RandomSource;
  readonly #terminals = new Map<string, Terminal>();
  /** Messages for SIMs that are out of reach. */
  readonly #held = new Map<string, { pdu: string; kind: 'message' | 'report' }[]>();
  readonly #timers = new Set<Timer>();
  /** Messages that left the world, for whoever looks. */
  readonly sent: { readonly from: string; readonly to: string; readonly text: string }[] = [];
  /** Who was talked to last, by number, for whoever wants to know what they heard. */
  readonly voices = new Map<string, FarVoice>();
  #reference = 0;

  constructor(options: { readonly clock: Clock; readonly seed: number }) {
    this.clock = options.clock;
    this.plan = new NumberPlan(options.seed);
    this.#random = seededRandom(options.seed);
  }

  /** A SIM comes into reach: what waited for it is delivered. */
  attach(terminal: Terminal): void {
    this.#terminals.set(terminal.sim.msisdn, terminal);
    for (const { pdu, kind } of this.#held.get(terminal.sim.msisdn) ?? [])
      this.#later(500, () => terminal.deliver(pdu, kind));
    this.#held.delete(terminal.sim.msisdn);
  }

  detach(terminal: Terminal): void {
    if (this.#terminals.get(terminal.sim.msisdn) === terminal) this.#terminals.delete(terminal.sim.msisdn);
  }

  /** Ends everything that would still happen. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  /** A device dials. A number that belongs to an attached SIM rings there; any other is answered by the plan. */
  dial(from: Caller, number: string, side: CallSide): WorldCall {
    const callee = this.#terminals.get(national(number));
    if (callee && callee.sim !== from) return this.#connect(from, callee, side);
    const far = from.balance <= 0 ? { release: { afterMs: 1_000, cause: 8 } } : this.plan.next(number);
    return this.#follow(from, far, side, this.#voice(number));
  }

  /** Somebody calls a SIM of this world and gives up after a while. False when nobody is in reach. */
  callIn(msisdn: string, from: string, giveUpAfterMs = 30_000, talkMs = 60_000): boolean {
    const callee = this.#terminals.get(national(msisdn));
    if (!callee?.reachable) return false;
    let over = false;
    const end = (cause: number): void => {
      if (over) return;
      over = true;
      giveUp.cancel();
      side?.released(cause);
    };
    let side: CallSide | undefined;
    const voice = this.#voice(from);
    const call: IncomingCall = {
      sound: voice,
      answer: () => {
        giveUp.cancel();
        voice.saying = 'voice';
        side?.answered();
        this.#later(talkMs, () => end(16));
      },
      hangUp: () => {
        over = true;
        giveUp.cancel();
      },
      attach: (taken) => (side = taken),
    };
    const giveUp = this.#later(giveUpAfterMs, () => end(16));
    const taken = callee.ring(call, from);
    if (!taken) giveUp.cancel();
    return taken;
  }

  /** What `AT+CMGS` was given. Gives the network's reference. @throws BranchlineError `BL_SMS_PDU` */
  submit(from: Sim, pdu: string): number {
    const message = readSubmit(pdu);
    const reference = (this.#reference = (this.#reference + 1) & 0xff);
    from.balance = round(from.balance - prices.message);
    this.sent.push({ from: from.msisdn, to: message.to, text: message.text });
    const to = this.#terminals.get(national(message.to));
    const delay = randomInteger(this.#random, 1_500, 4_000);
    if (to) this.#later(delay, () => this.#route(to.sim, from.msisdn, message));
    this.#serve(from, message.to, message.text);
    if (message.report) {
      const sentAt = this.#time();
      this.#later(delay + 4_000, () => {
        const report = reportPdu({
          serviceCentre: from.operator.serviceCentre,
          reference,
          to: message.to,
          time: sentAt,
          doneTime: this.#time(),
          status: 0,
        });
        this.#deliver(from.msisdn, report.pdu, 'report');
      });
    }
    return reference;
  }

  /** A message from outside to a SIM. */
  messageIn(msisdn: string, from: string, text: string): void {
    const serviceCentre = this.#terminals.get(national(msisdn))?.sim.operator.serviceCentre;
    const message = { from, text, time: this.#time(), ...(serviceCentre && { serviceCentre }) };
    const pdus = deliverPdus(message, randomInteger(this.#random, 0, 255));
    pdus.forEach(({ pdu }, i) => this.#later(i * 1_500, () => this.#deliver(msisdn, pdu, 'message')));
  }

  /** What the operator answers to a code, or undefined when it knows none such. */
  ussd(from: Sim, code: string): string | undefined {
    return code === from.operator.service.ussd ? `您的余额为${from.balance.toFixed(2)}元` : undefined;
  }

  #serve(from: Sim, to: string, text: string): void {
    const { number, balance } = from.operator.service;
    if (to !== number || !balance.includes(text.trim().toUpperCase())) return;
    this.#later(3_000, () => this.messageIn(from.msisdn, number, `话费余额${from.balance.toFixed(2)}元`));
  }

  /** A submitted PDU becomes one to deliver; its parts keep their place. */
  #route(to: Sim, from: string, message: Submit): void {
    const { serviceCentre } = to.operator;
    const { pdu } = relayPdu({ from, time: this.#time(), serviceCentre }, message);
    this.#deliver(to.msisdn, pdu, 'message');
  }

  #deliver(msisdn: string, pdu: string, kind: 'message' | 'report'): void {
    const terminal = this.#terminals.get(national(msisdn));
    if (terminal?.reachable) return terminal.deliver(pdu, kind);
    const held = this.#held.get(national(msisdn)) ?? [];
    this.#held.set(national(msisdn), [...held, { pdu, kind }]);
  }

  #follow(from: Caller, far: FarEnd, side: CallSide, voice: FarVoice): WorldCall {
    const timers: Timer[] = [];
    let answeredAt: number | undefined;
    const end = (): void => {
      for (const timer of timers) this.#cancel(timer);
      if (answeredAt === undefined) return;
      const minutes = Math.ceil((this.clock.monotonic() - answeredAt) / 60_000);
      from.balance = round(from.balance - minutes * prices.minute);
      answeredAt = undefined;
    };
    // Whoever cannot be reached is spoken for by the network, before the call is ended.
    if (far.alertAfterMs === undefined) voice.saying = 'announcement';
    else
      timers.push(
        this.#later(far.alertAfterMs, () => {
          voice.saying = 'ring-back';
          side.alerting();
        }),
      );
    if (far.answerAfterMs !== undefined)
      timers.push(
        this.#later(far.answerAfterMs, () => {
          answeredAt = this.clock.monotonic();
          voice.saying = 'voice';
          side.answered();
        }),
      );
    if (far.release) {
      const { afterMs, cause } = far.release;
      timers.push(
        this.#later(afterMs, () => {
          end();
          side.released(cause);
        }),
      );
    }
    return { sound: voice, answer: () => undefined, hangUp: end };
  }

  /** Between two SIMs of this world. */
  #connect(from: Caller, callee: Terminal, caller: CallSide): WorldCall {
    let other: CallSide | undefined;
    let over = false;
    const [near, far] = crossed();
    const incoming: IncomingCall = {
      sound: far,
      answer: () => {
        other?.answered();
        caller.answered();
      },
      hangUp: (cause = 21) => {
        if (over) return;
        over = true;
        caller.released(cause);
      },
      attach: (side) => (other = side),
    };
    const timer = this.#later(4_000, () => {
      if (!callee.reachable) return caller.released(20);
      if (!callee.ring(incoming, from.msisdn)) return caller.released(17);
      caller.alerting();
    });
    return {
      sound: near,
      answer: () => undefined,
      hangUp: () => {
        if (over) return;
        over = true;
        this.#cancel(timer);
        other?.released(16);
      },
    };
  }

  #voice(number: string): FarVoice {
    const voice = new FarVoice(number);
    this.voices.delete(number);
    this.voices.set(number, voice);
    if (this.voices.size > rememberedVoices) this.voices.delete(this.voices.keys().next().value!);
    return voice;
  }

  #time(): MessageTime {
    return { at: Math.floor(this.clock.now() / 1000) * 1000, zoneMinutes: 480 };
  }

  #later(ms: number, action: () => void): Timer {
    const timer = this.clock.schedule(ms, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
    return timer;
  }

  #cancel(timer: Timer): void {
    timer.cancel();
    this.#timers.delete(timer);
  }
}

function national(number: string): string {
  return number.replace(/^\+?86/, '');
}

function round(yuan: number): number {
  return Math.round(yuan * 100) / 100;
}
