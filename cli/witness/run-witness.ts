/** `outpost witness init`, `log add` and `list`. */
import { openStore } from '../../headoffice/store/open-store.ts';
import type { Store } from '../../headoffice/store/store.ts';
import { addKnownLog, findEvidence, listWitnessed, type WitnessedLog } from '../../headoffice/witness/known-logs.ts';
import { makeWitnessFolder, readWitnessKey, storeFolder } from '../../headoffice/witness/witness-folder.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';

export interface WitnessOptions {
  folder: string;
  database?: string;
}

export async function runInit({ folder, name }: { folder: string; name: string }): Promise<ExitCode> {
  const { vkey } = makeWitnessFolder(folder, name);
  printData(`${vkey}\n`);
  say(`The witness's key is in ${folder}. Keep a copy of the folder's key in another place; whoever has it can countersign in its name.`);
  say('Give the line above to head office: branch files name it, and branches trust it from then on.');
  return EXIT.done;
}

export async function runAddLog({ origin, vkey, ...where }: WitnessOptions & { origin: string; vkey: string }): Promise<ExitCode> {
  const how = await withWitnessStore(where, (store) => addKnownLog(store, { origin, vkey }));
  say(how === 'added' ? `${origin} is known from now on.` : `${origin} was known already, under this key.`);
  return EXIT.done;
}

export async function runList({ json, ...where }: WitnessOptions & { json?: true }): Promise<ExitCode> {
  const logs = await withWitnessStore(where, async (store) => {
    const known = await listWitnessed(store);
    return await Promise.all(known.map(async (each) => ({ ...each, evidence: await findEvidence(store, each.log) })));
  });
  if (json === true) printJson(logs);
  else printData(logs.map((each) => `${lineOf(each)}\n`).join(''));
  if (logs.length === 0) say('No log is known here yet: outpost witness log add.');
  return logs.some(({ frozenAt, suspect }) => frozenAt !== null || suspect !== null) ? EXIT.found : EXIT.done;
}

function lineOf({ origin, log, size, frozenAt, suspectAt }: WitnessedLog): string {
  const state =
    frozenAt !== null
      ? `FROZEN since ${frozenAt.toISOString()}: its key signed two pasts (GET /evidence/${log})`
      : suspectAt !== null
        ? `SUSPECT since ${suspectAt.toISOString()}: its key signed a checkpoint that nobody proved to be of this past`
        : size === 0
          ? 'nothing countersigned yet'
          : 'countersigned';
  return `${String(size).padStart(9)}  ${origin}  ${state}`;
}

/** Works on what the witness keeps, once there is a witness. */
async function withWitnessStore<T>({ folder, database }: WitnessOptions, work: (store: Store) => Promise<T>): Promise<T> {
  readWitnessKey(folder);
  const store = await openStore({ database: database ?? storeFolder(folder) });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
