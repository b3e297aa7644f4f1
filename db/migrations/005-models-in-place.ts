/**
 * The fifth schema: models come, are suspended, retired and go back while the branch works. Why each became active, what was said of it since, what
 * waits for its day, and the challengers' PDs where a comparison can read them without the entries.
 */
import type Database from 'better-sqlite3';
import { compactShadow } from '../compact-shadow.ts';
import { neverChanges } from './001-first-tables.ts';

export function modelsInPlace(sqlite: Database.Database): void {
  sqlite.exec(causeOfActivations);
  sqlite.exec(modelStates);
  sqlite.exec(neverChanges('model_states'));
  sqlite.exec(waitingReleases);
  const before = sqlite.pragma('secure_delete', { simple: true });
  sqlite.pragma('secure_delete = ON');
  sqlite.function('compact_shadow', { deterministic: true }, (text) => compactShadow(String(text)));
  sqlite.exec(shadowInDecisions);
  sqlite.pragma(`secure_delete = ${Number(before)}`);
}

// Until now everything active had come with the program, and its entry says nothing of a cause.
const causeOfActivations = `ALTER TABLE activations ADD COLUMN cause TEXT NOT NULL DEFAULT 'first-use';`;

const modelStates = `
  CREATE TABLE model_states (
    seq INTEGER PRIMARY KEY REFERENCES entries (seq),
    product TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('retired', 'suspended', 'resumed')),
    sha256 TEXT NOT NULL
  ) STRICT;`;

// Nothing of the log follows from these rows: what is lost with them is fetched again.
const waitingReleases = `
  CREATE TABLE waiting_releases (
    product TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('model', 'policy')),
    alias TEXT NOT NULL CHECK (alias IN ('champion', 'challenger', 'policy')),
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('scheduled', 'refused')),
    activate_from TEXT,
    bytes INTEGER NOT NULL,
    offer TEXT NOT NULL,
    failure TEXT,
    PRIMARY KEY (product, kind, alias, sha256)
  ) STRICT, WITHOUT ROWID;`;

// Rows that grew where they stand would leave copies of themselves in the gaps of split pages, which secure_delete does not see: the table is written
// anew, and the pages of the old one are overwritten. It refers to no entry: a row whose entry somebody took out is
// carried over as it is, for verification to name, as it does everything that cannot be read.
const shadowInDecisions = `
  CREATE TABLE decisions_anew (
    seq INTEGER PRIMARY KEY,
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
    policy_version TEXT,
    identity_key BLOB CHECK (length(identity_key) = 32),
    reasons TEXT NOT NULL,
    shadow TEXT NOT NULL
  ) STRICT;
  INSERT INTO decisions_anew SELECT seq, application_id, wall, product, applicant, applicant_folded, outcome, pd, score, amount, actor,
    model_version, policy_version, identity_key, reasons, coalesce((
      SELECT compact_shadow(CAST(bytes AS TEXT) -> '$.shadow') FROM entries
        WHERE entries.seq = decisions.seq AND json_valid(CAST(bytes AS TEXT)) AND json_type(CAST(bytes AS TEXT), '$.shadow') = 'object'), '')
    FROM decisions ORDER BY seq;
  DROP TABLE decisions;
  ALTER TABLE decisions_anew RENAME TO decisions;
  CREATE TRIGGER decisions_refuse_update BEFORE UPDATE ON decisions
    WHEN NEW.applicant IS NOT NULL OR NEW.applicant_folded IS NOT NULL OR NEW.identity_key IS NOT NULL
      OR NEW.seq IS NOT OLD.seq OR NEW.application_id IS NOT OLD.application_id OR NEW.wall IS NOT OLD.wall
      OR NEW.product IS NOT OLD.product OR NEW.outcome IS NOT OLD.outcome OR NEW.pd IS NOT OLD.pd OR NEW.score IS NOT OLD.score
      OR NEW.amount IS NOT OLD.amount OR NEW.actor IS NOT OLD.actor OR NEW.model_version IS NOT OLD.model_version
      OR NEW.policy_version IS NOT OLD.policy_version OR NEW.reasons IS NOT OLD.reasons OR NEW.shadow IS NOT OLD.shadow
    BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
  CREATE TRIGGER decisions_refuse_delete BEFORE DELETE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END;`;
