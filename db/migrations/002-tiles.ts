/**
 * The second schema: a commit writes to as few pages as it can. Of the tree every eighth level is stored; the root stands in the last entry of
 * each commit, which makes a table for the log's state needless; an applicant's key stands in the decision's row; and the list does
 * without indexes that a count of 300,000 decisions gained little from.
 */
import type Database from 'better-sqlite3';
import { neverChanges } from './001-first-tables.ts';

export function tiles(sqlite: Database.Database): void {
  // Erasing a person will be destroying their key: no copy of it may stay behind in a page that is free again.
  const before = sqlite.pragma('secure_delete', { simple: true });
  sqlite.pragma('secure_delete = ON');
  sqlite.exec(everyEighthLevel);
  sqlite.exec(neverChanges('nodes'));
  sqlite.exec('DROP TRIGGER entries_refuse_update');
  sqlite.exec(rootInEntries);
  sqlite.exec('DROP TRIGGER entries_refuse_delete');
  sqlite.exec(neverChanges('entries'));
  sqlite.exec(keyInDecisions);
  sqlite.pragma(`secure_delete = ${Number(before)}`);
}

const everyEighthLevel = `
  CREATE TABLE stored_nodes (
    level INTEGER NOT NULL CHECK (level >= 8 AND level % 8 = 0),
    idx INTEGER NOT NULL CHECK (idx >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO stored_nodes (level, idx, hash) SELECT level, idx, hash FROM nodes WHERE level % 8 = 0;
  DROP TABLE nodes;
  ALTER TABLE stored_nodes RENAME TO nodes;`;

// A log whose state and last entry disagree is left without a root at its end, which opening and verification tell.
const rootInEntries = `
  ALTER TABLE entries ADD COLUMN root BLOB CHECK (length(root) = 32);
  UPDATE entries SET root = (SELECT root FROM log_state)
    WHERE seq = (SELECT max(seq) FROM entries) AND seq = (SELECT size - 1 FROM log_state);
  DROP TABLE log_state;
  CREATE TRIGGER entries_in_order BEFORE INSERT ON entries WHEN NEW.seq <> ifnull((SELECT max(seq) + 1 FROM entries), 0)
    BEGIN SELECT RAISE(ABORT, 'the log does not stand there: it only grows, entry by entry'); END;`;

// A decision's row may change in one way only: erasure takes the name and the key out, together.
const keyInDecisions = `
  DROP INDEX decisions_by_filter;
  DROP INDEX decisions_by_applicant;
  DROP TRIGGER decisions_refuse_update;
  ALTER TABLE decisions ADD COLUMN identity_key BLOB CHECK (length(identity_key) = 32);
  UPDATE decisions SET identity_key = (
    SELECT key FROM entries JOIN subject_keys
      ON kid = CASE WHEN json_valid(CAST(bytes AS TEXT)) THEN json_extract(CAST(bytes AS TEXT), '$.pii.kid') END
      WHERE entries.seq = decisions.seq);
  DROP TABLE subject_keys;
  CREATE TRIGGER decisions_refuse_update BEFORE UPDATE ON decisions
    WHEN NEW.applicant IS NOT NULL OR NEW.applicant_folded IS NOT NULL OR NEW.identity_key IS NOT NULL
      OR NEW.seq IS NOT OLD.seq OR NEW.application_id IS NOT OLD.application_id OR NEW.wall IS NOT OLD.wall
      OR NEW.product IS NOT OLD.product OR NEW.outcome IS NOT OLD.outcome OR NEW.pd IS NOT OLD.pd OR NEW.score IS NOT OLD.score
      OR NEW.amount IS NOT OLD.amount OR NEW.actor IS NOT OLD.actor OR NEW.model_version IS NOT OLD.model_version
      OR NEW.policy_version IS NOT OLD.policy_version
    BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;`;
