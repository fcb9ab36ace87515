import type { Clock, QueueExit } from '@branchline/shared';
import type { Calls, SiteAgent } from '../calls/index.ts';
import { sitesPassedOver, type Place } from './place.ts';
import type { Places } from './places.ts';

/** A caller for whom an agent of another site is asked. */
export interface SoughtAway {
  readonly conversation: string;
  /** The queue there. */
  readonly queue: string;
  /** The number that was called. */
  readonly callerId: string;
  /** Since when the caller is in line. */
  readonly since: number;
  /** Sites that are not asked. */
  readonly except: readonly string[];
}

export interface OtherSitesOptions {
  readonly places: Pick<Places, 'get'>;
  readonly calls: Pick<Calls, 'get' | 'input'>;
  readonly business: Clock;
  /** Finds an agent of another site, or nobody, within a second or two; undefined when there is nobody to ask. */
  readonly seekAway: (sought: SoughtAway) => Promise<SiteAgent | undefined> | undefined;
  /** Nobody was found there, or nobody there took it: the ways that are left. */
  readonly onNobody: (place: Place, others: readonly QueueExit[]) => void;
}

/** Looks for agents of other sites for those who wait here; they stay in line meanwhile. */
export class OtherSites {
  readonly #options: OtherSitesOptions;
  /** By call: the ways when nobody is found. */
  readonly #sought = new Map<string, readonly QueueExit[]>();

  constructor(options: OtherSitesOptions) {
    this.#options = options;
  }

  /**
   * Asks for an agent of another site. Gives false when there is nobody to ask.
   * @param others the ways when nobody is found, or nobody there takes it
   */
  seek(place: Place, queue: string, others: readonly QueueExit[]): boolean {
    const { business, calls, seekAway } = this.#options;
    const call = calls.get(place.call);
    // Nobody is sent on to a third site.
    if (!call || call.guestOf !== undefined) return false;
    if (this.#sought.has(call.id)) return true;
    const found = seekAway({
      conversation: call.conversation,
      queue,
      callerId: call.callerId,
      since: place.inLineSince,
      except: sitesPassedOver(place, business.now()),
    });
    if (!found) return false;
    this.#sought.set(call.id, others);
    void found.then((to) => this.#onFound(call.id, to));
    return true;
  }

  /** Nobody there took somebody. */
  onMissed(place: Place): void {
    const ways = this.#sought.get(place.call);
    this.#sought.delete(place.call);
    if (ways) this.#options.onNobody(place, ways);
  }

  forget(call: string): void {
    this.#sought.delete(call);
  }

  #onFound(id: string, to: SiteAgent | undefined): void {
    const { business, calls, places } = this.#options;
    const place = places.get(id);
    if (place?.phase === 'waiting' && to)
      // Taken by somebody here meanwhile: the ticket lapses.
      return calls.input(id, { type: 'site', to, at: business.now() });
    if (place?.phase === 'waiting') this.onMissed(place);
    else this.#sought.delete(id);
  }
}
