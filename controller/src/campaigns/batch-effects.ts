import { sql, type Transaction } from 'kysely';
import {
  BranchlineError,
  readPhoneNumber,
  type CallRow,
  type EventRow,
  type IdSource,
  type LeadQuota,
  type OptoutRow,
  type StreamName,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Tables } from '../database/index.ts';
import type { BatchEffects, BatchOrigin, ReceivedBatch } from '../ingest/index.ts';
import { addDoNotCall } from './do-not-call.ts';
import { applyAttempts, beforeOf, lockLeads, type ReportedAttempt } from './attempt-results.ts';
import { isFull } from './lead-choice.ts';
import { afterDisposition, dueColumns } from './lead-fate.ts';
import { settleLease } from './lease-settlement.ts';
import { revokeCampaign, revokeLease, revokeList, revokeNumbers } from './revocations.ts';

type Trx = Transaction<Tables>;

/** What records of the branches do to leads, leases and the do-not-call list, in the transaction that takes them in. */
export class CampaignEffects implements BatchEffects {
  readonly #newId: IdSource;
  readonly #log: Log;

  constructor(newId: IdSource, log: Log) {
    this.#newId = newId;
    this.#log = log;
  }

  async apply(trx: Trx, batches: readonly ReceivedBatch[]): Promise<void> {
    // All attempts at once; what dispositions and lease ends say is about attempts that are there then.
    await this.#attempts(
      trx,
      batches.flatMap(({ edge, ...batch }) =>
        batch.stream === 'attempt' ? batch.rows.map((row) => ({ ...row, edge })) : [],
      ),
    );
    await noteOtherCalls(
      trx,
      batches.flatMap((batch) => (batch.stream === 'call' ? batch.rows : [])),
    );
    for (const batch of batches) {
      if (batch.stream === 'optout') await this.#optouts(trx, batch.edge, batch.site, batch.rows);
      if (batch.stream !== 'event') continue;
      for (const row of batch.rows) await this.#event(trx, batch.edge, batch.epoch, row);
    }
  }

  givenUp({ edge }: BatchOrigin, stream: StreamName, first: number, last: number): void {
    this.#log.error(
      { edge, stream, first, last },
      'a box says that it has records no more which never arrived',
    );
  }

  async #attempts(trx: Trx, rows: readonly ReportedAttempt[]): Promise<void> {
    await applyAttempts(trx, rows);
    const calls = rows.flatMap((row) => row.tries.map((made) => made.id));
    if (calls.length === 0) return;
    // Dispositions that came before the attempt they belong to.
    const waiting = await trx
      .selectFrom('call_dispositions')
      .selectAll()
      .where('call', 'in', calls)
      .execute();
    for (const disposition of waiting) {
      await this.#dispose(trx, disposition);
    }
  }

  async #optouts(trx: Trx, edge: string, site: string, rows: readonly OptoutRow[]): Promise<void> {
    const place = await trx.selectFrom('sites').select('region').where('id', '=', site).executeTakeFirst();
    for (const row of rows) {
      await addDoNotCall(trx, {
        numbers: [e164(row.number, place?.region ?? 'CN')],
        campaign: row.campaign,
        reason: 'asked not to be called again',
        by: row.agent === undefined ? `edge ${edge}` : `agent ${row.agent}`,
        at: row.at,
      });
    }
  }

  async #event(trx: Trx, edge: string, ledger: string, row: EventRow): Promise<void> {
    switch (row.type) {
      case 'disposition':
        await this.#disposition(trx, edge, row);
        return;
      case 'lease-stored':
        await this.#leaseStored(trx, edge, row);
        return;
      case 'lease-ended': {
        const { lease, how, unworked, afterAttempt } = row;
        await trx
          .updateTable('leases')
          .set({
            state: 'ended',
            how,
            ledger,
            after_attempt: afterAttempt,
            unworked: JSON.stringify(unworked),
            payload: null,
          })
          .where('id', '=', lease)
          .where('edge', '=', edge)
          .where('state', 'in', ['issued', 'stored'])
          .execute();
        await settleLease(trx, lease, this.#newId);
        return;
      }
      case 'note':
      case 'form':
      case 'survey':
      case 'flow':
      case 'config-applied':
      case 'config-rejected':
      case 'switch':
      case 'line':
      case 'line-fault':
      case 'queue':
      case 'voicemail':
      case 'digits-sent':
      case 'voicemail-handled':
      case 'transferred':
      case 'monitored':
      case 'supervised':
      case 'gate-refused':
      case 'sms-received':
      case 'phone-lost':
      case 'clock':
      case 'ledger':
        return;
    }
  }

  async #leaseStored(
    trx: Trx,
    edge: string,
    row: Extract<EventRow, { type: 'lease-stored' }>,
  ): Promise<void> {
    const known = await trx
      .updateTable('leases')
      .set({ state: sql`case state when 'issued' then 'stored' else state end`, payload: null })
      .where('id', '=', row.lease)
      .where('edge', '=', edge)
      .returning('leads')
      .executeTakeFirst();
    if (known) return;
    // Issued before this database was restored: its leads look open here, so nobody may work them from that lease.
    this.#log.warn(
      { edge, lease: row.lease },
      'an edge holds a lease that is not known here; it is called back',
    );
    await revokeLease(trx, edge, row.lease, row.at + 86_400_000, 'the lease is not known at the center');
  }

  async #disposition(trx: Trx, edge: string, row: Extract<EventRow, { type: 'disposition' }>): Promise<void> {
    const { call, agent, code, by, at, callbackAt = null, callbackFor = null } = row;
    const said = { agent, code, set_by: by, at, callback_at: callbackAt, callback_for: callbackFor };
    const newest = await trx
      .insertInto('call_dispositions')
      .values({ call, edge, ...said })
      .onConflict((conflict) =>
        conflict.column('call').doUpdateSet(said).where('call_dispositions.at', '<=', at),
      )
      .returningAll()
      .executeTakeFirst();
    if (newest) await this.#dispose(trx, newest);
  }

  /** Applies a disposition to its lead, as soon as both it and the attempt are here. */
  async #dispose(trx: Trx, said: Tables['call_dispositions']): Promise<void> {
    const { call, code, at, callback_at, callback_for, edge, agent } = said;
    const link = await trx
      .selectFrom('attempt_calls')
      .selectAll()
      .where('call', '=', call)
      .executeTakeFirst();
    const lead = link && (await lockLeads(trx, [link.lead])).get(link.lead);
    if (!lead) return;
    if (lead.settings.dispositions.some((entry) => entry.code === code)) {
      await trx.updateTable('leads').set({ disposition: code }).where('id', '=', lead.id).execute();
      await callBackWhenFull(trx, lead.campaign, lead.settings.quotas, code);
    }
    const promised = lead.callback_agent === agent && lead.callback_edge === edge;
    const facts = {
      ...beforeOf(lead),
      finishedByAnswer: lead.state === 'finished' && lead.reason === 'answered',
      open: lead.state === 'open' || (promised && lead.lease !== null),
      promised,
    };
    const own = callback_for === 'own';
    const decision = {
      code,
      at,
      callbackAt: callback_at ?? undefined,
      callback: { callback_edge: own ? edge : null, callback_agent: own ? agent : null },
    };
    const fate = afterDisposition(facts, decision, lead.settings);
    if (!fate) return;
    if (lead.lease !== null) {
      if (fate.state !== 'open') {
        await sql`update leads set final_state = ${fate.state}, reason = ${fate.reason ?? null} where id = ${lead.id}`.execute(
          trx,
        );
        await revokeNumbers(
          trx,
          lead.numbers.map((entry) => entry.number),
          lead.campaign,
          `disposition ${code}`,
        );
      } else {
        // Lent meanwhile: its box knows, and this is how it comes back.
        await trx.updateTable('leads').set(dueColumns(fate)).where('id', '=', lead.id).execute();
      }
    } else {
      await trx
        .updateTable('leads')
        .set({ state: fate.state, reason: fate.reason ?? null, ...dueColumns(fate) })
        .where('id', '=', lead.id)
        .execute();
    }
    if (lead.settings.dispositions.some((entry) => entry.code === code && entry.optout)) {
      const number = e164(link.number, lead.settings.region);
      await addDoNotCall(trx, { numbers: [number], reason: `disposition ${code}`, by: 'disposition', at });
    }
  }
}

