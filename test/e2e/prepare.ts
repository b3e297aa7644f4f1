/** Once before all specs: the probe variant and the mutants, from the app that was built; and a branch with people. */
import { MUTATIONS } from './mutations.ts';
import { makeBranchWithPeople } from './people.ts';
import { buildProbe, makeMutant } from './variant.ts';

export default async function prepare(): Promise<void> {
  await buildProbe();
  for (const [name, { mutation }] of Object.entries(MUTATIONS)) makeMutant(name, mutation);
  await makeBranchWithPeople();
}
