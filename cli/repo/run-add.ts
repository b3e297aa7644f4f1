/** `outpost repo add` and `remove`. The checks are a branch's own: what it would refuse is better refused before anybody signs it. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import { semanticVersion } from '../../contract/product.ts';
import { withLock } from '../../headoffice/publish/lock.ts';
import { openRepository } from '../../headoffice/publish/open-repository.ts';
import { publishedOf, type Repository } from '../../headoffice/publish/repository.ts';
import type { TargetRecord } from '../../headoffice/publish/target-record.ts';
import { addTarget, removeTarget, roleOfTarget, sha256OfFile } from '../../headoffice/publish/targets.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { BUNDLED_DIR } from '../open-data-folder.ts';
import { printData, printJson, say } from '../print.ts';
import { usage } from './usage.ts';

interface AddOptions {
  repo: string;
  model?: string;
  policy?: string;
  app?: string;
  appVersion?: string;
  blockmap?: string;
  product?: string;
  name?: string;
  json?: true;
}
interface Addition {
  file: string;
  name: string;
  record: TargetRecord;
}

export async function runAdd(options: AddOptions): Promise<ExitCode> {
  if ([options.model, options.policy, options.app].filter((file) => file !== undefined).length !== 1)
    throw usage('It is not said what to add.', 'Give one of --model, --policy and --app.');
  const additions = await additionsOf(options);
  return await withLock(options.repo, () => {
    const repository = openRepository(options.repo);
    for (const addition of additions) refuseChange(repository, addition);
    const added = additions.map(({ file, name, record }) => ({
      name,
      ...addTarget(repository, name, { file }, { now: Date.now() }, record),
    }));
    if (options.json) printJson(added);
    else for (const { name, length, hashes } of added) printData(`${name}  ${length} bytes  ${hashes.sha256}\n`);
    say(`Staged. Say whom it reaches with outpost repo channel ${added[0]!.name}, then have ${roleOfTarget(added[0]!.name)} signed.`);
    return EXIT.done;
  });
}

export async function runRemove(name: string, { repo }: { repo: string }): Promise<ExitCode> {
  return await withLock(repo, () => {
    removeTarget(openRepository(repo), name, { now: Date.now() });
    say(`${name} is taken out; staged, to be signed.`);
    return EXIT.done;
  });
}

async function additionsOf({ model, policy, app, appVersion, blockmap, product, name }: AddOptions): Promise<Addition[]> {
  if (model !== undefined) return [await modelAddition(model, product ?? null, name)];
  if (policy !== undefined) return [await policyAddition(policy, product ?? null, name)];
  if (!semanticVersion.safeParse(appVersion).success) throw usage('The installer has no version.', 'Give --app-version, such as 1.1.0.');
  const installer: Addition = {
    file: readable(app!),
    name: name ?? `app/${basename(app!).toLowerCase()}`,
    record: { kind: 'app', version: appVersion! },
  };
  // electron-updater looks for the block map under the installer's own name.
  return blockmap === undefined
    ? [installer]
    : [installer, { file: readable(blockmap), name: `${installer.name}.blockmap`, record: { kind: 'blockmap' } }];
}

async function modelAddition(file: string, given: string | null, name: string | undefined): Promise<Addition> {
  const { checkModel } = await import('../../branch/check-model.ts');
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw usage(`${file} is a folder.`, 'Pack it as a .zip with manifest.json at its top: a target is one file.');
  const { failure, opened, product } = await checkModel(file, given, BUNDLED_DIR);
  if (failure !== null || opened === null || product === null) throw new Failed(failure!);
  const { artefact } = opened;
  return {
    file,
    name: name ?? `models/${artefact.name}/${artefact.version}.zip`,
    record: { kind: 'model', product: product.definition.product, artefact },
  };
}

async function policyAddition(file: string, given: string | null, name: string | undefined): Promise<Addition> {
  const { checkPolicy } = await import('../../branch/check-policy.ts');
  const { ok, policy, product, findings } = await checkPolicy(file, given, BUNDLED_DIR);
  if (!ok) {
    const [first] = findings.filter(({ level }) => level === 'error');
    throw new Failed({
      kind: 'policy-malformed',
      happened: `The policy must not be used: ${first?.message ?? ''}`,
      safe: 'Nothing was added.',
      next: 'See all findings with outpost policy check, and correct them.',
      facts: { path: file },
    });
  }
  return {
    file,
    name: name ?? `policy/${policy.name}-${policy.version}.json`,
    record: { kind: 'policy', product: product.name, artefact: policy },
  };
}

/** Branches know a file by its name and version: one that changes under them is either a mistake or an attack. */
function refuseChange(repository: Repository, { name, file }: Addition): void {
  const before = publishedOf(repository, roleOfTarget(name))?.signed.targets[name];
  if (before === undefined || before.hashes.sha256 === sha256OfFile(file)) return;
  throw usage(`${name} is published already, with other bytes.`, 'Give the changed one a version of its own.');
}

function readable(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new Failed({
    kind: 'file-unreadable',
    happened: `There is no file ${file}.`,
    safe: 'Nothing was added.',
    next: 'Correct the path.',
    facts: { path: file },
  });
}
