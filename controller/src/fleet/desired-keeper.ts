import type { Kysely, Transaction } from 'kysely';
import { encodePayload, problemOf, topicOf, type Artifact, type Desired } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { FleetBus } from '../broker/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { listFlows, listRecordings } from '../flows/index.ts';
import { steadyTask, type SteadyTask } from '../steady-task.ts';
import type { ArtifactShelf } from './artifact-shelf.ts';
import { buildDesired, contentHash, type CampaignFacts } from './desired-document.ts';
import type { SecretVault } from './secret-vault.ts';

export interface DesiredKeeperOptions {
  readonly db: Kysely<Tables>;
  readonly bus: FleetBus;
  readonly vault: SecretVault;
  readonly shelf: ArtifactShelf;
  readonly clocks: Clocks;
  readonly log: Log;
  /** Documents are made and published while this is held. */
  readonly link: { readonly held: boolean };
}

/**
 * Keeps every edge's desired document in step with what it is made from, and the retained copy at the broker in step with
 * the document. Asked too often it does nothing: a version is spent only when the content differs.
 */
export class DesiredKeeper {
  readonly #options: DesiredKeeperOptions;
  readonly #due = new Set<string>();
  readonly #unpublished = new Set<string>();
  readonly #task: SteadyTask;

  constructor(options: DesiredKeeperOptions) {
    this.#options = options;
    const { clocks, log, link } = options;
    this.#task = steadyTask(
      { name: 'keeping desired documents', clock: clocks.transport, log, everyMs: 1000, onlyWhile: link },
      (signal) => this.#run(signal),
    );
  }

  /** Looks again at one edge. */
  mark(edge: string): void {
    this.#due.add(edge);
    this.#task.poke();
  }

  /** Looks again at all edges: a campaign or an artifact has changed. */
  async markAll(): Promise<void> {
    for (const { id } of await this.#edges()) this.#due.add(id);
    this.#task.poke();
  }

  /** Publishes what is in force to a broker that may have forgotten it. */
  async republishAll(): Promise<void> {
    for (const { id, desired_version } of await this.#edges())
      if (desired_version > 0) this.#unpublished.add(id);
    this.#task.poke();
  }

  stop(): Promise<void> {
    return this.#task.stop();
  }

  #edges(): Promise<{ id: string; desired_version: number }[]> {
    return this.#options.db.selectFrom('edges').select(['id', 'desired_version']).orderBy('id').execute();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const artifacts = this.#due.size > 0 ? await this.#options.shelf.current() : [];
    for (const edge of this.#due) {
      if (signal.aborted) return;
      // Forgotten before the work: a change that comes meanwhile asks for another look.
      this.#due.delete(edge);
      try {
        if (await this.#refresh(edge, artifacts)) this.#unpublished.add(edge);
      } catch (error) {
        this.#due.add(edge);
        throw error;
      }
    }
    for (const edge of this.#unpublished) {
      if (signal.aborted) return;
      await this.#publish(edge);
      this.#unpublished.delete(edge);
    }
  }

  async #publish(edge: string): Promise<void> {
    const row = await this.#options.db
      .selectFrom('edges')
      .select('desired')
      .where('id', '=', edge)
      .executeTakeFirst();
    if (row?.desired) await this.#options.bus.publish('desired', edge, row.desired);
  }

  async #refresh(edge: string, artifacts: readonly Artifact[]): Promise<boolean> {
    return this.#options.db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('edges')
        .selectAll()
        .where('id', '=', edge)
        .forUpdate()
        .executeTakeFirst();
      if (!row?.plan || !row.recipient) return false;
      const site = await trx
        .selectFrom('sites')
        .selectAll()
        .where('id', '=', row.site)
        .executeTakeFirstOrThrow();
      const content = buildDesired({
        edge,
        site,
        plan: row.plan,
        sealed: await this.#sealAll(trx, edge, row.recipient),
        campaigns: await campaignFacts(trx),
        flows: await listFlows(trx),
        recordings: await listRecordings(trx),
        artifacts,
      });
      if (!content) return false;
      const hash = contentHash(content);
      if (hash === row.desired_hash) return false;
      const desired: Desired = { version: row.desired_version + 1, ...content };
      try {
        encodePayload('desired', topicOf('desired', edge), desired);
      } catch (error) {
        this.#options.log.error(
          { edge, site: row.site, problem: problemOf(error) },
          'the desired document of this edge cannot be sent; the last one stays in force: correct its plan',
        );
        return false;
      }
      await trx
        .updateTable('edges')
        .set({ desired: JSON.stringify(desired), desired_hash: hash, desired_version: desired.version })
        .where('id', '=', edge)
        .execute();
      return true;
    });
  }

  /** Secrets sealed to the box's present key; each is sealed once per key, so that the content stays the same. */
  async #sealAll(trx: Transaction<Tables>, edge: string, recipient: string): Promise<Map<string, string>> {
    const rows = await trx.selectFrom('edge_secrets').selectAll().where('edge', '=', edge).execute();
    const sealed = new Map<string, string>();
    for (const row of rows) {
      if (row.sealed !== null && row.recipient === recipient) {
        sealed.set(row.name, row.sealed);
        continue;
      }
      const text = await this.#options.vault.sealFor(recipient, row.stored);
      await trx
        .updateTable('edge_secrets')
        .set({ sealed: text, recipient })
        .where('edge', '=', edge)
        .where('name', '=', row.name)
        .execute();
      sealed.set(row.name, text);
    }
    return sealed;
  }
}

async function campaignFacts(trx: Transaction<Tables>): Promise<CampaignFacts[]> {
  const rows = await trx.selectFrom('campaigns').select(['id', 'status', 'settings', 'changed_at']).execute();
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    settings: row.settings,
    changedAt: row.changed_at,
  }));
}
