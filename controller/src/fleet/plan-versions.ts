import type { Kysely, Transaction } from 'kysely';
import { BranchlineError, type BranchPlan, type PlanVersion } from '@branchline/shared';
import type { Tables } from '../database/index.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

/** What the audit trail keeps of a stored plan, beside who and when. */
export interface PlanNote {
  readonly plan: BranchPlan | null;
  readonly why?: string;
}

/** What a box's plan is in the audit trail. */
export const planTarget = (edge: string): string => `edge ${edge}`;

/** Versions of a box's plan, newest first. */
export async function readPlanVersions(db: Db, edge: string, limit: number): Promise<PlanVersion[]> {
  const rows = await db
    .selectFrom('audit_log')
    .select(['id', 'at', 'principal', 'detail'])
    .where('action', 'in', ['plan.write', 'staff.write'])
    .where('target', '=', planTarget(edge))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.flatMap(({ id, at, principal, detail }) => {
    const { plan, why } = JSON.parse(detail) as PlanNote;
    return plan ? [{ version: id, at, by: principal, ...(why !== undefined && { why }), plan }] : [];
  });
}

/**
 * Holds a box's plan until the transaction ends, so that nobody's change is lost under another.
 * @param over the version that the new plan was made from
 * @throws BranchlineError `BL_API_CONFLICT` when there is a newer one
 */
export async function claimPlan(trx: Transaction<Tables>, edge: string, over: number): Promise<void> {
  await trx.selectFrom('edges').select('id').where('id', '=', edge).forUpdate().execute();
  const [latest] = await readPlanVersions(trx, edge, 1);
  if (latest && latest.version !== over)
    throw new BranchlineError('BL_API_CONFLICT', {
      problem: `the plan of "${edge}" was changed meanwhile by ${latest.by}`,
    });
}

/** The plan in force for a box, without its secrets. @throws BranchlineError `BL_API_NOT_FOUND` */
export async function planOf(db: Db, edge: string): Promise<BranchPlan> {
  const row = await db.selectFrom('edges').select('plan').where('id', '=', edge).executeTakeFirst();
  if (!row?.plan) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'plan of edge', id: edge });
  return row.plan;
}
