import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { demand, type Principal, type RecordedAction } from '../people/index.ts';
import { appendAudit } from './audit-log.ts';

/** What is about to be done, and where. */
export interface Act {
  readonly action: RecordedAction;
  /** The site it concerns. */
  readonly site?: string;
  /** The sites it concerns, where there may be several; empty = the whole installation. */
  readonly sites?: readonly string[];
}

/** Work inside the transaction; `note` puts something into the audit entry (never secrets). */
export type Effect<T> = (trx: Transaction<Tables>, note: (detail: unknown) => void) => Promise<T>;

/** Does something on behalf of somebody. */
export type Execute = <T>(principal: Principal, act: Act, target: string, effect: Effect<T>) => Promise<T>;

/**
 * The one path of every change: permission and scope first, then the effect and its audit entry in one transaction.
 * @throws BranchlineError `BL_AUTH_FORBIDDEN`, and what the effect throws
 */
export function commandPath(db: Kysely<Tables>, clock: Clock): Execute {
  return (principal, act, target, effect) => {
    const sites = act.site === undefined ? (act.sites ?? []) : [act.site];
    demand(principal.grants, act.action, sites);
    return db.transaction().execute(async (trx) => {
      let detail: unknown = null;
      const result = await effect(trx, (noted) => (detail = noted));
      // Last, because the end of the chain is held until the commit.
      await appendAudit(trx, {
        at: clock.now(),
        principal: principal.name,
        action: act.action,
        target,
        site: act.site ?? (sites.length === 1 ? sites[0] : undefined),
        detail,
      });
      return result;
    });
  };
}
