/**
 * A batch: read a group, decide it, commit it, and only then hand out its rows. In a long file the next groups are decided by another thread
 * while one is committed; order, and what is stored, are the same.
 */
import { setImmediate } from 'node:timers/promises';
import type { Outcome } from '../contract/policy.ts';
import { findDecisions } from '../db/decisions.ts';
import { type DecidedApplication, type Deciding, decideApplications } from './decide-applications.ts';
import { DecidingWorker, orderFor } from './deciding-worker.ts';
import { appendEntries } from './log/append-entries.ts';
import type { WrittenDecision } from './log/written-decision.ts';
import type { Branch } from './open-branch.ts';
import { requirePermission } from './people/permissions.ts';
import { readApplications } from './read-applications/read-applications.ts';
import { type BadRow, GROUP_ROWS, type ReadRow, type RowGroup } from './read-applications/rows.ts';
import type { ReadyProduct } from './ready-product.ts';
import { requireSameAnswer } from './same-answer.ts';
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

/** Below it, a thread would hardly be ready before the file is done. */
const LONG_FILE_LINES = 4 * GROUP_ROWS;

/** Groups that may be with the other thread: one in work, and one so that it need not wait. */
const GROUPS_AHEAD = 2;

/**
 * Opens a file of applications and decides it group by group as the caller asks for them.
 * @throws Failed from opening (`file-unreadable`, `file-malformed`, `product-unknown`), and from `groups` (`disk-full`, `disk-error`, …; of the
 * other thread `service-unavailable`, `model-hangs`, `model-check-failed`): the group in hand is then not stored, those before are
 */
export async function decideFile(branch: Branch, path: string, productName: string): Promise<DecidingFile> {
  requirePermission(branch.role, 'decide');
  const ready = await branch.ready(productName);
  const file = await readApplications(path, ready.product.definition);
  const groups = file.lines < LONG_FILE_LINES ? decideGroups(branch, ready, file.groups, null) : decideAhead(branch, ready, file.groups);
  return { notices: file.notices, lines: file.lines, groups };
}

async function* decideAhead(branch: Branch, ready: ReadyProduct, groups: AsyncIterable<RowGroup>): AsyncGenerator<DecidedGroup> {
  const workers: DecidingWorker[] = [];
  const another = async (now: ReadyProduct): Promise<DecidingWorker | null> => {
    await workers.at(-1)?.close();
    const order = await orderFor(branch, now);
    if (order !== null) workers.push(new DecidingWorker(order));
    return order === null ? null : workers.at(-1)!;
  };
  try {
    yield* decideGroups(branch, ready, groups, await another(ready), another);
  } finally {
    await workers.at(-1)?.close();
  }
}

/** A group that was read and is being decided: nothing of it is stored yet. */
interface BegunGroup {
  /** What it is decided by. */
  ready: ReadyProduct;
  ids: ReadonlySet<string>;
  stored: DecidedRow[];
  fresh: readonly ReadRow[];
  bad: BadRow[];
  answers: Promise<DecidedApplication[]>;
}

type Ahead = Pick<DecidingWorker, 'isReady' | 'decide'>;

/**
 * Where another model, policy or challenger becomes active meanwhile, the groups that are under way are stored as they were decided, and the next ones are
 * decided by what is active then. Where the model is suspended, those under way are decided again without it.
 * @param worker null: everything is decided here, as it is until the worker is ready
 * @param another makes a worker for what has become active; without it the rest is decided here
 * @throws Failed as `decideFile` says
 */
export async function* decideGroups(
  branch: Branch,
  ready: ReadyProduct,
  groups: AsyncIterable<RowGroup>,
  worker: Ahead | null,
  another: (now: ReadyProduct) => Promise<Ahead | null> = async () => null,
): AsyncGenerator<DecidedGroup> {
  const { product } = ready.product.definition;
  let live = await branch.ready(product);
  const begun: BegunGroup[] = [];
  for await (const group of groups) {
    const now = await branch.ready(product);
    if (now !== live) {
      while (begun.length > 0) yield await storeGroup(branch, begun.shift()!);
      [live, ready] = [now, now];
      worker = await another(now);
    }
    // What another group is about to decide must be stored before it can be seen as decided.
    if (begun.some(({ ids }) => group.rows.some(({ application }) => ids.has(application.applicationId))))
      while (begun.length > 0) yield await storeGroup(branch, begun.shift()!);
    // Lets the worker's messages in.
    if (worker !== null) await setImmediate();
    begun.push(beginGroup(branch, ready, group, worker?.isReady === true ? worker : null));
    while (begun.length > (worker?.isReady === true ? GROUPS_AHEAD : 0)) yield await storeGroup(branch, begun.shift()!);
  }
  while (begun.length > 0) yield await storeGroup(branch, begun.shift()!);
}

