/** What every `outpost repo` command asks of its options. */
import { Failed } from '../../contract/failure.ts';
import { isRoleName, type RoleName, STAGEABLE, type StageableName } from '../../headoffice/publish/form.ts';

export function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}

export function roleOf(given: string): RoleName {
  if (isRoleName(given)) return given;
  throw usage(`There is no role "${given}".`, 'Give root, targets, models, policy, app, snapshot or timestamp.');
}

export function stageableOf(given: string): StageableName {
  const found = STAGEABLE.find((role) => role === given);
  if (found !== undefined) return found;
  throw usage(
    `"${given}" is no role that people sign.`,
    'Give root, targets, models, policy or app. Snapshot and timestamp are signed by outpost repo publish.',
  );
}
