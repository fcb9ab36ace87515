import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { callMemoryMs } from '@branchline/shared';
import type { CommandResult, Lease, LineFault, Outcome, StreamName, StreamRow } from '@branchline/shared';

/** A row of a stream before the ledger gave it its number. */
export type NewRow<S extends StreamName = StreamName> = {
  [K in S]: { stream: K; row: DistributiveOmit<StreamRow<K>, 'seq'> };
}[S];
type DistributiveOmit<T, K extends keyof never> = T extends unknown ? Omit<T, K> : never;

export interface OpenAttempt {
  id: string;
  lead: string;
  lease: string;
  campaign: string;
  number: string;
  ordinal: number;
  dueAt: number;
  startedAt: number;
}

export interface OpenTry {
  id: string;
  attempt: string;
  ordinal: number;
  number: string;
  line: string;
  startedAt: number;
}

export interface StoredLead {
  lease: string;
  epoch: string;
  campaign: string;
  expiresAt: number;
  attemptsCap: number;
  payload: string;
}

export interface StoredAttempt extends OpenAttempt {
  tries: (OpenTry & { endedAt: number | null; outcome: Outcome | null })[];
}

/** What was used of the limits of a SIM or a line. */
export interface StoredUsage {
  subject: string;
  data: string;
}

/** Something that is wrong with a line, and since when. */
export interface OpenFault {
  line: string;
  fault: LineFault;
  openedAt: number;
  reason: string;
}

/** What a restarted edge finds. */
export interface Recovered {
  epoch: string;
  fresh: boolean;
  leads: StoredLead[];
  attempts: StoredAttempt[];
  calls: { id: string; data: string }[];
  agents: { id: string; data: string }[];
  optouts: { number: string; campaign: string }[];
  usage: StoredUsage[];
  faults: OpenFault[];
  /** Lines that take no new calls. */
  drained: string[];
  /** Promises of calls back. */
  callBacks: { id: string; data: string }[];
  /** Messages that callers left, oldest first. */
  voicemails: { data: string }[];
  /** Calls that agents have promised to make themselves. */
  ownCallbacks: { data: string }[];
  /** Tries within `callMemoryMs`: what caps per callee count. */
  ownCalls: { number: string; at: number; outcome: Outcome | null }[];
}

/** Live answers of a campaign. */
export interface LiveAnswers {
  campaign: string;
  answered: number;
  abandoned: number;
}

/** What became of those who waited in a queue: served, of them within the promised time, and gone before. */
export interface QueueDay {
  queue: string;
  /** Which five minutes of the day, from 0. */
  slot: number;
  connected: number;
  inTime: number;
  abandoned: number;
}

