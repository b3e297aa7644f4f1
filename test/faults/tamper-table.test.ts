/**
 * Who can change what in a log, and what tells of it. Three kinds of forger: one changes rows, one builds the whole log again with the
 * branch's own key, and one also takes out what witnesses countersigned. Three kinds of auditor: one has the data folder alone, one brings
 * the checkpoint that the witness kept, one a receipt that an applicant was given. What nobody can tell is asserted as well.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkReceipt } from '../../branch/check-receipt.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../branch/log/countersigning.ts';
import { entryProof } from '../../branch/log/prove.ts';
import { trustWitnesses } from '../../branch/log/witness-trust.ts';
import type { VerifyReport } from '../../contract/ipc.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { listCountersigned } from '../../db/countersigned.ts';
import { closeDatabase, type Reader } from '../../db/handle.ts';
import { listEntries, rootAt } from '../../db/log-entries.ts';
import { getSetting } from '../../db/settings.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { type NoteVerifier, parseVkey } from '../../ledger/note-keys.ts';
import { formatTlogProof, parseTlogProof } from '../../ledger/tlog-proof.ts';
import { decisionDraft, readerOf, temporaryLog, verified, writerOf } from '../support/temporary-log.ts';
import { countersigned, witnessNamed } from '../support/witnesses.ts';
import { type ForgedLog, rebuildLog } from './rebuild-log.ts';
import { memoryFolder } from './shim/memory-folder.ts';

/** Entries below it are countersigned. */
const COUNTERSIGNED = 10;
/** Size of the checkpoint that the receipt is under; the log has more entries than that. */
const RECEIPT = 20;
const SIZE = 26;
/** Entry of the applicant who holds the receipt. */
const APPLICANT = 8;

const ATTACKS = ['edit', 'swap', 'delete', 'insert', 'truncate', 'rewrite'] as const;
type Attack = (typeof ATTACKS)[number];

/** Where it happens: the number of the first entry that is another one afterwards. */
const PLACES = { 'below the countersignature': 5, 'above it, below the receipt': 14, 'above the receipt': 22 } as const;
type Place = keyof typeof PLACES;
const placesInOrder = Object.keys(PLACES) as Place[];

interface Evidence {
  /** The log's verifier key, as an auditor knows it from before. */
  key: NoteVerifier;
  witness: NoteVerifier;
  /** The countersigned note, as the witness kept it. */
  witnessed: string;
  /** The tlog-proof that the applicant of entry 8 was given, with that entry's hash, under a checkpoint of 20 entries. */
  receipt: string;
}

