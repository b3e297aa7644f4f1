/** A package that passed every check, as one file to hand on. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failed } from '../contract/failure.ts';
import { openPackage } from '../models/open-package.ts';
import type { PackedPackage } from '../models/pack/pack-package.ts';
import { checkModel, type ModelCheck } from './check-model.ts';

export interface PackedModel {
  /** Of the package as it was given; where it was rewritten, of what was packed. */
  check: ModelCheck;
  /** null where a check failed: then nothing is packed. */
  packed: PackedPackage | null;
}

/**
 * @param given product definition's file or bundled name; null: the one that the manifest names
 * @throws Failed about the product; what is wrong with the package is in the report
 */
export async function packModel(path: string, given: string | null, bundledDir: string): Promise<PackedModel> {
  const check = await checkModel(path, given, bundledDir);
  if (check.failure !== null || check.opened === null) return { check, packed: null };
  const { packPackage } = await import('../models/pack/pack-package.ts');
  const packed = packPackage(check.opened);
  return await inScratch(packed.archive, async (file) => {
    if (packed.rewritten !== null) {
      const again = await checkModel(file, given, bundledDir);
      return { check: again, packed: again.failure === null ? packed : null };
    }
    // The archive holds the very files that were checked: its digest says so.
    const opened = await openPackage(file);
    if ('failure' in opened) throw new Failed(opened.failure);
    if (opened.artefact.sha256 !== packed.sha256) throw new Error('the archive holds another package than was packed');
    return { check, packed };
  });
}

/** A file for the time of the work: the check reads packages from a path. */
async function inScratch<T>(bytes: Uint8Array, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-pack-'));
  try {
    const file = join(folder, 'package.zip');
    await writeFile(file, bytes, { mode: 0o600 });
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