/** Every mutation of the ledger: each runs whole or not at all; state and its outbox rows go together. */
export interface LedgerOperations {
  /** Stores a lease once; a repeated id stores nothing. Gives the number of leads newly held. */
  storeLease(args: { lease: Lease; rows: NewRow[] }): number;
  /** Before the first originate of an attempt. Gives whether the lead was still held; a lead taken back is not dialed. */
  openAttempt(args: {
    attempt: OpenAttempt;
    try: OpenTry;
    call: { id: string; data: string };
    usage?: StoredUsage | undefined;
  }): boolean;
  /** Before a further originate of the same attempt. */
  openTry(args: { try: OpenTry; call: { id: string; data: string }; usage?: StoredUsage | undefined }): void;
  /** Evidence of a live call. */
  saveCall(args: { id: string; startedAt: number; data: string }): void;
  /** The end of a call, and of its attempt when it was the last try, with the rows that tell it. */
  closeCall(args: {
    id: string;
    startedAt: number;
    data: string;
    endedAt: number;
    outcome: Outcome;
    attempt?: { id: string; lease: string; lead: string; number: string };
    usage?: StoredUsage | undefined;
    rows: NewRow[];
  }): boolean;
  /** An attempt the gate refused (no try was made), or one that ended without a call. */
  closeAttempt(args: { attempt: OpenAttempt; endedAt: number; outcome: Outcome; rows: NewRow[] }): void;
  /** A lead that is held is not to be dialed before an instant, business ms. */
  postponeLead(args: { lease: string; lead: string; until: number }): void;
  /** Leads taken back; gives the leads that were still held. */
  revokeLeads(args: {
    lease?: string;
    campaign?: string;
    numbers?: string[];
  }): { lease: string; lead: string }[];
  /** Marks a lease as ended; `afterAttempt` of the row is filled with the last attempt number. */
  endLease(args: {
    lease: string;
    how: 'returned' | 'expired' | 'revoked';
    at: number;
    row: NewRow<'event'>;
  }): boolean;
  /** A caller is promised a call back; without `data` the promise is over. */
  saveCallBack(args: { id: string; data?: string }): void;
  /** A message that a caller left, or what was done about it. */
  saveVoicemail(args: { call: string; leftAt: number; data: string; rows: NewRow[] }): void;
  /** A call that an agent has promised to make; without `data` the promise is over. */
  saveOwnCallback(args: { call: string; at: number; data?: string; rows: NewRow[] }): void;
  saveAgent(args: { id: string; data: string; rows: NewRow[] }): void;
  storeOptout(args: { number: string; campaign: string; at: number; rows: NewRow[] }): void;
  saveUsage(args: StoredUsage): void;
  /** A line is to take no new calls, or new ones again. */
  drainLine(args: { line: string; drained: boolean }): void;
  /** Faults of lines that began, and such that are over. */
  saveFaults(args: {
    opened: OpenFault[];
    closed: Pick<OpenFault, 'line' | 'fault'>[];
    rows: NewRow[];
  }): void;
  append(args: { rows: NewRow[] }): void;
  /** The stored result of a command seen before, or null after noting it as received. */
  journalCommand(args: { id: string; verb: string; at: number }): CommandResult | 'in-progress' | null;
  finishCommand(args: { id: string; result: CommandResult }): void;
  /** Rows of a stream from a number on. */
  readOutbox(args: {
    stream: StreamName;
    from: number;
    limit: number;
    maxBytes: number;
  }): { seq: number; row: string }[];
  ackOutbox(args: { stream: StreamName; upTo: number; rejected: { seq: number; code: string }[] }): void;
  positions(args: object): { stream: StreamName; last: number; acked: number }[];
  recover(args: object): Recovered;
  /** Calls that a campaign's callees answered and that ended since an instant, and those that found no agent. */
  liveAnswers(args: { since: number }): LiveAnswers[];
  /** Calls that have ended with this customer, latest first, as they were kept. */
  callsWith(args: { customer: string; limit: number }): string[];
  /** What agents said of calls, as rows of the outbox, oldest first: notes and dispositions. */
  saidOf(args: { calls: string[] }): string[];
  /** Who talked with whom last, latest first. */
  lastTalks(args: { limit: number }): { customer: string; agent: string }[];
  /** What became of those who waited in each queue since an instant. */
  queueDays(args: { since: number; before?: number }): QueueDay[];
  /** What agents did since an instant, as rows of the outbox. */
  agentRows(args: { since: number }): string[];
  /** Forgets what was settled before an instant. */
  purge(args: { before: number }): number;
}

/** Operations that tell what has happened: when the disk is full they wait, in order, until they can be stored. */
export const factNames = [
  'saveCall',
  'closeCall',
  'closeAttempt',
  'postponeLead',
  'endLease',
  'saveAgent',
  'saveCallBack',
  'saveVoicemail',
  'saveOwnCallback',
  'storeOptout',
  'saveUsage',
  'saveFaults',
  'append',
  'finishCommand',
] as const satisfies readonly (keyof LedgerOperations)[];

type Implementation = {
  [K in keyof LedgerOperations]: (
    args: Parameters<LedgerOperations[K]>[0],
  ) => ReturnType<LedgerOperations[K]>;
};

