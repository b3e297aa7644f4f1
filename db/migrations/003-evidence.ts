/** The third schema: what the auditor lists of entries that are not decisions, people and their sessions, countersigned checkpoints. */
import type Database from 'better-sqlite3';
import { neverChanges } from './001-first-tables.ts';

export function evidence(sqlite: Database.Database): void {
  sqlite.exec(eventTable);
  sqlite.exec(fillEvents);
  sqlite.exec(reasonsInDecisions);
  sqlite.exec(peopleTables);
  sqlite.exec(countersignedTable);
  sqlite.exec(neverChanges('countersigned'));
}

// An event's row may change in one way only: erasure takes the key of a reviewer's remark out.
const eventTable = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY REFERENCES entries (seq),
    type TEXT NOT NULL,
    wall TEXT NOT NULL,
    actor TEXT NOT NULL,
    about INTEGER REFERENCES entries (seq),
    application_id TEXT,
    outcome TEXT,
    override TEXT,
    detail TEXT NOT NULL,
    note_key BLOB CHECK (length(note_key) = 32)
  ) STRICT;
  CREATE INDEX events_about ON events (about) WHERE about IS NOT NULL;
  CREATE INDEX events_of_application ON events (application_id) WHERE application_id IS NOT NULL;
  CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
    WHEN NEW.note_key IS NOT NULL OR NEW.seq IS NOT OLD.seq OR NEW.type IS NOT OLD.type OR NEW.wall IS NOT OLD.wall
      OR NEW.actor IS NOT OLD.actor OR NEW.about IS NOT OLD.about OR NEW.application_id IS NOT OLD.application_id
      OR NEW.outcome IS NOT OLD.outcome OR NEW.override IS NOT OLD.override OR NEW.detail IS NOT OLD.detail
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;`;

// Until now a log held nothing but these types beside decisions. What cannot be read is left out here and named by verification.
const fillEvents = `
  INSERT INTO events (seq, type, wall, actor, detail)
    SELECT seq, type, json ->> '$.wall', json ->> '$.actor', CASE type
      WHEN 'genesis' THEN json ->> '$.origin'
      WHEN 'clock-jump' THEN json ->> '$.jump_ms'
      WHEN 'failure' THEN json ->> '$.kind'
      ELSE (json ->> '$.artefact.name') || ' ' || (json ->> '$.artefact.version') END
    FROM (SELECT seq, type, CAST(bytes AS TEXT) AS json FROM entries WHERE type <> 'decision')
    WHERE json_valid(json) AND json ->> '$.wall' IS NOT NULL AND json ->> '$.actor' IS NOT NULL;`;

// The update trigger of migration 002 names every column that must not change, and so must know this one.
const reasonsInDecisions = `
  ALTER TABLE decisions ADD COLUMN reasons TEXT NOT NULL DEFAULT '';
  DROP TRIGGER decisions_refuse_update;
  UPDATE decisions SET reasons = (
    SELECT coalesce(group_concat(value, ' '), '') FROM entries, json_each(CAST(bytes AS TEXT), '$.reasons')
      WHERE entries.seq = decisions.seq AND json_valid(CAST(bytes AS TEXT)));
  CREATE TRIGGER decisions_refuse_update BEFORE UPDATE ON decisions
    WHEN NEW.applicant IS NOT NULL OR NEW.applicant_folded IS NOT NULL OR NEW.identity_key IS NOT NULL
      OR NEW.seq IS NOT OLD.seq OR NEW.application_id IS NOT OLD.application_id OR NEW.wall IS NOT OLD.wall
      OR NEW.product IS NOT OLD.product OR NEW.outcome IS NOT OLD.outcome OR NEW.pd IS NOT OLD.pd OR NEW.score IS NOT OLD.score
      OR NEW.amount IS NOT OLD.amount OR NEW.actor IS NOT OLD.actor OR NEW.model_version IS NOT OLD.model_version
      OR NEW.policy_version IS NOT OLD.policy_version OR NEW.reasons IS NOT OLD.reasons
    BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;`;

const peopleTables = `
  CREATE TABLE accounts (
    account TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('officer', 'supervisor', 'auditor', 'it')),
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    verifier TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    account TEXT NOT NULL REFERENCES accounts (account),
    locked INTEGER NOT NULL CHECK (locked IN (0, 1))
  ) STRICT, WITHOUT ROWID;`;

const countersignedTable = `
  CREATE TABLE countersigned (
    size INTEGER PRIMARY KEY CHECK (size > 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64)
  ) STRICT;`;
