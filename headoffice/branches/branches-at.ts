import { Failed } from '../../contract/failure.ts';
import type { OfficeKeys } from '../office-keys.ts';
import type { Store } from '../store/store.ts';

export interface BranchesAt {
  store: Store;
  keys: OfficeKeys;
  /** Milliseconds since 1970. */
  now(): number;
  /** As the actions name them: an operator, or `cli:<user>`. */
  who: string;
}

export function unknownBranch(branch: string): Failed {
  return cannotBe(`Head office knows no branch ${branch}`, 'outpost headoffice branch list names them.');
}

export function cannotBe(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened: `${happened}.`, safe: 'Nothing was issued and nothing was changed.', next, facts: {} });
}
