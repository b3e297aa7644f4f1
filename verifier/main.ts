#!/usr/bin/env node
/** Command line of the independent verifier; README.md says how to use it. */
import { parseArgs } from 'node:util';
import { type Key, parseVkey } from './note.ts';
import { EXIT_CODES, plain } from './report.ts';
import type { Trust } from './stamps.ts';
import { verifyEvidence } from './verify.ts';

const USAGE = `Usage: node main.ts BUNDLE.zip|FOLDER [options]

  --vkey VKEY        key that you know the log by (repeat for further epochs)
  --witness VKEY     key of a witness that you trust (repeat)
  --quorum N         how many of them must have countersigned (default: all)
  --receipt FILE     a receipt that an applicant holds (repeat)
  --checkpoint FILE  a checkpoint that was kept elsewhere (repeat)
  --json             the report as JSON

Exit codes: 0 intact, 1 tampered, 2 intact with an unwitnessed part, 3 malformed.`;

class WrongUse extends Error {}

function readArguments(args: string[]): ReturnType<typeof parseOptions> {
  try {
    return parseOptions(args);
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error));
  }
}

function parseOptions(args: string[]) {
  const many = { type: 'string', multiple: true, default: [] as string[] } as const;
  const options = {
    vkey: many,
    witness: many,
    quorum: { type: 'string' },
    receipt: many,
    checkpoint: many,
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  return parseArgs({ args, options, allowPositionals: true });
}

function readKeys(vkeys: readonly string[], kind: Key['kind'], option: string): Key[] {
  const keys = vkeys.map((vkey) => parseVkey(vkey));
  if (!keys.every((key) => key?.kind === kind)) throw new WrongUse(`${option} needs the verifier key of a ${kind}: name+hash+base64`);
  const found = keys as Key[];
  // One witness under two names would count twice.
  if (new Set(found.map(({ publicKey }) => publicKey.export({ format: 'jwk' }).x)).size < found.length)
    throw new WrongUse(`${option} names one key twice`);
  return found;
}

function readTrust({ vkey, witness, quorum }: ReturnType<typeof parseOptions>['values']): Trust {
  const witnesses = readKeys(witness, 'witness', '--witness');
  const needed = quorum === undefined ? witnesses.length : Number(quorum);
  if (quorum !== undefined && !(Number.isInteger(needed) && needed >= 1 && needed <= witnesses.length)) {
    throw new WrongUse('--quorum is a number from 1 up to how many witnesses are named');
  }
  return { logs: readKeys(vkey, 'log', '--vkey'), witnesses, quorum: needed };
}

/** Runs the command and returns its exit code. */
function main(args: string[]): number {
  try {
    const { values, positionals } = readArguments(args);
    if (values.help) {
      console.log(USAGE);
      return 0;
    }
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new WrongUse('name one bundle or folder');
    const report = verifyEvidence(path, readTrust(values), { receipts: values.receipt, checkpoints: values.checkpoint });
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : String(report));
    return report.exitCode;
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    console.error(`${plain(error.message)}\n\n${USAGE}`);
    return EXIT_CODES.malformed;
  }
}

// Node ends with 1 on what nobody catches, a reader of our output that went away included: that code is a verdict here.
process.on('uncaughtException', (error) => {
  console.error(`This program could not go on: ${plain(error.message)}`);
  process.exit(EXIT_CODES.malformed);
});
process.exitCode = main(process.argv.slice(2));
