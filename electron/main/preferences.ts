/** What the shell remembers of this PC's user: the window's place and the theme. Nothing of it matters, so a damaged file is begun anew. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import { type ShellPreferences, shellPreferences } from '../../contract/shell-preferences.ts';

const NONE: ShellPreferences = { theme: 'system', bounds: null, maximized: false };
const file = (): string => join(app.getPath('userData'), 'shell.json');

export function readPreferences(): ShellPreferences {
  let text: string;
  try {
    text = readFileSync(file(), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ...NONE };
    throw error;
  }
  try {
    const read = shellPreferences.safeParse(JSON.parse(text));
    return read.success ? read.data : { ...NONE };
  } catch (error) {
    if (error instanceof SyntaxError) return { ...NONE };
    throw error;
  }
}

export function writePreferences(of: ShellPreferences): void {
  mkdirSync(dirname(file()), { recursive: true });
  // Written beside and renamed, so that a crash leaves the old file or the new one.
  writeFileSync(`${file()}.new`, JSON.stringify(of));
  renameSync(`${file()}.new`, file());
}
