/**
 * A package as one file, byte for byte the same wherever and whenever it is packed: its digest can be compared between two people who packed it.
 * Sorted names, one date, one level of a compressor that is written in JavaScript and pinned: zlib's own output differs between processors.
 */
import { zipSync } from 'fflate';
import { type OpenedPackage, sha256Of } from '../open-package.ts';
import type { PackageFiles } from '../read-package-files.ts';
import { describeSession } from '../session-shape.ts';
import { requireSound } from '../static-checks.ts';

/** The first day that a .zip file can name, in local time, as which it is written; noon, so that no time zone makes another day of it. */
const PACKED_AT = new Date(1980, 0, 1, 12, 0, 0);
const LEVEL = 9;

export interface PackedPackage {
  archive: Uint8Array;
  /** Digest of the manifest in the archive: the package's own. */
  sha256: string;
  /** What was taken out of the graph because the runtime cannot answer with it; null: nothing, and the package keeps its digest. */
  rewritten: { output: string; to: string } | null;
}

/** @param opened has passed every check on this PC: its graph is read here */
export function packPackage(opened: OpenedPackage): PackedPackage {
  const { files, rewritten } = withoutZipMap(opened);
  const names = [...files.keys()].sort();
  const archive = zipSync(Object.fromEntries(names.map((name) => [name, files.get(name)!])), { level: LEVEL, mtime: PACKED_AT });
  return { archive, sha256: sha256Of(files.get('manifest.json')!), rewritten };
}

/** The runtime is given a graph without its ZipMap in any case: with it gone from the file, every start is spared the rewriting. */
function withoutZipMap(opened: OpenedPackage): { files: PackageFiles; rewritten: PackedPackage['rewritten'] } {
  const { output } = opened.manifest;
  if (output.form !== 'zipmap') return { files: opened.files, rewritten: null };
  const { graph } = requireSound(opened);
  const { runnable, shape } = describeSession(opened.model, graph, output.name);
  const manifest = JSON.parse(new TextDecoder().decode(opened.files.get('manifest.json'))) as {
    output: Record<string, unknown>;
    files: Record<string, string>;
  };
  const changed = {
    ...manifest,
    output: { ...manifest.output, name: shape.fetch, form: 'classes' },
    files: { ...manifest.files, 'model.onnx': sha256Of(runnable) },
  };
  const files: PackageFiles = new Map(opened.files);
  files.set('model.onnx', runnable);
  files.set('manifest.json', new TextEncoder().encode(`${JSON.stringify(changed, null, 2)}\n`));
  return { files, rewritten: { output: output.name, to: shape.fetch } };
}