/** The operations over an open database; runs inside the ledger's worker. */
export function ledgerOperations(db: DatabaseSync, now: () => number): Implementation {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepare = (sql: string) => {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = db.prepare(sql)));
    return statement;
  };
  const exec = (sql: string, ...args: SQLInputValue[]): number => Number(prepare(sql).run(...args).changes);
  // The column lists below are this file's own, so the row types are known here and nowhere else.
  const all = <T>(sql: string, ...args: SQLInputValue[]): T[] => prepare(sql).all(...args) as T[];
  const one = <T>(sql: string, ...args: SQLInputValue[]): T | undefined =>
    prepare(sql).get(...args) as T | undefined;

  const append = (rows: readonly NewRow[]): void => {
    for (const { stream, row } of rows) {
      const next = one<{ last: number }>(
        'UPDATE stream SET last = last + 1 WHERE name = ? RETURNING last',
        stream,
      )!.last;
      exec(
        'INSERT INTO outbox (stream, seq, stored_at, row) VALUES (?, ?, ?, ?)',
        stream,
        next,
        now(),
        JSON.stringify({ seq: next, ...row }),
      );
    }
  };
  const insertTry = (t: OpenTry): void =>
    void exec(
      'INSERT INTO try (id, attempt, ordinal, number, line, started_at) VALUES (?, ?, ?, ?, ?, ?)',
      t.id,
      t.attempt,
      t.ordinal,
      t.number,
      t.line,
      t.startedAt,
    );
  const insertAttempt = (a: OpenAttempt): void =>
    void exec(
      'INSERT INTO attempt (id, lead, lease, campaign, number, ordinal, due_at, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      a.id,
      a.lead,
      a.lease,
      a.campaign,
      a.number,
      a.ordinal,
      a.dueAt,
      a.startedAt,
    );
  const upsertCall = (id: string, startedAt: number, data: string): void =>
    void exec(
      'INSERT INTO call (id, started_at, data) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data WHERE closed_at IS NULL',
      id,
      startedAt,
      data,
    );
  const endAttempt = (id: string, number: string, endedAt: number, outcome: Outcome): void =>
    void exec(
      'UPDATE attempt SET ended_at = ?, outcome = ?, number = ? WHERE id = ? AND ended_at IS NULL',
      endedAt,
      outcome,
      number,
      id,
    );
  const finishLead = (lease: string, lead: string): void =>
    void exec("UPDATE lease_lead SET state = 'done' WHERE lease = ? AND lead = ?", lease, lead);

  const saveUsage = (usage: StoredUsage | undefined): void => {
    if (!usage) return;
    exec(
      'INSERT INTO line_usage (subject, data) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET data = excluded.data',
      usage.subject,
      usage.data,
    );
  };

  return {
    storeLease({ lease, rows }) {
      const added = exec(
        'INSERT INTO lease (id, epoch, campaign, issued_at, expires_at, attempts_cap) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        lease.id,
        lease.epoch,
        lease.campaign,
        lease.issuedAt,
        lease.expiresAt,
        lease.budgets.attemptsPerLead,
      );
      if (added === 0) return 0;
      lease.leads.forEach((lead, position) =>
        exec(
          "INSERT INTO lease_lead (lease, lead, position, payload, state) VALUES (?, ?, ?, ?, 'held')",
          lease.id,
          lead.id,
          position,
          JSON.stringify(lead),
        ),
      );
      append(rows);
      return lease.leads.length;
    },
    postponeLead({ lease, lead, until }) {
      void exec(
        `UPDATE lease_lead SET payload = json_set(payload, '$.dueAt', max(json_extract(payload, '$.dueAt'), ?))
         WHERE lease = ? AND lead = ? AND state = 'held'`,
        until,
        lease,
        lead,
      );
    },
    openAttempt({ attempt, try: t, call, usage }) {
      const taken = exec(
        "UPDATE lease_lead SET state = 'attempting' WHERE lease = ? AND lead = ? AND state = 'held'",
        attempt.lease,
        attempt.lead,
      );
      if (taken === 0) return false;
      insertAttempt(attempt);
      insertTry(t);
      upsertCall(call.id, t.startedAt, call.data);
      saveUsage(usage);
      return true;
    },
    openTry({ try: t, call, usage }) {
      insertTry(t);
      upsertCall(call.id, t.startedAt, call.data);
      saveUsage(usage);
    },
    saveCall: ({ id, startedAt, data }) => upsertCall(id, startedAt, data),
    closeCall({ id, startedAt, data, endedAt, outcome, attempt, usage, rows }) {
      upsertCall(id, startedAt, data);
      saveUsage(usage);
      // A call that both the live events and the spool report is closed by whoever comes first.
      if (
        exec(
          "UPDATE call SET closed_at = ?, data = json_set(?, '$.outcome', ?) WHERE id = ? AND closed_at IS NULL",
          endedAt,
          data,
          outcome,
          id,
        ) === 0
      )
        return false;
      exec('UPDATE try SET ended_at = ?, outcome = ? WHERE id = ?', endedAt, outcome, id);
      if (attempt) {
        endAttempt(attempt.id, attempt.number, endedAt, outcome);
        finishLead(attempt.lease, attempt.lead);
      }
      append(rows);
      return true;
    },
    closeAttempt({ attempt, endedAt, outcome, rows }) {
      if (!one('SELECT 1 FROM attempt WHERE id = ?', attempt.id)) insertAttempt(attempt);
      endAttempt(attempt.id, attempt.number, endedAt, outcome);
      exec(
        "UPDATE try SET ended_at = ?, outcome = 'CANCELLED' WHERE attempt = ? AND ended_at IS NULL",
        endedAt,
        attempt.id,
      );
      exec(
        'UPDATE call SET closed_at = ? WHERE closed_at IS NULL AND id IN (SELECT id FROM try WHERE attempt = ?)',
        endedAt,
        attempt.id,
      );
      finishLead(attempt.lease, attempt.lead);
      append(rows);
    },
    revokeLeads({ lease, campaign, numbers }) {
      const held = all<{ lease: string; lead: string; payload: string }>(
        `SELECT l.lease, l.lead, l.payload FROM lease_lead l JOIN lease ON lease.id = l.lease
         WHERE l.state = 'held' AND lease.ended IS NULL AND (? IS NULL OR lease.id = ?) AND (? IS NULL OR lease.campaign = ?)`,
        lease ?? null,
        lease ?? null,
        campaign ?? null,
        campaign ?? null,
      );
      const wanted = numbers && new Set(numbers);
      const hit = held.filter(({ payload }) => {
        if (!wanted) return true;
        const lead = JSON.parse(payload) as { numbers: { number: string }[] };
        return lead.numbers.some(({ number }) => wanted.has(number));
      });
      for (const row of hit)
        exec("UPDATE lease_lead SET state = 'revoked' WHERE lease = ? AND lead = ?", row.lease, row.lead);
      return hit.map((row) => ({ lease: row.lease, lead: row.lead }));
    },
    endLease({ lease, how, at, row }) {
      if (
        exec('UPDATE lease SET ended = ?, ended_at = ? WHERE id = ? AND ended IS NULL', how, at, lease) === 0
      )
        return false;
      const unworked = all<{ lead: string }>(
        "SELECT lead FROM lease_lead WHERE lease = ? AND state IN ('held', 'revoked')",
        lease,
      ).map(({ lead }) => lead);
      exec("UPDATE lease_lead SET state = 'revoked' WHERE lease = ? AND state = 'held'", lease);
      const afterAttempt = one<{ last: number }>("SELECT last FROM stream WHERE name = 'attempt'")!.last;
      append([{ stream: 'event', row: { ...row.row, unworked, afterAttempt } as NewRow<'event'>['row'] }]);
      return true;
    },
    saveCallBack({ id, data }) {
      if (data === undefined) exec('DELETE FROM call_back WHERE id = ?', id);
      else
        exec(
          'INSERT INTO call_back (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data',
          id,
          data,
        );
    },
    saveVoicemail({ call, leftAt, data, rows }) {
      exec(
        'INSERT INTO voicemail (call, left_at, data) VALUES (?, ?, ?) ON CONFLICT (call) DO UPDATE SET data = excluded.data',
        call,
        leftAt,
        data,
      );
      append(rows);
    },
    saveOwnCallback({ call, at, data, rows }) {
      if (data === undefined) exec('DELETE FROM own_callback WHERE call = ?', call);
      else
        exec(
          'INSERT INTO own_callback (call, due_at, data) VALUES (?, ?, ?) ON CONFLICT (call) DO UPDATE SET due_at = excluded.due_at, data = excluded.data',
          call,
          at,
          data,
        );
      append(rows);
    },
    saveAgent({ id, data, rows }) {
      exec(
        'INSERT INTO agent (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data',
        id,
        data,
      );
      append(rows);
    },
    storeOptout({ number, campaign, at, rows }) {
      if (
        exec(
          'INSERT INTO optout (number, campaign, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
          number,
          campaign,
          at,
        ) > 0
      )
        append(rows);
    },
    saveUsage,
    drainLine({ line, drained }) {
      if (drained) exec('INSERT INTO line_drained (line) VALUES (?) ON CONFLICT DO NOTHING', line);
      else exec('DELETE FROM line_drained WHERE line = ?', line);
    },
    saveFaults({ opened, closed, rows }) {
      for (const { line, fault, openedAt, reason } of opened)
        exec(
          'INSERT INTO line_fault (line, fault, opened_at, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          line,
          fault,
          openedAt,
          reason,
        );
      for (const { line, fault } of closed)
        exec('DELETE FROM line_fault WHERE line = ? AND fault = ?', line, fault);
      append(rows);
    },
    append: ({ rows }) => append(rows),
    journalCommand({ id, verb, at }) {
      const seen = one<{ result: string | null }>('SELECT result FROM command WHERE id = ?', id);
      if (seen) return seen.result === null ? 'in-progress' : (JSON.parse(seen.result) as CommandResult);
      exec('INSERT INTO command (id, verb, received_at) VALUES (?, ?, ?)', id, verb, at);
      return null;
    },
    finishCommand: ({ id, result }) =>
      void exec('UPDATE command SET result = ? WHERE id = ?', JSON.stringify(result), id),
    readOutbox({ stream, from, limit, maxBytes }) {
      const rows = all<{ seq: number; row: string }>(
        'SELECT seq, row FROM outbox WHERE stream = ? AND seq >= ? ORDER BY seq LIMIT ?',
        stream,
        from,
        limit,
      );
      let bytes = 0;
      const fits = rows.findIndex(({ row }) => (bytes += Buffer.byteLength(row) + 1) > maxBytes);
      return fits === -1 ? rows : rows.slice(0, Math.max(1, fits));
    },
    ackOutbox({ stream, upTo, rejected }) {
      exec('UPDATE stream SET acked = max(acked, min(?, last)) WHERE name = ?', upTo, stream);
      for (const { seq, code } of rejected)
        exec('UPDATE outbox SET rejected = ? WHERE stream = ? AND seq = ?', code, stream, seq);
    },
    positions: () => all('SELECT name AS stream, last, acked FROM stream'),
    recover() {
      const epoch = one<{ value: string }>("SELECT value FROM meta WHERE key = 'epoch'")!.value;
      const fresh = one("SELECT 1 FROM meta WHERE key = 'opened'") === undefined;
      exec("INSERT INTO meta (key, value) VALUES ('opened', 'yes') ON CONFLICT DO NOTHING");
      const attempts = all<OpenAttempt>(
        'SELECT id, lead, lease, campaign, number, ordinal, due_at AS dueAt, started_at AS startedAt FROM attempt WHERE ended_at IS NULL',
      );
      return {
        epoch,
        fresh,
        leads: all<StoredLead>(
          `SELECT l.lease, lease.epoch, lease.campaign, lease.expires_at AS expiresAt, lease.attempts_cap AS attemptsCap, l.payload
           FROM lease_lead l JOIN lease ON lease.id = l.lease WHERE lease.ended IS NULL AND l.state = 'held' ORDER BY l.lease, l.position`,
        ),
        attempts: attempts.map((attempt) => ({
          ...attempt,
          tries: all(
            'SELECT id, attempt, ordinal, number, line, started_at AS startedAt, ended_at AS endedAt, outcome FROM try WHERE attempt = ? ORDER BY ordinal',
            attempt.id,
          ),
        })),
        calls: all('SELECT id, data FROM call WHERE closed_at IS NULL'),
        agents: all('SELECT id, data FROM agent'),
        optouts: all('SELECT number, campaign FROM optout'),
        usage: all('SELECT subject, data FROM line_usage'),
        faults: all('SELECT line, fault, opened_at AS openedAt, reason FROM line_fault'),
        callBacks: all('SELECT id, data FROM call_back'),
        ownCallbacks: all('SELECT data FROM own_callback ORDER BY due_at'),
        voicemails: all('SELECT data FROM voicemail ORDER BY left_at'),
        drained: all<{ line: string }>('SELECT line FROM line_drained').map(({ line }) => line),
        ownCalls: all(
          `SELECT number, started_at AS at, outcome FROM try WHERE started_at > ?1
           UNION ALL SELECT data ->> '$.call.customer', started_at, data ->> '$.outcome' FROM call
             WHERE started_at > ?1 AND data ->> '$.call.direction' = 'outbound' AND data ->> '$.call.attempt' IS NULL`,
          now() - callMemoryMs,
        ),
      };
    },
    liveAnswers: ({ since }) =>
      all<LiveAnswers>(
        `SELECT data ->> '$.call.campaign' AS campaign, count(*) AS answered, sum(data ->> '$.call.abandoned' IS NOT NULL) AS abandoned
         FROM call WHERE closed_at >= ? AND data ->> '$.call.answeredAt' IS NOT NULL AND data ->> '$.call.machine' IS NULL AND data ->> '$.call.campaign' IS NOT NULL
           AND data ->> '$.call.direction' = 'outbound'
           AND (data ->> '$.call.flow' IS NULL OR data ->> '$.call.flowLeftAt' IS NOT NULL) GROUP BY 1`,
        since,
      ),
    callsWith: ({ customer, limit }) =>
      all<{ data: string }>(
        "SELECT data FROM call WHERE data ->> '$.call.customer' = ? AND closed_at IS NOT NULL ORDER BY started_at DESC LIMIT ?",
        customer,
        limit,
      ).map(({ data }) => data),
    saidOf: ({ calls }) =>
      all<{ row: string }>(
        // Named, with its own condition on the type: else the whole stream is read, which is in the wanted order.
        `SELECT row FROM outbox INDEXED BY outbox_said WHERE stream = 'event' AND row ->> '$.type' IN ('note', 'disposition')
           AND row ->> '$.call' IN (SELECT value FROM json_each(?)) ORDER BY seq`,
        JSON.stringify(calls),
      ).map(({ row }) => row),
    lastTalks: ({ limit }) =>
      all<{ customer: string; agent: string }>(
        // Ids are in the order of their time.
        `SELECT data ->> '$.call.customer' AS customer,
           coalesce(data ->> '$.call.agent', data ->> '$.call.lastAgent') AS agent
         FROM call WHERE closed_at IS NOT NULL AND data ->> '$.call.bridgedAt' IS NOT NULL AND agent IS NOT NULL
         ORDER BY id DESC LIMIT ?`,
        limit,
      ),
    agentRows: ({ since }) =>
      all<{ row: string }>(
        "SELECT row FROM outbox WHERE stream = 'agent' AND stored_at >= ? ORDER BY seq",
        since,
      ).map(({ row }) => row),
    queueDays: ({ since, before = Number.MAX_SAFE_INTEGER }) =>
      all<QueueDay>(
        `SELECT row ->> '$.queue' AS queue, CAST((stored_at - ?) / 300000 AS INTEGER) AS slot, sum(row ->> '$.step' = 'connected') AS connected,
           sum(row ->> '$.step' = 'connected' AND row ->> '$.waitedMs' <= row ->> '$.targetMs') AS inTime,
           sum(row ->> '$.step' = 'abandoned') AS abandoned
         FROM outbox WHERE stream = 'event' AND stored_at >= ? AND stored_at < ? AND row ->> '$.type' = 'queue' GROUP BY 1, 2`,
        since,
        since,
        before,
      ),
    purge({ before }) {
      const outbox = exec(
        'DELETE FROM outbox WHERE stored_at < ? AND seq <= (SELECT acked FROM stream WHERE name = outbox.stream)',
        before,
      );
      exec('DELETE FROM call WHERE closed_at < ?', before);
      exec('DELETE FROM own_callback WHERE due_at < ?', before);
      exec('DELETE FROM voicemail WHERE left_at < ?', before);
      exec('DELETE FROM command WHERE received_at < ?', before);
      exec('DELETE FROM lease_lead WHERE lease IN (SELECT id FROM lease WHERE ended_at < ?)', before);
      return outbox;
    },
  };
}
