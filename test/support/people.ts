/** An office with people: one of each role, who have chosen their passphrases. */

import { appendEntries } from '../../branch/log/append-entries.ts';
import type { NewEntry } from '../../branch/log/branch-log.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { Line } from '../../branch/people/line.ts';
import type { Sessions } from '../../branch/people/sessions.ts';
import { makeVerifier } from '../../branch/people/verifier.ts';
import type { PersonRole } from '../../contract/people.ts';

export const PEOPLE = {
  it: { account: 'ines', name: 'Inés Vidal' },
  officer: { account: 'olga', name: 'Olga Marsh' },
  supervisor: { account: 'samir', name: 'Samir Haddad' },
  auditor: { account: 'agnes', name: 'Agnes Lund' },
} as const satisfies Record<PersonRole, { account: string; name: string }>;

/** Of all of them. */
export const PASSPHRASE = 'seven brown ferries';

/** The branch as each of them has it at work. */
export type People = Record<PersonRole, Branch>;

let verifier: string | undefined;

/**
 * Writes the accounts with the entries that real use would have written, from one passphrase that is hashed once: what costs time is the hash.
 * Signed in they are in that each has a branch to work in; use `comeIn` for a session with a door.
 */
export async function withPeople(branch: Branch): Promise<People> {
  verifier ??= await makeVerifier(PASSPHRASE);
  const hashed = verifier;
  const at = (role: PersonRole): Branch => branch.for({ account: PEOPLE[role].account, role });
  const it = { actor: PEOPLE.it.account, role: 'it' } as const;
  const roles = ['it', 'officer', 'supervisor', 'auditor'] as const;
  const entries = roles.flatMap((role): NewEntry[] => {
    const { account, name } = PEOPLE[role];
    const isFirst = role === 'it';
    const by = isFirst ? ({ actor: 'system', role: 'system' } as const) : it;
    const stored = { account, name, role, disabled: false, mustChange: !isFirst, verifier: hashed, failures: 0 };
    const created: NewEntry = {
      entry: { type: 'account-created', ...by, account, name, granted: role },
      people: [{ change: 'add-account', account: stored }],
    };
    const chosen: NewEntry = {
      entry: { type: 'passphrase-changed', actor: account, role, account, by: 'self' },
      people: [{ change: 'set-account', account, set: { mustChange: false } }],
    };
    return isFirst ? [created] : [created, chosen];
  });
  appendEntries(branch.log, entries);
  branch.tellChange();
  return { it: at('it'), officer: at('officer'), supervisor: at('supervisor'), auditor: at('auditor') };
}

/** A line over which that person has come in through the door. */
export async function comeIn(sessions: Sessions, role: PersonRole): Promise<Line> {
  const line = new Line(sessions);
  await line.signIn(PEOPLE[role].account, PASSPHRASE);
  return line;
}
