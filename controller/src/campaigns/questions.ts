import { sql, type Kysely } from 'kysely';
import {
  BranchlineError,
  problemOf,
  readPhoneNumber,
  type Answer,
  type Ask,
  type KnownLead,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { FleetBus } from '../broker/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { listedAmong } from './do-not-call.ts';

type Reply = Answer['answer'];

/** Finds an idle agent of another site for a caller of an edge. */
type FindAgent = (edge: string, question: Extract<Ask['question'], { kind: 'agent' }>) => Promise<Reply>;

/** Answers the branches' questions as long as somebody still waits for the answer. */
export function answerQuestions(
  db: Kysely<Tables>,
  bus: FleetBus,
  clocks: Clocks,
  findAgent: FindAgent,
  log: Log,
): void {
  bus.on('ask', async ({ edge, payload }) => {
    const began = clocks.transport.monotonic();
    const answer = await reply(edge, payload.question).catch((error: unknown): Reply => {
      log.warn({ edge, err: error }, 'a question of a branch could not be answered');
      return {
        kind: 'unknown',
        problem: problemOf(error)
          .replaceAll(/\p{Cc}/gu, ' ')
          .slice(0, 200),
      };
    });
    if (clocks.transport.monotonic() - began > payload.deadlineMs) return;
    await bus.publish('answer', edge, { id: payload.id, answer });
  });

  async function reply(edge: string, question: Ask['question']): Promise<Reply> {
    switch (question.kind) {
      case 'number-check':
        return checkNumber(db, question.number, question.campaign);
      case 'customer-lookup':
        return lookUpCustomer(db, canonical(question.number, await regionOf(db, edge)));
      case 'agent':
        return findAgent(edge, question);
    }
  }
}

async function regionOf(db: Kysely<Tables>, edge: string): Promise<string> {
  const row = await db
    .selectFrom('edges')
    .innerJoin('sites', 'sites.id', 'edges.site')
    .select('sites.region')
    .where('edges.id', '=', edge)
    .executeTakeFirstOrThrow();
  return row.region;
}

async function checkNumber(db: Kysely<Tables>, number: string, campaign: string | undefined): Promise<Reply> {
  const listed = await listedAmong(db, [{ number, region: undefined }], campaign);
  return (listed.get(number) ?? []).length > 0
    ? { kind: 'number-check', allowed: false, reason: 'do-not-call' }
    : { kind: 'number-check', allowed: true };
}

async function lookUpCustomer(db: Kysely<Tables>, number: string): Promise<Reply> {
  const { rows } = await sql<Omit<KnownLead, 'lastAttemptAt'> & { lastAttemptAt: string | null }>`
    select l.id as lead, l.campaign, c.name as "campaignName", l.attempts, l.last_attempt_at as "lastAttemptAt", l.fields
    from leads l join campaigns c on c.id = l.campaign where l.first_number = ${number}
    order by coalesce(l.last_attempt_at, 0) desc, l.id desc limit 20`.execute(db);
  const leads = rows.map(({ lastAttemptAt, ...lead }) => ({
    ...lead,
    ...(lastAttemptAt !== null && { lastAttemptAt: Number(lastAttemptAt) }),
  }));
  return { kind: 'customer-lookup', leads };
}

function canonical(digits: string, region: string): string {
  try {
    return readPhoneNumber(digits, region).e164;
  } catch (error) {
    if (error instanceof BranchlineError) return digits;
    throw error;
  }
}
