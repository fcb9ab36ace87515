import type { BranchlineError } from '@branchline/shared';
import { problemOf } from '@branchline/shared';
import type { CallEvent, CallSound, SoundListener } from '@branchline/hardware';
import { endingOf, modemBusy, modemGone } from './modem-ending.ts';
import { describeSound, soundTarget } from './sdp.ts';
import type { LegEnding, SipLeg } from './sip-leg.ts';

/** What a line asks of its modem. */
export interface DialingModem {
  /** @throws BranchlineError `BL_MODEM_STATE`, `BL_AT_ARGUMENT` */
  dial(number: string, ringMs?: number): void;
  answer(): void;
  hangUp(): void;
  /** Plays a key to the other side. @throws BranchlineError, AtRefusal */
  tone(key: string): Promise<void>;
}

export interface ModemLineOptions {
  readonly id: string;
  readonly modem: DialingModem;
  /** Opens the modem's sound for a call. @throws BranchlineError `BL_SOUND_REFUSED`, `BL_SOUND_BRIDGE` */
  readonly openSound: (call: string, listener: SoundListener) => Promise<CallSound>;
  /** Calls FreeSWITCH for somebody who rings the modem. */
  readonly callSwitch: (from: string, sdp: string) => SipLeg;
  /** Addresses that FreeSWITCH's sound may come from. */
  readonly switchAddresses: readonly string[];
  readonly warn: (problem: string) => void;
  /** The sound could not be opened, or could. */
  readonly onSound: (works: boolean) => void;
}

/** The one call of a modem: a leg of FreeSWITCH, a call on the air, and the sound between them. */
interface LineCall {
  readonly name: string;
  leg?: SipLeg;
  sound?: CallSound;
  over: boolean;
}

/** FreeSWITCH's own timers end a call that is not answered; this is the last resort, ms. */
const longestRingMs = 180_000;

/** Joins the calls of a modem with FreeSWITCH: whichever of leg, modem and sound ends first takes the two others with it. */
export class ModemLine {
  readonly #options: ModemLineOptions;
  #call: LineCall | undefined;
  #count = 0;

  constructor(options: ModemLineOptions) {
    this.#options = options;
  }

  /** FreeSWITCH wants to reach a number over this modem. */
  async takeLeg(leg: SipLeg): Promise<void> {
    const { modem, switchAddresses, warn } = this.#options;
    const target = soundTarget(leg.offer, switchAddresses);
    if (this.#call || target === undefined)
      return leg.end(this.#call ? modemBusy : { status: 488, reason: 'Not Acceptable Here', q850: 88 });
    const call = this.#begin(leg);
    try {
      const sound = await this.#openSound(call);
      if (call.over) return;
      sound.connect(target);
      modem.dial(leg.number, longestRingMs);
    } catch (error) {
      warn(problemOf(error));
      this.#end(call, modemGone);
    }
  }

  /** What the modem tells of its call. */
  onModem(event: CallEvent): void {
    if (event.what === 'incoming') return void this.#takeCaller(event.call.number ?? '');
    const call = this.#call;
    if (!call) return;
    const { leg, sound } = call;
    switch (event.what) {
      case 'alerting':
        return sound && leg?.ringing(this.#describe(sound));
      case 'answered':
        return sound && leg?.answer(this.#describe(sound));
      case 'ended':
        return this.#finish(call, endingOf(event.end));
    }
  }

  async #takeCaller(from: string): Promise<void> {
    const { callSwitch, modem, switchAddresses, warn } = this.#options;
    if (this.#call) return;
    const call = this.#begin();
    try {
      const sound = await this.#openSound(call);
      if (call.over) return;
      const leg = callSwitch(from, this.#describe(sound));
      this.#join(call, leg);
      leg.once('answered', (sdp) => {
        const target = soundTarget(sdp, switchAddresses);
        if (target === undefined) return this.#end(call, modemGone);
        sound.connect(target);
        modem.answer();
      });
    } catch (error) {
      warn(problemOf(error));
      this.#end(call, modemGone);
    }
  }

  /** Ends what is up: the line is taken away. */
  stop(): void {
    if (this.#call) this.#end(this.#call, modemGone);
  }

  #begin(leg?: SipLeg): LineCall {
    const call: LineCall = { name: `${this.#options.id}/${++this.#count}`, over: false };
    this.#call = call;
    if (leg) this.#join(call, leg);
    return call;
  }

  #join(call: LineCall, leg: SipLeg): void {
    call.leg = leg;
    leg.once('ended', () => this.#end(call, modemGone));
    // A menu may miss a key; the call goes on.
    leg.on('key', (key) => {
      this.#options.modem.tone(key).catch((error: unknown) => this.#options.warn(problemOf(error)));
    });
  }

  async #openSound(call: LineCall): Promise<CallSound> {
    try {
      const sound = await this.#options.openSound(call.name, {
        lost: (reason: BranchlineError) => {
          this.#options.warn(problemOf(reason));
          this.#end(call, modemGone);
        },
      });
      if (call.over) sound.close();
      call.sound = sound;
      this.#options.onSound(true);
      return sound;
    } catch (error) {
      this.#options.onSound(false);
      throw error;
    }
  }

  #describe({ port }: CallSound): string {
    return describeSound(port, this.#count);
  }

  /** Ended from our side: the modem is told as well. */
  #end(call: LineCall, ending: LegEnding): void {
    if (call.over) return;
    this.#finish(call, ending);
    this.#options.modem.hangUp();
  }

  #finish(call: LineCall, ending: LegEnding): void {
    call.over = true;
    if (this.#call === call) this.#call = undefined;
    call.sound?.close();
    call.leg?.end(ending);
  }
}
