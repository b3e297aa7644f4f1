/** Makes branches known, and hands out the files by which a PC becomes one of them. */
import { hash, randomBytes } from 'node:crypto';
import { type BranchFile, branchFile, MOST_BRANCH_FILE_BYTES } from '../../contract/branch-file.ts';
import { slug } from '../../contract/product.ts';
import { fingerprintOf } from '../../ledger/fingerprint.ts';
import { signJson } from '../../ledger/signed-json.ts';
import { readWitnessPolicy } from '../../ledger/witness-policy.ts';
import { recordAction } from '../actions.ts';
import type { Sql } from '../store/store.ts';
import { type BranchSettings, PLAIN_SETTINGS } from './branch-settings.ts';
import { type BranchesAt, cannotBe, unknownBranch } from './branches-at.ts';
import { revokeDevices, takeBackFiles } from './revoke.ts';

export interface IssuedFile {
  branch: string;
  /** The signed note, as it is handed over. */
  text: string;
  /** Of head office's key: what is read out over the phone. */
  fingerprint: string;
  expires: string;
}

const DAY_MS = 86_400_000;

/** @throws Failed `usage`: the branch is there already, or what is said of it cannot be in a branch file */
export async function addBranch(
  at: BranchesAt,
  branch: string,
  title: string,
  settings: BranchSettings,
  expiresDays: number,
): Promise<IssuedFile> {
  if (!slug.safeParse(branch).success)
    throw cannotBe(`"${branch}" cannot name a branch`, 'Give a name of small letters, digits and hyphens.');
  const made = makeFile(at, branch, title, settings, expiresDays);
  await at.store.transaction(async (sql) => {
    const added = await sql.query(
      `INSERT INTO branches (branch, name, tags, settings, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (branch) DO NOTHING RETURNING branch`,
      [branch, title, JSON.stringify(settings.updates.tags), JSON.stringify(settings), new Date(at.now())],
    );
    if (added.length === 0)
      throw cannotBe(`The branch ${branch} is there already`, `For a new PC of it: outpost headoffice branch renew ${branch}.`);
    await recordAction(sql, { who: at.who, what: 'add-branch', detail: { branch, title } });
    await keepFile(at, sql, made, 'issue-branch-file');
  });
  return made.issued;
}

/**
 * A file for a replacement PC, as the branch's settings are. Files that nobody has used yet are taken back.
 * @param revokeOld the devices before are revoked at once; else they stay until somebody revokes them
 * @throws Failed `usage`
 */
export async function renewBranchFile(at: BranchesAt, branch: string, expiresDays: number, revokeOld: boolean): Promise<IssuedFile> {
  return await at.store.transaction(async (sql) => {
    const [row] = await sql.query<{ name: string; settings: BranchSettings | null }>(
      'SELECT name, settings FROM branches WHERE branch = $1 FOR UPDATE',
      [branch],
    );
    if (row === undefined) throw unknownBranch(branch);
    const made = makeFile(at, branch, row.name, { ...PLAIN_SETTINGS, ...row.settings }, expiresDays);
    await takeBackFiles(at, sql, branch);
    if (revokeOld) await revokeDevices(at, sql, branch, null, 'replaced by another PC');
    await keepFile(at, sql, made, 'renew-branch-file');
    return made.issued;
  });
}

interface MadeFile {
  issued: IssuedFile;
  /** Of the token, which is in the file and nowhere else. */
  tokenSha256: string;
  expires: Date;
}

function makeFile({ keys, now }: BranchesAt, branch: string, name: string, given: BranchSettings, expiresDays: number): MadeFile {
  if (!(expiresDays > 0 && expiresDays <= 366)) throw cannotBe(`${expiresDays} is no number of days`, 'Give 1 to 366.');
  const { url, updates, settings, people } = given;
  const token = randomBytes(32).toString('base64url');
  const expires = new Date(now() + expiresDays * DAY_MS);
  const witnesses = [{ vkey: keys.witness.vkey, url: null }, ...given.witnesses];
  const value: BranchFile = {
    v: 1,
    kind: 'outpost-branch-file',
    branch,
    name,
    headOffice: { name: keys.name, url, vkey: keys.office.vkey, recipient: keys.recipient },
    witnesses,
    quorum: given.quorum ?? 1,
    updates,
    settings,
    people,
    token,
    issued: new Date(now()).toISOString(),
    expires: expires.toISOString(),
  };
  const text = signJson(requireSound(value), keys.office);
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BRANCH_FILE_BYTES)
    throw cannotBe(
      `The branch file has ${bytes} bytes, more than a QR code holds (${MOST_BRANCH_FILE_BYTES})`,
      'Name fewer people or witnesses, or shorter addresses.',
    );
  const issued = { branch, text, fingerprint: fingerprintOf(keys.office.vkey), expires: value.expires };
  return { issued, tokenSha256: hash('sha256', token, 'hex'), expires };
}

function requireSound(value: BranchFile): BranchFile {
  const checked = branchFile.safeParse(value);
  const wrong = checked.error?.issues[0];
  if (wrong !== undefined)
    throw cannotBe(`What is given of the branch cannot be: ${wrong.path.join('.')}: ${wrong.message}`, 'Correct it.');
  const keys = value.witnesses.map(({ vkey }) => vkey);
  if (readWitnessPolicy(keys, value.quorum) === null)
    throw cannotBe(
      `A quorum of ${value.quorum} of these ${keys.length} witnesses (head office's own is one) cannot be`,
      'Give the vkey that each witness publishes (type 04), once, and a quorum from 1 to their number.',
    );
  return value;
}

async function keepFile(at: BranchesAt, sql: Sql, { issued, tokenSha256, expires }: MadeFile, what: string): Promise<void> {
  await sql.query('INSERT INTO branch_files (token_sha256, branch, issued_by, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)', [
    tokenSha256,
    issued.branch,
    at.who,
    new Date(at.now()),
    expires,
  ]);
  await recordAction(sql, { who: at.who, what, detail: { branch: issued.branch, expires: issued.expires } });
}
