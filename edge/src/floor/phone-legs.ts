import type { Clock } from '@branchline/shared';
import type { Roster } from '../agents/index.ts';
import type { Channel, SwitchEvent } from '../switch/index.ts';

export interface PhoneLegsOptions {
  readonly roster: Pick<Roster, 'all' | 'input'>;
  readonly business: Clock;
}

/**
 * Which phones are in a call, of whatever kind: with a colleague, in the fallback group, out to an emergency number. A phone that rings for each call
 * and has one already is offered none. Feature codes are over in a second, and may ask for a call themselves: they do not count.
 */
export class PhoneLegs {
  readonly #options: PhoneLegsOptions;
  /** Leg → extension. */
  readonly #legs = new Map<string, string>();
  /** Legs that the last audit did not find. */
  #missing: ReadonlySet<string> = new Set();

  constructor(options: PhoneLegsOptions) {
    this.#options = options;
  }

  /** An event of a leg: it is there, or it has ended. */
  follow(event: SwitchEvent): void {
    if (!('leg' in event)) return;
    const { leg, marks, type } = event;
    if (type === 'hungup' || type === 'destroyed') return this.ended(leg);
    if (this.#legs.has(leg) || !isCall(marks)) return;
    this.#legs.set(leg, marks.extension!);
    this.#apply();
  }

  /** A leg has ended, or was never made. */
  ended(leg: string): void {
    if (this.#legs.delete(leg)) this.#apply();
  }

  /** What an audit found: legs that events told nothing of, and those that are gone. FreeSWITCH lists a new one a little later: it is looked for twice. */
  audit(alive: ReadonlySet<string>, channels: readonly Pick<Channel, 'leg' | 'marks'>[] = []): void {
    const missing = new Set([...this.#legs.keys()].filter((leg) => !alive.has(leg)));
    for (const leg of missing) if (this.#missing.has(leg)) this.#legs.delete(leg);
    this.#missing = missing;
    for (const { leg, marks } of channels) if (isCall(marks)) this.#legs.set(leg, marks.extension!);
    this.#apply();
  }

  #apply(): void {
    const { roster, business } = this.#options;
    const [at, taken] = [business.now(), new Set(this.#legs.values())];
    for (const { id, extension, mode } of roster.all())
      roster.input(id, { type: 'on-phone', on: mode === 'ring' && taken.has(extension), at });
  }
}

function isCall({ extension, wants }: Channel['marks']): boolean {
  return extension !== undefined && wants === undefined;
}
