import type { Clock, ClockTrust } from '@branchline/shared';

const day = 86_400_000;

/** What is known of the wall clock. */
export interface ClockKnowledge {
  /** Business instant of the last confirmation; undefined: never. */
  readonly confirmedAt: number | undefined;
  /** Difference then, ms. */
  readonly driftMs: number;
  /** The wall clock jumped since. */
  readonly jumped: boolean;
}

/** Largest drift of a trusted clock, ms. */
export const maxDriftMs = 2000;
/** A confirmed clock may run on alone for so long. */
export const holdoverMs = 3 * day;

/** `trusted` = confirmed within 24 h with drift ≤ 2 s, then `holdover`, then `untrusted`. */
export function clockTrust(knowledge: ClockKnowledge, now: number, toleranceMs = maxDriftMs): ClockTrust {
  const { confirmedAt, driftMs, jumped } = knowledge;
  if (confirmedAt === undefined || jumped || Math.abs(driftMs) > toleranceMs) return 'untrusted';
  const age = now - confirmedAt;
  return age <= day ? 'trusted' : age <= holdoverMs ? 'holdover' : 'untrusted';
}

/** Watches the wall clock: jumps against monotonic time, and the controller's time as the reference. */
export class ClockWatch {
  readonly #business: Clock;
  readonly #toleranceMs: number;
  readonly #onChange: (trust: ClockTrust, driftMs: number) => void;
  #knowledge: ClockKnowledge;
  #wall: number;
  #monotonic: number;
  #last: ClockTrust | undefined;

  /** @param speed business ms per real ms: the network's delay counts that many times */
  constructor(
    business: Clock,
    speed: number,
    confirmedAt: number | undefined,
    onChange: (trust: ClockTrust, driftMs: number) => void,
  ) {
    this.#business = business;
    this.#toleranceMs = maxDriftMs * Math.max(1, speed);
    this.#onChange = onChange;
    this.#knowledge = { confirmedAt, driftMs: 0, jumped: false };
    this.#wall = business.now();
    this.#monotonic = business.monotonic();
  }

  get trust(): ClockTrust {
    return clockTrust(this.#knowledge, this.#business.now(), this.#toleranceMs);
  }

  get confirmedAt(): number | undefined {
    return this.#knowledge.confirmedAt;
  }

  /** Call about once a second: a wall clock that moved otherwise than time did has been set. */
  observe(): void {
    const [wall, monotonic] = [this.#business.now(), this.#business.monotonic()];
    const jump = wall - this.#wall - (monotonic - this.#monotonic);
    this.#wall = wall;
    this.#monotonic = monotonic;
    if (Math.abs(jump) > this.#toleranceMs)
      this.#knowledge = { ...this.#knowledge, jumped: true, driftMs: Math.round(jump) };
    this.#report();
  }

  /** The controller said what time it is. */
  confirm(reference: number): void {
    const now = this.#business.now();
    this.#knowledge = { confirmedAt: now, driftMs: Math.round(now - reference), jumped: false };
    this.#report();
  }

  #report(): void {
    const { trust } = this;
    if (trust === this.#last) return;
    this.#last = trust;
    this.#onChange(trust, this.#knowledge.driftMs);
  }
}
