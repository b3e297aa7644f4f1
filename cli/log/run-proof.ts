/** `outpost log proof`. */
import { checkpointFor } from '../../branch/log/checkpoint-log.ts';
import { consistencyBetween, entryProof } from '../../branch/log/prove.ts';
import { Failed } from '../../contract/failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder, openDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';
import { numberOf } from './seq-options.ts';

interface Options {
  data: string;
  seq?: string;
  from?: string;
  to?: string;
  json?: true;
}

export async function runProof({ data, seq, from, to, json }: Options): Promise<ExitCode> {
  if ((seq === undefined) !== (from !== undefined && to !== undefined) || (seq !== undefined && (from ?? to) !== undefined))
    throw new Failed(unclear);
  if (seq !== undefined) {
    const proof = await prove(data, numberOf('--seq', seq));
    if (json === true) printJson({ proof });
    else printData(proof);
    return EXIT.done;
  }
  const folder = await lookIntoDataFolder(data);
  try {
    const smaller = numberOf('--from', from!);
    const larger = numberOf('--to', to!);
    const hashes = consistencyBetween(folder.db, smaller, larger).map((hash) => hash.toString('base64'));
    if (json === true) printJson({ from: smaller, to: larger, hashes });
    else printData(hashes.map((hash) => `${hash}\n`).join(''));
    return EXIT.done;
  } finally {
    folder.close();
  }
}

/** Signing needs the folder for itself. */
async function prove(data: string, seq: number): Promise<string> {
  (await lookIntoDataFolder(data)).close();
  const branch = await openDataFolder(data);
  try {
    return entryProof(branch.log.db, seq, checkpointFor(branch.log, seq));
  } finally {
    await branch.close();
  }
}

const unclear: Failed['failure'] = {
  kind: 'usage',
  happened: 'What is to be proven is not clear.',
  safe: 'Nothing was changed.',
  next: 'Give --seq N for an entry, or --from A and --to B for the way from one size of the log to another.',
  facts: {},
};
