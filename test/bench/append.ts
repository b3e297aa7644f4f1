/** Durable appends to the log against the disk and the database by themselves. */
import { join } from 'node:path';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { openBareDatabase } from './floors/bare-database.ts';
import { openFullFile, openGrowingFile } from './floors/bare-disk.ts';
import { entryOfSize } from './log-entries.ts';
import { interleave, type Plan, ratiosOf, spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { openOffice } from './office.ts';

const ENTRY_BYTES = 1024;

/** Rows in one transaction, and how often that is measured: between 2,000 and 60,000 rows of each kind. */
const GROUPS: readonly [number, Plan][] = [
  [1, { rounds: 15, repeats: 150, warmUp: 100 }],
  [10, { rounds: 11, repeats: 50, warmUp: 10 }],
  [100, { rounds: 11, repeats: 10, warmUp: 3 }],
  [5000, { rounds: 9, repeats: 1, warmUp: 1 }],
];

export async function benchAppend(folder: string, dataDir: string): Promise<Result> {
  const branch = await openOffice(dataDir);
  const { log } = branch;
  const entry = entryOfSize(log, ENTRY_BYTES);
  const bytes = Buffer.alloc(ENTRY_BYTES, 0x61);
  const growing = openGrowingFile(join(folder, 'growing'));
  const full = openFullFile(join(folder, 'full'));
  const database = openBareDatabase(join(folder, 'bare.db'));
  const findings: Finding[] = [];
  for (const [size, plan] of GROUPS) {
    const entries = Array.from({ length: size }, () => entry);
    const rows = Array.from({ length: size }, () => bytes);
    const joined = Buffer.alloc(size * ENTRY_BYTES, 0x61);
    const rounds = await interleave(
      {
        growing: () => growing.write(joined),
        ours: () => appendEntries(log, entries),
        database: () => database.insert(rows),
        full: () => (size > 100 ? undefined : full.write(joined)),
      },
      plan,
    );
    if (size === 1) findings.push(...single(rounds));
    else findings.push(group(size, rounds));
  }
  for (const each of [growing, full, database]) each.close();
  await branch.close();
  return {
    name: 'append',
    about: [
      'A 1 KB entry: stamped, canonical JSON, leaf hash, tree nodes, encrypted, durable (fdatasync) when it returns.',
      'Floors: one write + fdatasync of the same bytes to a file that grows, or to one that is written over (only data reaches the disk);',
      'the same bytes into one table of an encrypted database with the same settings. Groups are one transaction.',
    ],
    findings,
  };
}

function single({ ours, growing, full, database }: Record<'ours' | 'growing' | 'full' | 'database', number[]>): Finding[] {
  const against = (what: string, floor: number[], target: Finding['target']): Finding => ({
    what,
    ours: spreadOf(ours).median,
    floor: spreadOf(floor).median,
    unit: 'µs',
    ratio: ratiosOf(ours, floor),
    target,
  });
  return [
    against('1 entry, against write + fdatasync', growing, { atMost: 1.5 }),
    against('1 entry, against writing over + fdatasync', full, null),
    against('1 entry, against a bare encrypted insert', database, null),
  ];
}

function group(size: number, { ours, database }: Record<'ours' | 'database', number[]>): Finding {
  const rate = (micros: number) => (size / micros) * 1e6;
  return {
    what: `${size} in one transaction, against bare encrypted inserts`,
    ours: rate(spreadOf(ours).median),
    floor: rate(spreadOf(database).median),
    unit: 'rows/s',
    ratio: ratiosOf(database, ours),
    target: null,
  };
}
