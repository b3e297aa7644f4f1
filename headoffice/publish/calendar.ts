/** What expires when, and who has to sign: what head office plans its months by. */
import { rolesKeys, signersOf } from './envelope.ts';
import { isDelegated, ROLES, type RoleName, type StageableName } from './form.ts';
import { delegatorOf, isComplete, publishedOf, type Repository } from './repository.ts';
import { allowedKeys } from './sign-role.ts';

const DAY_MS = 86_400_000;

/** Days before expiry from which a role is worth a warning. Snapshot and timestamp: half their life, so that a missed month is still noticed in time. */
const WARN_DAYS: Readonly<Record<RoleName, number>> = {
  root: 180,
  targets: 60,
  models: 60,
  policy: 45,
  app: 60,
  snapshot: 30,
  timestamp: 30,
};

export interface CalendarLine {
  role: RoleName;
  /** null before the first publication. */
  version: number | null;
  expires: string | null;
  /** Whole days, rounded down; negative when past. */
  daysLeft: number | null;
  state: 'unpublished' | 'valid' | 'soon' | 'expired';
  threshold: number;
  keys: string[];
  /** The next version, where one waits for signatures or publication. */
  staged: { version: number; expires: string; signedBy: string[]; maySign: string[]; isComplete: boolean } | null;
}

/** @param now milliseconds since 1970 */
export function calendar(repository: Repository, now: number): CalendarLine[] {
  return ROLES.map((role) => {
    const published = publishedOf(repository, role)?.signed;
    // Who signs what is published today: for a delegated role the published targets, not those that are still on their way.
    const judge =
      (isDelegated(role) ? publishedOf(repository, 'targets') : publishedOf(repository, 'root')) ?? delegatorOf(repository, role);
    const { keyids, threshold } = rolesKeys(judge, role);
    const daysLeft = published === undefined ? null : Math.floor((Date.parse(published.expires) - now) / DAY_MS);
    return {
      role,
      version: published?.version ?? null,
      expires: published?.expires ?? null,
      daysLeft,
      state: stateOf(role, daysLeft),
      threshold,
      keys: [...keyids],
      staged: stagedLine(repository, role as StageableName),
    };
  });
}

function stateOf(role: RoleName, daysLeft: number | null): CalendarLine['state'] {
  if (daysLeft === null) return 'unpublished';
  if (daysLeft < 0) return 'expired';
  return daysLeft <= WARN_DAYS[role] ? 'soon' : 'valid';
}

function stagedLine(repository: Repository, role: StageableName): CalendarLine['staged'] {
  const staged = repository.staged.get(role);
  if (staged === undefined) return null;
  const before = role === 'root' ? publishedOf(repository, 'root') : undefined;
  const signedBy = new Set([
    ...signersOf(delegatorOf(repository, role), role, staged),
    ...(before === undefined ? [] : signersOf(before, role, staged)),
  ]);
  return {
    version: staged.signed.version,
    expires: staged.signed.expires,
    signedBy: [...signedBy],
    maySign: [...allowedKeys(repository, role)].filter((id) => !signedBy.has(id)),
    isComplete: isComplete(repository, role),
  };
}
