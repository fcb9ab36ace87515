import type { Clock } from '@branchline/shared';
import type { CallSide, IncomingCall, LineSound, WorldCall } from '../world/index.ts';
import type { CallFacts, Personality, ReportSwitches } from './personality.ts';

/** `<stat>` of `+CLCC`. */
export type CallStage = 'active' | 'dialling' | 'alerting' | 'incoming';
const stages: Readonly<Record<CallStage, number>> = { active: 0, dialling: 2, alerting: 3, incoming: 4 };

export interface VoiceCallOptions {
  readonly clock: Clock;
  readonly personality: Personality;
  readonly direction: 'out' | 'in';
  readonly number: string;
  readonly reports: () => ReportSwitches;
  readonly say: (...lines: readonly string[]) => void;
  /** The modem is free again. */
  readonly over: () => void;
}

/** 3GPP ring period, ms. */
const ringEveryMs = 5_000;

/** The call of an emulated modem: what the world does becomes the lines of its family. */
export class VoiceCall implements CallSide {
  readonly #options: VoiceCallOptions;
  #stage: CallStage;
  #world: WorldCall | undefined;
  #answeredAt: number | undefined;
  #over = false;
  /** Keys that were played to the other end. */
  keys = '';

  constructor(options: VoiceCallOptions) {
    this.#options = options;
    this.#stage = options.direction === 'out' ? 'dialling' : 'incoming';
  }

  /** Undefined until the network has the call. */
  get sound(): LineSound | undefined {
    return this.#world?.sound;
  }

  get stage(): CallStage {
    return this.#stage;
  }

  /** @param world gives the other end, whose events may come at once */
  begin(world: WorldCall): void {
    this.#world = world;
    if (this.#options.direction === 'out') this.#say('originated');
  }

  ringing(call: IncomingCall): void {
    this.#world = call;
    call.attach(this);
    this.#ring();
  }

  alerting(): void {
    this.#stage = 'alerting';
    this.#say('alerting');
    // A family that takes ring-back for an answer lists the call as active from here on.
    if (this.#options.personality.id === 'a7670') this.#stage = 'active';
  }

  answered(): void {
    this.#stage = 'active';
    this.#answeredAt = this.#options.clock.monotonic();
    this.#say('answered');
  }

  released(cause: number): void {
    // The documented quirk of that family: only a talk that was ended by the far side ends by itself.
    const stuck = this.#options.personality.id === 'a7670' && this.#stage === 'active';
    if (stuck && this.#answeredAt === undefined) return;
    this.#end(cause, false);
  }

  answer(): void {
    this.#world?.answer();
    if (this.#answeredAt === undefined) this.answered();
  }

  hangUp(): void {
    const answered = this.#answeredAt !== undefined;
    this.#world?.hangUp(answered ? 16 : this.#options.direction === 'in' ? 21 : 16);
    this.#end(16, true);
  }

  /** The radio or the modem is gone: nobody says anything any more. */
  drop(): void {
    this.#over = true;
    this.#world?.hangUp(27);
    this.#options.over();
  }

  /** The network is gone, and the modem still speaks. */
  lose(): void {
    this.#world?.hangUp(27);
    this.#end(27, false);
  }

  listed(): string {
    const { direction, number } = this.#options;
    return `+CLCC: 1,${direction === 'out' ? 0 : 1},${stages[this.#stage]},0,0,"${number}",${typeOf(number)}`;
  }

  #ring(): void {
    if (this.#over || this.#stage !== 'incoming') return;
    this.#say('ringing');
    this.#options.clock.schedule(ringEveryMs, () => this.#ring());
  }

  #end(cause: number, local: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.over();
    this.#say('released', { cause, local });
  }

  #say(
    what: 'originated' | 'alerting' | 'answered' | 'released' | 'ringing',
    end: { readonly cause: number; readonly local: boolean } = { cause: 16, local: false },
  ): void {
    const { personality, direction, number, reports, say, clock } = this.#options;
    const answered = this.#answeredAt !== undefined;
    const facts: CallFacts = {
      direction,
      number,
      answered,
      type: typeOf(number),
      talkSeconds: answered ? Math.floor((clock.monotonic() - (this.#answeredAt ?? 0)) / 1000) : 0,
      ...end,
    };
    say(...personality[what](facts, reports()));
  }
}

function typeOf(number: string): number {
  return number.startsWith('+') ? 145 : 129;
}
