/** The artefacts of a data folder, as they go into a backup: each is checked against the digest that it lies under. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listActivations } from '../../db/activations.ts';
import type { Reader } from '../../db/handle.ts';
import type { ArtefactStore } from '../artefacts/artefact-store.ts';

export interface ArtefactFile {
  /** In the data folder, with forward slashes. */
  path: string;
  bytes: Uint8Array;
}

/** @throws Failed for one that was changed: a backup must not pass on what the log does not know */
export async function* artefactFiles(dataDir: string, store: ArtefactStore): AsyncGenerator<ArtefactFile, void, void> {
  for (const kind of ['policies', 'products'] as const) {
    const names = namesIn(dataDir, kind, /^[0-9a-f]{64}\.json$/);
    for (const name of names) yield { path: `${kind}/${name}`, bytes: store.readFile(kind, name.slice(0, 64)) };
  }
  for (const sha256 of namesIn(dataDir, 'models', /^[0-9a-f]{64}$/)) {
    const { files } = await store.openModel(sha256);
    for (const [path, bytes] of files) yield { path: `models/${sha256}/${path}`, bytes };
  }
}

/** The paths that everything ever activated must lie under; for a model, its manifest's. */
export function activatedPaths(reader: Reader): Set<string> {
  const paths = listActivations(reader, 0, Number.MAX_SAFE_INTEGER).map(({ kind, sha256 }) => {
    if (kind === 'model') return `models/${sha256}/manifest.json`;
    return `${kind === 'policy' ? 'policies' : 'products'}/${sha256}.json`;
  });
  return new Set(paths);
}

/** What a crash left half-written has another form of name. */
function namesIn(dataDir: string, kind: string, form: RegExp): string[] {
  const folder = join(dataDir, kind);
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => form.test(name))
        .sort()
    : [];
}
