/** Evidence into the data folder's own `exports`, from where the person takes it. */
import { freeExport } from '../exports-folder.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { type EvidenceRequest, type EvidenceStep, exportEvidence } from './export-evidence.ts';

/** @throws Failed as `exportEvidence` */
export async function* exportOwnEvidence(branch: Branch, request: EvidenceRequest): AsyncGenerator<EvidenceStep, void, void> {
  requirePermission(branch.role, 'export-evidence');
  const last = Math.min(request.to, branch.log.frontier.size - 1);
  const file = freeExport(branch.dataDir, `evidence-${request.from}-${last}`, branch.clock.now(), '.zip');
  yield* exportEvidence(branch, request, file);
}
