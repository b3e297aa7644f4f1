/** The file that goes back to a branch: where head office stands with its log under head office's own line, and what waits for it. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Encrypter } from 'age-encryption';
import { Failed } from '../../contract/failure.ts';
import type { StickReply } from '../../contract/sync.ts';
import { writeDurably } from '../publish/write-durably.ts';
import type { StickFile } from './stick-files.ts';

/**
 * Writes it beside the files of the branch, whole or not at all, and reads it back; nothing of another name is touched.
 * @param recipient of the device, `age1…`
 * @returns its path
 * @throws Failed stick-unreadable where the stick does not hold what was written to it
 */
export async function writeReply({ path }: Pick<StickFile, 'path'>, reply: StickReply, recipient: string): Promise<string> {
  const text = Buffer.from(JSON.stringify(reply));
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const sealed = Buffer.from(await encrypter.encrypt(text));
  // The same reply has the same name, so that a stick that is read twice does not fill.
  const digits = hash('sha256', Buffer.concat([Buffer.from(recipient), text]), 'hex').slice(0, 8);
  const file = join(dirname(path), `reply-${String(reply.state.size).padStart(10, '0')}-${digits}.age`);
  try {
    writeDurably(file, [sealed]);
    if (readFileSync(file).equals(sealed)) return file;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw unwritable(file, code, error);
  }
  throw unwritable(file, 'it reads back otherwise', undefined);
}

function unwritable(file: string, why: string, cause: unknown): Failed {
  return new Failed(
    {
      kind: 'stick-unreadable',
      happened: `The reply ${file} cannot be written to the stick (${why}).`,
      safe: 'What was taken from the stick is stored at head office. The branch’s files on it are as they were.',
      next: 'Make room on the stick, or take another: the branch’s files can be read once more without harm.',
      facts: { path: file },
    },
    { cause },
  );
}
