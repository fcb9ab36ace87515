import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import {
  BranchlineError,
  check,
  Command,
  type CommandRequest,
  type CommandResult,
  type CommandView,
  type IdSource,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { FleetBus } from '../broker/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { steadyTask, type SteadyTask } from '../steady-task.ts';

export interface CommandDeskOptions {
  readonly db: Kysely<Tables>;
  readonly bus: FleetBus;
  readonly clocks: Clocks;
  readonly newId: IdSource;
  readonly log: Log;
  /** The session a message would reach now. */
  readonly liveSession: (edge: string) => string | undefined;
  /** Orders go out while this is held. */
  readonly link: { readonly held: boolean };
}

const defaultTtlSeconds = 60;

/**
 * Orders that happen once. They wait here, not at the broker: an order is sent only to a live session, again in a new
 * session or by another controller (the edge's journal answers a repeat without executing it), and never after its end.
 */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #task: SteadyTask;
  /** Orders without an answer, by the session in which this process sent them. */
  #sent = new Map<string, string>();

  constructor(options: CommandDeskOptions) {
    this.#options = options;
    const { bus, clocks, log, link } = options;
    bus.on('result', ({ edge, payload }) => this.#settle(edge, payload));
    this.#task = steadyTask(
      { name: 'sending commands', clock: clocks.transport, log, everyMs: 1000, onlyWhile: link },
      () => this.#send(),
    );
  }

  /**
   * Queues an order.
   * @param by who gave it
   * @throws BranchlineError `BL_API_INVALID` for an unknown verb or wrong arguments
   */
  async issue(
    trx: Transaction<Tables>,
    edge: string,
    request: CommandRequest,
    by: string,
  ): Promise<CommandView> {
    const { clocks, newId } = this.#options;
    const ttlMs = (request.ttlSeconds ?? defaultTtlSeconds) * 1000;
    const issuedAt = clocks.business.now();
    const command = check(Command, {
      id: newId(),
      verb: request.verb,
      args: request.args,
      by,
      // The order lives `ttlMs` of real time; its end is told in the time the edge's clock shows.
      expiresAt: Math.round(issuedAt + ttlMs * clocks.speed),
      ttlMs,
    });
    await trx
      .insertInto('commands')
      .values({
        id: command.id,
        edge,
        verb: command.verb,
        args: JSON.stringify(command.args),
        issued_at: issuedAt,
        expires_at: command.expiresAt,
        ttl_ms: ttlMs,
        state: 'queued',
        session: null,
        error_code: null,
        error_message: null,
        by,
      })
      .execute();
    return { id: command.id, edge, verb: command.verb, state: 'queued', issuedAt, by };
  }

  /** Sends soon what waits: an order was issued, or an edge came back. */
  poke(): void {
    this.#task.poke();
  }

  /** Asks for a full live snapshot: worthless later, so it is neither queued nor recorded. */
  askSnapshot(edge: string): void {
    const { bus, clocks, newId, log } = this.#options;
    const expiresAt = Math.round(clocks.business.now() + 10_000 * clocks.speed);
    bus
      .publish('command', edge, { id: newId(), verb: 'live-snapshot', args: {}, expiresAt, ttlMs: 10_000 })
      .catch((error: unknown) => log.debug({ edge, err: error }, 'a live snapshot could not be asked for'));
  }

  /** The last commands of an edge, latest first. */
  async list(edge: string, limit: number): Promise<CommandView[]> {
    const rows = await this.#options.db
      .selectFrom('commands')
      .selectAll()
      .where('edge', '=', edge)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(viewOf);
  }

  /** @throws BranchlineError `BL_API_NOT_FOUND` */
  async find(edge: string, id: string): Promise<CommandView> {
    const row = await this.#options.db
      .selectFrom('commands')
      .selectAll()
      .where('id', '=', id)
      .where('edge', '=', edge)
      .executeTakeFirst();
    if (!row) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'command', id });
    return viewOf(row);
  }

  stop(): Promise<void> {
    return this.#task.stop();
  }

  async #send(): Promise<void> {
    const { db, bus, clocks, liveSession } = this.#options;
    const now = clocks.business.now();
    await db
      .updateTable('commands')
      .set({
        state: 'expired',
        error_code: 'BL_COMMAND_EXPIRED',
        error_message: sql`case state when 'queued' then 'the edge was not there in time' else 'the edge gave no answer in time' end`,
      })
      .where('state', 'in', ['queued', 'sent'])
      // A result needs a moment to come back.
      .where('expires_at', '<', now - 10_000 * clocks.speed)
      .execute();
    const rows = await db
      .selectFrom('commands')
      .selectAll()
      .where('state', 'in', ['queued', 'sent'])
      .where('expires_at', '>', now)
      .orderBy('id')
      .limit(1000)
      .execute();
    const sent = this.#sent;
    this.#sent = new Map();
    for (const row of rows) {
      const session = liveSession(row.edge);
      const before = sent.get(row.id);
      // What another process sent goes out again: its answer may have met nobody.
      if (session === undefined || session === before) {
        if (before !== undefined) this.#sent.set(row.id, before);
        continue;
      }
      const { id, verb, args, expires_at: expiresAt, ttl_ms: ttlMs, by } = row;
      await db.updateTable('commands').set({ state: 'sent', session }).where('id', '=', id).execute();
      await bus.publish(
        'command',
        row.edge,
        check(Command, { id, verb, args, expiresAt, ttlMs, ...(by !== null && { by }) }),
      );
      this.#sent.set(id, session);
    }
  }

  async #settle(edge: string, result: CommandResult): Promise<void> {
    await this.#options.db
      .updateTable('commands')
      .set({
        state: result.status,
        error_code: result.error?.code ?? null,
        error_message: result.error?.message ?? null,
      })
      .where('id', '=', result.id)
      .where('edge', '=', edge)
      .execute();
  }
}

function viewOf(row: Selectable<Tables['commands']>): CommandView {
  const error =
    row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' };
  return {
    id: row.id,
    edge: row.edge,
    verb: row.verb,
    state: row.state,
    issuedAt: row.issued_at,
    ...(row.by !== null && { by: row.by }),
    ...(error && { error }),
  };
}
