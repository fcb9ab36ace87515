import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import {
  BranchlineError,
  changedSettings,
  defaultCampaign,
  type CampaignChange,
  type CampaignSettings,
  type CampaignStatus,
  type Clock,
  type IdSource,
  type NewCampaign,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { findFlow } from '../flows/index.ts';
import type { Scope } from '../people/index.ts';
import { checkSettings, moveCampaign, type CampaignMove } from './campaign-rules.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

/** A campaign as it is stored. */
export interface Campaign {
  readonly id: string;
  readonly status: CampaignStatus;
  readonly settings: CampaignSettings;
  readonly createdAt: number;
}

interface CampaignRow {
  id: string;
  status: CampaignStatus;
  settings: CampaignSettings;
  created_at: number;
}

const columns = ['id', 'status', 'settings', 'created_at'] as const;

/** Settings that a campaign was created without, because they are newer, have their defaults. */
function toCampaign(row: CampaignRow): Campaign {
  return {
    id: row.id,
    status: row.status,
    settings: { ...defaultCampaign, ...row.settings },
    createdAt: row.created_at,
  };
}

/** Whether somebody with this scope may see a campaign: one that may run anywhere concerns every site. */
export function campaignVisible(scope: Scope, settings: Pick<CampaignSettings, 'sites'>): boolean {
  if (scope === 'all') return true;
  if (scope.length === 0) return false;
  return settings.sites.length === 0 || settings.sites.some((site) => scope.includes(site));
}

/** Where a campaign reaches: a change of one that may run anywhere concerns the whole installation. */
export function reach(settings: Pick<CampaignSettings, 'sites'>): { readonly sites: readonly string[] } {
  return { sites: settings.sites };
}

/** @throws BranchlineError `BL_API_INVALID`, `BL_API_NOT_FOUND` for an unknown site */
export async function createCampaign(
  trx: Transaction<Tables>,
  stated: NewCampaign,
  newId: IdSource,
  clock: Clock,
): Promise<Campaign> {
  const settings: CampaignSettings = { ...defaultCampaign, ...stated };
  const now = clock.now();
  await checkAll(trx, settings, now);
  const id = newId();
  await trx
    .insertInto('campaigns')
    .values({
      id,
      name: settings.name,
      status: 'draft',
      settings: JSON.stringify(settings),
      created_at: now,
      changed_at: now,
    })
    .execute();
  return { id, status: 'draft', settings, createdAt: now };
}

/** Changes settings, null takes one away; leads that a lower cap has spent are closed. @throws as {@link createCampaign}, `BL_CAMPAIGN_STATE` */
export async function changeCampaign(
  trx: Transaction<Tables>,
  id: string,
  change: CampaignChange,
  clock: Clock,
): Promise<Campaign> {
  const campaign = await findCampaign(trx, id, 'update');
  if (campaign.status === 'stopped') {
    throw new BranchlineError('BL_CAMPAIGN_STATE', { status: campaign.status, action: 'changed' });
  }
  const settings = changedSettings(campaign.settings, change);
  await checkAll(trx, settings, clock.now());
  await trx
    .updateTable('campaigns')
    .set({ name: settings.name, settings: JSON.stringify(settings), changed_at: clock.now() })
    .where('id', '=', id)
    .execute();
  if (settings.attemptsCap < campaign.settings.attemptsCap) {
    await trx
      .updateTable('leads')
      .set({ state: 'exhausted', reason: 'attempts cap' })
      .where('campaign', '=', id)
      .where('state', '=', 'open')
      .where('attempts', '>=', settings.attemptsCap)
      .execute();
  }
  return { ...campaign, settings };
}

/** @throws BranchlineError `BL_CAMPAIGN_STATE`, `BL_API_NOT_FOUND` */
export async function runCampaign(
  trx: Transaction<Tables>,
  id: string,
  move: CampaignMove,
  clock: Clock,
): Promise<Campaign> {
  const campaign = await findCampaign(trx, id, 'update');
  const status = moveCampaign(campaign.status, move);
  await trx.updateTable('campaigns').set({ status, changed_at: clock.now() }).where('id', '=', id).execute();
  return { ...campaign, status };
}

/** @throws BranchlineError `BL_API_NOT_FOUND` */
export async function findCampaign(db: Db, id: string, lock?: 'update'): Promise<Campaign> {
  let query = db.selectFrom('campaigns').select(columns).where('id', '=', id);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'campaign', id });
  return toCampaign(row);
}

/** A campaign somebody may see. @throws BranchlineError `BL_API_NOT_FOUND`, also for one out of scope: it must not tell */
export async function findVisible(db: Db, id: string, scope: Scope): Promise<Campaign> {
  const campaign = await findCampaign(db, id);
  if (!campaignVisible(scope, campaign.settings)) {
    throw new BranchlineError('BL_API_NOT_FOUND', { what: 'campaign', id });
  }
  return campaign;
}

/** Those that exist of these campaigns. */
export async function campaignsById(db: Db, ids: readonly string[]): Promise<Campaign[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('campaigns')
    .select(columns)
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(toCampaign);
}

/** {@link campaignVisible} of rows of `campaigns`, as PostgreSQL asks it. */
export function visibleCampaigns(scope: Scope): RawBuilder<boolean> {
  if (scope === 'all') return sql<boolean>`true`;
  return sql<boolean>`((settings->'sites' = '[]'::jsonb and ${scope.length > 0}::boolean) or settings->'sites' ?| ${[...scope]}::text[])`;
}

/** Newest first; `before` is the id the page before ended on. */
export async function listCampaigns(
  db: Db,
  scope: Scope,
  limit: number,
  before?: string,
): Promise<Campaign[]> {
  let query = db
    .selectFrom('campaigns')
    .select(columns)
    .where(visibleCampaigns(scope))
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  return (await query.execute()).map(toCampaign);
}

async function checkAll(trx: Transaction<Tables>, settings: CampaignSettings, now: number): Promise<void> {
  checkSettings(settings, now);
  for (const flow of [settings.flow, settings.survey]) if (flow !== undefined) await findFlow(trx, flow);
  if (settings.sites.length === 0) return;
  const known = await trx.selectFrom('sites').select('id').where('id', 'in', settings.sites).execute();
  const unknown = settings.sites.find((site) => !known.some((row) => row.id === site));
  if (unknown) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: unknown });
}
