/** `outpost verify-receipt`. */
import { type CheckedReceipt, checkReceipt, checkReceiptAlone } from '../../branch/check-receipt.ts';
import { Failed } from '../../contract/failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { numberOf } from '../log/seq-options.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';
import { readNote } from '../read-note.ts';

interface Options {
  data?: string;
  vkey?: string;
  hash?: string;
  witness: string[];
  quorum?: string;
  json?: true;
}

const CODES: Record<CheckedReceipt['verdict'], ExitCode> = { holds: EXIT.done, contradicted: EXIT.found, unwitnessed: EXIT.input };

export async function runVerifyReceipt(file: string, options: Options): Promise<ExitCode> {
  const text = readNote(file);
  const checked = options.vkey === undefined ? await againstFolder(text, options) : alone(text, options.vkey, options);
  if (options.json === true) printJson(checked);
  else printData(inWords(checked));
  return CODES[checked.verdict];
}

async function againstFolder(text: string, { data, hash, witness, quorum }: Options): Promise<CheckedReceipt> {
  if (data === undefined) throw new Failed(usage('Neither a data folder nor the key of the log was given.'));
  if (hash !== undefined || witness.length > 0 || quorum !== undefined)
    throw new Failed(usage('--hash, --witness and --quorum are for checking without a data folder, with --vkey.'));
  const folder = await lookIntoDataFolder(data);
  try {
    return checkReceipt(folder.db, text);
  } finally {
    folder.close();
  }
}

function alone(text: string, vkey: string, { hash, witness: witnesses, quorum }: Options): CheckedReceipt {
  if (hash !== undefined && !/^[0-9a-f]{64}$/.test(hash)) throw new Failed(usage('--hash takes 64 hexadecimal digits.'));
  if (quorum !== undefined && witnesses.length === 0) throw new Failed(usage('A quorum was given, and no witness.'));
  const count = quorum === undefined ? witnesses.length : numberOf('--quorum', quorum);
  return checkReceiptAlone(text, vkey, hash ?? null, witnesses.length === 0 ? null : { witnesses, quorum: count });
}

function inWords({ verdict, says, origin, seq, size, leafHash, witnessed }: CheckedReceipt): string {
  const headline: Record<CheckedReceipt['verdict'], string> = {
    holds: 'The receipt holds.',
    unwitnessed: 'The receipt holds by itself; no witness vouches for it.',
    contradicted: 'TAMPERED: the log is not the one that this receipt was given from.',
  };
  const lines = [headline[verdict], says, `log ${origin}`, `entry ${seq} of ${size}, hash ${leafHash}`];
  if (witnessed !== null) lines.push(`countersigned by ${witnessed}`);
  return `${lines.join('\n')}\n`;
}

function usage(happened: string): Failed['failure'] {
  return {
    kind: 'usage',
    happened,
    safe: 'Nothing was changed.',
    next: 'Give --data FOLDER, or --vkey KEY with the keys of witnesses.',
    facts: {},
  };
}