/** Calls out that no attempt made are known by their number, so that caps per callee count them at every branch. */
async function noteOtherCalls(trx: Trx, rows: readonly CallRow[]): Promise<void> {
  const others = rows.flatMap(({ id, direction, attempt, customer, startedAt, outcome }) =>
    direction === 'outbound' && attempt === undefined && customer !== ''
      ? [{ call: id, number: customer, started_at: startedAt, outcome }]
      : [],
  );
  if (others.length === 0) return;
  await trx
    .insertInto('other_calls')
    .values(others)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What is lent of a campaign, or of one of its lists, comes back as soon as there is enough of a result. */
async function callBackWhenFull(
  trx: Trx,
  campaign: string,
  quotas: readonly LeadQuota[] = [],
  code: string,
): Promise<void> {
  for (const quota of quotas) {
    if (quota.disposition !== code || !(await isFull(trx, campaign, quota))) continue;
    const reason = `${quota.leads} × ${code}: that is enough`;
    if (quota.list !== undefined) {
      await revokeList(trx, quota.list, reason);
      continue;
    }
    const called = await trx
      .selectFrom('revocations')
      .select('id')
      .where(sql`message ->> 'campaign'`, '=', campaign)
      .executeTakeFirst();
    if (!called) await revokeCampaign(trx, campaign, reason);
  }
}

/** Digits as an edge dialed them, in the form of the list; what cannot be read is kept as it is. */
function e164(digits: string, region: string): string {
  try {
    return readPhoneNumber(digits, region).e164;
  } catch (error) {
    if (error instanceof BranchlineError) return digits;
    throw error;
  }
}