const root = mkdtempSync(join(memoryFolder(), 'outpost-tamper-'));
afterAll(() => rmSync(root, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(root, 'log-'));

/** An honest log with a witness, and what is in other people's hands. */
function makeHonest(): { forged: ForgedLog; evidence: Evidence; file: string } {
  const { log, db, file, clock } = temporaryLog(newFolder());
  const witness = witnessNamed('head-office');
  const decide = (until: number): void => {
    for (; log.frontier.size < until; clock.pass(60_000)) appendEntries(log, [{ entry: decisionDraft(log.frontier.size) }]);
  };
  trustWitnesses(log, { witnesses: [witness.vkey], quorum: 1 }, { actor: 'it-1', role: 'it' });
  decide(COUNTERSIGNED);
  const witnessed = countersigned(checkpointLog(log).note, [witness, Math.floor(clock.now() / 1000)]);
  acceptCountersigned(log, witnessed);
  decide(RECEIPT);
  const proof = parseTlogProof(entryProof(db, APPLICANT, checkpointLog(log)))!;
  decide(SIZE);
  checkpointLog(log);
  const stored = listEntries(db, 0, SIZE);
  const settings = Object.fromEntries(
    (['branch.id', 'log.skey', 'witness.policy'] as const).map((key) => [key, getSetting(db, key) ?? '']),
  );
  closeDatabase(db);
  const entries = stored.map(({ bytes }) => JSON.parse(bytes.toString()) as LogEntry);
  const evidence = {
    key: parseVkey(log.signer.vkey)!,
    witness: parseVkey(witness.vkey)!,
    witnessed,
    receipt: formatTlogProof({ ...proof, extra: stored[APPLICANT]!.leafHash }),
  };
  const reader = readerOf(file);
  const forged = { entries, settings, countersigned: listCountersigned(reader, 0, 10) };
  closeDatabase(reader);
  return { forged, evidence, file };
}

/** The entries as the forger wants them, from entry `at` on. */
function changed(entries: readonly LogEntry[], attack: Attack, at: number): LogEntry[] {
  const other = (entry: LogEntry): LogEntry => ({ ...entry, decision: 'approve', pd: 0.5 }) as LogEntry;
  switch (attack) {
    case 'edit':
      return entries.with(at, other(entries[at]!));
    case 'swap':
      return entries.with(at, entries[at + 1]!).with(at + 1, entries[at]!);
    case 'delete':
      return entries.toSpliced(at, 1);
    case 'insert':
      return entries.toSpliced(at, 0, { ...other(entries[at]!), application: '00000000-0000-4000-8000-000000000000' } as LogEntry);
    case 'truncate':
      return entries.slice(0, at);
    case 'rewrite':
      return entries.map((entry, seq) => (seq < at ? entry : other(entry)));
  }
}

/** The same, in the rows of the entries alone. */
function changeRows(file: string, entries: readonly LogEntry[]): void {
  const { sqlite } = writerOf(file);
  for (const { name } of sqlite.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all())
    sqlite.exec(`DROP TRIGGER ${name}`);
  sqlite.pragma('foreign_keys = OFF');
  const put = sqlite.prepare('UPDATE entries SET bytes = ? WHERE seq = ?');
  const add = sqlite.prepare('INSERT INTO entries (seq, type, leaf_hash, bytes) VALUES (?, ?, zeroblob(32), ?)');
  for (const [seq, entry] of entries.entries()) {
    const bytes = Buffer.from(canonicalise({ ...entry, seq }));
    if (put.run(bytes, seq).changes === 0) add.run(seq, entry.type, bytes);
  }
  sqlite.prepare('DELETE FROM entries WHERE seq >= ?').run(entries.length);
  sqlite.close();
}

/** Whether the log that is there is not the one that this checkpoint was signed over. */
function contradicts(reader: Reader, { size, root }: { size: number; root: Buffer }): boolean {
  try {
    return !rootAt(reader, size)?.equals(root);
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

interface Verdicts {
  folder: VerifyReport['verdict'];
  witness: 'contradicted' | 'agrees';
  receipt: 'contradicted' | 'agrees';
}

async function judge(file: string, { key, witness, witnessed, receipt }: Evidence): Promise<Verdicts> {
  const kept = openCheckpoint(witnessed, key, [witness]);
  if ('problem' in kept) throw new Error('the evidence itself does not hold');
  const { verdict } = await verified(file);
  const reader = readerOf(file);
  const verdicts: Verdicts = {
    folder: verdict,
    witness: contradicts(reader, kept) ? 'contradicted' : 'agrees',
    receipt: checkReceipt(reader, receipt).verdict === 'contradicted' ? 'contradicted' : 'agrees',
  };
  closeDatabase(reader);
  return verdicts;
}

const FORGERS = ['rows changed', 'all built again with the key', 'and the countersignature taken out'] as const;
type Forger = (typeof FORGERS)[number];

function forge({ forged, file }: ReturnType<typeof makeHonest>, forger: Forger, attack: Attack, at: number): string {
  const entries = changed(forged.entries, attack, at);
  if (forger === 'rows changed') {
    const copy = join(newFolder(), 'outpost.db');
    cpSync(file, copy);
    changeRows(copy, entries);
    return copy;
  }
  if (forger === 'all built again with the key') return rebuildLog(newFolder(), { ...forged, entries });
  const { 'witness.policy': _, ...settings } = forged.settings;
  const unwitnessed = entries.filter(({ type }) => type !== 'witnesses-trusted').map((entry) => ({ ...entry, anchor: null }));
  return rebuildLog(newFolder(), { entries: unwitnessed, settings, countersigned: [] });
}

/** What must come of it. The forger with the key is betrayed only by what is in other hands. */
function expected(forger: Forger, place: Place): Verdicts {
  const below = place === 'below the countersignature';
  const covered = place !== 'above the receipt';
  switch (forger) {
    case 'rows changed':
      return { folder: 'tampered', witness: 'agrees', receipt: 'agrees' };
    case 'all built again with the key':
      return {
        folder: below ? 'tampered' : 'intact-unwitnessed-tail',
        witness: below ? 'contradicted' : 'agrees',
        receipt: covered ? 'contradicted' : 'agrees',
      };
    case 'and the countersignature taken out':
      // Entries name the countersigned checkpoint that they came after, and the log says whom it believes: taking that out changes it from there on.
      return { folder: 'intact-unwitnessed-tail', witness: 'contradicted', receipt: 'contradicted' };
  }
}

/** As `outpost log verify` and its exit codes have it; what another's evidence contradicts is tampered with. */
const EXIT = { intact: 0, tampered: 1, 'intact-unwitnessed-tail': 2, malformed: 3 } as const;

function told({ folder, witness, receipt }: Verdicts): string {
  const alone = EXIT[folder];
  return [alone, witness === 'contradicted' ? 1 : alone, receipt === 'contradicted' ? 1 : alone].join(' | ');
}

const made = makeHonest();

describe('the tamper table', () => {
  it('begins with a log that is intact up to its tail, and agrees with all that was given out', async () => {
    expect(await judge(made.file, made.evidence)).toEqual({ folder: 'intact-unwitnessed-tail', witness: 'agrees', receipt: 'agrees' });
    const same = rebuildLog(newFolder(), made.forged);
    expect(await judge(same, made.evidence)).toEqual({ folder: 'intact-unwitnessed-tail', witness: 'agrees', receipt: 'agrees' });
  });

  const lines: string[] = [];
  for (const forger of FORGERS) {
    for (const place of placesInOrder) {
      it.each(ATTACKS)(`${forger}, ${place}: %s`, async (attack) => {
        const verdicts = await judge(forge(made, forger, attack, PLACES[place]), made.evidence);
        lines.push(`${forger} | ${place} | ${attack} | ${told(verdicts)}`);
        expect(verdicts).toMatchObject(forger === 'rows changed' ? { folder: 'tampered' } : expected(forger, place));
      });
    }
  }

  it('has a verdict for every forger, place and attack', () => {
    console.log(
      ['forger | place | attack | exit code of the folder alone | with the witness’s checkpoint | with a receipt', ...lines].join('\n'),
    );
    expect(lines).toHaveLength(FORGERS.length * placesInOrder.length * ATTACKS.length);
  });
});
