/** What must not be signed or published. Grown in its own commit. */
import type { StageableName } from './form.ts';
import type { Repository } from './repository.ts';

export function checkBeforeSigning(_repository: Repository, _role: StageableName, _now: number): void {}
export function checkBeforePublishing(_repository: Repository, _now: number): void {}
