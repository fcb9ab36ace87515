import { systemClock, type LiveSnapshot } from '@branchline/shared';
// @boundaries-ignore the center's own choice, without a center
import { LiveBoard } from '../../controller/src/fleet/live-board.ts';
// @boundaries-ignore as above
import { SiteAgents } from '../../controller/src/fleet/site-agents.ts';
import type { ControllerDouble } from './controller-double.ts';

/** A branch of one box, with a broker of its own. */
export interface JoinedSite {
  readonly site: string;
  /** As the branch knows itself. */
  readonly edge: string;
  readonly controller: ControllerDouble;
}

/** Joins sites that have a broker each: their live data come together, and the center's own choice answers who asks for an agent. */
export class JoinedSites {
  readonly #board = new LiveBoard();
  readonly #sites: readonly JoinedSite[];
  readonly #agents: SiteAgents;
  readonly #seen = new Map<string, { live: number; ask: number }>();
  readonly #timer: NodeJS.Timeout;
  #running = Promise.resolve();

  constructor(sites: readonly JoinedSite[]) {
    this.#sites = sites;
    const edges = sites.map(({ site }) => ({ id: site, site, status: 'online' as const }));
    const named = (id: string): JoinedSite => sites.find(({ site }) => site === id)!;
    this.#agents = new SiteAgents({
      registry: {
        board: this.#board,
        all: () => edges,
        find: async (id) => edges.find((edge) => edge.id === id)!,
      },
      bus: {
        publish: (channel, id, payload) => named(id).controller.send(named(id).edge, channel, payload),
      },
      clocks: { transport: systemClock },
    });
    for (const { site } of sites) this.#seen.set(site, { live: 0, ask: 0 });
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#look());
    }, 20);
  }

  /** What a site shows of itself. */
  live(site: string): LiveSnapshot | undefined {
    return this.#board.get(site)?.snapshot;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    for (const { site, controller } of this.#sites) {
      const seen = this.#seen.get(site)!;
      const news = controller.received('live').slice(seen.live);
      seen.live += news.length;
      for (const live of news) this.#board.take(site, live, systemClock.now());
    }
    for (const { site, edge, controller } of this.#sites) {
      const seen = this.#seen.get(site)!;
      const asked = controller.received('ask').slice(seen.ask);
      seen.ask += asked.length;
      for (const { id, question } of asked)
        if (question.kind === 'agent')
          await controller.send(edge, 'answer', { id, answer: await this.#agents.find(site, question) });
    }
  }
}
