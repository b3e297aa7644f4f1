/** Files that are there in full or not at all, whatever moment the power goes. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Written beside its place, forced to the disk, then renamed: a reader sees the old file or the new one. */
export function writeDurably(file: string, pieces: Iterable<Buffer>, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.unfinished`;
  const fd = openSync(beside, 'w', mode);
  try {
    for (const piece of pieces) writeWhole(fd, piece);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  moveDurably(beside, file);
}

export function moveDurably(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
  syncFolder(dirname(to));
}

export function removeDurably(file: string): void {
  rmSync(file, { force: true });
  syncFolder(dirname(file));
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/** A rename is durable with its folder. Windows opens no folder for this; NTFS keeps its own journal of names. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
