/** What the shell remembers of this PC's user, in `shell.json`. */
import { z } from 'zod';
import { theme } from './native.ts';

export const shellPreferences = z.strictObject({
  theme,
  /** The window's place when it is not maximised; null before the first time. */
  bounds: z.strictObject({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }).nullable(),
  maximized: z.boolean(),
});
export type ShellPreferences = z.infer<typeof shellPreferences>;