function beginGroup(branch: Branch, ready: ReadyProduct, { rows, bad }: RowGroup, worker: Ahead | null): BegunGroup {
  const deciding = decidingBy(branch, ready);
  const ids = new Set(rows.map(({ application }) => application.applicationId));
  const before = findDecisions(branch.log.db, [...ids]);
  const fresh = before.size === 0 ? rows : rows.filter(({ application }) => !before.has(application.applicationId));
  const stored = rows.flatMap((row) => {
    const seq = before.get(row.application.applicationId);
    return seq === undefined ? [] : [storedRow(branch, row, seq)];
  });
  const applications = fresh.map(({ application }) => application);
  const today = todayOf(branch.clock);
  const answers =
    applications.length === 0
      ? Promise.resolve([])
      : worker === null
        ? decideApplications(deciding, applications, today)
        : worker.decide(applications, today).then(async (answered) => {
            await requireSameAnswer(deciding, applications, today, answered);
            return answered;
          });
  // Awaited only when its turn comes: until then its failure is no unhandled one.
  answers.catch(() => undefined);
  return { ready, ids, stored, fresh, bad, answers };
}

function decidingBy({ actor, role }: Branch, ready: ReadyProduct): Deciding {
  return { ...ready, actor, role };
}

async function storeGroup(branch: Branch, { ready, stored, fresh, bad, answers }: BegunGroup): Promise<DecidedGroup> {
  const outcome = storeRows(branch, ...(await untilNotStopped(branch, ready, fresh, await answers)));
  const decided = stored.length === 0 ? outcome.decided : [...stored, ...outcome.decided].sort((a, b) => a.row - b.row);
  return { decided, bad: outcome.bad.length === 0 ? bad : [...bad, ...outcome.bad].sort((a, b) => a.row - b.row) };
}

/** Nothing is stored by a model that was suspended meanwhile (EU AI Act Art. 14(4)(e)): those rows are decided again by what is active now. */
async function untilNotStopped(
  branch: Branch,
  ready: ReadyProduct,
  rows: readonly ReadRow[],
  answers: readonly DecidedApplication[],
): Promise<[ReadyProduct, readonly ReadRow[], readonly DecidedApplication[]]> {
  let [by, answered] = [ready, answers];
  while (branch.live.hasStopped(by)) {
    by = await branch.ready(ready.product.definition.product);
    const applications = rows.map(({ application }) => application);
    answered = await decideApplications(decidingBy(branch, by), applications, todayOf(branch.clock));
  }
  return [by, rows, answered];
}

function storeRows(branch: Branch, ready: ReadyProduct, rows: readonly ReadRow[], answers: readonly DecidedApplication[]): DecidedGroup {
  const bad: BadRow[] = [];
  const written: (WrittenDecision & { from: ReadRow; reasons: string[]; unscored: string[] })[] = [];
  rows.forEach((from, i) => {
    const answer = answers[i]!;
    if ('complaints' in answer) bad.push(badRow(from, answer.complaints));
    else written.push({ ...answer, from });
  });
  if (written.length === 0) return { decided: [], bad };
  const appended = appendEntries(branch.log, written);
  const decided = written.map(({ from: { row, line }, applicationId, row: { outcome, pd, score }, reasons }, i): DecidedRow => {
    const { seq, leafHash } = appended[i]!;
    return { row, line, applicationId, seq, decision: outcome, pd, score, reasons, hash: leafHash, storedBefore: false };
  });
  branch.live.noteDecided(
    ready,
    written.map(({ unscored }) => unscored),
  );
  branch.tellChange();
  return { decided, bad };
}

function badRow({ row, line }: ReadRow, complaints: Record<string, string>): BadRow {
  return { row, line, column: Object.keys(complaints).join(' '), cause: Object.values(complaints).join(' ') };
}

function storedRow(branch: Branch, { row, line, application }: ReadRow, seq: number): DecidedRow {
  const { entry, hash } = readDecision(branch.log.db, seq);
  const { decision, pd, score, reasons } = entry;
  return { row, line, applicationId: application.applicationId, seq, decision, pd, score, reasons, hash, storedBefore: true };
}
