/** `outpost repo key` and `init`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import { createRepository } from '../../headoffice/publish/create-repository.ts';
import { publicFileOf, readPublicFile } from '../../headoffice/publish/key-file.ts';
import { generateKey } from '../../headoffice/publish/signing-key.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, say } from '../print.ts';
import { writeNewKey } from './open-keys.ts';
import { roleOf } from './usage.ts';

export async function runKey({ role, out }: { role: string; out: string }): Promise<ExitCode> {
  const key = generateKey(roleOf(role));
  await writeNewKey(out, key);
  printData(`${key.id}\n`);
  say(`The private key of ${role} is in ${out}, encrypted. Keep a second copy in another place.`);
  say(`Its public part, ${publicFileOf(out)}, is what init and rotate take.`);
  return EXIT.done;
}

export async function runInit({ repo, keys: folder }: { repo: string; keys: string }): Promise<ExitCode> {
  const keys = publicFilesIn(folder).map((file) => readPublicFile(file));
  const { staged } = createRepository(repo, keys, { now: Date.now() });
  for (const [role] of staged) say(`${role}: staged, to be signed (outpost repo sign --repo ${repo} --role ${role} --key FILE)`);
  say('Then publish, and give public/metadata/1.root.json to whoever builds the app: it is what every branch trusts first.');
  return EXIT.done;
}

function publicFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pub.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw new Failed(
      {
        kind: 'file-unreadable',
        happened: `The folder ${folder} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
        safe: 'Nothing was changed.',
        next: 'Name the folder with the public parts of all keys.',
        facts: { path: folder },
      },
      { cause: error },
    );
  }
}
