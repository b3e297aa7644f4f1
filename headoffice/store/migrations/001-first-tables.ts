/**
 * First tables. `log_no` is what the large tables are divided by, in every engine (ARCHITECTURE.md, "Head office"): a branch writes its own log alone, and what is
 * written in one transaction stands in one part. No reference across parts, no sequence that is asked for at each entry, no trigger, no extension.
 */
export function firstTables(partitions: number): string[] {
  // A branch that sends each decision by itself adds a row to each of these three.
  const byLog = partitions > 1 ? ' PARTITION BY HASH (log_no)' : '';
  return [
    `CREATE TABLE IF NOT EXISTS branches (
      branch text PRIMARY KEY,
      name text NOT NULL,
      tags jsonb NOT NULL DEFAULT '[]',
      settings jsonb,
      created_at timestamptz NOT NULL DEFAULT now(),
      closed_at timestamptz
    )`,
    // Of the token only the SHA-256: who reads the database can enrol nobody.
    `CREATE TABLE IF NOT EXISTS branch_files (
      token_sha256 text PRIMARY KEY,
      branch text NOT NULL,
      issued_by text NOT NULL,
      issued_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      device text,
      revoked_at timestamptz
    )`,
    `CREATE TABLE IF NOT EXISTS devices (
      device text PRIMARY KEY,
      branch text NOT NULL,
      public_key bytea NOT NULL,
      recipient text NOT NULL,
      platform text NOT NULL,
      enrolled_at timestamptz NOT NULL DEFAULT now(),
      revoked_at timestamptz,
      revoked_by text,
      revoked_why text
    )`,
    // One for each epoch. Entries before base_size are those of base_log; the genesis entry is genesis_seq, and what lies between the two was never sent
    // before. log_no follows from log (receive/log-rows.ts). frontier: the roots of the full subtrees from the left, 32 bytes each.
    `CREATE TABLE IF NOT EXISTS logs (
      log_no bigint PRIMARY KEY,
      log text NOT NULL,
      branch text NOT NULL,
      device text NOT NULL,
      origin text NOT NULL,
      vkey text NOT NULL,
      base_log_no bigint,
      base_size bigint NOT NULL DEFAULT 0,
      genesis_seq bigint NOT NULL DEFAULT 0,
      size bigint NOT NULL DEFAULT 0,
      frontier bytea NOT NULL,
      note text,
      noted_at timestamptz,
      frozen_at timestamptz,
      made_at timestamptz NOT NULL DEFAULT now(),
      contact_at timestamptz,
      -- Of its last batch.
      fed_at timestamptz,
      report jsonb,
      delivered bigint NOT NULL DEFAULT 0
    )`,
    'CREATE INDEX IF NOT EXISTS logs_of_branch ON logs (branch)',
    // type, wall and what follows are read out of bytes for questions; bytes alone are the record. trouble: why they could not be read out.
    `CREATE TABLE IF NOT EXISTS entries (
      log_no bigint NOT NULL,
      seq bigint NOT NULL,
      bytes bytea NOT NULL,
      leaf_hash bytea NOT NULL,
      type text,
      wall timestamptz,
      application text,
      trouble text,
      PRIMARY KEY (log_no, seq)
    )${byLog}`,
    ...partsOf('entries', partitions),
    'CREATE INDEX IF NOT EXISTS entries_of_application ON entries (log_no, application)',
    // One row for each submission that was taken: what came when, in the order of its coming (feeds).
    `CREATE TABLE IF NOT EXISTS batches (
      received_at timestamptz NOT NULL,
      log_no bigint NOT NULL,
      from_seq bigint NOT NULL,
      to_seq bigint NOT NULL,
      device text NOT NULL,
      bytes bigint NOT NULL,
      PRIMARY KEY (received_at, log_no, from_seq)
    )${byLog}`,
    ...partsOf('batches', partitions),
    // With the frontier of that size, so that the tree of any past size is found without reading all of its leaves.
    `CREATE TABLE IF NOT EXISTS checkpoints (
      log_no bigint NOT NULL,
      size bigint NOT NULL,
      note text NOT NULL,
      frontier bytea,
      noted_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (log_no, size)
    )${byLog}`,
    ...partsOf('checkpoints', partitions),
    // Decisions counted as they come, so that the fleet page never reads entries.
    `CREATE TABLE IF NOT EXISTS daily_decisions (
      log_no bigint NOT NULL,
      day date NOT NULL,
      product text NOT NULL,
      model text NOT NULL,
      outcome text NOT NULL,
      decisions bigint NOT NULL,
      PRIMARY KEY (log_no, day, product, model, outcome)
    )`,
    'CREATE INDEX IF NOT EXISTS daily_decisions_of_day ON daily_decisions (day)',
    // What each branch's log says is active there. place: champion, challenger, policy, product, app.
    `CREATE TABLE IF NOT EXISTS in_place (
      log_no bigint NOT NULL,
      product text NOT NULL,
      place text NOT NULL,
      sha256 text NOT NULL,
      name text NOT NULL,
      version text NOT NULL,
      since timestamptz,
      seq bigint NOT NULL,
      PRIMARY KEY (log_no, product, place, sha256)
    )`,
    `CREATE TABLE IF NOT EXISTS uploads (
      upload text PRIMARY KEY,
      log_no bigint NOT NULL,
      device text NOT NULL,
      encoding text NOT NULL,
      received bigint NOT NULL DEFAULT 0,
      made_at timestamptz NOT NULL DEFAULT now()
    )`,
    'CREATE TABLE IF NOT EXISTS upload_parts (upload text NOT NULL, at bigint NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (upload, at))',
    // Two notes that contradict each other, kept whatever becomes of the log. kind: fork, rollback.
    `CREATE TABLE IF NOT EXISTS evidence (
      evidence text PRIMARY KEY,
      log_no bigint NOT NULL,
      kind text NOT NULL,
      known text NOT NULL,
      sent text NOT NULL,
      device text NOT NULL,
      found_at timestamptz NOT NULL DEFAULT now(),
      settled_at timestamptz,
      settled_by text,
      settled_how text,
      settled_why text
    )`,
    // One that goes on is one row: (branch, kind, subject) while it has not ended.
    `CREATE TABLE IF NOT EXISTS alarms (
      alarm text PRIMARY KEY,
      branch text NOT NULL,
      kind text NOT NULL,
      subject text NOT NULL,
      detail text NOT NULL,
      began_at timestamptz NOT NULL DEFAULT now(),
      last_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      seen_at timestamptz,
      seen_by text
    )`,
    'CREATE INDEX IF NOT EXISTS alarms_of_branch ON alarms (branch, ended_at)',
    // How loans went, as a person uploaded it, and the signed notes that take it to the branch.
    `CREATE TABLE IF NOT EXISTS outcome_files (
      sha256 text PRIMARY KEY,
      name text NOT NULL,
      uploaded_by text NOT NULL,
      uploaded_at timestamptz NOT NULL DEFAULT now(),
      taken bigint NOT NULL,
      refused bigint NOT NULL
    )`,
    // The latest of each decision, beside the decision's entry (log_no, seq). delivery: the note that took it to the branch, in the log delivered_log_no,
    // which is the branch's current one and may be a later epoch; NULL: it waits for one.
    `CREATE TABLE IF NOT EXISTS outcomes (
      log_no bigint NOT NULL,
      application text NOT NULL,
      seq bigint NOT NULL,
      as_of date NOT NULL,
      performance text NOT NULL,
      months_on_book integer NOT NULL,
      file_sha256 text NOT NULL,
      delivered_log_no bigint,
      delivery bigint,
      PRIMARY KEY (log_no, application)
    )`,
    'CREATE INDEX IF NOT EXISTS outcomes_waiting ON outcomes (log_no) WHERE delivery IS NULL',
    `CREATE TABLE IF NOT EXISTS deliveries (
      log_no bigint NOT NULL,
      delivery bigint NOT NULL,
      note text NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now(),
      stored_seq bigint,
      PRIMARY KEY (log_no, delivery)
    )`,
    // People of head office. role: viewer, auditor, operator.
    `CREATE TABLE IF NOT EXISTS operators (
      operator text PRIMARY KEY,
      name text NOT NULL,
      role text NOT NULL,
      verifier text NOT NULL,
      failures integer NOT NULL DEFAULT 0,
      wait_until timestamptz,
      disabled_at timestamptz,
      made_at timestamptz NOT NULL DEFAULT now()
    )`,
    `CREATE TABLE IF NOT EXISTS operator_sessions (
      token_sha256 text PRIMARY KEY,
      operator text NOT NULL,
      began_at timestamptz NOT NULL DEFAULT now(),
      last_at timestamptz NOT NULL DEFAULT now()
    )`,
    `CREATE TABLE IF NOT EXISTS feed_tokens (
      token_sha256 text PRIMARY KEY,
      name text NOT NULL,
      made_by text NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now(),
      revoked_at timestamptz
    )`,
    // What people and programs of head office did. Rows are added and never changed.
    `CREATE TABLE IF NOT EXISTS actions (
      action text PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      who text NOT NULL,
      what text NOT NULL,
      detail jsonb NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS actions_by_time ON actions (at)',
    // Logs that a witness of its own countersigns (headoffice/witness), which receives no entries. log: SHA-256 of the origin. conflicting: what the
    // log's key signed besides; suspect: what it signed and nobody could prove to be the same past.
    `CREATE TABLE IF NOT EXISTS witnessed (
      origin text PRIMARY KEY,
      log text NOT NULL,
      vkey text NOT NULL,
      size bigint NOT NULL DEFAULT 0,
      root bytea,
      note text,
      known_at timestamptz NOT NULL DEFAULT now(),
      frozen_at timestamptz,
      conflicting text,
      conflicting_size bigint,
      suspect text,
      suspect_at timestamptz
    )`,
    // Each checkpoint that it countersigned: a second one of the same size is held against it, whenever it comes.
    `CREATE TABLE IF NOT EXISTS witnessed_checkpoints (
      origin text NOT NULL,
      size bigint NOT NULL,
      root bytea NOT NULL,
      note text NOT NULL,
      PRIMARY KEY (origin, size)
    )`,
  ];
}

function partsOf(table: string, partitions: number): string[] {
  return Array.from(
    { length: partitions > 1 ? partitions : 0 },
    (_, part) =>
      `CREATE TABLE IF NOT EXISTS ${table}_${part} PARTITION OF ${table} FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${part})`,
  );
}
