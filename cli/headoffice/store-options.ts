/** What every command of `outpost headoffice` is told: which head office. */
import { type Command, Option } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

export type Report = (code: ExitCode) => void;

/** As commander gives it. */
export interface HeadOfficeOptions {
  folder: string;
  database?: string;
}

export function folderOption(): Option {
  return new Option('--folder <folder>', "head office's folder: its keys, and its data where no --database is given")
    .env('OUTPOST_HEADOFFICE')
    .makeOptionMandatory();
}

export function databaseOption(): Option {
  return new Option('--database <url>', 'postgres://… (best in OUTPOST_DATABASE: it may hold a password)').env('OUTPOST_DATABASE');
}

/** Gives a command both options. */
export function ofHeadOffice(command: Command): Command {
  return command.addOption(folderOption()).addOption(databaseOption());
}
