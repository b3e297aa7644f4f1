/** A batch: read a group, decide it, commit it, and only then hand out its rows. */
import type { Outcome } from '../contract/policy.ts';
import { findDecisions } from '../db/decisions.ts';
import { decisionEntry } from './decision-entry.ts';
import { appendEntries } from './log/append-entries.ts';
import type { NewEntry } from './log/branch-log.ts';
import type { Branch } from './open-branch.ts';
import { readApplications } from './read-applications/read-applications.ts';
import type { BadRow, ReadRow, RowGroup } from './read-applications/rows.ts';
import type { ReadyProduct } from './ready-product.ts';
import { readDecision } from './show-decision.ts';
import { todayOf } from './today.ts';

export interface DecidedRow {
  /** From 1, without the header. */
  row: number;
  /** First physical line in the file. */
  line: number;
  applicationId: string;
  seq: number;
  decision: Outcome;
  pd: number | null;
  score: number | null;
  /** `source:CODE`. */
  reasons: string[];
  /** Hexadecimal leaf hash of the entry. */
  hash: string;
  /** The log had this application already: this is what was decided then. */
  storedBefore: boolean;
}

export interface DecidedGroup {
  /** In the file's order; every one is committed. */
  decided: DecidedRow[];
  bad: BadRow[];
}

export interface DecidingFile {
  notices: string[];
  /** About how many lines it has. */
  lines: number;
  /** Stop between two groups and nothing is lost: what was handed out is stored, and the rest was never begun. */
  groups: AsyncIterable<DecidedGroup>;
}

/**
 * Opens a file of applications and decides it group by group as the caller asks for them.
 * @throws Failed from opening (`file-unreadable`, `file-malformed`, `product-unknown`), and from `groups` (`disk-full`, `disk-error`, …):
 * the group in hand is then not stored, those before are
 */
export async function decideFile(branch: Branch, path: string, productName: string): Promise<DecidingFile> {
  const ready = await branch.ready(productName);
  const file = await readApplications(path, ready.product.definition);
  return { notices: file.notices, lines: file.lines, groups: decideGroups(branch, ready, file.groups) };
}

async function* decideGroups(branch: Branch, ready: ReadyProduct, groups: AsyncIterable<RowGroup>): AsyncGenerator<DecidedGroup> {
  for await (const group of groups) yield await decideGroup(branch, ready, group);
}

async function decideGroup(branch: Branch, ready: ReadyProduct, { rows, bad }: RowGroup): Promise<DecidedGroup> {
  const before = findDecisions(
    branch.log.db,
    rows.map(({ application }) => application.applicationId),
  );
  const fresh = before.size === 0 ? rows : rows.filter(({ application }) => !before.has(application.applicationId));
  const stored = rows.flatMap((row) => {
    const seq = before.get(row.application.applicationId);
    return seq === undefined ? [] : [storedRow(branch, row, seq)];
  });
  const outcome = await decideRows(branch, ready, fresh);
  const decided = stored.length === 0 ? outcome.decided : [...stored, ...outcome.decided].sort((a, b) => a.row - b.row);
  return { decided, bad: outcome.bad.length === 0 ? bad : [...bad, ...outcome.bad].sort((a, b) => a.row - b.row) };
}

async function decideRows(branch: Branch, ready: ReadyProduct, rows: readonly ReadRow[]): Promise<DecidedGroup> {
  const group: DecidedGroup = { decided: [], bad: [] };
  if (rows.length === 0) return group;
  const answers = await ready.decider.decideAll(
    rows.map(({ application }) => application),
    { today: todayOf(branch.clock), explain: true },
  );
  const entries: NewEntry[] = [];
  rows.forEach(({ row, line, application }, i) => {
    const answer = answers[i]!;
    if ('complaints' in answer) {
      const { complaints } = answer;
      group.bad.push({ row, line, column: Object.keys(complaints).join(' '), cause: Object.values(complaints).join(' ') });
      return;
    }
    const { entry, record } = decisionEntry(branch, ready, application, answer);
    entries.push(entry);
    const { decision, pd, score, reasons } = record;
    group.decided.push({
      row,
      line,
      applicationId: application.applicationId,
      seq: -1,
      decision,
      pd,
      score,
      reasons,
      hash: '',
      storedBefore: false,
    });
  });
  if (entries.length === 0) return group;
  appendEntries(branch.log, entries).forEach(({ seq, leafHash }, i) => {
    Object.assign(group.decided[i]!, { seq, hash: leafHash });
  });
  branch.tellChange();
  return group;
}

function storedRow(branch: Branch, { row, line, application }: ReadRow, seq: number): DecidedRow {
  const { entry, hash } = readDecision(branch.log.db, seq);
  const { decision, pd, score, reasons } = entry;
  return { row, line, applicationId: application.applicationId, seq, decision, pd, score, reasons, hash, storedBefore: true };
}
