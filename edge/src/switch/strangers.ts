import type { Log } from '@branchline/shared/node';

/** Somebody whom FreeSWITCH turned away. */
export interface Stranger {
  /**
   * `registration` and `call`: a wrong name or password; `line`: a call from an address of no carrier; `site`: one from outside the overlay,
   * or without a ticket that was given for it.
   */
  readonly what: 'registration' | 'call' | 'line' | 'site';
  readonly address: string;
  /** Whom they said to be; empty where FreeSWITCH does not say. */
  readonly extension: string;
  readonly userAgent: string;
}

/** The log has a line for an address so often at most, ms. */
const againMs = 60_000;
/** Addresses that are told apart; a flood from more is one in the log. */
const mostAddresses = 200;

interface Told {
  at: number;
  /** Since then. */
  count: number;
}

/** Counts who is turned away, and tells the person on duty without being flooded. FreeSWITCH keeps nothing of them. */
export class Strangers {
  readonly #log: Log;
  readonly #told = new Map<string, Told>();
  readonly #counts: Record<Stranger['what'], number> = { registration: 0, call: 0, line: 0, site: 0 };

  constructor(log: Log) {
    this.#log = log;
  }

  /** Since the start of this process. */
  get counts(): Readonly<Record<Stranger['what'], number>> {
    return this.#counts;
  }

  /** @param now ms of any clock that runs on */
  turnedAway({ what, address, extension, userAgent }: Stranger, now: number): void {
    this.#counts[what]++;
    for (const [key, { at, count }] of this.#told)
      if (now - at >= againMs && count === 0) this.#told.delete(key);
    const known = this.#told.has(address) || this.#told.size < mostAddresses;
    const from = known ? address : 'many addresses';
    const told = this.#told.get(from);
    if (told && now - told.at < againMs) {
      told.count++;
      return;
    }
    this.#told.set(from, { at: now, count: 0 });
    this.#log.warn(
      { address: from, what, extension, userAgent: userAgent.slice(0, 80), sinceLast: told?.count ?? 0 },
      'somebody was turned away at the SIP port; if the address is none of yours, close it in the firewall',
    );
  }
}
