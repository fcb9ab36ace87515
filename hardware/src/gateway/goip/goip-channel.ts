import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@branchline/shared';
import { endpointText, type Endpoint } from '../../port/index.ts';
import { checkedPassword } from './commands.ts';
import type { Exchange } from './exchange.ts';
import type { GoipChannelOptions } from './goip-options.ts';

/** A notice that comes again after this is another one that looks alike, ms. */
const repeatMs = 600_000;
const remembered = 64;

/** What one logged-in channel needs: where it speaks from, what it was asked, which notices it has told already. */
export class GoipChannel {
  readonly options: GoipChannelOptions;
  /** Where its last keep-alive came from. */
  peer: Endpoint | undefined;
  readonly exchanges = new Map<number, Exchange>();
  readonly #clock: Clock;
  readonly #notices = new Map<string, { readonly at: number; done: boolean }>();

  /** @throws BranchlineError `BL_CONFIG_INVALID` */
  constructor(options: GoipChannelOptions, clock: Clock) {
    checkedPassword(options.password);
    this.options = options;
    this.#clock = clock;
  }

  /** In a time that does not depend on how much of it is right. */
  isPassword(password: string): boolean {
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(password), digest(this.options.password));
  }

  mayComeFrom(from: Endpoint): boolean {
    return this.options.host === undefined || this.options.host === from.host;
  }

  isPeer(from: Endpoint): boolean {
    return this.peer !== undefined && endpointText(this.peer) === endpointText(from);
  }

  /** Whether a notice is new, being worked on, or done; a new one is being worked on from now. */
  notice(key: string): 'new' | 'pending' | 'done' {
    const now = this.#clock.monotonic();
    const known = this.#notices.get(key);
    if (known && now - known.at < repeatMs) return known.done ? 'done' : 'pending';
    this.#notices.delete(key);
    this.#notices.set(key, { at: now, done: false });
    const [oldest] = this.#notices.keys();
    if (this.#notices.size > remembered && oldest !== undefined) this.#notices.delete(oldest);
    return 'new';
  }

  /** @param stored false: it is taken anew when it comes again */
  noticed(key: string, stored: boolean): void {
    const known = this.#notices.get(key);
    if (!stored) this.#notices.delete(key);
    else if (known) known.done = true;
  }
}
