/** Bytes on the disk and nothing else, in the two ways that a file can be written. */
import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs';

export interface BareFile {
  /** One write and one fdatasync. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/** A file that grows with every write, as a log does: the file system writes its own journal too. */
export function openGrowingFile(path: string): BareFile {
  const file = openSync(path, 'ax', 0o600);
  return {
    write(bytes) {
      writeSync(file, bytes);
      fdatasyncSync(file);
    },
    close: () => closeSync(file),
  };
}

const FULL_SIZE = 4 << 20;

/** A file of 4 MB that is written over from its start again and again, as a write-ahead log is: only data reaches the disk. */
export function openFullFile(path: string): BareFile {
  const file = openSync(path, 'wx+', 0o600);
  writeSync(file, Buffer.alloc(FULL_SIZE));
  fsyncSync(file);
  let at = 0;
  return {
    write(bytes) {
      if (at + bytes.length > FULL_SIZE) at = 0;
      writeSync(file, bytes, 0, bytes.length, at);
      fdatasyncSync(file);
      at += bytes.length;
    },
    close: () => closeSync(file),
  };
}
