/** `outpost model pack`. */
import { hash } from 'node:crypto';
import { closeSync, fsyncSync, rmSync, writeSync } from 'node:fs';
import { packModel } from '../../branch/pack-model.ts';
import { createFile } from '../create-file.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.ts';
import { BUNDLED_DIR } from '../open-data-folder.ts';
import { printData, printJson, say, sayFailure } from '../print.ts';

interface Options {
  out: string;
  product?: string;
  json?: true;
}

export async function runPack(path: string, { out, product, json }: Options): Promise<ExitCode> {
  const { check, packed } = await packModel(path, product ?? null, BUNDLED_DIR);
  const artefact = check.opened?.artefact ?? null;
  if (packed === null) {
    if (json === true) printJson({ ok: false, package: artefact, archive: null, checks: check.checks, failure: check.failure });
    else printData(check.checks.map(({ ok, name, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${name}: ${detail}\n`).join(''));
    if (check.failure === null) throw new Error('a package that was not packed, without a reason');
    sayFailure(check.failure);
    return exitCodeOf(check.failure.kind);
  }
  write(out, packed.archive);
  const archive = { file: out, bytes: packed.archive.length, sha256: hash('sha256', packed.archive, 'hex') };
  if (packed.rewritten !== null)
    say(
      `The ZipMap of output ${packed.rewritten.output} was taken out and ${packed.rewritten.to} is read instead: the package has a digest of its own. Every check was made again.`,
    );
  if (json === true) printJson({ ok: true, package: artefact, archive, rewritten: packed.rewritten, checks: check.checks, failure: null });
  else
    printData(`${out}: ${artefact?.name} ${artefact?.version}, package ${packed.sha256}, file ${archive.sha256}, ${archive.bytes} bytes\n`);
  return EXIT.done;
}

/** Whole or not at all: half an archive under its name could be handed on. */
function write(out: string, archive: Uint8Array): void {
  const fd = createFile(out);
  let isWhole = false;
  try {
    for (let at = 0; at < archive.length; ) at += writeSync(fd, archive, at);
    fsyncSync(fd);
    isWhole = true;
  } finally {
    closeSync(fd);
    if (!isWhole) rmSync(out, { force: true });
  }
}
