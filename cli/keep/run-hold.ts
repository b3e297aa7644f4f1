import { Failed } from '../../contract/failure.ts';
import { atWork, lookAtWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { applicationIn } from './run-erase.ts';

const REASONS = ['litigation', 'complaint', 'supervisory-inquiry', 'internal-audit', 'ended'] as const;

export async function runHold(
  hold: boolean,
  options: WorkOptions & { application?: string; seq?: string; reason: string },
): Promise<ExitCode> {
  const { setHold } = await import('../../branch/erasure/holds.ts');
  return await atWork(options, ['set-hold'], async (branch) => {
    const reason = REASONS.find((known) => known === options.reason);
    if (reason === undefined) throw unknownReason(options.reason);
    const { seq } = setHold(branch, { application: await applicationIn(branch, options), hold, reason });
    say(hold ? `Held: entry ${seq}. Nothing of it can be erased until the hold is lifted.` : `Lifted: entry ${seq}.`);
    return EXIT.done;
  });
}

export async function runHolds(options: WorkOptions & { json?: true }): Promise<ExitCode> {
  const { listHolds } = await import('../../branch/erasure/holds.ts');
  return await lookAtWork(options, ['set-hold', 'erase-subject'], async ({ db }) => {
    const holds = listHolds(db, null);
    if (options.json) printJson(holds);
    else
      printData(holds.map(({ application, seq, since, reason }) => `${application}  ${reason}  since ${since} (entry ${seq})\n`).join(''));
    return EXIT.done;
  });
}

function unknownReason(reason: string): Failed {
  return new Failed({
    kind: 'usage',
    happened: `There is no reason "${reason}".`,
    safe: 'Nothing was changed.',
    next: `Give one of: ${REASONS.join(', ')}.`,
    facts: {},
  });
}
