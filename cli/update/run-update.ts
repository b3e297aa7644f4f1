/** `outpost update check` and `apply`. */
import type { Checked } from '../../branch/updates/update-branch.ts';
import { Failed } from '../../contract/failure.ts';
import { atWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson, say, sayFailure } from '../print.ts';
import { ProgressBar } from '../progress-bar.ts';
import { trustPath } from './trust.ts';

interface UpdateOptions extends WorkOptions {
  from?: string;
  remember?: true;
  tag: string[];
  limit?: string;
  trust?: string;
  json?: true;
}

export async function runUpdate(
  verb: 'check' | 'apply',
  { from, remember, tag, limit, trust, json, ...work }: UpdateOptions,
): Promise<ExitCode> {
  const { checkForUpdates } = await import('../../branch/updates/update-branch.ts');
  const { addressOf, openBranchUpdates } = await import('../../branch/updates/open-branch-updates.ts');
  const { readTrustRoot } = await import('../../branch/updates/trust-root.ts');
  const { activation } = await import('../../branch/updates/receiver.ts');
  const { keepUpdatePlace } = await import('../../branch/updates/update-state.ts');
  const { codeVersions } = await import('../../branch/versions.ts');
  // Opening for work would make a folder that is not there.
  (await lookIntoDataFolder(work.data)).close();
  return await atWork(work, ['manage-updates'], async (branch) => {
    if (remember === true)
      keepUpdatePlace(branch.log.db, { repository: addressOf(neededFrom(from)), tags: tag, bytesPerSecond: readLimit(limit) });
    const { db } = branch.log;
    const updates = openBranchUpdates(
      { dataDir: branch.dataDir, db },
      { trust: readTrustRoot(trustPath(trust)), from, fetch, clock: branch.clock },
    );
    const bar = new ProgressBar();
    const checked = await checkForUpdates(branch, {
      updates,
      receiver: activation,
      current: codeVersions.outpost,
      onlyLook: verb === 'check',
      onStep: (step) =>
        bar.show(step.step === 'download' ? step.done / step.total : 0, 'target' in step ? `${step.step} ${step.target}` : step.step),
    });
    bar.clear();
    if (json === true) printJson({ ...checked, chain: updates.chain() });
    else tell(checked);
    return codeOf(checked);
  });
}

/** Less than this, and a download is given up as too slow (branch/updates/limits.ts). */
const LEAST_LIMIT = 1000;

function readLimit(limit: string | undefined): number | null {
  if (limit === undefined) return null;
  if (/^\d{4,10}$/.test(limit) && Number(limit) >= LEAST_LIMIT) return Number(limit);
  throw new Failed({
    kind: 'usage',
    happened: `${limit} is no limit of the line.`,
    safe: 'Nothing was changed.',
    next: `Give a whole number of bytes per second, at least ${LEAST_LIMIT}.`,
    facts: {},
  });
}

function neededFrom(from: string | undefined): string {
  if (from !== undefined) return from;
  throw new Failed({
    kind: 'usage',
    happened: 'There is nothing to remember: no repository was named.',
    safe: 'Nothing was changed.',
    next: 'Give --from with its address.',
    facts: {},
  });
}

function tell({ failure, offers, withdrawn, refusals, app }: Checked): void {
  if (failure !== null) sayFailure(failure);
  const lines = offers.map(({ offer: { product, alias, artefact, bytes, activateFrom }, outcome }) => {
    const from = outcome.state === 'offered' && activateFrom !== null ? ` from ${activateFrom}` : '';
    return `${outcome.state.padEnd(9)}  ${product}  ${alias}  ${artefact.name} ${artefact.version}  ${bytes} bytes${from}\n`;
  });
  printData(lines.join(''));
  if (app !== null) printData(`offered    outpost ${app.version}  ${app.bytes} bytes\n`);
  for (const name of withdrawn) say(`Head office withdrew ${name}.`);
  for (const refusal of refusals) sayFailure(refusal.failure);
  for (const { outcome } of offers) {
    if ((outcome.state === 'offered' || outcome.state === 'refused') && outcome.failure !== null) sayFailure(outcome.failure);
  }
  if (failure === null && offers.length === 0 && refusals.length === 0 && withdrawn.length === 0 && app === null)
    say('Nothing new: this branch has what the repository offers it.');
}

function codeOf({ failure, refusals, offers }: Checked): ExitCode {
  if (failure !== null) return exitCodeOf(failure.kind);
  const isMissing = offers.some(({ outcome }) => outcome.state === 'refused' || (outcome.state === 'offered' && outcome.failure !== null));
  return isMissing || refusals.length > 0 ? EXIT.found : EXIT.done;
}
