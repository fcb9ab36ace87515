import type { Kysely } from 'kysely';
import {
  BranchlineError,
  type ClockTrust,
  type EdgeState,
  type Inventory,
  type Live,
  type Reported,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { FleetBus } from '../broker/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { LiveBoard } from './live-board.ts';
import { stateCounts } from './session-rule.ts';

/** What must be at hand about an edge without asking the database. */
export interface KnownEdge {
  readonly id: string;
  readonly site: string;
  readonly status: 'never' | EdgeState['status'];
  readonly session?: string;
  readonly clock?: ClockTrust;
}

export interface EdgeRegistryOptions {
  readonly db: Kysely<Tables>;
  readonly bus: FleetBus;
  readonly clocks: Clocks;
  readonly log: Log;
  /** The broker is part of this process: no session can be older than the process. */
  readonly ownBroker: boolean;
  /** Whether this process is the one that writes down what boxes say; the others only follow. */
  readonly writes: () => boolean;
  /** The edge has a new session. */
  readonly cameOnline: (edge: string) => void;
  /** A full live snapshot is wanted. */
  readonly askSnapshot: (edge: string) => void;
}

/** Who is there: sessions, what the boxes found of themselves, what they made of their wishes, and their live data. */
export class EdgeRegistry {
  readonly #options: EdgeRegistryOptions;
  readonly #edges = new Map<string, KnownEdge>();
  readonly board = new LiveBoard();

  constructor(options: EdgeRegistryOptions) {
    this.#options = options;
    const { bus } = options;
    bus.on('state', ({ edge, payload }) => this.#state(edge, payload));
    bus.on('inventory', ({ edge, payload }) =>
      this.#store(edge, { inventory: JSON.stringify(payload satisfies Inventory) }),
    );
    bus.on('reported', ({ edge, payload }) =>
      this.#store(edge, { reported: JSON.stringify(payload satisfies Reported) }),
    );
    bus.on('live', ({ edge, payload }) => this.#live(edge, payload));
  }

  /** Reads what is known. With a broker of our own nobody can be connected yet. */
  async load(): Promise<void> {
    if (this.#options.ownBroker) {
      await this.#options.db
        .updateTable('edges')
        .set({ status: 'lost' })
        .where('status', '=', 'online')
        .execute();
    }
    await this.refresh();
  }

  /** Reads the register anew: edges may have been added by another controller. */
  async refresh(): Promise<void> {
    const rows = await this.#options.db
      .selectFrom('edges')
      .select(['id', 'site', 'status', 'session', 'clock'])
      .execute();
    for (const row of rows) {
      // What this process heard itself is newer than what it wrote down.
      if (this.#edges.has(row.id)) continue;
      this.#edges.set(row.id, {
        id: row.id,
        site: row.site,
        status: row.status,
        ...(row.session !== null && { session: row.session }),
        ...(row.clock !== null && { clock: row.clock }),
      });
    }
  }

  all(): readonly KnownEdge[] {
    return [...this.#edges.values()];
  }

  /** @throws BranchlineError `BL_API_NOT_FOUND` for an edge that was never added */
  async find(edge: string): Promise<KnownEdge> {
    if (!this.#edges.has(edge)) await this.refresh();
    const known = this.#edges.get(edge);
    if (!known) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'edge', id: edge });
    return known;
  }

  /** The session a message would reach now, if any. */
  liveSession(edge: string): string | undefined {
    const known = this.#edges.get(edge);
    return known?.status === 'online' && this.#options.bus.connected(edge) ? known.session : undefined;
  }

  async #state(edge: string, state: EdgeState): Promise<void> {
    const { db, cameOnline, log } = this.#options;
    const known = await this.find(edge);
    const before =
      known.session === undefined || known.status === 'never'
        ? undefined
        : { session: known.session, status: known.status };
    if (!stateCounts(before, state)) {
      log.debug({ edge, session: state.session }, 'a late word of an old session was ignored');
      return;
    }
    if (this.#options.writes()) {
      await db
        .updateTable('edges')
        .set({
          status: state.status,
          session: state.session,
          // A will was written when the session began: its instant says nothing about the end.
          seen_at: state.status === 'lost' ? this.#options.clocks.business.now() : state.at,
          firmware: state.firmware,
          contract: state.contract,
          recipient: state.recipient,
          clock: state.clock,
        })
        .where('id', '=', edge)
        .execute();
    }
    this.#edges.set(edge, {
      id: edge,
      site: known.site,
      status: state.status,
      session: state.session,
      clock: state.clock,
    });
    if (state.status !== known.status)
      log.info({ edge, site: known.site, status: state.status }, 'an edge changed its state');
    const isNew = before?.session !== state.session || before.status !== 'online';
    if (state.status === 'online' && isNew) cameOnline(edge);
  }

  async #store(edge: string, values: { inventory: string } | { reported: string }): Promise<void> {
    const stored = await this.#options.db
      .updateTable('edges')
      .set(values)
      .where('id', '=', edge)
      .executeTakeFirst();
    if (stored.numUpdatedRows === 0n)
      throw new BranchlineError('BL_API_NOT_FOUND', { what: 'edge', id: edge });
  }

  #live(edge: string, live: Live): void {
    if (!this.#edges.has(edge)) return;
    const wanted = this.board.take(edge, live, this.#options.clocks.transport.now());
    const entry = this.board.get(edge);
    const known = this.#edges.get(edge);
    // The live data knows of a clock that fell out of trust long before the next birth would say so.
    if (entry && known && entry.session === known.session && entry.snapshot.clock !== known.clock) {
      this.#edges.set(edge, { ...known, clock: entry.snapshot.clock });
    }
    if (wanted) this.#options.askSnapshot(edge);
  }
}
