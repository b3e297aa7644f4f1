/** What the log's filters may be set to: what occurs in it. */
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { columnsOf } from './log-index.ts';

export interface Facets {
  actors: string[];
  types: string[];
  modelVersions: string[];
  policyVersions: string[];
  reasons: string[];
}

export async function facetsOf(branch: Branch): Promise<Facets> {
  requirePermission(branch.role, 'read-log');
  const { people, types, modelVersions, policyVersions, reasonSets } = await columnsOf(branch);
  const reasons = new Set(reasonSets.all.flatMap((set) => (set === '' ? [] : set.split(' '))));
  return {
    actors: people.all.toSorted(),
    types: types.all.toSorted(),
    modelVersions: modelVersions.all.toSorted(byVersion),
    policyVersions: policyVersions.all.toSorted(byVersion),
    reasons: [...reasons].sort(),
  };
}

/** 1.10.0 is later than 1.9.0. */
function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
