/** Evidence into the data folder's own `exports`, from where the person takes it. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDurableFolder } from '../../db/durable-folders.ts';
import { EXPORTS } from '../exports-folder.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { BundleFile, UNFINISHED } from './bundle-file.ts';
import { type EvidenceRequest, type EvidenceStep, exportEvidence } from './export-evidence.ts';

/** @throws Failed as `exportEvidence` */
export async function* exportOwnEvidence(branch: Branch, request: EvidenceRequest): AsyncGenerator<EvidenceStep, void, void> {
  requirePermission(branch.role, 'export-evidence');
  const folder = join(branch.dataDir, EXPORTS);
  makeDurableFolder(folder);
  removeCutOff(folder);
  const { size } = branch.log.frontier;
  const made = new Date(branch.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const name = `evidence-${request.from}-${Math.min(request.to, size - 1)}-${made}`;
  const taken = (n: number) => existsSync(join(folder, fileName(name, n))) || existsSync(join(folder, fileName(name, n) + UNFINISHED));
  let n = 1;
  while (taken(n)) n++;
  yield* exportEvidence(branch, request, join(folder, fileName(name, n)));
}

const fileName = (name: string, n: number): string => `${name}${n === 1 ? '' : `-${n}`}.zip`;

/** What a crash left half-written may hold personal data, and will never be finished. */
function removeCutOff(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.endsWith(UNFINISHED) && !BundleFile.isBeingWritten(path)) rmSync(path);
  }
}
