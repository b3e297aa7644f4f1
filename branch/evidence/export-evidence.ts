/** Taking evidence away: entries of the log with all that is needed to check them elsewhere, in one file (docs/evidence-bundle.md). */
import { hash } from 'node:crypto';
import { Failed } from '../../contract/failure.ts';
import { getCountersigned } from '../../db/countersigned.ts';
import { listAbout } from '../../db/events.ts';
import { closeDatabase, type Reader } from '../../db/handle.ts';
import { getEntry, listEntries, type StoredEntry } from '../../db/log-entries.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { signNote } from '../../ledger/note.ts';
import { appendEntries } from '../log/append-entries.ts';
import { checkpointLog } from '../log/checkpoint-log.ts';
import { type Epoch, listEpochs } from '../log/epochs.ts';
import { entryProof, rememberingReader } from '../log/prove.ts';
import { trustedWitnesses } from '../log/witness-trust.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { replayEntries } from '../replay/replay-entries.ts';
import { codeVersions } from '../versions.ts';
import { BundleFile } from './bundle-file.ts';
import { checkpointFiles, consistencyFiles } from './checkpoint-files.ts';
import { Companions } from './companions.ts';
import { readMe } from './read-me.ts';
import { tileFiles } from './tile-files.ts';

export interface EvidenceRequest {
  /** Entry numbers, both inclusive; what lies beyond the log's end is left out. From 0 to the end is the whole log, with all tiles. */
  from: number;
  to: number;
  /** true: the keys of what is sealed go along. false: ciphertext alone, and every proof holds. */
  personal: boolean;
  /** Entries of the range whose bytes stay here; the tree still accounts for them. */
  withheld?: readonly number[];
}

export type EvidenceStep =
  | { step: 'progress'; done: number; total: number }
  | { step: 'done'; file: string; bytes: number; sha256: string; entries: number };

/** What is fixed before the first file is written, however much is decided meanwhile. */
interface Scope {
  from: number;
  to: number;
  isWhole: boolean;
  personal: boolean;
  withheld: ReadonlySet<number>;
  newest: { size: number; root: Buffer; note: string };
  epochs: readonly Epoch[];
}

const CHUNK = 256;

/**
 * Writes a bundle of a range of entries and says how far it is. It speaks of the log as it stood when it began. The `export` entry names the file's
 * SHA-256 and therefore stands behind the checkpoint in the bundle; the file gets its name only when that entry is stored. Whatever
 * goes wrong, nothing is left behind, and to end the iteration is to cancel.
 * @throws Failed `not-allowed`, `entry-unknown`, `usage` (the file is there, cannot be made, or is not wide enough for that range), `disk-full`,
 * `disk-error`, `log-tampered`, and what is wrong with an artefact that a decision names
 */
export async function* exportEvidence(branch: Branch, request: EvidenceRequest, file: string): AsyncGenerator<EvidenceStep, void, void> {
  requirePermission(branch.role, 'export-evidence');
  const { log } = branch;
  const { signer, origin } = log;
  const scope = scopeOf(branch, request);
  const db = branch.openReader();
  const bundle = await BundleFile.create(file).catch((error: unknown) => {
    closeDatabase(db);
    throw error;
  });
  try {
    const count = scope.to - scope.from + 1;
    const total = 2 * count;
    let done = 0;
    await bundle.add('checkpoint', scope.newest.note);
    for (const { path, bytes } of checkpointFiles(db, scope.newest.size)) await bundle.add(path, bytes);
    const companions = new Companions(db, scope.personal);
    for await (const written of scope.isWhole ? writeTiles(db, scope, bundle, companions) : writeParts(db, scope, bundle, companions)) {
      done += written;
      yield { step: 'progress', done: Math.min(done, count), total };
    }
    for await (const { path, bytes } of companions.artefacts(branch.store)) await bundle.add(path, bytes);
    const replayed: string[] = [];
    for await (const { results, done: seen } of replayEntries({ db, dataDir: branch.dataDir }, scope)) {
      for (const result of results) if (!scope.withheld.has(result.seq)) replayed.push(canonicalise(result));
      yield { step: 'progress', done: count + seen, total };
    }
    await bundle.add('replay.json', `[${replayed.join(',')}]`);
    const made = new Date(branch.clock.now()).toISOString();
    await bundle.add(
      'README.txt',
      readMe({ ...scope, made, branch: log.branch, origin, vkey: signer.vkey, size: scope.newest.size, withheld: scope.withheld.size }),
    );
    const manifest = canonicalise(manifestOf(branch, db, scope, made, bundle));
    await bundle.add('manifest.json', manifest);
    await bundle.add('manifest.note', signNote(`outpost-evidence/1\nsha256 ${hash('sha256', manifest, 'hex')}\n`, signer));
    const { bytes, sha256 } = await bundle.seal();
    branch.requireAtWork();
    companions.requireNobodyErased();
    const entries = count - scope.withheld.size;
    const { from, to, personal } = scope;
    appendEntries(log, [
      { entry: { type: 'export', actor: branch.actor, role: branch.role, what: 'evidence', from, to, entries, personal, sha256 } },
    ]);
    branch.tellChange();
    await bundle.release();
    yield { step: 'done', file, bytes, sha256, entries };
  } finally {
    await bundle.discard();
    closeDatabase(db);
  }
}

