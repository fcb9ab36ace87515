/** DDL of the ledger, one entry per version; `PRAGMA user_version` tells which have been applied. */
export const ledgerSchema: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  -- The outbox: rows leave in order per stream and stay for 14 days after they were acknowledged.
  CREATE TABLE stream (name TEXT PRIMARY KEY, last INTEGER NOT NULL, acked INTEGER NOT NULL) STRICT;
  CREATE TABLE outbox (
    stream TEXT NOT NULL, seq INTEGER NOT NULL, stored_at INTEGER NOT NULL, row TEXT NOT NULL, rejected TEXT,
    PRIMARY KEY (stream, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lease (
    id TEXT PRIMARY KEY, epoch TEXT NOT NULL, campaign TEXT NOT NULL, issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, attempts_cap INTEGER NOT NULL, ended TEXT, ended_at INTEGER
  ) STRICT;
  -- state: held → attempting → done, or revoked
  CREATE TABLE lease_lead (
    lease TEXT NOT NULL, lead TEXT NOT NULL, position INTEGER NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (lease, lead)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE attempt (
    id TEXT PRIMARY KEY, lead TEXT NOT NULL, lease TEXT NOT NULL, campaign TEXT NOT NULL, number TEXT NOT NULL,
    ordinal INTEGER NOT NULL, due_at INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT
  ) STRICT;
  CREATE INDEX attempt_open ON attempt (id) WHERE ended_at IS NULL;
  CREATE INDEX attempt_number ON attempt (number);
  -- A try without evidence of a call counts as dialed.
  CREATE TABLE try (
    id TEXT PRIMARY KEY, attempt TEXT NOT NULL, ordinal INTEGER NOT NULL, number TEXT NOT NULL, line TEXT NOT NULL,
    started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT
  ) STRICT;
  CREATE INDEX try_attempt ON try (attempt);

  -- Snapshots of live calls, so that a restarted edge finds them again; closed ones are kept for the merge with the spool.
  CREATE TABLE call (id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, data TEXT NOT NULL, closed_at INTEGER) STRICT;
  CREATE INDEX call_open ON call (id) WHERE closed_at IS NULL;

  CREATE TABLE agent (id TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT;
  CREATE TABLE optout (number TEXT NOT NULL, campaign TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (number, campaign)) STRICT, WITHOUT ROWID;
  CREATE TABLE command (id TEXT PRIMARY KEY, verb TEXT NOT NULL, received_at INTEGER NOT NULL, result TEXT) STRICT;
  `,
  `
  -- What was used of the limits of a SIM or a line, and what is wrong with lines at present.
  CREATE TABLE line_usage (subject TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE line_fault (
    line TEXT NOT NULL, fault TEXT NOT NULL, opened_at INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (line, fault)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Today's answers of a campaign, and what is old enough to be forgotten.
  CREATE INDEX call_closed ON call (closed_at) WHERE closed_at IS NOT NULL;
  `,
  `
  -- Lines that somebody asked for no new calls.
  CREATE TABLE line_drained (line TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  `
  -- Caps per callee count the tries of the last weeks.
  CREATE INDEX try_started ON try (started_at);
  `,
  `
  -- An agent sees the earlier calls with a customer.
  CREATE INDEX call_customer ON call (data ->> '$.call.customer', started_at);
  `,
  `
  -- Callers who were promised a call back in turn.
  CREATE TABLE call_back (id TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- What agents said of the earlier calls with a customer.
  CREATE INDEX outbox_said ON outbox (row ->> '$.call') WHERE stream = 'event' AND row ->> '$.type' IN ('note', 'disposition');
  `,
  `
  -- Messages that callers left, and what was done about them.
  CREATE TABLE voicemail (call TEXT PRIMARY KEY, left_at INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Caps per callee count every call that goes out, also those of no attempt.
  CREATE INDEX call_own ON call (started_at)
    WHERE data ->> '$.call.direction' = 'outbound' AND data ->> '$.call.attempt' IS NULL;
  `,
  `
  -- Calls that agents have promised to make themselves.
  CREATE TABLE own_callback (call TEXT PRIMARY KEY, due_at INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
];
