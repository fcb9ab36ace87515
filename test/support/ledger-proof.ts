import { DatabaseSync } from 'node:sqlite';
import type { AttemptRow, CallRow, EventRow, StreamName } from '@branchline/shared';

/** What an edge's ledger says was dialed, read from its file while the edge may be running. */
export interface LedgerFacts {
  readonly attempts: readonly DialedAttempt[];
  /** Ids of closed attempts, refusals included. */
  readonly closedAttempts: readonly string[];
  /** The records of closed attempts, refusals included. */
  readonly attemptRows: readonly AttemptRow[];
  /** Ids of all attempts ever opened or refused. */
  readonly knownAttempts: readonly string[];
  readonly openAttempts: number;
  /** Numbers that calls went out to, one entry per call. */
  readonly dialed: readonly string[];
  readonly dispositions: readonly Disposition[];
  /** Leads that are lent to this edge and not yet tried. */
  readonly heldLeads: number;
  /** Rows of each stream. */
  readonly rows: Readonly<Record<StreamName, number>>;
  readonly calls: readonly CallRow[];
  readonly openCalls: number;
  /** Rows that the controller has not acknowledged. */
  readonly unacknowledged: number;
}

export type Disposition = Extract<EventRow, { type: 'disposition' }>;

/** An attempt that placed at least one call. Times are business ms. */
export interface DialedAttempt {
  readonly id: string;
  readonly lead: string;
  readonly lease: string;
  readonly ordinal: number;
  readonly cap: number;
  readonly dueAt: number;
  readonly startedAt: number;
  /** Infinity while it runs. */
  readonly endedAt: number;
  readonly leasedAt: number;
  readonly numbers: readonly string[];
}

export function readLedger(file: string): LedgerFacts {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const all = <T>(sql: string): T[] => db.prepare(sql).all() as T[];
    const count = (sql: string): number => (db.prepare(sql).get() as { n: number | null }).n ?? 0;
    type Row = {
      id: string;
      lead: string;
      lease: string;
      ordinal: number;
      cap: number;
      due_at: number;
      started_at: number;
      ended_at: number | null;
      issued_at: number;
      numbers: string;
    };
    const attempts = all<Row>(`
      SELECT a.id, a.lead, a.lease, a.ordinal, l.attempts_cap AS cap, a.due_at, a.started_at, a.ended_at, l.issued_at, group_concat(t.number) AS numbers
      FROM attempt a JOIN lease l ON l.id = a.lease JOIN try t ON t.attempt = a.id
      WHERE a.outcome IS NULL OR a.outcome <> 'REFUSED' GROUP BY a.id`);
    const rowsOf = <T>(stream: StreamName, where = ''): T[] =>
      all<{ row: string }>(`SELECT row FROM outbox WHERE stream = '${stream}' ${where}`).map(
        ({ row }) => JSON.parse(row) as T,
      );
    const attemptRows = rowsOf<AttemptRow>('attempt');
    const streams = all<{ name: StreamName; last: number }>('SELECT name, last FROM stream');
    return {
      attempts: attempts.map((row) => ({
        id: row.id,
        lead: row.lead,
        lease: row.lease,
        ordinal: row.ordinal,
        cap: row.cap,
        dueAt: row.due_at,
        startedAt: row.started_at,
        endedAt: row.ended_at ?? Infinity,
        leasedAt: row.issued_at,
        numbers: [...new Set(row.numbers.split(','))],
      })),
      closedAttempts: attemptRows.map(({ id }) => id),
      attemptRows,
      knownAttempts: all<{ id: string }>('SELECT id FROM attempt').map(({ id }) => id),
      dialed: all<{ number: string }>('SELECT number FROM try').map(({ number }) => number),
      dispositions: rowsOf<Disposition>('event', "AND json_extract(row, '$.type') = 'disposition'"),
      heldLeads: count(
        "SELECT count(*) AS n FROM lease_lead l JOIN lease ON lease.id = l.lease WHERE l.state = 'held' AND lease.ended IS NULL",
      ),
      // The ledger has a row for every stream.
      rows: Object.fromEntries(streams.map(({ name, last }) => [name, last])) as Record<StreamName, number>,
      openAttempts: count('SELECT count(*) AS n FROM attempt WHERE ended_at IS NULL'),
      calls: rowsOf<CallRow>('call'),
      openCalls: count('SELECT count(*) AS n FROM call WHERE closed_at IS NULL'),
      unacknowledged: count('SELECT sum(last - acked) AS n FROM stream'),
    };
  } finally {
    db.close();
  }
}

/** Why a number counts as dialed twice. */
export type DoubleDial = {
  readonly number: string;
  readonly attempts: readonly string[];
  readonly why: 'overlap' | 'two-leases' | 'not-due' | 'past-cap';
};

/**
 * Everything that exactly-once dialing forbids, over all branches: the same callee number in overlapping attempts, before
 * its retry is due, under two leases at once, or past the cap.
 */
export function findDoubleDials(attempts: readonly DialedAttempt[]): readonly DoubleDial[] {
  const found: DoubleDial[] = [];
  const byNumber = new Map<string, DialedAttempt[]>();
  for (const attempt of attempts) {
    if (attempt.startedAt < attempt.dueAt)
      found.push({ number: attempt.numbers[0]!, attempts: [attempt.id], why: 'not-due' });
    if (attempt.ordinal > attempt.cap)
      found.push({ number: attempt.numbers[0]!, attempts: [attempt.id], why: 'past-cap' });
    for (const number of attempt.numbers) byNumber.set(number, [...(byNumber.get(number) ?? []), attempt]);
  }
  for (const [number, group] of byNumber) {
    const sorted = group.toSorted((a, b) => a.startedAt - b.startedAt);
    for (let i = 1; i < sorted.length; i++) {
      const [before, after] = [sorted[i - 1]!, sorted[i]!];
      const pair = [before.id, after.id];
      if (after.startedAt < before.endedAt) found.push({ number, attempts: pair, why: 'overlap' });
      else if (after.lease !== before.lease && after.leasedAt < before.endedAt)
        found.push({ number, attempts: pair, why: 'two-leases' });
    }
    const perLead = Map.groupBy(group, ({ lead }) => lead);
    for (const own of perLead.values())
      if (own.length > own[0]!.cap)
        found.push({ number, attempts: own.map(({ id }) => id), why: 'past-cap' });
  }
  return found;
}

/** A percentile (0–100) of numbers by nearest rank; 0 for none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0;
}
