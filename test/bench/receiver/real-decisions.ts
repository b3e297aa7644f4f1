/** Entries of real decisions, to be put into logs that are made without a branch. */
import { join } from 'node:path';
import type { LogEntry, UnstampedEntry } from '../../../contract/log-entry.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { freshApplications, openOffice } from '../office.ts';
import { decideAll } from '../sync/synced-branch.ts';

export async function realDecisions(folder: string, dataDir: string, count: number): Promise<UnstampedEntry[]> {
  const branch = await openOffice(dataDir);
  const applications = await freshApplications(branch, join(folder, 'decisions.csv'), count, 21);
  const { size } = branch.log.frontier;
  await decideAll(branch, applications);
  const entries = listEntries(branch.log.db, size, count).map(({ bytes }) => JSON.parse(bytes.toString('utf8')) as LogEntry);
  await branch.close();
  return entries.filter(({ type }) => type === 'decision').map((entry) => entry as UnstampedEntry);
}
