/** Whose countersignatures this branch believes. Setting them is an entry, so that nobody can put in a witness of their own unseen. */
import { Failed } from '../../contract/failure.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import type { Reader } from '../../db/handle.ts';
import { inTransaction } from '../../db/handle.ts';
import { getSetting, putSettings } from '../../db/settings.ts';
import { canonicalise, parseCanonical } from '../../ledger/canonical-json.ts';
import { readWitnessPolicy, type WitnessPolicy } from '../../ledger/witness-policy.ts';
import { type AppendedEntry, appendEntries } from './append-entries.ts';
import { type BranchLog, keepingPlace } from './branch-log.ts';

/** As it stands in the entry and in the settings. */
export interface TrustedWitnesses {
  /** Verifier keys (`name+hash+key`, type 04). */
  witnesses: readonly string[];
  quorum: number;
}

/** The text kept in the settings for an entry `witnesses-trusted`. */
export function trustText({ witnesses, quorum }: TrustedWitnesses): string {
  return canonicalise({ quorum, witnesses: [...witnesses] });
}

/**
 * Believes these witnesses, `quorum` of them together, instead of those before; entry and setting commit together.
 * Throws `Failed` usage where a quorum could be met by fewer keys than it says, or never; disk-full, disk-error, database-corrupt.
 */
export function trustWitnesses(log: BranchLog, trusted: TrustedWitnesses, by: Pick<LogEntry, 'actor' | 'role'>): AppendedEntry {
  const { quorum } = trusted;
  if (readWitnessPolicy(trusted.witnesses, quorum) === null) throw refusal(trusted);
  const witnesses = [...trusted.witnesses];
  return keepingPlace(log, () =>
    inTransaction(log.db, () => {
      putSettings(log.db, { 'witness.policy': trustText(trusted) });
      return appendEntries(log, [{ entry: { type: 'witnesses-trusted', ...by, witnesses, quorum } }])[0]!;
    }),
  );
}

/** Whom this branch believes; null: nobody yet. */
export function trustedWitnesses(reader: Reader): (TrustedWitnesses & { policy: WitnessPolicy }) | null {
  const text = getSetting(reader, 'witness.policy');
  const value = text === null ? undefined : (parseCanonical(Buffer.from(text))?.value as Partial<TrustedWitnesses> | undefined);
  const { witnesses, quorum } = value ?? {};
  if (!Array.isArray(witnesses) || typeof quorum !== 'number') return null;
  const policy = readWitnessPolicy(witnesses as string[], quorum);
  return policy === null ? null : { witnesses: witnesses as string[], quorum, policy };
}

function refusal({ witnesses, quorum }: TrustedWitnesses): Failed {
  return new Failed({
    kind: 'usage',
    happened: `A quorum of ${quorum} of these ${witnesses.length} witnesses cannot be: each must be another witness's key (type 04).`,
    safe: 'Nothing was changed.',
    next: 'Give the vkey that each witness publishes, once, and a quorum of at least 1.',
    facts: { witnesses: witnesses.length, quorum },
  });
}
