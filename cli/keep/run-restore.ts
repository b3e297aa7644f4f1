import { readFileSync } from 'node:fs';
import { Failed, type FailureKind } from '../../contract/failure.ts';
import { askPassphrase, canAsk } from '../ask-passphrase.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openersOfEnvironment, protectionOfEnvironment } from '../open-data-folder.ts';
import { printData, printJson, say } from '../print.ts';

export async function runRestore(file: string, { data, erased, json }: { data: string; erased?: string; json?: true }): Promise<ExitCode> {
  const { restoreBackup } = await import('../../branch/backup/restore.ts');
  const applications = erased === undefined ? [] : await listIn(erased);
  const protection = protectionOfEnvironment();
  const clock = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
  const restored = await restoreBackup(data, { file, recoveryKey: await recoveryKey(), erased: applications, protection, clock });
  const { made, size, origin, erasedAgain } = restored;
  if (json) printJson({ data, ...restored });
  else printData(`${data}\n${size} entries, as of ${made}; the log goes on as ${origin}\n`);
  if (erased !== undefined) say(`${erasedAgain} of ${applications.length} applications were erased again.`);
  if (protection.wrap === 'none')
    say('Its key lies open beside the database: set OUTPOST_PASSPHRASE_FILE and run outpost recovery-key --use.');
  say('The folder that the backup was made of must not be used any more: its log and this one go different ways from here.');
  return EXIT.done;
}

async function recoveryKey(): Promise<string> {
  const given = openersOfEnvironment().recoveryKey;
  if (typeof given === 'string') return given;
  if (canAsk()) return await askPassphrase('Recovery key: ');
  throw failure(
    'usage',
    'The recovery key was not given, and there is no terminal to ask at.',
    'Name a file with it in OUTPOST_RECOVERY_KEY_FILE.',
  );
}

async function listIn(path: string): Promise<string[]> {
  const { readErasedList } = await import('../../branch/erasure/erase-again.ts');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw failure('file-unreadable', `The list ${path} cannot be read (${code}).`, 'Correct --erased.');
  }
  const list = readErasedList(text);
  if (list !== null) return list;
  throw failure('file-malformed', `${path} is no list of applications.`, 'Give one id a line, as outpost erase --list writes them.');
}

function failure(kind: FailureKind, happened: string, next: string): Failed {
  return new Failed({ kind, happened, safe: 'Nothing was restored and nothing was changed.', next, facts: {} });
}