/** Signs a checkpoint of the log as it stands: what is exported is what it covers. */
function scopeOf({ log }: Branch, { from, to, personal, withheld = [] }: EvidenceRequest): Scope {
  const signed = checkpointLog(log);
  const { size } = signed;
  if (from > to || from >= size) throw refusal('entry-unknown', `The log has no entry ${from}; it has ${size}.`, { seq: from, size });
  const last = Math.min(to, size - 1);
  const epochs = listEpochs(log.db).filter((epoch) => epoch.from < size);
  for (const seq of withheld) {
    if (seq < from || seq > last) throw refusal('usage', `Entry ${seq} cannot be withheld: it is not among those to be exported.`, { seq });
    if (epochs.some((epoch) => epoch.from === seq))
      throw refusal('usage', `Entry ${seq} cannot be withheld: it names the log's key, without which nothing can be checked.`, { seq });
  }
  return {
    from,
    to: last,
    isWhole: from === 0 && last === size - 1,
    personal,
    withheld: new Set(withheld),
    newest: { ...signed, note: getCountersigned(log.db, size)?.note ?? signed.note },
    epochs,
  };
}

async function* writeTiles(db: Reader, { newest, withheld }: Scope, bundle: BundleFile, companions: Companions): AsyncGenerator<number> {
  for (const { path, bytes, entries = [] } of tileFiles(db, newest.size, withheld)) {
    await bundle.add(path, bytes);
    for (const entry of entries) if (!withheld.has(entry.seq)) await addSealKey(entry, bundle, companions);
    yield entries.length;
  }
}

/** Every entry of the scope with its proof; and of those beyond, the ones that name the log's keys or are about a decision that is exported. */
async function* writeParts(db: Reader, scope: Scope, bundle: BundleFile, companions: Companions): AsyncGenerator<number> {
  const { from, to, withheld, newest, epochs } = scope;
  const node = rememberingReader(db);
  const write = async (entry: StoredEntry): Promise<void> => {
    await bundle.add(`entries/${entry.seq}.json`, entry.bytes);
    await bundle.add(`proofs/${entry.seq}.tlog-proof`, entryProof(db, entry.seq, newest, node));
    await addSealKey(entry, bundle, companions);
  };
  for (let at = from; at <= to; ) {
    const entries = listEntries(db, at, Math.min(CHUNK, to + 1 - at));
    for (const entry of entries) if (!withheld.has(entry.seq)) await write(entry);
    if (entries.length === 0) throw refusal('log-tampered', `Entry ${at} is missing.`, { seq: at });
    at = entries.at(-1)!.seq + 1;
    yield entries.length;
  }
  const about = listAbout(db, from, to).filter(({ decision }) => !withheld.has(decision));
  const beyond = new Set([...epochs.map((epoch) => epoch.from), ...about.map(({ seq }) => seq)]);
  for (const seq of beyond) {
    const entry = seq < newest.size && (seq < from || seq > to) ? getEntry(db, seq) : null;
    if (entry !== null) await write(entry);
  }
  for (const { path, bytes } of consistencyFiles(db, newest.size, epochs)) await bundle.add(path, bytes);
}

async function addSealKey(entry: StoredEntry, bundle: BundleFile, companions: Companions): Promise<void> {
  const key = companions.see(entry);
  if (key !== null) await bundle.add(key.path, key.bytes);
}

function manifestOf({ log, actor, role }: Branch, db: Reader, scope: Scope, made: string, bundle: BundleFile): Record<string, unknown> {
  const { from, to, personal, withheld, newest, epochs } = scope;
  const trusted = trustedWitnesses(db);
  return {
    format: 'outpost-evidence/1',
    made,
    by: { account: actor, role },
    branch: log.branch,
    origin: log.origin,
    logs: epochs.map(({ origin, vkey, from: begins }) => ({ origin, vkey, from: begins })),
    scope: { from, to },
    size: newest.size,
    root: newest.root.toString('base64'),
    personal,
    withheld: [...withheld].sort((a, b) => a - b),
    witnesses: [...(trusted?.witnesses ?? [])],
    quorum: trusted?.quorum ?? 0,
    files: bundle.files,
    code: codeVersions,
  };
}

function refusal(kind: 'entry-unknown' | 'usage' | 'log-tampered', happened: string, facts: Record<string, number>): Failed {
  const next =
    kind === 'log-tampered' ? 'Keep the data folder as it is and verify the log.' : 'Look the numbers up in the list of entries.';
  return new Failed({ kind, happened, safe: 'Nothing was exported.', next, facts });
}
