/** The tables of the PostgreSQL ledger, by numbered steps. */

import type { Pool } from 'pg'

/** Each entry makes the next version. Entries are never changed once released, only added. */
const migrations: readonly string[] = [
  `
  CREATE TABLE payment_attempt (
    payment_id text PRIMARY KEY,
    order_no text NOT NULL,
    payment_method text NOT NULL,
    caller text NOT NULL,
    fingerprint text NOT NULL,
    instance_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('CLAIMED', 'UNKNOWN', 'PAID', 'NOT_PAID')),
    code text CHECK (code IS NOT NULL OR state IN ('CLAIMED', 'PAID')),
    evidence text CHECK ((evidence IS NOT NULL) = (state = 'PAID' AND code IS NULL)),
    atlas_status integer,
    pnr_code text,
    retry_after_seconds integer,
    reason text,
    request_started boolean,
    claimed_at bigint NOT NULL,
    deadline_at bigint NOT NULL,
    settled_at bigint CHECK ((settled_at IS NOT NULL) = (state IN ('PAID', 'NOT_PAID'))),
    next_read_at bigint,
    leased_until bigint,
    reads integer NOT NULL DEFAULT 0,
    unpaid_reads integer NOT NULL DEFAULT 0,
    unpaid_since bigint,
    steps jsonb NOT NULL
  );

  -- One attempt of an order that is open or successful: the rule that keeps an order from being paid twice.
  CREATE UNIQUE INDEX payment_attempt_holder ON payment_attempt (order_no) WHERE state <> 'NOT_PAID';
  CREATE INDEX payment_attempt_order ON payment_attempt (order_no, claimed_at);
  CREATE INDEX payment_attempt_claimed ON payment_attempt (instance_id) WHERE state = 'CLAIMED';
  CREATE INDEX payment_attempt_due ON payment_attempt (next_read_at) WHERE state = 'UNKNOWN';
  CREATE INDEX payment_attempt_settled ON payment_attempt (settled_at) WHERE settled_at IS NOT NULL;

  CREATE FUNCTION payment_attempt_guard() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      IF NEW.state <> 'CLAIMED' THEN
        RAISE EXCEPTION 'a payment attempt begins as CLAIMED';
      END IF;
    ELSIF NOT (
      (OLD.state = 'CLAIMED' AND NEW.state <> 'CLAIMED')
      OR (OLD.state = 'UNKNOWN' AND NEW.state IN ('PAID', 'NOT_PAID'))
      OR (OLD.state = 'UNKNOWN' AND NEW.state = 'UNKNOWN' AND coalesce(OLD.reason, '') = 'PROCESS_ENDED')
      OR (OLD.state = 'NOT_PAID' AND OLD.code = 'PAYMENT_NOT_APPLIED' AND NEW.state = 'PAID')
    ) THEN
      RAISE EXCEPTION 'not a legal transition of a payment attempt';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER payment_attempt_begins_claimed BEFORE INSERT ON payment_attempt
    FOR EACH ROW EXECUTE FUNCTION payment_attempt_guard();
  CREATE TRIGGER payment_attempt_transition BEFORE UPDATE OF state ON payment_attempt
    FOR EACH ROW EXECUTE FUNCTION payment_attempt_guard();

  CREATE TABLE idempotency_key (
    caller text NOT NULL,
    key text NOT NULL,
    payment_id text NOT NULL REFERENCES payment_attempt ON DELETE CASCADE,
    PRIMARY KEY (caller, key)
  );
  CREATE INDEX idempotency_key_attempt ON idempotency_key (payment_id);

  CREATE TABLE instance (
    instance_id text PRIMARY KEY,
    seen_at bigint NOT NULL
  );

  -- Claims an attempt in one statement, so in one round trip and one commit. Each statement in it sees what
  -- others have committed by then; an insert that meets an uncommitted one waits for it, finds the order or
  -- the key taken, and the loop looks again. retryable: the codes whose key may start a new attempt.
  CREATE FUNCTION claim_payment(attempt payment_attempt, wanted_key text, retryable text[])
  RETURNS TABLE (outcome text, payment_id text) LANGUAGE plpgsql AS $$
  DECLARE
    bound payment_attempt;
    holder payment_attempt;
  BEGIN
    FOR tries IN 1..10 LOOP
      IF wanted_key IS NOT NULL THEN
        SELECT a.* INTO bound FROM idempotency_key k JOIN payment_attempt a ON a.payment_id = k.payment_id
          WHERE k.caller = attempt.caller AND k.key = wanted_key;
        IF FOUND THEN
          IF bound.fingerprint <> attempt.fingerprint THEN
            RETURN QUERY SELECT 'key-reused', NULL::text;
            RETURN;
          END IF;
          IF NOT (bound.state = 'NOT_PAID' AND bound.code = ANY (retryable)) THEN
            RETURN QUERY SELECT 'replay', bound.payment_id;
            RETURN;
          END IF;
        END IF;
      END IF;

      SELECT a.* INTO holder FROM payment_attempt a
        WHERE a.order_no = attempt.order_no AND a.state <> 'NOT_PAID';
      IF FOUND THEN
        IF wanted_key IS NOT NULL AND holder.fingerprint = attempt.fingerprint AND holder.state <> 'PAID' THEN
          -- A holder that is being withdrawn or removed is waited for: no key can be bound to it.
          PERFORM 1 FROM payment_attempt a WHERE a.payment_id = holder.payment_id FOR KEY SHARE;
          CONTINUE WHEN NOT FOUND;
          INSERT INTO idempotency_key VALUES (attempt.caller, wanted_key, holder.payment_id)
            ON CONFLICT ON CONSTRAINT idempotency_key_pkey DO UPDATE SET payment_id = excluded.payment_id
            WHERE idempotency_key.payment_id = bound.payment_id;
          -- Somebody took the key meanwhile, perhaps for another order.
          CONTINUE WHEN NOT FOUND;
        END IF;
        RETURN QUERY SELECT 'held', holder.payment_id;
        RETURN;
      END IF;

      INSERT INTO payment_attempt SELECT attempt.* ON CONFLICT DO NOTHING;
      IF FOUND THEN
        IF wanted_key IS NOT NULL THEN
          INSERT INTO idempotency_key VALUES (attempt.caller, wanted_key, attempt.payment_id)
            ON CONFLICT ON CONSTRAINT idempotency_key_pkey DO UPDATE SET payment_id = excluded.payment_id
            WHERE idempotency_key.payment_id = bound.payment_id;
          IF NOT FOUND THEN
            -- Somebody took the key meanwhile, for another order: this attempt must not stay.
            DELETE FROM payment_attempt a WHERE a.payment_id = attempt.payment_id;
            CONTINUE;
          END IF;
        END IF;
        RETURN QUERY SELECT 'claimed', attempt.payment_id;
        RETURN;
      END IF;
    END LOOP;
    RAISE EXCEPTION 'the order changed too often while it was claimed';
  END $$;
  `,
  `
  -- Claims many attempts in one round trip and one commit. Each element of wanted has the columns of an attempt,
  -- and wanted_key when there is one. Tells which are claimed. What is left is for claim_payment, in a transaction
  -- of its own: it waits for others, and must not hold the orders and keys of a whole batch meanwhile.
  CREATE FUNCTION claim_payments(wanted jsonb)
  RETURNS SETOF text LANGUAGE plpgsql AS $$
  DECLARE
    claimed text[];
    keyless text[];
  BEGIN
    -- Nearly all are of orders and keys that nobody has: those are inserted together, in an order that is the same
    -- for all, so that two batches do not wait for each other. One whose order is seen to be held is not tried: it
    -- would wait for a holder that is just being changed.
    WITH inserted AS (
      INSERT INTO payment_attempt (payment_id, order_no, payment_method, caller, fingerprint, instance_id, state,
          claimed_at, deadline_at, steps)
        SELECT a.payment_id, a.order_no, a.payment_method, a.caller, a.fingerprint, a.instance_id, a.state,
          a.claimed_at, a.deadline_at, a.steps
        FROM jsonb_to_recordset(wanted) AS a(payment_id text, order_no text, payment_method text, caller text,
          fingerprint text, instance_id text, state text, claimed_at bigint, deadline_at bigint, steps jsonb,
          wanted_key text)
        -- Not as NOT EXISTS: a join would be planned by what the tables were when they were last analysed.
        WHERE (SELECT true FROM payment_attempt h WHERE h.order_no = a.order_no AND h.state <> 'NOT_PAID' LIMIT 1)
            IS NULL
          AND (SELECT true FROM idempotency_key k WHERE k.caller = a.caller AND k.key = a.wanted_key LIMIT 1)
            IS NULL
        ORDER BY a.order_no COLLATE "C"
        ON CONFLICT DO NOTHING
        RETURNING payment_id)
    SELECT coalesce(array_agg(i.payment_id), '{}') INTO claimed FROM inserted i;

    IF jsonb_path_exists(wanted, '$[*].wanted_key') THEN
      WITH mine AS MATERIALIZED (
        SELECT a.payment_id, a.caller, a.wanted_key
        FROM jsonb_to_recordset(wanted) AS a(payment_id text, caller text, wanted_key text)
        WHERE a.wanted_key IS NOT NULL AND a.payment_id = ANY (claimed)),
      bound AS (
        INSERT INTO idempotency_key (caller, key, payment_id)
          SELECT m.caller, m.wanted_key, m.payment_id FROM mine m
          ORDER BY m.caller COLLATE "C", m.wanted_key COLLATE "C"
          ON CONFLICT DO NOTHING
          RETURNING payment_id)
      SELECT coalesce(array_agg(m.payment_id), '{}') INTO keyless FROM mine m
        WHERE m.payment_id NOT IN (SELECT b.payment_id FROM bound b);
      IF keyless <> '{}' THEN
        -- Somebody took the key meanwhile, perhaps another attempt of this batch: these must not stay.
        DELETE FROM payment_attempt a WHERE a.payment_id = ANY (keyless);
        claimed := ARRAY (SELECT id FROM unnest(claimed) AS id WHERE id <> ALL (keyless));
      END IF;
    END IF;

    RETURN QUERY SELECT unnest(claimed);
  END $$;
  `,
  `
  -- A proof of payment that comes after a readback had told that there was none is kept.
  CREATE OR REPLACE FUNCTION payment_attempt_guard() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      IF NEW.state <> 'CLAIMED' THEN
        RAISE EXCEPTION 'a payment attempt begins as CLAIMED';
      END IF;
    ELSIF NOT (
      (OLD.state = 'CLAIMED' AND NEW.state <> 'CLAIMED')
      OR (OLD.state = 'UNKNOWN' AND NEW.state IN ('PAID', 'NOT_PAID'))
      OR (OLD.state = 'UNKNOWN' AND NEW.state = 'UNKNOWN' AND coalesce(OLD.reason, '') = 'PROCESS_ENDED')
      OR (OLD.state = 'NOT_PAID' AND NEW.state = 'PAID'
        AND (OLD.code = 'PAYMENT_NOT_APPLIED' OR coalesce(NEW.reason, '') = 'LATE_PROOF'))
    ) THEN
      RAISE EXCEPTION 'not a legal transition of a payment attempt';
    END IF;
    RETURN NEW;
  END $$;
  `,
]

/** Any number, the same in every gateway: the lock under which migrations run. */
const MIGRATION_LOCK = 726_402_531

/** Brings the database to the newest version. Instances that start together take turns. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    await client.query('CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY)')
    const { rows } = await client.query<{ version: number }>(
      'SELECT coalesce(max(version), 0)::integer AS version FROM schema_version',
    )
    const version = rows[0]!.version
    if (version > migrations.length) {
      throw new Error(`The ledger has version ${version}; this gateway knows ${migrations.length}.`)
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < version) continue
      await client.query(migration)
      await client.query('INSERT INTO schema_version VALUES ($1)', [index + 1])
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
