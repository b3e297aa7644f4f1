/** A batch as `outpost decide` runs it, without explanations, which the product itself never leaves out. Arguments: data folder, file, output. */
import { decisionEntry } from '../../../branch/decision-entry.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { readApplications } from '../../../branch/read-applications/read-applications.ts';
import type { ReadRow } from '../../../branch/read-applications/rows.ts';
import type { ReadyProduct } from '../../../branch/ready-product.ts';
import { todayOf } from '../../../branch/today.ts';
import { openRowWriter } from '../../../cli/decide/write-rows.ts';
import { findDecision } from '../../../db/decisions.ts';
import { openOffice, PRODUCT } from '../office.ts';

const [, , dataDir, path, out] = process.argv;
const branch = await openOffice(dataDir!);
const ready = await branch.ready(PRODUCT);
const file = await readApplications(path!, ready.product.definition);
const rows = openRowWriter(out!, false);
for await (const group of file.groups) rows.write(path!, await decideGroup(branch, ready, group.rows));
rows.close();
await branch.close();

async function decideGroup(branch: Branch, ready: ReadyProduct, read: readonly ReadRow[]) {
  const fresh = read.filter(({ application }) => findDecision(branch.log.db, application.applicationId) === null);
  const applications = fresh.map(({ application }) => application);
  const answers = await ready.decider.decideAll(applications, { today: todayOf(branch.clock), explain: false });
  const valid = fresh.flatMap((row, i) => {
    const answer = answers[i]!;
    return 'complaints' in answer ? [] : [{ row, ...decisionEntry(branch, ready, row.application, answer) }];
  });
  const stored = appendEntries(
    branch.log,
    valid.map(({ entry }) => entry),
  );
  return valid.map(({ row, record }, i) => ({
    ...record,
    row: row.row,
    line: row.line,
    applicationId: row.application.applicationId,
    seq: stored[i]!.seq,
    hash: stored[i]!.leafHash,
    storedBefore: false,
  }));
}
