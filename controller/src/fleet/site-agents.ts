import { randomBytes } from 'node:crypto';
import type { Answer, Ask, LiveSnapshot } from '@branchline/shared';
import type { FleetBus } from '../broker/index.ts';
import type { Clocks } from '../clocks.ts';
import type { EdgeRegistry } from './edge-registry.ts';

/** A box as far as callers of other sites are concerned. */
export interface HostBox {
  readonly edge: string;
  readonly site: string;
  /** Where it takes them in. */
  readonly address: string;
  readonly queues: NonNullable<LiveSnapshot['queues']>;
}

/** Live data that are older say nothing of who is idle now, ms. */
const freshMs = 3000;

/** So long an agent whom a caller was sent to is not counted as idle, ms: the next live data tell by themselves. */
const promisedMs = 4000;

/** A ticket is worthless after so long, real ms: the call is made at once or not at all. */
const ticketMs = 5000;

/**
 * The box that a caller of another site is sent to: the one with the most agents to spare, by its queue of that name. Whoever waits
 * there themselves and could have one of these agents goes first. Pure.
 * @param promised edge → agents who were given to other callers a moment ago
 */
export function chooseHost(
  boxes: readonly HostBox[],
  queue: string,
  promised: ReadonlyMap<string, number>,
): HostBox | undefined {
  const spare = ({ edge, queues }: HostBox): number => {
    const served = Object.values(queues).filter(({ ready }) => ready > 0);
    const waiting = served.reduce((sum, each) => sum + each.waiting, 0);
    return (queues[queue]?.ready ?? 0) - waiting - (promised.get(edge) ?? 0);
  };
  const [best] = boxes
    .map((box) => ({ box, spare: spare(box) }))
    .toSorted((a, b) => b.spare - a.spare || (a.box.edge < b.box.edge ? -1 : 1));
  return best && best.spare > 0 ? best.box : undefined;
}

type Question = Extract<Ask['question'], { kind: 'agent' }>;
type Reply = Extract<Answer['answer'], { kind: 'agent' }>;

export interface SiteAgentsOptions {
  readonly registry: Pick<EdgeRegistry, 'all' | 'find' | 'board'>;
  readonly bus: Pick<FleetBus, 'publish'>;
  readonly clocks: Pick<Clocks, 'transport'>;
}

/** Finds idle agents of other sites for callers who wait, announces the caller there, and sends no two to the same agent. */
export class SiteAgents {
  readonly #options: SiteAgentsOptions;
  #promises: readonly { readonly edge: string; readonly until: number }[] = [];

  constructor(options: SiteAgentsOptions) {
    this.#options = options;
  }

  /** @throws BranchlineError `BL_BROKER_UNREACHABLE` when the other box cannot be told */
  async find(edge: string, question: Question): Promise<Reply> {
    const { registry, bus } = this.#options;
    const { site } = await registry.find(edge);
    const now = this.#now();
    const own = registry.board.get(edge)?.snapshot.guests;
    const host = chooseHost(this.#hosts(site, question.except, now), question.queue, this.#promised(now));
    // A caller whose own box the other one would not know is let in by nobody.
    if (own === undefined || !host) return { kind: 'agent' };
    this.#promises = [...this.#promises, { edge: host.edge, until: now + promisedMs }];
    const ticket = randomBytes(16).toString('hex');
    const { kind: _kind, except: _except, ...caller } = question;
    await bus.publish('guest', host.edge, { ...caller, ticket, site, address: own, ttlMs: ticketMs });
    return { kind: 'agent', found: { site: host.site, address: host.address, ticket } };
  }

  #now(): number {
    return this.#options.clocks.transport.now();
  }

  #hosts(site: string, except: readonly string[], now: number): HostBox[] {
    const { registry } = this.#options;
    return registry.all().flatMap((box) => {
      const entry = registry.board.get(box.id);
      if (!entry || box.status !== 'online' || now - entry.sentAt > freshMs) return [];
      const { guests, queues, switch: fs } = entry.snapshot;
      if (guests === undefined || !queues || fs !== 'up' || box.site === site || except.includes(box.site))
        return [];
      return [{ edge: box.id, site: box.site, address: guests, queues }];
    });
  }

  #promised(now: number): ReadonlyMap<string, number> {
    this.#promises = this.#promises.filter(({ until }) => until > now);
    const counts = new Map<string, number>();
    for (const { edge } of this.#promises) counts.set(edge, (counts.get(edge) ?? 0) + 1);
    return counts;
  }
}
