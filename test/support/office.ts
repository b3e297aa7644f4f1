/** Branch offices in folders of their own, with the bundled products. The first use of one takes seconds: it is made once and copied. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Branch, type BranchOptions, openBranch } from '../../branch/open-branch.ts';
import { Failed } from '../../contract/failure.ts';
import { inTransaction } from '../../db/handle.ts';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
export const BUNDLED_DIR = join(REPOSITORY, 'models/bundled');
/** While the bundled policies and models are valid. */
export const NOON = Date.parse('2026-12-01T12:00:00.000Z');

export class Offices {
  readonly #root = mkdtempSync(join(tmpdir(), 'outpost-offices-'));
  readonly #original = join(this.#root, 'original');
  #copies = 0;

  /** An office that has just been made and closed, at noon of that day or, for programs that look at the real clock, now. */
  async make(when: 'noon' | 'now' = 'noon'): Promise<void> {
    const now = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
    const branch = await openedBranch(this.#original, when === 'now' ? { clock: now } : {});
    // Copies of it stand for folders that are at home where they are.
    inTransaction(branch.log.db, () => branch.log.db.sqlite.exec("DELETE FROM settings WHERE key = 'place'"));
    await branch.close();
  }

  copy(): string {
    this.#copies += 1;
    const folder = this.path(`office-${this.#copies}`);
    cpSync(this.#original, folder, { recursive: true });
    return folder;
  }

  path(name: string): string {
    return join(this.#root, name);
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }
}

export async function openedBranch(dataDir: string, changes: Partial<BranchOptions> = {}): Promise<Branch> {
  let mono = 0;
  const branch = await openBranch({
    dataDir,
    bundledDir: BUNDLED_DIR,
    actor: 'ada',
    role: 'officer',
    clock: { now: () => NOON + mono, mono: () => ++mono },
    protection: { wrap: 'none' },
    openers: { passphrase: null, keyStore: null },
    ...changes,
  });
  if ('failure' in branch) throw new Failed(branch.failure);
  return branch;
}
