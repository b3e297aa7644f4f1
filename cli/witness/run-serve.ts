/** `outpost witness serve`. */
import { once } from 'node:events';
import { Failed } from '../../contract/failure.ts';
import { openStore } from '../../headoffice/store/open-store.ts';
import { readWitnessKey, storeFolder } from '../../headoffice/witness/witness-folder.ts';
import { makeWitnessServer } from '../../headoffice/witness/witness-server.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { say } from '../print.ts';
import type { WitnessOptions } from './run-witness.ts';

export async function runServe({
  folder,
  database,
  host,
  ...options
}: WitnessOptions & { host: string; port: string; perMinute: string }): Promise<ExitCode> {
  const port = wholeNumber('--port', options.port, 0, 65_535);
  const perMinute = wholeNumber('--per-minute', options.perMinute, 1, 1_000_000);
  const signer = readWitnessKey(folder);
  const store = await openStore({ database: database ?? storeFolder(folder) });
  try {
    const server = await makeWitnessServer({ store, signer, now: () => Date.now() }, { perMinute });
    const asked = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    try {
      say(`${signer.name} countersigns at ${await listen(() => server.listen({ port, host }), `${host}:${port}`)}/add-checkpoint`);
      await asked;
    } finally {
      // What is under way is answered; what was answered is stored.
      await server.close();
    }
  } finally {
    await store.close();
  }
  say('Stopped.');
  return EXIT.done;
}

async function listen(start: () => Promise<string>, where: string): Promise<string> {
  try {
    return await start();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failed(
      {
        kind: 'usage',
        happened: `Nothing can listen on ${where} (${code}).`,
        safe: 'Nothing was changed.',
        next: 'Give another --port or --host, or stop what listens there.',
        facts: {},
      },
      { cause: error },
    );
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  if (/^\d{1,7}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new Failed({
    kind: 'usage',
    happened: `${option} takes a whole number from ${least} to ${most}.`,
    safe: 'Nothing was changed.',
    next: 'Correct it.',
    facts: {},
  });
}
