#!/usr/bin/env node
/** `outpost`: what a branch does, without a window. Each command loads its code when it is called, so that help is there at once. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { OutputClosed, say, sayFailure } from './print.ts';
import { buildProgram } from './program.ts';

// In a checkout the sources are TypeScript: what was stripped and compiled once need not be again. Not in the temporary folder,
// where another user could leave code for us to run.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/outpost', import.meta.url)));
process.exitCode = await run(process.argv);

async function run(argv: readonly string[]): Promise<number> {
  try {
    let code: number = EXIT.done;
    await buildProgram((given) => {
      code = given;
    }).parseAsync(argv);
    return code;
  } catch (error) {
    return await codeOfError(error);
  }
}

async function codeOfError(error: unknown): Promise<number> {
  // Commander has printed its own message already; help and version that were asked for are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.input;
  if (error instanceof OutputClosed) return EXIT.done;
  const { Failed } = await import('../contract/failure.ts');
  if (error instanceof Failed) {
    sayFailure(error.failure);
    return exitCodeOf(error.failure.kind);
  }
  say('outpost: this is a defect in the program, please report it. Decisions that were shown are stored.');
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.unsafe;
}
