/** The tables of the SQLite ledger, by numbered steps. */

import type { DatabaseSync } from 'node:sqlite'

/** Each entry makes the next version. Entries are never changed once released, only added. */
const migrations: readonly string[] = [
  // The four states compared one by one: of a list of more than two, SQLite makes a table for each row that it
  // checks, which took a sixth of a payment's time in the ledger. Files from before that was known have the list: it
  // means the same.
  `
  CREATE TABLE payment_attempt (
    payment_id TEXT NOT NULL PRIMARY KEY,
    order_no TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    caller TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    state TEXT NOT NULL
      CHECK (state = 'CLAIMED' OR state = 'UNKNOWN' OR state = 'PAID' OR state = 'NOT_PAID'),
    code TEXT CHECK (code IS NOT NULL OR state IN ('CLAIMED', 'PAID')),
    evidence TEXT CHECK ((evidence IS NOT NULL) = (state = 'PAID' AND code IS NULL)),
    atlas_status INTEGER,
    pnr_code TEXT,
    retry_after_seconds INTEGER,
    reason TEXT,
    request_started INTEGER CHECK (request_started IN (0, 1)),
    claimed_at INTEGER NOT NULL,
    deadline_at INTEGER NOT NULL,
    settled_at INTEGER CHECK ((settled_at IS NOT NULL) = (state IN ('PAID', 'NOT_PAID'))),
    next_read_at INTEGER,
    leased_until INTEGER,
    reads INTEGER NOT NULL DEFAULT 0,
    unpaid_reads INTEGER NOT NULL DEFAULT 0,
    unpaid_since INTEGER,
    steps TEXT NOT NULL
  ) STRICT; -- With rowids: rows are too long for a tree that would hold whole ones on every level.

  -- One attempt of an order that is open or successful: the rule that keeps an order from being paid twice.
  CREATE UNIQUE INDEX payment_attempt_holder ON payment_attempt (order_no) WHERE state <> 'NOT_PAID';
  CREATE INDEX payment_attempt_order ON payment_attempt (order_no, claimed_at);
  CREATE INDEX payment_attempt_claimed ON payment_attempt (instance_id) WHERE state = 'CLAIMED';
  CREATE INDEX payment_attempt_due ON payment_attempt (next_read_at) WHERE state = 'UNKNOWN';
  CREATE INDEX payment_attempt_settled ON payment_attempt (settled_at) WHERE settled_at IS NOT NULL;

  CREATE TRIGGER payment_attempt_begins_claimed BEFORE INSERT ON payment_attempt
  WHEN NEW.state <> 'CLAIMED'
  BEGIN SELECT RAISE(ABORT, 'a payment attempt begins as CLAIMED'); END;

  CREATE TRIGGER payment_attempt_transition BEFORE UPDATE OF state ON payment_attempt
  WHEN NOT (
    (OLD.state = 'CLAIMED' AND NEW.state <> 'CLAIMED')
    OR (OLD.state = 'UNKNOWN' AND NEW.state IN ('PAID', 'NOT_PAID'))
    OR (OLD.state = 'UNKNOWN' AND NEW.state = 'UNKNOWN' AND coalesce(OLD.reason, '') = 'PROCESS_ENDED')
    OR (OLD.state = 'NOT_PAID' AND OLD.code = 'PAYMENT_NOT_APPLIED' AND NEW.state = 'PAID')
  )
  BEGIN SELECT RAISE(ABORT, 'not a legal transition of a payment attempt'); END;

  CREATE TABLE idempotency_key (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    payment_id TEXT NOT NULL REFERENCES payment_attempt ON DELETE CASCADE,
    PRIMARY KEY (caller, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotency_key_attempt ON idempotency_key (payment_id);

  CREATE TABLE instance (
    instance_id TEXT PRIMARY KEY,
    seen_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // Less to write for each payment. Attempts that hold their order are found by the index of holders, so only
  // the others need one; and where a trigger may FAIL but not ABORT, SQLite need not copy the pages that a statement
  // is about to change. The triggers raise before anything of their one row is written, so both leave the same.
  `
  DROP INDEX payment_attempt_order;
  CREATE INDEX payment_attempt_refused ON payment_attempt (order_no, claimed_at) WHERE state = 'NOT_PAID';

  DROP TRIGGER payment_attempt_begins_claimed;
  CREATE TRIGGER payment_attempt_begins_claimed BEFORE INSERT ON payment_attempt
  WHEN NEW.state <> 'CLAIMED'
  BEGIN SELECT RAISE(FAIL, 'a payment attempt begins as CLAIMED'); END;

  DROP TRIGGER payment_attempt_transition;
  CREATE TRIGGER payment_attempt_transition BEFORE UPDATE OF state ON payment_attempt
  WHEN NOT (
    (OLD.state = 'CLAIMED' AND NEW.state <> 'CLAIMED')
    OR (OLD.state = 'UNKNOWN' AND NEW.state IN ('PAID', 'NOT_PAID'))
    OR (OLD.state = 'UNKNOWN' AND NEW.state = 'UNKNOWN' AND coalesce(OLD.reason, '') = 'PROCESS_ENDED')
    OR (OLD.state = 'NOT_PAID' AND OLD.code = 'PAYMENT_NOT_APPLIED' AND NEW.state = 'PAID')
  )
  BEGIN SELECT RAISE(FAIL, 'not a legal transition of a payment attempt'); END;
  `,
  // A proof of payment that comes after a readback had told that there was none is kept.
  `
  DROP TRIGGER payment_attempt_transition;
  CREATE TRIGGER payment_attempt_transition BEFORE UPDATE OF state ON payment_attempt
  WHEN NOT (
    (OLD.state = 'CLAIMED' AND NEW.state <> 'CLAIMED')
    OR (OLD.state = 'UNKNOWN' AND NEW.state IN ('PAID', 'NOT_PAID'))
    OR (OLD.state = 'UNKNOWN' AND NEW.state = 'UNKNOWN' AND coalesce(OLD.reason, '') = 'PROCESS_ENDED')
    OR (OLD.state = 'NOT_PAID' AND NEW.state = 'PAID'
      AND (OLD.code = 'PAYMENT_NOT_APPLIED' OR coalesce(NEW.reason, '') = 'LATE_PROOF'))
  )
  BEGIN SELECT RAISE(FAIL, 'not a legal transition of a payment attempt'); END;
  `,
]

/**
 * Brings the database to the newest version. Instances that start together take turns: each step is one
 * transaction that begins with the write lock and looks at the version under it.
 */
export function migrate(database: DatabaseSync): void {
  for (;;) {
    database.exec('BEGIN IMMEDIATE')
    try {
      const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
        user_version: number
      }
      const migration = migrations[version]
      if (migration === undefined) {
        database.exec('COMMIT')
        if (version === migrations.length) return
        throw new Error(`The ledger has version ${version}; this gateway knows ${migrations.length}.`)
      }
      database.exec(migration)
      database.exec(`PRAGMA user_version = ${version + 1}`)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}
