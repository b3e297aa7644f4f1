/** The sixth schema: how loans went, as head office signed it in entries of the type `outcome`. */
import type Database from 'better-sqlite3';
import { neverChanges } from './001-first-tables.ts';

export function outcomes(sqlite: Database.Database): void {
  sqlite.exec(outcomeTable);
  sqlite.exec(neverChanges('outcomes'));
}

// decision: NULL where the application was not decided in this log before the entry came.
const outcomeTable = `
  CREATE TABLE outcomes (
    seq INTEGER NOT NULL REFERENCES entries (seq),
    n INTEGER NOT NULL CHECK (n >= 0),
    application_id TEXT NOT NULL,
    decision INTEGER,
    performance TEXT NOT NULL CHECK (performance IN ('good', 'bad', 'indeterminate')),
    months_on_book INTEGER NOT NULL CHECK (months_on_book >= 0),
    as_of TEXT NOT NULL,
    PRIMARY KEY (seq, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outcomes_of_decision ON outcomes (decision) WHERE decision IS NOT NULL;`;
