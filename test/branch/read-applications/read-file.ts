import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readApplications } from '../../../branch/read-applications/read-applications.ts';
import type { BadRow, ReadRow } from '../../../branch/read-applications/rows.ts';
import { Failed, type Failure } from '../../../contract/failure.ts';
import { smallProduct } from './small-product.ts';

export interface WholeFile {
  rows: ReadRow[];
  bad: BadRow[];
  notices: string[];
}

/** Reads a file of the given bytes to its end. */
export async function readBytes(bytes: Uint8Array | string, name = 'applications.csv'): Promise<WholeFile> {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-read-'));
  try {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const file = await readApplications(path, smallProduct);
    const all: WholeFile = { rows: [], bad: [], notices: file.notices };
    for await (const group of file.groups) {
      all.rows.push(...group.rows);
      all.bad.push(...group.bad);
    }
    return all;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The failure with which a file of the given bytes is refused. */
export async function refusalOf(bytes: Uint8Array | string, name?: string): Promise<Failure> {
  try {
    await readBytes(bytes, name);
  } catch (error) {
    if (error instanceof Failed) return error.failure;
    throw error;
  }
  throw new Error('the file was not refused');
}
