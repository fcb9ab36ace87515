import { problemOf, type Clock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Roster } from '../agents/index.ts';
import type { Switch, SwitchEvent } from '../switch/index.ts';

export interface PhonePresenceOptions {
  readonly switch: Pick<Switch, 'up' | 'registrations'>;
  readonly roster: Pick<Roster, 'all' | 'input'>;
  readonly business: Clock;
  readonly real: Clock;
  /** Whether an extension is a phone of the plan, which registers here: phones outside do not. */
  readonly isPhone: (extension: string) => boolean;
  /** Whether its agent speaks by the desk page. */
  readonly isPage: (extension: string) => boolean;
  readonly log: Log;
}

/** FreeSWITCH tells of the end of a registration before it forgets it, ms. */
const forgottenMs = 500;

/**
 * Which agents' phones are there: by their registration, and for those who speak by the desk page by that page, too. What is not known takes nobody
 * out of work: the box says that a phone is gone only when FreeSWITCH has said so.
 */
export class PhonePresence {
  readonly #options: PhonePresenceOptions;
  /** As FreeSWITCH has it; undefined: not known. */
  #registered: Set<string> | undefined;
  /** Extensions that have been registered since this process runs. */
  readonly #seen = new Set<string>();
  /** Agents on one long call whose phone was not registered at the last audit. */
  #gone: ReadonlySet<string> = new Set();
  /** Agents who have their desk page open. */
  #pages: ReadonlySet<string> | undefined;
  #asking = false;
  #again = false;
  #planned = false;

  constructor(options: PhonePresenceOptions) {
    this.#options = options;
  }

  /** One of several registrations of a phone may be the one that ended: FreeSWITCH is asked what is left. */
  onEvent({ type, extension }: Extract<SwitchEvent, { type: 'registered' | 'unregistered' }>): void {
    if (type === 'registered') {
      this.#registered?.add(extension);
      this.#seen.add(extension);
      // An answer under way may be older.
      this.#again = this.#asking;
      this.apply();
    } else if (!this.#planned) {
      this.#planned = true;
      this.#options.real.schedule(forgottenMs, () => {
        this.#planned = false;
        void this.ask();
      });
    }
  }

  /** Who has their page open now. */
  onPages(agents: ReadonlySet<string>): void {
    this.#pages = agents;
    this.apply();
  }

  /** Asks FreeSWITCH who has registered. What cannot be asked stays as it was known. */
  async ask(): Promise<void> {
    const { switch: fs, log } = this.#options;
    if (this.#asking) this.#again = true;
    if (this.#asking || !fs.up) return;
    this.#asking = true;
    try {
      do {
        this.#again = false;
        const found = await fs.registrations();
        this.#registered = new Set(found.map(({ extension }) => extension));
        for (const { extension } of found) this.#seen.add(extension);
      } while (this.#again);
    } catch (error) {
      log.debug({ problem: problemOf(error) }, 'it is not known which phones have registered');
    } finally {
      this.#asking = false;
    }
    this.apply();
  }

  /**
   * Asks, and gives up the phones whose registration had run out the last time, too, while their agents stand on one long call: such a leg is bridged to
   * silence. A phone that was never registered here is let be.
   */
  async audit(): Promise<void> {
    await this.ask();
    const { business, roster } = this.#options;
    const gone = new Set<string>();
    for (const { id, extension, mode, leg } of roster.all()) {
      if (mode !== 'nailed' || leg === undefined || !this.#seen.has(extension)) continue;
      if (this.#registered?.has(extension) ?? true) continue;
      gone.add(id);
      if (this.#gone.has(id))
        roster.input(id, { type: 'phone-lost', how: 'not-registered', at: business.now() });
    }
    this.#gone = gone;
  }

  /** Tells every agent whether their phone is there. */
  apply(): void {
    const { business, roster } = this.#options;
    const at = business.now();
    for (const { id, extension } of roster.all())
      roster.input(id, { type: 'phone', there: this.#isThere(id, extension), at });
  }

  #isThere(agent: string, extension: string): boolean {
    const { isPage, isPhone } = this.#options;
    const registered = !isPhone(extension) || (this.#registered?.has(extension) ?? true);
    return registered && (!isPage(extension) || (this.#pages?.has(agent) ?? true));
  }
}
