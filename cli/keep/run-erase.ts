import type { Branch } from '../../branch/open-branch.ts';
import type { ErasurePreview } from '../../contract/audit.ts';
import { Failed } from '../../contract/failure.ts';
import { atWork, lookAtWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';

interface EraseOptions extends WorkOptions {
  application?: string;
  seq?: string;
  preview?: true;
  ground: string;
  json?: true;
}

export async function runErase(options: EraseOptions): Promise<ExitCode> {
  const { eraseSubject } = await import('../../branch/erasure/erase-subject.ts');
  const { previewErasure } = await import('../../branch/erasure/preview-erasure.ts');
  return await atWork(options, ['erase-subject'], async (branch) => {
    const application = await applicationIn(branch, options);
    if (options.preview) {
      const preview = previewErasure(branch, application);
      if (options.json) printJson(preview);
      else printData(textOf(preview));
      return preview.refusal === null ? EXIT.done : EXIT.found;
    }
    const { ground } = options;
    if (ground !== 'subject-request' && ground !== 'retention-over')
      throw usage(`There is no ground "${ground}".`, 'Give --ground subject-request or --ground retention-over.');
    const erased = eraseSubject(branch, { application, ground });
    if (options.json) printJson(erased);
    else say(`Erased: entry ${erased.seq}. Name and keys are gone from this folder; the log verifies as before.`);
    for (const file of erased.deleted) say(`Deleted with them: exports/${file}, which had the identity in the clear.`);
    if (!erased.isClean) say('Old pages and files are cleaned up at the next start of the program.');
    if (erased.backupsBefore.length > 0)
      say(
        `Backups made before still hold the key for whoever has the recovery key: ${erased.backupsBefore.join(', ')}. Make a new one and delete them.`,
      );
    if (erased.takenAway.length > 0)
      say(`The identity was exported in the clear before: see entries ${erased.takenAway.join(', ')} and ask for those files.`);
    return EXIT.done;
  });
}

/** The erasures of this log, for `outpost restore --erased`: applications, one a line. */
export async function runErasedList(options: WorkOptions): Promise<ExitCode> {
  const { listErased } = await import('../../branch/erasure/erase-again.ts');
  return await lookAtWork(options, ['erase-subject', 'back-up', 'read-log'], async ({ db }) => {
    printData(
      listErased(db)
        .map((application) => `${application}\n`)
        .join(''),
    );
    return EXIT.done;
  });
}

export async function applicationIn(branch: Branch, { application, seq }: { application?: string; seq?: string }): Promise<string> {
  if ((application === undefined) === (seq === undefined))
    throw usage('It is not said whose application.', 'Give either --application with its id, or --seq with the number of its decision.');
  if (application !== undefined) return application.toLowerCase();
  const { applicationOfDecision } = await import('../../branch/erasure/holds.ts');
  if (!/^\d{1,15}$/.test(seq ?? '')) throw usage(`"${seq}" is no entry number.`, 'Give a number from 0.');
  return applicationOfDecision(branch.log.db, Number(seq));
}

function textOf({ entries, fields, hasDraft, refusal, alreadyErased, application }: ErasurePreview): string {
  const lines = [
    `application  ${application}`,
    `entries      ${entries.length === 0 ? 'none with anything sealed' : entries.join(', ')}`,
    `would go     ${fields.length === 0 ? 'nothing' : fields.join(', ')}${hasDraft ? ' and a draft' : ''}`,
    'would stay   the entries themselves, with every other answer, score and reason; roots and proofs hold',
  ];
  if (alreadyErased) lines.push('nothing is left that names the applicant');
  if (refusal !== null)
    lines.push(
      refusal.cause === 'retention'
        ? `REFUSED      must be kept until ${refusal.until} (12 CFR 1002.12(b))`
        : 'REFUSED      under a legal hold',
    );
  return `${lines.join('\n')}\n`;
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}
