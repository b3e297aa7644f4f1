/**
 * Where things lie in head office's working folder. `public/` is what a web server gives out and what is copied to sticks; `staged/` is unfinished
 * work that waits for signatures, and lies outside so that nothing unsigned is ever served.
 */
import { join, posix } from 'node:path';
import type { RoleName, StageableName } from './form.ts';

export function publicFolder(folder: string): string {
  return join(folder, 'public');
}

/** TUF §7.1 (consistent snapshots): every version has a name of its own and is never written over, so that a client in mid-refresh sees one state. */
export function metadataFile(folder: string, role: RoleName, version: number): string {
  return join(publicFolder(folder), 'metadata', role === 'timestamp' ? 'timestamp.json' : `${version}.${role}.json`);
}

/** TUF §6.2: a target's file under its SHA-256, so that a download resumed after a release never joins two versions. */
export function targetFile(folder: string, name: string, sha256: string): string {
  return join(publicFolder(folder), 'targets', hashedName(name, sha256));
}

export function stagedFile(folder: string, role: StageableName): string {
  return join(folder, 'staged', `${role}.json`);
}

export function stagedTargetFile(folder: string, name: string, sha256: string): string {
  return join(stagedTargetsFolder(folder), hashedName(name, sha256));
}

export function stagedTargetsFolder(folder: string): string {
  return join(folder, 'staged', 'targets');
}

function hashedName(name: string, sha256: string): string {
  const { dir, base } = posix.parse(name);
  return join(dir, `${sha256}.${base}`);
}
