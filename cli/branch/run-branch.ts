/** `outpost branch`. */
import { readFileSync } from 'node:fs';
import type { EnrolmentAccess } from '../../branch/enrolment/enrol-branch.ts';
import type { Branch } from '../../branch/open-branch.ts';
import type { BranchFileView, EnrolmentState } from '../../contract/enrolment-calls.ts';
import { atWork, lookAtWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say, sayFailure } from '../print.ts';
import { trustPath } from '../update/trust.ts';

export interface EnrolOptions extends WorkOptions {
  fingerprint?: string;
  trust?: string;
  json?: true;
}

export async function runEnrol(file: string, { fingerprint, trust, json, ...work }: EnrolOptions): Promise<ExitCode> {
  const { readBranchFile } = await import('../../branch/enrolment/read-branch-file.ts');
  const text = file === '-' ? readFileSync(process.stdin.fd, 'utf8') : readBranchFile(file);
  const trustRoot = trustPath(trust);
  return await atWork(work, ['manage-sync'], async (branch) => {
    const { lookAtBranchFile } = await import('../../branch/enrolment/enrol-branch.ts');
    const view = lookAtBranchFile(branch, { trustRoot }, text);
    if (fingerprint === undefined && !view.isPinned) {
      if (json === true) printJson({ enrolled: false, ...view });
      else printData(`fingerprint ${view.fingerprint}\n`);
      tellToCompare(view, file);
      return EXIT.input;
    }
    return await enrol(branch, { text, confirmed: fingerprint ?? null }, trustRoot, json);
  });
}

async function enrol(
  branch: Branch,
  request: { text: string; confirmed: string | null },
  trustRoot: string,
  json: true | undefined,
): Promise<ExitCode> {
  const { enrolBranch } = await import('../../branch/enrolment/enrol-branch.ts');
  const { postEnrolment } = await import('../../branch/sync/post-enrolment.ts');
  const access: EnrolmentAccess = {
    trustRoot,
    post: (url, enrolment, device, signal) => postEnrolment(url, enrolment, device, fetch, signal),
  };
  const { state, unreached } = await enrolBranch(branch, request, access, new AbortController().signal);
  if (json === true) printJson({ ...state, unreached });
  else printData(linesOf(state));
  if (unreached !== null) sayFailure(unreached);
  if (state.state === 'pending')
    say('This PC is enrolled as far as it goes alone. Head office hears of it with the next sync, or by stick (outpost sync --to FOLDER).');
  return unreached === null ? EXIT.done : EXIT.found;
}

export async function runShowBranch({ json, ...work }: WorkOptions & { json?: true }): Promise<ExitCode> {
  const { enrolmentState } = await import('../../branch/enrolment/enrolment-state.ts');
  return await lookAtWork(work, ['manage-sync'], async ({ db }) => {
    const state = enrolmentState(db);
    if (json === true) printJson(state);
    else printData(linesOf(state));
    if (state.state === 'none') say('This PC is not enrolled. outpost branch enrol FILE does it.');
    if (state.state === 'copied') say('This folder is a copy of one that was enrolled. Enrol it with a branch file of its own.');
    return EXIT.done;
  });
}

function tellToCompare({ branch, name, headOffice, isOtherHeadOffice, isExpired, expires }: BranchFileView, file: string): void {
  say(`The file makes this PC the branch ${name} (${branch}) of ${headOffice.name}. Nothing was done yet.`);
  if (isOtherHeadOffice) say('ITS KEY IS ANOTHER THAN THE ONE THAT THIS FOLDER WAS ENROLLED WITH BEFORE.');
  if (isExpired) say(`By this PC's clock it expired at ${expires}. Head office will judge that by its own.`);
  say(`Call head office at a number that you know and have the fingerprint read to you. Only if it is the same: outpost branch enrol ${file} \
--fingerprint FINGERPRINT`);
}

function linesOf(state: EnrolmentState): string {
  if (state.state === 'none') return 'state        not enrolled\n';
  const { branch, name, headOffice, device, at, waiting } = state;
  const lines = [
    `state        ${state.state}`,
    `branch       ${branch}  ${name}`,
    `head office  ${headOffice.name}  ${headOffice.url ?? 'by USB stick alone'}`,
    `fingerprint  ${headOffice.fingerprint}`,
    `device       ${device}`,
    `since        ${at}`,
    ...waiting.map(({ account, role, name: called }) => `not added    ${account}  ${role}  ${called}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
