/** The first schema: the log and its tree, what the screens query, and what the branch keeps for itself. */
import type Database from 'better-sqlite3';

/** 'OUTP': names the file's owner to other SQLite programs. */
const APPLICATION_ID = 0x4f555450;

export function firstTables(sqlite: Database.Database): void {
  sqlite.pragma(`application_id = ${APPLICATION_ID}`);
  sqlite.exec(logTables);
  sqlite.exec(queryTables);
  sqlite.exec(branchTables);
  for (const table of ['entries', 'nodes', 'checkpoints', 'activations']) sqlite.exec(neverChanges(table));
}

/** Triggers that keep the rows of a table as they were stored. */
export function neverChanges(table: string): string {
  return `
    CREATE TRIGGER ${table}_refuse_update BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} are never changed'); END;
    CREATE TRIGGER ${table}_refuse_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} are never deleted'); END;`;
}

// The leaf hash stands before the bytes, so that reading it never walks the overflow pages of a long entry.
const logTables = `
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY CHECK (seq >= 0),
    type TEXT NOT NULL,
    leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
    bytes BLOB NOT NULL CHECK (length(bytes) <= 65535)
  ) STRICT;

  CREATE TABLE nodes (
    level INTEGER NOT NULL CHECK (level >= 1),
    idx INTEGER NOT NULL CHECK (idx >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE log_state (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    size INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    peaks BLOB NOT NULL
  ) STRICT;
  INSERT INTO log_state (id, size, root, peaks)
    VALUES (0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', x'');
  CREATE TRIGGER log_state_only_grows BEFORE UPDATE ON log_state WHEN NEW.size <= OLD.size
    BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
  CREATE TRIGGER log_state_refuse_delete BEFORE DELETE ON log_state
    BEGIN SELECT RAISE(ABORT, 'log_state is never deleted'); END;

  CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY CHECK (size > 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note TEXT NOT NULL
  ) STRICT;`;

// A decision's row may change in one way only: erasure takes the name out.
const queryTables = `
  CREATE TABLE decisions (
    seq INTEGER PRIMARY KEY REFERENCES entries (seq),
    application_id TEXT NOT NULL UNIQUE,
    wall TEXT NOT NULL,
    product TEXT NOT NULL,
    applicant TEXT,
    applicant_folded TEXT,
    outcome TEXT NOT NULL,
    pd REAL,
    score REAL,
    amount REAL,
    actor TEXT NOT NULL,
    model_version TEXT,
    policy_version TEXT
  ) STRICT;
  CREATE INDEX decisions_by_filter ON decisions (product, outcome, wall);
  CREATE INDEX decisions_by_applicant ON decisions (applicant_folded) WHERE applicant_folded IS NOT NULL;
  CREATE TRIGGER decisions_refuse_update BEFORE UPDATE ON decisions
    WHEN NEW.applicant IS NOT NULL OR NEW.applicant_folded IS NOT NULL
      OR NEW.seq IS NOT OLD.seq OR NEW.application_id IS NOT OLD.application_id OR NEW.wall IS NOT OLD.wall
      OR NEW.product IS NOT OLD.product OR NEW.outcome IS NOT OLD.outcome OR NEW.pd IS NOT OLD.pd OR NEW.score IS NOT OLD.score
      OR NEW.amount IS NOT OLD.amount OR NEW.actor IS NOT OLD.actor OR NEW.model_version IS NOT OLD.model_version
      OR NEW.policy_version IS NOT OLD.policy_version
    BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
  CREATE TRIGGER decisions_refuse_delete BEFORE DELETE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END;

  CREATE TABLE activations (
    seq INTEGER PRIMARY KEY REFERENCES entries (seq),
    product TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('model', 'policy', 'product')),
    alias TEXT CHECK (alias IN ('champion', 'challenger')),
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    activated_at TEXT NOT NULL
  ) STRICT;`;

const branchTables = `
  CREATE TABLE subject_keys (kid TEXT PRIMARY KEY, key BLOB NOT NULL CHECK (length(key) = 32)) STRICT, WITHOUT ROWID;
  CREATE TABLE drafts (
    product TEXT PRIMARY KEY,
    application_id TEXT NOT NULL,
    typed TEXT NOT NULL,
    changed_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`;
