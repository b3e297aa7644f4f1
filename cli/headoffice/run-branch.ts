/** `outpost headoffice branch`. */
import { closeSync, fsyncSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { BranchFile } from '../../contract/branch-file.ts';
import type { BranchSettings } from '../../headoffice/branches/branch-settings.ts';
import type { BranchesAt } from '../../headoffice/branches/branches-at.ts';
import { addBranch, type IssuedFile, renewBranchFile } from '../../headoffice/branches/issue-branch-file.ts';
import { listBranches } from '../../headoffice/branches/list-branches.ts';
import { qrFileOf } from '../../headoffice/branches/qr-file.ts';
import { revokeBranch } from '../../headoffice/branches/revoke.ts';
import { createFile } from '../create-file.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { usage } from '../repo/usage.ts';
import { atHeadOffice, type HeadOffice } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

interface IssueOptions extends HeadOfficeOptions {
  expiresDays: string;
  out: string;
  qr?: string;
  json?: true;
}

export interface AddOptions extends IssueOptions {
  title: string;
  url?: string;
  tag: string[];
  witness: string[];
  quorum?: string;
  repository?: string;
  limit?: string;
  metered: string;
  person: string[];
}

export async function runAddBranch(name: string, options: AddOptions): Promise<ExitCode> {
  const settings = settingsOf(options);
  return await issue(options, (at) => addBranch(at, name, options.title, settings, Number(options.expiresDays)));
}

export async function runRenewBranch(name: string, options: IssueOptions & { revokeOld?: true }): Promise<ExitCode> {
  return await issue(options, (at) => renewBranchFile(at, name, Number(options.expiresDays), options.revokeOld === true));
}

export async function runRevokeBranch(
  name: string,
  { device, why, json, ...where }: HeadOfficeOptions & { device?: string; why: string; json?: true },
): Promise<ExitCode> {
  const revoked = await atHeadOffice(where, (office) => revokeBranch(branchesOf(office), name, device ?? null, why));
  if (json === true) printJson(revoked);
  else printData(revoked.devices.map((id) => `${id}\n`).join(''));
  say(`${revoked.devices.length} devices of ${name} were revoked, and ${revoked.files} branch files taken back.`);
  say('What they sent before stays. For another PC: outpost headoffice branch renew.');
  return EXIT.done;
}

export async function runListBranches({ json, ...where }: HeadOfficeOptions & { json?: true }): Promise<ExitCode> {
  const branches = await atHeadOffice(where, ({ store }) => listBranches(store, Date.now()));
  if (json === true) printJson(branches);
  else
    for (const { branch, name, devices, openFiles } of branches) {
      printData(`${branch}  ${name}\n`);
      for (const { device, platform, enrolledAt, revokedAt, revokedWhy } of devices)
        printData(
          `  device ${device}  ${platform}  enrolled ${enrolledAt.toISOString()}${revokedAt ? `  REVOKED ${revokedAt.toISOString()}: ${revokedWhy ?? ''}` : ''}\n`,
        );
      for (const { issuedBy, expiresAt } of openFiles)
        printData(`  file not used yet, good until ${expiresAt.toISOString()}  by ${issuedBy}\n`);
    }
  if (branches.length === 0) say('There are no branches yet: outpost headoffice branch add.');
  return EXIT.done;
}

/** The files are made first, empty: a branch file that cannot be written would be one that nobody can take back by its name. */
async function issue(options: IssueOptions, make: (at: BranchesAt) => Promise<IssuedFile>): Promise<ExitCode> {
  const { out, qr, json } = options;
  const paths = [out, ...(qr === undefined ? [] : [qr])];
  const opened: { path: string; fd: number }[] = [];
  try {
    for (const path of paths) opened.push({ path, fd: createFile(path) });
    const issued = await atHeadOffice(options, (office) => make(branchesOf(office)));
    const texts = [issued.text, ...(qr === undefined ? [] : [qrFileOf(issued.text)])];
    for (const [i, { fd }] of opened.entries()) {
      printData(texts[i]!, fd);
      fsyncSync(fd);
    }
    const { branch, fingerprint, expires } = issued;
    if (json === true) printJson({ branch, file: out, fingerprint, expires });
    else printData(`fingerprint ${fingerprint}\n`);
    say(`${out} makes one PC the branch ${branch}, once, until ${expires}. Whoever has it can do so: hand it over with care.`);
    say('When the branch calls, read the fingerprint to them.');
    return EXIT.done;
  } catch (error) {
    for (const { path } of opened) rmSync(path, { force: true });
    throw error;
  } finally {
    for (const { fd } of opened) closeSync(fd);
  }
}

function branchesOf({ store, keys }: HeadOffice): BranchesAt {
  return { store, keys, now: () => Date.now(), who: `cli:${userInfo().username}` };
}

function settingsOf({ url, tag, witness, quorum, repository, limit, metered, person }: AddOptions): BranchSettings {
  if (metered !== 'send' && metered !== 'wait') throw usage(`--metered ${metered} is neither send nor wait.`, 'Give send or wait.');
  return {
    url: url ?? null,
    witnesses: witness.map(witnessOf),
    quorum: quorum === undefined ? null : Number(quorum),
    updates: { repository: repository ?? null, tags: tag },
    settings: { bytesPerSecond: limit === undefined ? null : Number(limit), metered },
    people: person.map(personOf),
  };
}

/** A vkey may end in `=` itself (base64): an address begins with http. */
function witnessOf(given: string): BranchSettings['witnesses'][number] {
  const split = given.search(/=https?:\/\//);
  return split < 0 ? { vkey: given, url: null } : { vkey: given.slice(0, split), url: given.slice(split + 1) };
}

/** The rest of it is judged with the branch file. */
function personOf(given: string): BranchFile['people'][number] {
  const [account, role, ...name] = given.split(':');
  if (!account || !role || name.length === 0) throw usage(`--person ${given} is not account:role:name.`, 'Give ines:it:"Inés Vidal".');
  return { account, role: role as BranchFile['people'][number]['role'], name: name.join(':') };
}
