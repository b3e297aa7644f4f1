/** Releases for the bundled instalment loan as head office would make them: the bundled packages under other versions. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Offer } from '../../branch/activation/offer.ts';
import type { Release } from '../../branch/activation/receive-release.ts';
import { BUNDLED_DIR } from './office.ts';

export const PRODUCT = 'instalment-loan';

export class Releases {
  readonly #root = mkdtempSync(join(tmpdir(), 'outpost-releases-'));
  #made = 0;

  /** @param change of manifest.json (a model) or the whole policy */
  model(alias: 'champion' | 'challenger', change: Record<string, unknown>, offer: Partial<Offer> = {}, from = alias): Release {
    this.#made += 1;
    const file = join(this.#root, `model-${this.#made}`);
    cpSync(join(BUNDLED_DIR, PRODUCT, from), file, { recursive: true });
    return { file, offer: { ...offerOf(rewrite(join(file, 'manifest.json'), change), 'model', alias), ...offer } };
  }

  policy(change: Record<string, unknown>, offer: Partial<Offer> = {}): Release {
    this.#made += 1;
    const file = join(this.#root, `policy-${this.#made}.json`);
    cpSync(join(BUNDLED_DIR, PRODUCT, 'policy.json'), file);
    return { file, offer: { ...offerOf(rewrite(file, change), 'policy', 'policy'), ...offer } };
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }
}

function rewrite(file: string, change: Record<string, unknown>): Offer['artefact'] {
  const value = { ...(JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string }), ...change };
  const text = JSON.stringify(value);
  writeFileSync(file, text);
  return { name: value.name, version: value.version, sha256: createHash('sha256').update(text).digest('hex') };
}

function offerOf(artefact: Offer['artefact'], kind: Offer['kind'], alias: Offer['alias']): Offer {
  const role = kind === 'model' ? 'models' : 'policy';
  const source = {
    target: `${role}/${artefact.name}-${artefact.version}`,
    metadata: { root: 1, timestamp: 3, snapshot: 2, targets: 1, [role]: 2 },
    signedBy: { role, keys: ['e'.repeat(64)] },
  };
  return { product: PRODUCT, kind, alias, artefact, activateFrom: null, allowDowngrade: false, source };
}
