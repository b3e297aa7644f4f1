/** `outpost headoffice outcomes`. */
import { closeSync, existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import type { RefusedRow } from '../../headoffice/outcomes/read-outcome-file.ts';
import { takeOutcomes } from '../../headoffice/outcomes/take-outcomes.ts';
import { createFile } from '../create-file.ts';
import { csvLine } from '../csv-line.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { usage } from '../repo/usage.ts';
import { atHeadOffice } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

export async function runOutcomes(
  file: string,
  { quarantine: named, json, ...where }: HeadOfficeOptions & { quarantine?: string; json?: true },
): Promise<ExitCode> {
  const text = readText(file);
  const quarantine = named ?? freeName(file);
  if (existsSync(quarantine)) throw usage(`${quarantine} is there already.`, 'Name another file with --quarantine.');
  const taken = await atHeadOffice(where, ({ store, keys }) =>
    takeOutcomes(store, keys, { name: basename(file), text, by: `cli:${userInfo().username}` }),
  );
  const { again, refused, unchanged, superseded, deliveries } = taken;
  if (json === true) printJson(taken);
  else {
    if (again) say('This very file was taken before: nothing changed.');
    say(`${taken.taken} taken, ${unchanged} known already, ${superseded} of an earlier day than is known, ${refused.length} refused.`);
    say(`${deliveries} signed deliveries were made; each branch stores its own with the next sync.`);
  }
  if (refused.length === 0) return EXIT.done;
  writeQuarantine(quarantine, refused);
  say(`Rows that cannot be used, with line and cause: ${quarantine}`);
  return EXIT.found;
}

/** A file that is there is what an earlier run set aside. */
function freeName(file: string): string {
  for (let n = 1; ; n++) {
    const name = `${file}.quarantine${n === 1 ? '' : `-${n}`}.csv`;
    if (!existsSync(name)) return name;
  }
}

/** UTF-8, or what spreadsheets on Windows write: UTF-16 with its mark, windows-1252. Nothing that is taken has a letter beyond ASCII but a branch's name. */
function readText(file: string): string {
  const bytes = read(file);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return new TextDecoder('windows-1252').decode(bytes);
    throw error;
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Failed(
      {
        kind: 'file-unreadable',
        happened: `The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
        safe: 'Nothing was taken.',
        next: 'Correct the path.',
        facts: { path: file },
      },
      { cause: error },
    );
  }
}

function writeQuarantine(path: string, refused: readonly RefusedRow[]): void {
  const fd = createFile(path);
  try {
    printData(csvLine(['line', 'cause']) + refused.map(({ line, cause }) => csvLine([line, cause])).join(''), fd);
  } finally {
    closeSync(fd);
  }
}
