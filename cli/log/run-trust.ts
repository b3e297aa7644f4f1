/** `outpost log trust`. */
import { type TrustedWitnesses, trustedWitnesses, trustWitnesses } from '../../branch/log/witness-trust.ts';
import { Failed } from '../../contract/failure.ts';
import { atWork } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson, say } from '../print.ts';
import { numberOf } from './seq-options.ts';

interface Options {
  data: string;
  as?: string;
  witness: string[];
  quorum?: string;
  json?: true;
}

export async function runTrust({ witness: witnesses, quorum, json, ...options }: Options): Promise<ExitCode> {
  const folder = await lookIntoDataFolder(options.data);
  try {
    if (witnesses.length === 0 && quorum === undefined) return print(trustedWitnesses(folder.db), json === true);
  } finally {
    folder.close();
  }
  if (witnesses.length === 0) throw new Failed(nobody);
  const trusted = { witnesses, quorum: quorum === undefined ? witnesses.length : numberOf('--quorum', quorum) };
  await atWork(options, ['manage-people'], async ({ log, actor, role }) => trustWitnesses(log, trusted, { actor, role }));
  return print(trusted, json === true);
}

function print(trusted: TrustedWitnesses | null, json: boolean): ExitCode {
  if (trusted === null && !json) say('No witness is trusted: nothing in this log counts as countersigned.');
  const { quorum, witnesses } = trusted ?? { quorum: null, witnesses: [] };
  if (json) printJson({ quorum, witnesses });
  else if (trusted !== null) printData([`quorum ${quorum}`, ...witnesses].map((line) => `${line}\n`).join(''));
  return EXIT.done;
}

const nobody: Failed['failure'] = {
  kind: 'usage',
  happened: 'A quorum was given, and no witness.',
  safe: 'Nothing was changed.',
  next: 'Give every witness that is to be trusted from now on with --witness.',
  facts: {},
};
