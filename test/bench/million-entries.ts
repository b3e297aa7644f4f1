/** A data folder whose log has a million entries, as years of a busy branch would leave it; made once and kept in `out/` between runs. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../build/root.ts';
import { appendPrepared, type PreparedEntry } from '../../db/append.ts';
import type { Writer } from '../../db/handle.ts';
import { type Frontier, leafHash } from '../../ledger/merkle.ts';
import { openOffice } from './office.ts';

export const ENTRIES = 1_000_000;
const FOLDER = join(ROOT, 'out', 'bench-million');
/** Says that the folder is whole, and how it was made: another form makes it anew. */
const MADE = join(FOLDER, 'made.json');
const FORM = JSON.stringify({ entries: ENTRIES, form: 1 });
const GROUP = 5000;
/** A new entry every two minutes and a half: nearly five years. */
const APART_MS = 150_000;
const FIRST = Date.parse('2022-01-01T08:00:00.000Z');

/** @param template a data folder with the bundled products */
export async function millionEntries(template: string): Promise<string> {
  if (existsSync(MADE) && readFileSync(MADE, 'utf8') === FORM) return FOLDER;
  rmSync(FOLDER, { recursive: true, force: true });
  cpSync(template, FOLDER, { recursive: true });
  const branch = await openOffice(FOLDER);
  const { db } = branch.log;
  // A power cut would leave a folder without its mark, which is made anew.
  db.sqlite.pragma('synchronous = OFF');
  let { frontier } = branch.log;
  while (frontier.size < ENTRIES) frontier = appendGroup(db, frontier);
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  await branch.close();
  writeFileSync(MADE, FORM);
  return FOLDER;
}

function appendGroup(db: Writer, from: Frontier): Frontier {
  const group = Array.from({ length: Math.min(GROUP, ENTRIES - from.size) }, (_, i) => preparedEntry(from.size + i));
  return appendPrepared(db, from, group);
}

/** Of ten entries eight are decisions; every fortieth is a review, and the others are what people do between decisions. */
function preparedEntry(seq: number): PreparedEntry {
  const wall = new Date(FIRST + seq * APART_MS).toISOString();
  const actor = `officer-${seq % 12}`;
  const type = seq % 5 !== 0 ? 'decision' : seq % 40 === 0 ? 'review' : 'sign-in';
  const bytes = Buffer.from(JSON.stringify({ actor, seq, type, wall }));
  const prepared = { seq, type, bytes, leafHash: leafHash(bytes), activation: null, modelState: null, outcomes: [], people: [] };
  if (type === 'decision') return { ...prepared, event: null, decision: decisionOf(seq, wall, actor) };
  const [about, applicationId] = type === 'review' ? [seq - 1, idOf(seq - 1)] : [null, null];
  const [outcome, override] = type === 'review' ? ['approve', seq % 80 === 0 ? 'low-side' : null] : [null, null];
  const row = { seq, type, wall, actor, about, applicationId, outcome, override, detail: type === 'review' ? 'security-offered' : 'start' };
  return { ...prepared, decision: null, event: { row, noteKey: null } };
}

function decisionOf(seq: number, wall: string, actor: string): NonNullable<PreparedEntry['decision']> {
  const outcome = (['approve', 'approve', 'approve', 'refer', 'decline'] as const)[(seq % 7) % 5]!;
  const release = Math.floor(seq / 100_000);
  const row = {
    seq,
    wall,
    product: seq % 3 === 0 ? 'personal-loan' : 'instalment-loan',
    applicant: `Applicant ${seq % 100_003}`,
    outcome,
    pd: (seq % 1000) / 1000,
    score: 400 + (seq % 400),
    amount: 100 * (seq % 300),
    actor,
    modelVersion: `1.${release}.0`,
    policyVersion: `2.${Math.floor(release / 2)}.0`,
    reasons: outcome === 'approve' ? '' : `model:R0${seq % 9} model:R1${seq % 4} policy:P${seq % 6}`,
    shadow: '',
  };
  return { applicationId: idOf(seq), row, identityKey: null };
}

/** Ids in the order of the log, as those of a file's rows are. */
function idOf(seq: number): string {
  return `10000000-0000-4000-8000-${seq.toString(16).padStart(12, '0')}`;
}
