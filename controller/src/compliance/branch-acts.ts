import type { Transaction } from 'kysely';
import type { EventRow } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { ReceivedBatch } from '../ingest/index.ts';
import { appendAudit, type AuditFact } from './audit-log.ts';

/** What is done at the branches and is on record here, as `branch.…` in the trail. */
export const branchActs = ['monitor', 'take-over', 'move', 'end', 'force', 'write'] as const;
type Act = (typeof branchActs)[number];

type Fact = Pick<AuditFact, 'principal' | 'target' | 'detail'> & { readonly action: `branch.${Act}` };

/**
 * What somebody with power over others did at a branch; undefined for what all agents do every day, and for orders of people
 * at the center, which are on record as such. Pure.
 */
export function branchActOf(row: EventRow): Fact | undefined {
  if (row.type === 'monitored') {
    const { by, here, call, mode, extension, agent } = row;
    if (!here || mode === 'stop') return undefined;
    return fact('monitor', by, `call ${call}`, { mode, extension, ...(agent !== undefined && { agent }) });
  }
  if (row.type === 'transferred') {
    const { by, here, call, how, from, to = '' } = row;
    const moved = to.startsWith('queue ') && from !== by;
    if (!here || (how !== 'taken-over' && !moved)) return undefined;
    const detail = { ...(from !== undefined && { from }), to };
    return fact(moved ? 'move' : 'take-over', by, `call ${call}`, detail);
  }
  if (row.type !== 'supervised') return undefined;
  const { by, act, call, agent, state, text } = row;
  const target = call === undefined ? `agent ${agent ?? '(all)'}` : `call ${call}`;
  return fact(act, by, target, {
    ...(call !== undefined && agent !== undefined && { agent }),
    ...(state !== undefined && { state }),
    ...(text !== undefined && { text }),
  });
}

function fact(act: Act, by: string, target: string, detail: object): Fact {
  return { action: `branch.${act}`, principal: `agent ${by}`, target, detail };
}

/** Writes what was done at the branches into the trail. Last in its transaction: the end of the chain is held until the commit. */
export async function auditBranchActs(
  trx: Transaction<Tables>,
  batches: readonly ReceivedBatch[],
): Promise<void> {
  for (const batch of batches) {
    if (batch.stream !== 'event') continue;
    for (const row of batch.rows) {
      const done = branchActOf(row);
      if (done) await appendAudit(trx, { ...done, at: Math.round(row.at), site: batch.site });
    }
  }
}
