/** What of a run its parts work with. */
import type { Dice } from './dice.ts';
import type { Judge } from './judge.ts';
import type { Network } from './network.ts';
import type { SimBranch } from './sim-branch.ts';
import type { SimOffice } from './sim-office.ts';
import type { World } from './world.ts';

export type Plan = 'faults' | 'cloned-disk' | 'set-back-disk';

export interface RunParts {
  readonly dice: Dice;
  readonly world: World;
  readonly office: SimOffice;
  readonly judge: Judge;
  readonly network: Network;
  readonly branch: SimBranch;
  forkFound: boolean;
  newBranch(name: string): SimBranch;
  tell(event: string, detail?: string): void;
  append(count: number, branch?: SimBranch): void;
  comeToRest(...branches: SimBranch[]): Promise<void>;
}
