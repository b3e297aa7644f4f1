/** Where a verification stands on its way through the log, from the first entry to the last. */
import type { Reader } from '../../db/handle.ts';
import type { EntryPass } from '../../db/rows-as-text.ts';
import type { Frontier } from '../../ledger/merkle.ts';
import type { NoteVerifier } from '../../ledger/note-keys.ts';
import type { KnownPeople } from './check-people.ts';
import type { Epoch } from './epochs.ts';
import type { Findings } from './findings.ts';

/** Tree positions that are known to be wrong, as `level/index`: their ancestors are wrong too and are not told again. */
export type WrongNodes = Set<string>;

/** Whose outcomes a log may hold, by the entries so far. */
export interface KnownOffice {
  /** Of the head office that the last `enrolled` entry names; null: none, or a key that cannot be read. */
  key: NoteVerifier | null;
  vkey: string | null;
  /** Number of the next delivery of this log. */
  next: number;
}

export interface Walk {
  readonly reader: Reader;
  readonly findings: Findings;
  /** Stands where the walk does, until something is wrong: then it is not gone on with. */
  readonly pass: EntryPass;
  frontier: Frontier;
  readonly wrong: WrongNodes;
  /** By the log's own genesis entries so far. */
  readonly epochs: Epoch[];
  /** Sizes of all countersigned checkpoints that are kept, by the SHA-256 that entries name them by. */
  readonly anchors: ReadonlyMap<string, number>;
  /** Size of the last anchor that an entry named; 0 before the first. */
  anchored: number;
  /** What the last `witnesses-trusted` entry says, as the settings keep it; null before the first. */
  trust: string | null;
  /** Entries that a quorum's countersigned checkpoint covers. */
  countersigned: number;
  /** Accounts, and what officers see, as the entries so far leave them. */
  readonly people: KnownPeople;
  /** Whose outcomes may stand in the entries that follow, and which is the next. */
  readonly office: KnownOffice;
  readonly counted: { decisions: number; activations: number; modelStates: number; outcomes: number; events: number };
  /** Whether a canonical value lacks the form of an entry (entry-shape.ts). */
  readonly misshapen: (value: unknown) => boolean;
}
