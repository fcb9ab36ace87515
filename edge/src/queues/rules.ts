import { inboundQueue, isInsideWindow, type Desired, type Queue } from '@branchline/shared';
import { isAvailable, isLoggedIn, type AgentPresence } from '../agents/index.ts';
import { mayServe, type MatchAgent, type MatchQueue } from './matcher.ts';
import { matchCampaign, matchQueue, queuesOf, servedBy, type Served } from './served.ts';
import { Vips } from './vips.ts';

const unused = { idleSince: 0, free: { voice: 0, message: 0 } } as const;

/** The queues in force, and who serves them: what a desired document says of both. */
export class QueueRules {
  #queues: ReadonlyMap<string, Queue> = new Map();
  #lines: ReadonlyMap<string, MatchQueue> = new Map();
  #served: ReadonlyMap<string, Served> = new Map();
  #vips = new Vips();
  #zone = 'UTC';

  configure(desired: Pick<Desired, 'queues' | 'agents' | 'campaigns' | 'site' | 'vips'>): void {
    const queues = queuesOf(desired);
    this.#queues = new Map(queues.map((queue) => [queue.id, queue]));
    this.#lines = new Map(
      [...queues.map(matchQueue), ...desired.campaigns.map(matchCampaign)].map((line) => [line.id, line]),
    );
    this.#served = new Map(desired.agents.map((agent) => [agent.id, servedBy(agent, queues)]));
    this.#vips = new Vips(desired.vips, desired.site.region);
    this.#zone = desired.site.zone;
  }

  /** IANA zone of the site. */
  get zone(): string {
    return this.#zone;
  }

  get queues(): ReadonlyMap<string, Queue> {
    return this.#queues;
  }

  /** Queues, and campaigns whose answered callees wait in a line of their own, as the matcher sees them. */
  get lines(): ReadonlyMap<string, MatchQueue> {
    return this.#lines;
  }

  /** A queue; the general one for a name that is none. */
  queueOr(id: string | undefined): Queue {
    return this.#queues.get(id ?? inboundQueue.id) ?? this.#queues.get(inboundQueue.id)!;
  }

  /** How far a customer goes before others; 0: nobody special. */
  vipOf(customer: string): number {
    return this.#vips.levelOf(customer);
  }

  /** Who is at work, as the matcher sees them. */
  atWork(all: readonly AgentPresence[]): readonly MatchAgent[] {
    return all.flatMap((presence) => {
      const served = this.#served.get(presence.id);
      if (!served || !isLoggedIn(presence) || presence.state === 'break') return [];
      const { id, since } = presence;
      return [
        { ...served, id, idleSince: since, free: { voice: isAvailable(presence) ? 1 : 0, message: 0 } },
      ];
    });
  }

  /** Whether a queue is outside its hours, or nobody who serves it is logged in. */
  isClosed({ id, open }: Queue, all: readonly AgentPresence[], now: number): boolean {
    if (open && !isInsideWindow(open, now, [this.#zone])) return true;
    const line = this.#lines.get(id)!;
    return !all.some((agent) => {
      const served = this.#served.get(agent.id);
      return served && isLoggedIn(agent) && mayServe({ ...served, ...unused, id: agent.id }, line);
    });
  }
}
