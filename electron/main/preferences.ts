/** What the shell remembers of this PC's user: the window's place and the theme. Nothing of it matters, so a damaged file is begun anew. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import { z } from 'zod';
import { theme } from '../../contract/native.ts';

const preferences = z.strictObject({
  theme,
  bounds: z.strictObject({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }).nullable(),
  maximized: z.boolean(),
});
export type Preferences = z.infer<typeof preferences>;

const NONE: Preferences = { theme: 'system', bounds: null, maximized: false };
const file = (): string => join(app.getPath('userData'), 'shell.json');

export function readPreferences(): Preferences {
  let text: string;
  try {
    text = readFileSync(file(), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ...NONE };
    throw error;
  }
  try {
    const read = preferences.safeParse(JSON.parse(text));
    return read.success ? read.data : { ...NONE };
  } catch (error) {
    if (error instanceof SyntaxError) return { ...NONE };
    throw error;
  }
}

export function writePreferences(of: Preferences): void {
  mkdirSync(dirname(file()), { recursive: true });
  // Written beside and renamed, so that a crash leaves the old file or the new one.
  writeFileSync(`${file()}.new`, JSON.stringify(of));
  renameSync(`${file()}.new`, file());
}
